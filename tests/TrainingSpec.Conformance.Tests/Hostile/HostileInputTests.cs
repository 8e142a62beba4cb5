using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Tests.Oracle;

namespace TrainingSpec.Conformance.Tests.Hostile;

/// <summary>Inputs on which implementations lose what they can represent: every operation that computes, in every dtype that it has.</summary>
internal sealed class HostileInputTests
{
    // What comes of whole numbers alone.
    private static readonly string[] Exact = ["describe", "random.philox", "random.uniform", "split", "batches", "init.fans"];
    private static readonly string[] Narrow = ["cast", "dropout", "log_softmax", "logsumexp", "softmax", .. RoundedOnce];

    /// <summary>What answers in float16 and bfloat16 by one rounding of wider arithmetic.</summary>
    internal static string[] RoundedOnce =>
    [
        "accumulate", "adadelta.step", "adafactor.step", "adagrad.step", "adam.step", "adamax.step", "adamw.step", "amsgrad.step", "average.weights", "clip.global_norm", "clip.per_tensor_norm", "clip.value", "cross_entropy",
        "lamb.step", "lars.step", "layer_norm", "lion.step", "muon.step", "nadam.step", "norm.l2", "radam.step", "rmsprop.step", "sgd.step",
    ];

    private static string Folder => Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Hostile");

    private static HostileRow[] Rows { get; } = [.. File.ReadLines(Path.Combine(Folder, "inputs.jsonl")).Select(line => new HostileRow(line))];

    // Places of rows that are known to be off; one that has been mended leaves the list, so that it can't go back.
    private static HashSet<string> Open { get; } = [.. Lines("open.txt")];

    private static IEnumerable<string> Operations => Rows.Select(row => row.Operation).Distinct();

    [TestCaseSource(nameof(Operations))]
    public void Nothing_that_can_be_held_is_lost(string operation)
    {
        HostileRow[] rows = [.. Rows.Where(row => row.Operation == operation)];
        string[] answers = Ask.Lines(string.Concat(rows.Select(row => row.Request + "\n")));
        Assert.That(answers, Has.Length.EqualTo(rows.Length));
        (HostileRow Row, string Place, string Words)[] off = [.. rows.Zip(answers).SelectMany(pair => pair.First.Off(pair.Second).Select(found => (pair.First, $"{pair.First.Id} {found.Place}", found.Words)))];
        HashSet<string> ids = [.. rows.Select(row => row.Id)];
        Assert.Multiple(() =>
        {
            Assert.That(off.Where(found => !Open.Contains(found.Place)).Select(found => $"{found.Place}: {found.Row.Kind}: {found.Row.Request}: {found.Words}"), Is.Empty, "off");
            Assert.That(Open.Where(place => ids.Contains(IdOf(place))).Except(off.Select(found => found.Place)), Is.Empty, "right now, to be taken out of open.txt");
        });
    }

    [Test]
    public void Every_operation_that_computes_has_hostile_rows_in_every_dtype() => Assert.Multiple(() =>
    {
        Assert.That(Rows, Has.Length.GreaterThanOrEqualTo(900));
        Assert.That(Rows.Select(row => row.Id), Is.Unique);
        Assert.That(Rows.Select(row => row.Request[row.Request.IndexOf("\"op\"", StringComparison.Ordinal)..]), Is.Unique);
        Assert.That(Open.Select(IdOf).Except(Rows.Select(row => row.Id)), Is.Empty);
        Assert.That(Rows.SelectMany(row => row.Leave.Values), Has.None.Empty);
        Assert.That(OperationTable.Names.Except(Exact).Except(Operations), Is.EquivalentTo(Lines("none.txt")), "rows of inputs.jsonl are missing; none.txt names the operations that have none yet");
        foreach (string operation in Operations.Except(["gpt.count"]))
        {
            IEnumerable<string> types = Narrow.Contains(operation) ? Protocol.DataTypes : ["float64", "float32"];
            Assert.That(types.Except(Rows.Where(row => row.Operation == operation).Select(row => row.DataType)), Is.Empty, operation);
        }
    });

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(Folder, file)).Where(line => line.Length > 0 && line[0] != '#');

    private static string IdOf(string place) => place.Split(' ')[0];

    [TestCase("""{"ok": true, "result": {"y": [1.0000000000000035, 2]}}""", null)]
    [TestCase("""{"ok": true, "result": {"y": [1.0000000000000038, 2]}}""", "y[0] is 1.0000000000000038, right is 1, 17 units apart")]
    [TestCase("""{"ok": true, "result": {"y": ["NaN", 2]}}""", "y[0] is NaN, right is 1")]
    [TestCase("""{"ok": true, "result": {"y": ["Infinity", 2]}}""", "y[0] is Infinity, right is 1")]
    [TestCase("""{"ok": true, "result": {"y": [1]}}""", "y is [1]")]
    [TestCase("""{"ok": true, "result": {"y": 1}}""", "y is 1")]
    [TestCase("""{"ok": true, "result": {}}""", "y is missing")]
    [TestCase("""{"ok": true, "result": {"y": [1, 2.5]}}""", "y[1] is 2.5, right is 2, 2 units apart")]
    [TestCase("""{"ok": true, "result": {"y": ["NaN", 3]}}""", "y[0] is NaN, right is 1; y[1] is 3, right is 2, 4 units apart")]
    [TestCase("""{"ok": true, "result": {"y": [1, 2], "left": 5, "z": 5}}""", "z is compared with nothing")]
    [TestCase("""{"ok": false, "error": {"argument": "p", "message": "no p"}}""", null)]
    [TestCase("""{"ok": false, "error": {"argument": "x", "message": "no x"}}""", "refused: no x")]
    public void What_is_off_is_seen(string answer, string? off)
    {
        // 16 units of 1 in binary64, or two quarters: the last place of 2^50.
        string most = off?.Contains("units apart", StringComparison.Ordinal) == true && !off.StartsWith("y[0] is 1.", StringComparison.Ordinal) ? """ "units": "1", """ : "";
        var row = new HostileRow("""{"id": "a", "kind": "b", "request": {"op": "dropout", "dtype": "float64", "args": {}}, "right": {"y": ["1", "2"]}, MOST "unit": {"y": ["0", "1125899906842624"]}, "refusal": "p", "leave": {"left": "why"}}""".Replace("MOST", most, StringComparison.Ordinal));
        Assert.That(string.Join("; ", row.Off(answer).Select(found => found.Words)), Is.EqualTo(off ?? ""));
    }

    [Test]
    public void A_place_is_named_from_the_answers_first_member_on()
    {
        var row = new HostileRow("""{"id": "a", "kind": "b", "request": {"op": "adam.step", "dtype": "float64", "args": {}}, "right": {"state": {"m": [["1"]], "step": 1}}}""");
        Assert.Multiple(() =>
        {
            Assert.That(row.Off("""{"ok": true, "result": {"state": {"m": [[2]], "step": 2, "v": 0}}}""").Select(found => found.Place), Is.EqualTo(new[] { "state.m[0][0]", "state.step", "state.v" }));
            Assert.That(row.Off("""{"ok": false, "error": {"argument": "x", "message": "no x"}}""").Select(found => found.Place), Is.EqualTo(new[] { "refused" }));
        });
    }

    [TestCase(500)]
    [TestCase(20, Category = Deep.Category)]
    public void The_right_values_are_those_of_their_definitions(int every)
    {
        // What is asked in every line, and the right values of the first of each operation and of one line of so many, from one on that each run draws, with nothing but Python's own library.
        string first = TestContext.CurrentContext.Random.Next(every).ToString(CultureInfo.InvariantCulture), step = every.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("python3", ["-B", Path.Combine(Folder, "inputs.py"), "--compare", step, first]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("python3 is not installed (on Debian: python3): the right values are not computed again");
            return;
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            Assert.That(process.WaitForExit(TimeSpan.FromMinutes(1)), Is.True);
            Assert.That(process.ExitCode, Is.Zero, $"--compare {step} {first}: {said}{errors.Result}");
            Assert.That(said, Does.Contain("0 differ"));
        }
    }
}
