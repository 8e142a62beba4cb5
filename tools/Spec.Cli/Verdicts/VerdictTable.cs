using Spectre.Console;
using TrainingSpec.Claims;

namespace Spec.Cli.Verdicts;

/// <summary>Prints judged claims section by section, in columns that are as wide in every section.</summary>
internal static class VerdictTable
{
    private const int IdWidth = 6;
    private const int VerdictWidth = 11;

    // A border and two spaces around every column, and a border at the end.
    private const int PerColumn = 3;

    // From here on there is room for a column of reasons.
    private const int Wide = 120;

    // What does not fit so many lines of its column is cut; explain shows it whole.
    private const int MostLines = 8;

    /// <summary>One table per section.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<ClaimResult> results)
    {
        int width = console.Profile.Width;
        bool wide = width >= Wide;
        int room = width - IdWidth - VerdictWidth - PerColumn * (wide ? 5 : 4) - 1;
        int printed = wide ? room * 3 / 8 : room / 2, recomputed = wide ? room / 4 : room - printed, why = room - printed - recomputed;
        foreach (IGrouping<string, ClaimResult> section in results.GroupBy(r => $"{r.Claim.Document}: {r.Claim.Section}"))
        {
            Table table = new Table().Title(Markup.Escape(section.Key)).LeftAligned()
                .AddColumn("claim", c => c.Width(IdWidth).NoWrap())
                .AddColumn("the document prints", c => c.Width(printed))
                .AddColumn(wide ? "recomputed" : "recomputed, and why", c => c.Width(recomputed))
                .AddColumn("verdict", c => c.Width(VerdictWidth).NoWrap());
            if (wide)
                table.AddColumn("why", c => c.Width(why));
            foreach (ClaimResult result in section)
            {
                string prints = ErrataReport.Printed(result.Claim), reason = Reason(result.Finding);
                string value = wide || reason.Length == 0 ? result.Finding.Recomputed : $"{result.Finding.Recomputed}: {reason}".TrimStart(':', ' ');
                string[] cells = [result.Claim.Id, Fit(prints.Length > 0 ? prints : result.Claim.Statement, printed), Fit(value, recomputed)];
                table.AddRow([.. cells.Select(Markup.Escape), Colour(result.Finding.Verdict), .. wide ? [Markup.Escape(Fit(reason, why))] : Array.Empty<string>()]);
            }

            console.Write(table);
        }
    }

    // A confirmed claim needs no reason; what a reader must learn all the same stands there.
    private static string Reason(Finding finding)
    {
        string why = finding.Verdict == Verdict.Confirmed ? "" : finding.Why;
        return finding.Hazard is not { } hazard ? why : why.Length == 0 ? $"and yet: {hazard}" : $"{why}; and yet: {hazard}";
    }

    private static string Fit(string text, int column) => text.Length <= MostLines * column ? text : text[..(MostLines * column - 1)] + "…";

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "[green]confirmed[/]",
        Verdict.Erratum => "[red]erratum[/]",
        Verdict.NotChecked => "[grey]not-checked[/]",
        _ => $"[yellow]{VerdictWord.Of(verdict)}[/]",
    };
}
