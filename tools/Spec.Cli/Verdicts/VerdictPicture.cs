using System.Globalization;
using System.Net;
using System.Text;
using TrainingSpec.Claims;

namespace Spec.Cli.Verdicts;

/// <summary>Draws verdicts as SVG: a panel per document with its counts, and a square per claim in the document's order.</summary>
internal static class VerdictPicture
{
    private const int Width = 840;
    private const int Margin = 16;
    private const int Line = 20;
    private const int LegendColumns = 3;
    private const int Swatch = 11;
    private const int Pitch = 13;
    private const int CountWidth = 64;
    private const int PerRow = (Width - 2 * Margin) / Pitch;

    private static readonly Verdict[] Verdicts = Enum.GetValues<Verdict>();

    /// <summary>The picture of what was judged.</summary>
    public static string Draw(IReadOnlyList<ClaimResult> results) => Draw([.. results.Select(r => (r.Claim, (Verdict?)r.Finding.Verdict))]);

    /// <summary>The picture of the accepted verdicts on all documents.</summary>
    /// <exception cref="ClaimDataException">Claims or accepted verdicts can't be read.</exception>
    public static string Accepted(ClaimSource source) => Draw([.. ClaimFile.Documents.SelectMany(document =>
    {
        IReadOnlyDictionary<string, string>? accepted = source.Accepted(document);
        return ClaimFile.Read(document, source.Claims).Select(c => (c, accepted?.GetValueOrDefault(c.Id) is { } word ? Named(word) : null));
    })]);

    private static Verdict? Named(string word) => Array.FindIndex(Verdicts, v => VerdictWord.Of(v) == word) is >= 0 and int index ? Verdicts[index] : null;

    private static string Draw((Claim Claim, Verdict? Verdict)[] claims)
    {
        var body = new StringBuilder();
        int y = Margin + Line;
        Add(body, $"<text x=\"{Margin}\" y=\"{y}\" font-size=\"14\" font-weight=\"bold\">Verdicts on {Claims(claims.Length)}</text>");
        foreach (Verdict[] row in Verdicts.Chunk(LegendColumns))
        {
            y += Line;
            foreach ((int column, Verdict verdict) in row.Index())
                Entry(body, Margin + column * (Width - 2 * Margin) / LegendColumns, y, verdict, string.Create(CultureInfo.InvariantCulture, $"{Count(claims, verdict)} {VerdictWord.Of(verdict)}"));
        }

        foreach (IGrouping<string, (Claim Claim, Verdict? Verdict)> document in claims.GroupBy(c => c.Claim.Document))
            y = Panel(body, y + Line / 2, document.Key, [.. document]);
        int height = y + Margin;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">");
        Add(svg, $"<title>Verdicts on {Claims(claims.Length)}, by document</title>");
        Add(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        return svg.Append(body).Append("</svg>\n").ToString();
    }

    // Below a line of title and one of counts stand the squares; what is given back is where they end.
    private static int Panel(StringBuilder svg, int top, string document, (Claim Claim, Verdict? Verdict)[] claims)
    {
        string title = DocumentTitles.All.Single(d => d.Id == document).Title;
        Add(svg, $"<text x=\"{Margin}\" y=\"{top + Line}\" font-weight=\"bold\">{document}: {WebUtility.HtmlEncode(title)}, {Claims(claims.Length)}</text>");
        foreach ((int column, Verdict verdict) in Verdicts.Index())
            Entry(svg, Margin + column * CountWidth, top + 2 * Line, verdict, Count(claims, verdict).ToString(CultureInfo.InvariantCulture));
        foreach ((int i, (Claim claim, Verdict? verdict)) in claims.Index())
        {
            int x = Margin + i % PerRow * Pitch, y = top + 2 * Line + 8 + i / PerRow * Pitch;
            string about = WebUtility.HtmlEncode($"{claim.Id}, {claim.Section}: {(verdict is { } word ? VerdictWord.Of(word) : "not judged")}");
            Add(svg, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Swatch}\" height=\"{Swatch}\" fill=\"{Colour(verdict)}\"><title>{about}</title></rect>");
        }

        return top + 2 * Line + 8 + (claims.Length + PerRow - 1) / PerRow * Pitch;
    }

    private static string Claims(int n) => n == 1 ? "1 claim" : string.Create(CultureInfo.InvariantCulture, $"{n} claims");

    private static int Count((Claim Claim, Verdict? Verdict)[] claims, Verdict verdict) => claims.Count(c => c.Verdict == verdict);

    private static void Entry(StringBuilder svg, int x, int y, Verdict verdict, string text) =>
        Add(svg, $"<rect x=\"{x}\" y=\"{y - Swatch + 1}\" width=\"{Swatch}\" height=\"{Swatch}\" fill=\"{Colour(verdict)}\"/><text x=\"{x + Swatch + 6}\" y=\"{y}\">{text}</text>");

    // Okabe and Ito's colours, as in the plots: told apart by the colour-blind too.
    private static string Colour(Verdict? verdict) => verdict switch
    {
        Verdict.Confirmed => "#009e73",
        Verdict.Imprecise => "#56b4e9",
        Verdict.Erratum => "#d55e00",
        Verdict.Ambiguous => "#cc79a7",
        Verdict.Conflicts => "#e69f00",
        Verdict.NotChecked => "#999999",
        _ => "#ffffff",
    };

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
