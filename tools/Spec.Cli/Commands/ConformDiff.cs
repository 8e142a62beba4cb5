using System.CommandLine;
using Spec.Cli.Conformance;

namespace Spec.Cli.Commands;

/// <summary><c>spec conform diff A B</c>: what has changed between two reports.</summary>
internal static class ConformDiff
{
    public static Command Create(TextWriter output)
    {
        var before = new Argument<string>("before") { Description = "a report of spec conform --json" };
        var after = new Argument<string>("after") { Description = "another" };
        var command = new Command("diff", "Compare two reports, rule by rule; exit code 1 where a rule that was kept is not. Example: spec conform diff before.json after.json") { before, after };
        command.SetAction(parsed =>
        {
            Dictionary<string, string> old = Read(parsed.GetValue(before)!), now = Read(parsed.GetValue(after)!);
            int worse = 0;
            foreach (string id in old.Keys.Union(now.Keys))
            {
                string was = old.GetValueOrDefault(id, "not asked"), becomes = now.GetValueOrDefault(id, "not asked");
                if (was == becomes)
                    continue;
                worse += was == "kept" ? 1 : 0;
                output.WriteLine($"{id}: {was} -> {becomes}");
            }

            output.WriteLine($"{old.Count} rules before, {now.Count} after; {worse} that were kept are not.");
            return worse > 0 ? 1 : 0;
        });
        return command;
    }

    private static Dictionary<string, string> Read(string path) =>
        JudgementDocuments.Rules(Scoreboard.Read(path)).ToDictionary(r => JudgementDocuments.Text(r, "id"), r => JudgementDocuments.Text(r, "status"), StringComparer.Ordinal);
}
