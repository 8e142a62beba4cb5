using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spec.Cli.Conformance;
using Spectre.Console;
using TrainingSpec.Conformance;
using TrainingSpec.Conformance.Judging;

namespace Spec.Cli.Commands;

/// <summary><c>spec conform -- COMMAND</c>: judges a program that speaks the oracle protocol by the rules of the book.</summary>
internal static class ConformCommand
{
    private const int UsualCases = 32;
    private const int FewCases = 4;
    private const int MostCharacters = 600;

    public static Command Create(TextWriter output, TextWriter error)
    {
        var program = new Argument<string[]>("command") { Description = "after --: the program that answers the protocol, and its arguments", Arity = ArgumentArity.ZeroOrMore };
        var matrix = new Option<string[]>("--matrix") { Description = "judge nothing: set reports of --json side by side, as Markdown on standard output or in the files of --markdown and --html", AllowMultipleArgumentsPerToken = true, HelpName = "file" };
        var bugs = new Option<string>("--bugs") { Description = "with --matrix: the page of what is found in libraries, whose sentences stand beside the deviations; one that it lacks fails the run and is named", HelpName = "file" };
        var check = new Option<string>("--check") { Description = "with --matrix: a scoreboard; a cell that differs from it fails the run and is named", HelpName = "file" };
        var run = new Option<string[]>("--run") { Description = "only rules whose id matches one of these, such as ADAM-*", AllowMultipleArgumentsPerToken = true, HelpName = "glob" };
        var skip = new Option<string[]>("--skip") { Description = "not the rules whose id matches one of these", AllowMultipleArgumentsPerToken = true, HelpName = "glob" };
        var expected = new Option<string>("--expected") { Description = "known failures: a line has the id of a rule, or the name of an operation, and the reason; one that is kept after all fails the run", HelpName = "file" };
        var smoke = new Option<bool>("--smoke") { Description = $"draw {FewCases} cases for each operation instead of {UsualCases}" };
        var seed = new Option<ulong>("--seed") { Description = "draws the cases", DefaultValueFactory = _ => 1, HelpName = "number" };
        var patience = new Option<double>("--timeout") { Description = "seconds that an answer may take", DefaultValueFactory = _ => 10, HelpName = "seconds" };
        var start = new Option<double>("--start-timeout") { Description = "seconds that the first answer may take", DefaultValueFactory = _ => 60, HelpName = "seconds" };
        var wrong = new Option<bool>("--wrong") { Description = "judge each of our wrong implementations instead: its rules broken, no others, its mistake named (minutes)" };
        (string Name, string What, Func<JsonObject, string> Write)[] documents =
        [
            ("--json", "the report as JSON", report => report.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n"),
            ("--junit", "the report as JUnit XML", JudgementDocuments.JUnit),
            ("--markdown", "the report as Markdown", JudgementDocuments.Markdown),
            ("--html", "the report as one page of HTML", JudgementDocuments.Html),
        ];
        Option<string>[] files = [.. documents.Select(d => new Option<string>(d.Name) { Description = d.What, HelpName = "file" })];
        var command = new Command("conform", "Judge a program that speaks the oracle protocol: which rules it keeps, which it breaks, and by which mistake. Example: spec conform --run \"ADAM-*\" -- python3 adapter.py")
        {
            program, run, skip, expected, smoke, seed, patience, start, matrix, bugs, check, wrong,
        };
        foreach (Option<string> file in files)
            command.Options.Add(file);
        command.Subcommands.Add(ConformDiff.Create(output));
        command.SetAction(parsed =>
        {
            OutputFile?[] targets = [.. files.Select(f => OutputFile.Of(f.Name, parsed.GetValue(f)))];
            OutputFile.RefuseSame(targets);
            (string, string?)[] inputs =
            [
                .. (parsed.GetValue(matrix) ?? []).Select(report => (matrix.Name, (string?)report)),
                .. new[] { bugs, check, expected }.Select(option => (option.Name, parsed.GetValue(option))),
                .. ReadFiles.Of(parsed.GetValue(program)!),
            ];
            foreach (OutputFile? target in targets)
                target?.RefuseInputs(inputs);
            if (parsed.GetValue(matrix) is { Length: > 0 } reports)
                return SideBySide(output, [.. reports.Select(Scoreboard.Read)], (parsed.GetValue(bugs), parsed.GetValue(check)), targets[2], targets[3]);
            if (parsed.GetValue(bugs) is not null || parsed.GetValue(check) is not null)
                throw new ArgumentException("--bugs and --check need --matrix");
            if (parsed.GetValue(wrong))
                return WrongOnes(output, new OperationCases(parsed.GetValue(seed), parsed.GetValue(smoke) ? FewCases : UsualCases));
            string[] peerCommand = parsed.GetValue(program)!;
            if (peerCommand.Length == 0)
                throw new ArgumentException("command is missing: spec conform -- COMMAND and its arguments");
            JudgedRule[] rules = Rules(parsed.GetValue(run) ?? [], parsed.GetValue(skip) ?? []);
            ExpectedFailures known = parsed.GetValue(expected) is { } path ? ExpectedFailures.Read(path, AllRules().Select(r => r.Id)) : ExpectedFailures.None;
            using var peer = new PeerProcess(peerCommand, Seconds("timeout", parsed.GetValue(patience)), Seconds("start-timeout", parsed.GetValue(start)));
            var judge = new Judge(peer, rules, new OperationCases(parsed.GetValue(seed), parsed.GetValue(smoke) ? FewCases : UsualCases));
            Judgement judgement = Terminal.Progress(output, "asking", rules.Length + 2.0 * CaseRequests.Operations.Count, step => judge.Run(_ => step(1)));
            if (peer.Answers == 0)
                judgement = judgement with { Peer = judgement.Peer with { Operations = [], DataTypes = [] } };
            JsonObject report = JudgementReport.Of(judgement, known, peerCommand);
            OutputFile.Write(output, [.. targets.Zip(documents, (target, document) => (target, (Func<string>)(() => document.Write(report))))]);
            return Print(targets.Any(t => t?.IsStandardOutput == true) ? error : output, report, judgement, known, peer);
        });
        return command;
    }

    /// <summary>The rules that other implementations are asked to keep, in the order of the book.</summary>
    internal static IReadOnlyList<JudgedRule> AllRules() =>
        [.. ChapterFolder.Read().SelectMany(c => c.Rules.Where(r => r.Level != "library").Select(r => new JudgedRule(r.Id, r.Level, c.Topic, r.Sentence)))];

    private static JudgedRule[] Rules(string[] run, string[] skip)
    {
        static bool Matches(string glob, string id) => FileSystemName.MatchesSimpleExpression(glob, id, ignoreCase: true);
        IReadOnlyList<JudgedRule> all = AllRules();
        foreach (string glob in run.Concat(skip))
        {
            if (!all.Any(r => Matches(glob, r.Id)))
                throw new ArgumentException($"{glob} matches no rule; spec list rules lists them");
        }

        JudgedRule[] selected = [.. all.Where(r => (run.Length == 0 || run.Any(g => Matches(g, r.Id))) && !skip.Any(g => Matches(g, r.Id)))];
        return selected.Length > 0 ? selected : throw new ArgumentException($"{(run.Length > 0 ? $"--run {string.Join(' ', run)} with " : "")}--skip {string.Join(' ', skip)} leaves no rule to ask");
    }

    private static int WrongOnes(TextWriter output, OperationCases cases)
    {
        WrongImplementation[] all = [.. WrongSuite.All.Values];
        var unnoticed = new string?[all.Length];
        Terminal.Progress(output, "judging", all.Length, done => Parallel.For(0, all.Length, i =>
        {
            unnoticed[i] = new WrongOnPurpose(all[i]).Unnoticed(cases);
            done(1);
        }));
        foreach ((WrongImplementation wrong, string? how) in all.Zip(unnoticed).Where(x => x.Second is not null))
            output.WriteLine($"{wrong.Name} {how}");
        int noticed = unnoticed.Count(u => u is null);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Length} wrong implementations: {noticed} break their rules, no others, and are named."));
        return noticed == all.Length ? 0 : 1;
    }

    private static int SideBySide(TextWriter output, JsonObject[] reports, (string? Bugs, string? Accepted) pages, OutputFile? markdown, OutputFile? html)
    {
        var board = new Scoreboard(reports, pages.Bugs is null ? [] : FoundBugs.Read(pages.Bugs));
        (bool isSame, IReadOnlyList<string> lines) = pages.Accepted is null ? (true, []) : board.Compare(File.ReadAllText(pages.Accepted));
        OutputFile.Write(output, (markdown, board.Markdown), (html, () => ScoreboardPage.Of(board)));
        if (markdown is null && html is null && pages.Accepted is null)
            output.Write(board.Markdown());
        foreach (string line in lines)
            output.WriteLine(line);
        IReadOnlyList<string> unknown = pages.Bugs is null ? [] : board.Unknown;
        foreach (string deviation in unknown)
            output.WriteLine($"{deviation} has no entry in {pages.Bugs}");
        return isSame && unknown.Count == 0 ? 0 : 1;
    }

    /// <summary>A time limit of the command line.</summary>
    internal static TimeSpan Seconds(string name, double seconds) => seconds is > 0 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} = {seconds} is outside (0, 86400]"));

    private static int Print(TextWriter output, JsonObject report, Judgement judgement, ExpectedFailures known, PeerProcess peer)
    {
        IAnsiConsole console = Terminal.Console(output);
        foreach (RuleJudgement rule in judgement.Rules.Where(r => r.Status is not (RuleStatus.Kept or RuleStatus.Unsupported)))
        {
            JsonObject detail = JudgementDocuments.Rules(report).First(r => (string)r["id"]! == rule.Rule.Id);
            console.WriteLine($"{rule.Rule.Id} {rule.Status.Word()} ({rule.Rule.Level}): {rule.Rule.Sentence}");
            foreach (string line in JudgementDocuments.Detail(detail).Split('\n'))
                console.WriteLine("  " + (line.Length > MostCharacters ? line[..MostCharacters] + "… (whole in --json)" : line));
        }

        OperationOutcome[] differing = [.. judgement.Operations.Where(o => o.Status >= RuleStatus.TimedOut)];
        foreach (OperationOutcome o in differing)
            console.WriteLine($"{o.Op} in {o.DataType}: {o.Differing} of {o.Cases} drawn cases differ; {o.Reason}{(o.Mistakes.Count > 0 ? $"; likely mistake: {string.Join(" or ", o.Mistakes)}" : "")}");
        string[] passing = [.. known.Passing(judgement)];
        foreach (string id in passing)
            console.WriteLine($"{id} is listed as a known failure and is kept");
        RuleJudgement[] failed = [.. judgement.Failed.Where(r => known.Of(r.Rule.Id) is null)];
        var head = new StringBuilder($"{judgement.Peer.Name} {judgement.Peer.Version}".TrimEnd());
        head.Append(CultureInfo.InvariantCulture, $"{(peer.Answers == 0 ? " gave no answer to any question" : $", {judgement.Peer.Operations.Count} operations in {string.Join(" and ", judgement.Peer.DataTypes)}")}, seed {judgement.Seed}: {judgement.Rules.Count} rules: ");
        head.AppendJoin(", ", Enum.GetValues<RuleStatus>().Where(s => judgement.Count(s) > 0).Select(s => string.Create(CultureInfo.InvariantCulture, $"{judgement.Count(s)} {s.Word()}")));
        head.Append(CultureInfo.InvariantCulture, $"; {differing.Length} of {judgement.Operations.Count} operations differ in drawn cases.");
        if (peer.Banners > 0)
            head.Append(CultureInfo.InvariantCulture, $" {peer.Banners} lines on its standard output were no answers.");
        if (peer.Failures > 0)
            head.Append(CultureInfo.InvariantCulture, $" {peer.Failures} questions got no answer{(peer.NotAsked > 0 ? $"; after {PeerProcess.MostStartsInVain} starts without an answer it was not started again, and {peer.NotAsked} questions were not asked" : "")}.");
        console.WriteLine(head.ToString());

        // What is known of it is no excuse for a program that says nothing at all.
        return peer.Answers == 0 || failed.Length > 0 || passing.Length > 0 || known.Unknown(judgement).Any() ? 1 : 0;
    }
}
