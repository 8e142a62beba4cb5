using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Revealing;

namespace Spec.Cli.Commands;

/// <summary><c>spec reveal -- COMMAND</c>: in which order a program adds, and whether a row's result depends on its batch, from its answers alone.</summary>
internal static class RevealCommand
{
    private const int MostTerms = 1024;
    private const int MostDrawn = 16;
    private const int MostCharacters = 300;
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(TextWriter output)
    {
        var program = new Argument<string[]>("command") { Description = "after --: the program that answers the protocol, and its arguments", Arity = ArgumentArity.ZeroOrMore };
        var count = new Option<int>("--count") { Description = $"terms of each sum, 2 to {MostTerms}; beside a power of two, means are not compared bit by bit", DefaultValueFactory = _ => 256, HelpName = "number" };
        var run = new Option<string[]>("--run") { Description = "only the sums and rows whose name matches one of these, such as norm.l2*", AllowMultipleArgumentsPerToken = true, HelpName = "glob" };
        var seed = new Option<ulong>("--seed") { Description = "draws the sums and rows", DefaultValueFactory = _ => 1, HelpName = "number" };
        var patience = new Option<double>("--timeout") { Description = "seconds that an answer may take", DefaultValueFactory = _ => 10, HelpName = "seconds" };
        var start = new Option<double>("--start-timeout") { Description = "seconds that the first answer may take", DefaultValueFactory = _ => 60, HelpName = "seconds" };
        var json = new Option<string>("--json") { Description = "what was revealed as JSON, trees in full", HelpName = "file" };
        var command = new Command("reveal", "Reveal in which order a program adds the terms of its sums, and whether a row depends on its batch, from its answers alone. Example: spec reveal -- python3 adapter.py") { program, count, run, seed, patience, start, json };
        command.SetAction(parsed =>
        {
            OutputFile? target = OutputFile.Of("--json", parsed.GetValue(json));
            string[] peerCommand = parsed.GetValue(program)!;
            target?.RefuseInputs(ReadFiles.Of(peerCommand));
            if (peerCommand.Length == 0)
                throw new ArgumentException("command is missing: spec reveal -- COMMAND and its arguments");
            int n = parsed.GetValue(count);
            if (n is < 2 or > MostTerms)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"count = {n} is outside [2, {MostTerms}]"));
            string[] globs = parsed.GetValue(run) ?? [];
            bool Wanted(string name) => globs.Length == 0 || globs.Any(g => FileSystemName.MatchesSimpleExpression(g, name, ignoreCase: true));
            SumProbe[] sums = [.. SumProbes.All.Where(p => Wanted(p.Name))];
            RowProbe[] rows = [.. RowProbes.All.Where(p => Wanted(p.Name))];
            if (sums.Length + rows.Length == 0)
                throw new ArgumentException($"run = {string.Join(' ', globs)} matches none of: {string.Join("; ", SumProbes.All.Select(p => p.Name).Concat(RowProbes.All.Select(p => p.Name)))}");
            using var peer = new PeerProcess(peerCommand, ConformCommand.Seconds("timeout", parsed.GetValue(patience)), ConformCommand.Seconds("start-timeout", parsed.GetValue(start)));
            Revelation revelation = Terminal.Progress(output, "asking", 1 + 2.0 * (sums.Length + rows.Length), step => Ask(peer, sums, rows, n, parsed.GetValue(seed), step));

            // Who answers nothing is no program to ask.
            if (revelation.Sums.Select(s => (s.Kind, s.Shape)).Concat(revelation.Rows.Select(r => (r.Kind, Shape: r.Note))).ToArray() is [var (kind, reason), ..] all && all.All(x => x.Kind == SumKind.NoAnswer) && kind == SumKind.NoAnswer)
                throw new IOException($"command = {string.Join(' ', peerCommand)} answers nothing{(peer.Answers > 0 ? " that can be read" : "")}: {reason}");
            OutputFile.Write(output, (target, () => Report(revelation).ToJsonString(Written) + "\n"));
            if (target?.IsStandardOutput != true)
                Print(Terminal.Console(output), revelation, n);
            return 0;
        });
        return command;
    }

    private static Revelation Ask(PeerProcess peer, SumProbe[] sums, RowProbe[] rows, int count, ulong seed, Action<double> step)
    {
        PeerDescription description = Handshake.With(peer);
        step(1);
        T Done<T>(T result)
        {
            step(1);
            return result;
        }

        bool Has(string op) => description.Operations.Contains(op);

        // The large terms of its questions are beyond the half formats.
        string[] types = [.. description.DataTypes.Where(t => t is "float64" or "float32")];
        var sumReveal = new SumReveal(peer, count, seed);
        var rowReveal = new RowReveal(peer, seed);
        return new(
            description,
            [.. sums.Where(p => Has(p.Operation)).SelectMany(p => types.Select(t => Done(sumReveal.Reveal(p, t))))],
            [.. rows.Where(p => Has(p.Operation)).SelectMany(p => types.Select(t => Done(rowReveal.Reveal(p, t))))]);
    }

    private static void Print(IAnsiConsole console, Revelation revelation, int count)
    {
        foreach (IGrouping<string, RevealedSum> sum in revelation.Sums.GroupBy(s => s.Name))
        {
            // What is the same in all dtypes is said once.
            foreach (IGrouping<(string Text, string? Tree), RevealedSum> alike in sum.GroupBy(s => (Text(s), s.Tree?.ToString())))
            {
                console.WriteLine($"{sum.Key}, {string.Join(" and ", alike.Select(s => s.DataType))}: {alike.Key.Text}");
                if (alike.First() is { Kind: SumKind.Tree, Tree: { } tree })
                    Draw(console, tree);
            }
        }

        foreach (IGrouping<string, RevealedRow> row in revelation.Rows.GroupBy(r => r.Name))
        {
            foreach (IGrouping<string, RevealedRow> alike in row.GroupBy(Text))
                console.WriteLine($"{row.Key}, {string.Join(" and ", alike.Select(r => r.DataType))}: {alike.Key}");
        }

        RevealedSum[] asked = [.. revelation.Sums.Where(s => s.Kind is not (SumKind.Unsupported or SumKind.NoAnswer))];
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{$"{revelation.Peer.Name} {revelation.Peer.Version}".TrimEnd()}: {asked.Length} sums of {count} terms, {asked.Count(s => s.Kind == SumKind.Tree)} by a tree, {asked.Count(s => s.Kind == SumKind.Compensated)} compensated or exact, {asked.Count(s => s.Kind == SumKind.Unknown)} unknown; {revelation.Rows.Count(r => r.Differing > 0)} of {revelation.Rows.Count(r => r.Kind == SumKind.Tree)} row results depend on their batch."));
    }

    private static string Text(RevealedSum sum) => sum.Kind is SumKind.Unsupported or SumKind.NoAnswer || (sum.Kind == SumKind.Unknown && sum.Drawn == 0)
        ? sum.Shape
        : string.Create(CultureInfo.InvariantCulture, $"{sum.Shape} ({(sum.Drawn == 0 ? "by masks alone" : $"{sum.Confirmed} of {sum.Drawn} drawn sums have these bits")})");

    private static string Text(RevealedRow row) => row.Kind != SumKind.Tree ? row.Note
        : row.Differing == 0 ? string.Create(CultureInfo.InvariantCulture, $"the same bits in all {row.Companies} companies")
        : string.Create(CultureInfo.InvariantCulture, $"other bits in {row.Differing} of {row.Companies} companies; {row.Note}");

    private static void Draw(IAnsiConsole console, SummationTree tree)
    {
        if (tree.Count > MostDrawn)
        {
            string text = tree.ToString();
            foreach (char[] line in (text.Length > MostCharacters ? text[..MostCharacters] + "… (whole in --json)" : text).Chunk(console.Profile.Width - 2))
                console.WriteLine($"  {new string(line)}");
            return;
        }

        var drawn = new Tree("+");
        Add(drawn, tree);
        console.Write(new Padder(drawn, new Padding(2, 0, 0, 0)));
    }

    private static void Add(IHasTreeNodes at, SummationTree tree)
    {
        foreach (SummationTree part in new[] { tree.Left, tree.Right }.OfType<SummationTree>())
        {
            TreeNode node = at.AddNode(part.Left is null ? part.First.ToString(CultureInfo.InvariantCulture) : "+");
            Add(node, part);
        }
    }

    private static JsonObject Report(Revelation revelation) => new()
    {
        ["peer"] = new JsonObject { ["name"] = revelation.Peer.Name, ["version"] = revelation.Peer.Version, ["language"] = revelation.Peer.Language },
        ["sums"] = new JsonArray([.. revelation.Sums.Select(s => (JsonNode)new JsonObject
        {
            ["name"] = s.Name,
            ["op"] = s.Operation,
            ["dtype"] = s.DataType,
            ["terms"] = s.Count,
            ["kind"] = Word(s.Kind),
            ["shape"] = s.Shape,
            ["tree"] = s.Tree?.ToString(),
            ["confirmed"] = s.Confirmed,
            ["drawn"] = s.Drawn,
            ["questions"] = s.Questions,
        })]),
        ["rows"] = new JsonArray([.. revelation.Rows.Select(r => (JsonNode)new JsonObject
        {
            ["name"] = r.Name,
            ["op"] = r.Operation,
            ["dtype"] = r.DataType,
            ["kind"] = r.Kind == SumKind.Tree ? "asked" : Word(r.Kind),
            ["companies"] = r.Companies,
            ["differing"] = r.Differing,
            ["note"] = r.Note,
        })]),
    };

    private static string Word(SumKind kind) => kind == SumKind.NoAnswer ? "no-answer" : kind.ToString().ToLowerInvariant();
}
