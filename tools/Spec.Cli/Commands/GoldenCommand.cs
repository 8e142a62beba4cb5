using System.CommandLine;
using System.Globalization;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;
using TrainingSpec.Conformance.Bits;

namespace Spec.Cli.Commands;

/// <summary><c>spec golden check|regenerate|accept</c>.</summary>
internal static class GoldenCommand
{
    public static Command Create(TextWriter output) =>
        Create(output, GoldenFolder.Find, Documents());

    /// <summary>The command over a folder and documents.</summary>
    internal static Command Create(TextWriter output, Func<GoldenFolder> folder, IEnumerable<GoldenDocument> documents)
    {
        var command = new Command("golden", "Golden files: per key the old value, the new one and the distance in ULPs");
        command.Subcommands.Add(Sub("check", "Recompute and print what differs; changes nothing", () => Report(output, folder().Survey([.. documents]))));
        command.Subcommands.Add(Sub("regenerate", "Write a received file for each that differs, and clear stale ones away", () => Report(output, folder().RegenerateAll([.. documents]))));
        command.Subcommands.Add(Sub("accept", "Move the received files over the verified ones, all or none; only what this build computes", () => Accept(output, folder(), documents)));
        return command;
    }

    private static Command Sub(string name, string description, Func<int> run)
    {
        var command = new Command(name, description);
        command.SetAction(_ => run());
        return command;
    }

    // Computed when they are asked for, each time.
    private static IEnumerable<GoldenDocument> Documents()
    {
        foreach (GoldenDocument document in GoldenCatalog.Documents(typeof(GoldenFolder).Assembly, typeof(ClaimFile).Assembly, typeof(BitGoldens).Assembly))
            yield return document;
    }

    private static int Accept(TextWriter output, GoldenFolder folder, IEnumerable<GoldenDocument> documents)
    {
        (IReadOnlyList<string> accepted, GoldenSurvey left) = folder.Accept(documents);
        foreach (string file in accepted)
            output.WriteLine($"accepted {file}");
        foreach (GoldenResult result in left.Differing)
            output.WriteLine($"not accepted: {result.Document.Id} differs and was not received; spec golden regenerate shows how");
        foreach (string remark in left.Remarks())
            output.WriteLine(remark);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{left.Results.Count} documents: {accepted.Count} accepted, {left.Results.Count - accepted.Count - left.Differing.Count} as accepted before, {left.Differing.Count} differ."));
        return left.IsClean ? 0 : 1;
    }

    private static int Report(TextWriter output, GoldenSurvey survey)
    {
        foreach (GoldenResult result in survey.Differing)
        {
            output.WriteLine(result.Head());
            foreach (GoldenDifference d in result.Differences)
                output.WriteLine($"  {d}");
        }

        foreach (string remark in survey.Remarks())
            output.WriteLine(remark);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{survey.Results.Count} documents: {survey.Results.Count - survey.Differing.Count} as accepted, {survey.Differing.Count} differ in {survey.Differing.Sum(r => r.Differences.Count)} values; {survey.Orphans.Count} orphans, {survey.Strays.Count} strays, {survey.Stale.Count} stale."));
        return survey.IsClean ? 0 : 1;
    }
}
