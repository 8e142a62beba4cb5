using System.CommandLine;
using System.Globalization;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;
using TrainingSpec.Conformance.Bits;

namespace Spec.Cli.Commands;

/// <summary><c>spec golden check|regenerate|accept</c>.</summary>
internal static class GoldenCommand
{
    /// <summary>Computes the golden documents of some topics, of all where there is no set, each time it is enumerated.</summary>
    internal delegate IEnumerable<GoldenDocument> Source(IReadOnlySet<string>? topics);

    public static Command Create(TextWriter output) => Create(output, GoldenFolder.Find, Documents);

    /// <summary>The command over a folder and documents.</summary>
    internal static Command Create(TextWriter output, Func<GoldenFolder> folder, Source documents)
    {
        var command = new Command("golden", "Golden files: per key the old value, the new one and the distance in ULPs");
        void Add(string name, string description, Func<GoldenFolder, IEnumerable<GoldenDocument>, int> run)
        {
            var sub = new Command(name, description + $". Example: spec golden {name} adam adamw");
            var topics = new Argument<string[]>("topic") { Description = "the folders of golden/ that are looked at; all of them by default", Arity = ArgumentArity.ZeroOrMore };
            sub.Arguments.Add(topics);
            sub.SetAction(parsed => Over(folder(), documents, parsed.GetValue(topics) ?? [], run));
            command.Subcommands.Add(sub);
        }

        Add("check", "Recompute and print what differs; changes nothing", (f, all) => Report(output, f.Survey([.. all])));
        Add("regenerate", "Write a received file for each that differs, and clear stale ones away", (f, all) => Report(output, f.RegenerateAll([.. all])));
        Add("accept", "Move the received files over the verified ones, all or none; only what this build computes", (f, all) => Accept(output, f, all));
        return command;
    }

    private static int Over(GoldenFolder folder, Source documents, string[] names, Func<GoldenFolder, IEnumerable<GoldenDocument>, int> run)
    {
        if (names.Length == 0)
            return run(folder, documents(null));
        var topics = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        string[] there = Directory.Exists(folder.Root) ? [.. Directory.GetDirectories(folder.Root).Select(d => Path.GetFileName(d)!)] : [];
        string[] unseen = [.. names.Except(there, StringComparer.OrdinalIgnoreCase)];
        if (unseen.Length == 0)
            return run(folder.Of(topics), documents(topics));

        // A topic that has no file yet is one that has a document.
        GoldenDocument[] computed = [.. documents(topics)];
        foreach (string name in unseen.Where(n => !Array.Exists(computed, d => d.Topic.Equals(n, StringComparison.OrdinalIgnoreCase))))
            throw new ArgumentException($"topic = {name} is outside the topics of golden files{NearNames.Question(name, there)}");
        return run(folder.Of(topics), computed);
    }

    // Computed when they are asked for, each time.
    private static IEnumerable<GoldenDocument> Documents(IReadOnlySet<string>? topics)
    {
        Type[] types = [.. new[] { typeof(GoldenFolder), typeof(ClaimFile), typeof(BitGoldens) }.SelectMany(t => t.Assembly.GetTypes())];
        foreach (GoldenDocument document in GoldenCatalog.Documents(types, topics))
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
