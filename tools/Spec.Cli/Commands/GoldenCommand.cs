using System.CommandLine;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;
using TrainingSpec.Conformance.Bits;

namespace Spec.Cli.Commands;

/// <summary><c>spec golden check|regenerate|accept</c>.</summary>
internal static class GoldenCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("golden", "Golden files: per key the old value, the new one and the distance in ULPs");
        command.Subcommands.Add(Sub("check", "Recompute and compare; changes nothing", () => Report(output, GoldenFolder.Find().Check(Documents()))));
        command.Subcommands.Add(Sub("regenerate", "Write a received file for each that differs", () => Report(output, GoldenFolder.Find().Regenerate(Documents()))));
        command.Subcommands.Add(Sub("accept", "Move the received files over the verified ones, all or none", () =>
        {
            foreach (string accepted in GoldenFolder.Find().Accept())
                output.WriteLine($"accepted {accepted}");
            return 0;
        }));
        return command;
    }

    private static Command Sub(string name, string description, Func<int> run)
    {
        var command = new Command(name, description);
        command.SetAction(_ => run());
        return command;
    }

    private static IReadOnlyList<GoldenDocument> Documents() => GoldenCatalog.Documents(typeof(GoldenFolder).Assembly, typeof(ClaimFile).Assembly, typeof(BitGoldens).Assembly);

    private static int Report(TextWriter output, IReadOnlyList<GoldenResult> results)
    {
        foreach (GoldenResult result in results)
        {
            output.WriteLine($"{result.Document.Id}: {result.Status}");
            foreach (GoldenDifference d in result.Differences)
                output.WriteLine($"  {d}");
        }

        return results.All(r => r.Status == GoldenStatus.Match) ? 0 : 1;
    }
}
