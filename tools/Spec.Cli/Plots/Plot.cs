using System.Globalization;
using System.Net;
using System.Text;
using TrainingSpec.Numbers;

namespace Spec.Cli.Plots;

/// <summary>An axis from its first to its last tick.</summary>
/// <param name="Label">What it shows, with the unit.</param>
/// <param name="Ticks">The labelled values, ascending; above 0 on a logarithmic axis.</param>
/// <param name="Logarithmic">True where equal factors are equally long.</param>
internal sealed record PlotAxis(string Label, double[] Ticks, bool Logarithmic = false)
{
    /// <summary>Where a value lies between the first tick, 0, and the last, 1; NaN for what is not on the axis.</summary>
    public double Position(double value) => (Scale(value) - Scale(Ticks[0])) / (Scale(Ticks[^1]) - Scale(Ticks[0]));

    // The library's own logarithm: the picture has the same bytes on every platform.
    private double Scale(double value) => !Logarithmic ? value : value > 0 ? Real64.Log(value).Value : double.NaN;
}

/// <summary>A line of a plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Its points; where one lies outside the axes, or is not finite, the line is broken.</param>
/// <param name="Dashed">True for a dashed line.</param>
internal sealed record PlotLine(string Name, (double X, double Y)[] Points, bool Dashed = false);

/// <summary>Lines over two axes, drawn as SVG; the text is a function of the numbers alone, whatever the culture.</summary>
internal sealed record Plot(string Title, PlotAxis X, PlotAxis Y, params PlotLine[] Lines)
{
    private const int Width = 640;
    private const int Height = 380;
    private const int Left = 70;
    private const int Right = 620;
    private const int Top = 62;
    private const int Bottom = 328;

    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    // Okabe and Ito's colours, told apart by the colour-blind too.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>The picture.</summary>
    public string Draw()
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">");
        Add(svg, $"<title>{WebUtility.HtmlEncode(Title)}</title>");
        Add(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"22\" font-size=\"14\" font-weight=\"bold\">{WebUtility.HtmlEncode(Title)}</text>");
        Axes(svg);
        (int legend, int line) = (Left, 42);
        for (int i = 0; i < Lines.Length; i++)
        {
            int width = 44 + 7 * Lines[i].Name.Length;
            if (legend > Left && legend + width > Width)
                (legend, line) = (Left, line + 14);
            string style = $"stroke=\"{Colours[i % Colours.Length]}\" stroke-width=\"2\" fill=\"none\"{(Lines[i].Dashed ? " stroke-dasharray=\"6 4\"" : "")}";
            foreach (string path in Paths(Lines[i]))
                Add(svg, $"<polyline points=\"{path}\" {style}/>");
            Add(svg, $"<line x1=\"{legend}\" y1=\"{line}\" x2=\"{legend + 22}\" y2=\"{line}\" {style}/>");
            Add(svg, $"<text x=\"{legend + 28}\" y=\"{line + 4}\">{WebUtility.HtmlEncode(Lines[i].Name)}</text>");
            legend += width;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Axes(StringBuilder svg)
    {
        foreach (double tick in X.Ticks)
        {
            double x = Left + X.Position(tick) * (Right - Left);
            Add(svg, $"<line x1=\"{x:F1}\" y1=\"{Top}\" x2=\"{x:F1}\" y2=\"{Bottom}\" stroke=\"#dddddd\"/><text x=\"{x:F1}\" y=\"{Bottom + 16}\" text-anchor=\"middle\">{Text(tick)}</text>");
        }

        foreach (double tick in Y.Ticks)
        {
            double y = Bottom - Y.Position(tick) * (Bottom - Top);
            Add(svg, $"<line x1=\"{Left}\" y1=\"{y:F1}\" x2=\"{Right}\" y2=\"{y:F1}\" stroke=\"#dddddd\"/><text x=\"{Left - 6}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Text(tick)}</text>");
        }

        Add(svg, $"<text x=\"{(Left + Right) / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(X.Label)}</text>");
        Add(svg, $"<text transform=\"translate(16 {(Top + Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{WebUtility.HtmlEncode(Y.Label)}</text>");
    }

    private IEnumerable<string> Paths(PlotLine line)
    {
        var path = new List<string>();
        foreach ((double valueX, double valueY) in line.Points)
        {
            double x = X.Position(valueX), y = Y.Position(valueY);
            if (x is >= 0 and <= 1 && y is >= 0 and <= 1)
            {
                path.Add(string.Create(CultureInfo.InvariantCulture, $"{Left + x * (Right - Left):F1},{Bottom - y * (Bottom - Top):F1}"));
                continue;
            }

            if (path.Count > 1)
                yield return string.Join(' ', path);
            path.Clear();
        }

        if (path.Count > 1)
            yield return string.Join(' ', path);
    }

    private static string Text(double value)
    {
        string[] parts = value.ToString("E0", CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return parts[0] == "1" && exponent is (< -2 or > 3)
            ? "10" + string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']))
            : value.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
