using System.Globalization;
using System.Net;
using System.Text;
using TrainingSpec.Claims;

namespace Spec.Cli.Verdicts;

/// <summary>Draws the verdicts of a document as an SVG table: a row per section, a square per claim.</summary>
internal static class VerdictPicture
{
    private const int Row = 22;
    private const int Label = 330;

    public static string Draw(IReadOnlyList<ClaimResult> results)
    {
        IGrouping<string, ClaimResult>[] sections = [.. results.GroupBy(r => r.Claim.Section)];
        int width = Label + 18 * sections.Select(s => s.Count()).DefaultIfEmpty(16).Max() + 16;
        int height = Row * (sections.Length + 3);
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">");
        Line(svg, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        for (int i = 0; i < sections.Length; i++)
        {
            int y = Row * (i + 1);
            Line(svg, $"<text x=\"{Label - 10}\" y=\"{y}\" text-anchor=\"end\">{WebUtility.HtmlEncode(Short(sections[i].Key))}</text>");
            int x = Label;
            foreach (ClaimResult r in sections[i])
            {
                Line(svg, $"<rect x=\"{x}\" y=\"{y - 13}\" width=\"15\" height=\"15\" rx=\"2\" fill=\"{Colour(r.Finding.Verdict)}\"><title>{r.Claim.Id}: {VerdictWord.Of(r.Finding.Verdict)}</title></rect>");
                x += 18;
            }
        }

        int left = 16;
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
        {
            int y = Row * (sections.Length + 2);
            string text = $"{results.Count(r => r.Finding.Verdict == verdict)} {VerdictWord.Of(verdict)}";
            Line(svg, $"<rect x=\"{left}\" y=\"{y - 13}\" width=\"15\" height=\"15\" rx=\"2\" fill=\"{Colour(verdict)}\"/><text x=\"{left + 20}\" y=\"{y}\">{text}</text>");
            left += 30 + 8 * text.Length;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Short(string text) => text.Length <= 44 ? text : text[..43] + "…";

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "#3a9d5d",
        Verdict.Imprecise => "#e5b93c",
        Verdict.Erratum => "#c8372d",
        Verdict.Ambiguous => "#8a63b8",
        Verdict.Conflicts => "#e07b2e",
        _ => "#b0b0b0",
    };

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
