using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spec.Cli;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The samples of spec/protocol are what the oracle answers, they are complete, and the clients beside them work.</summary>
[NonParallelizable]
public sealed class SampleTests
{
    private static readonly string[] Requests = File.ReadAllLines(Path.Combine(ProtocolDocumentTests.Folder, "samples", "requests.jsonl"));
    private static readonly string[] Answers = File.ReadAllLines(Path.Combine(ProtocolDocumentTests.Folder, "samples", "answers.jsonl"));

    private static IEnumerable<(JsonElement Request, JsonElement Result)> Right() => Requests.Zip(Answers)
        .Where(pair => pair.Second.Contains("\"ok\":true", StringComparison.Ordinal))
        .Select(pair => (JsonDocument.Parse(pair.First).RootElement, JsonDocument.Parse(pair.Second).RootElement.GetProperty("result")));

    [Test]
    public void The_answers_are_those_of_the_samples() => Assert.That(
        Ask.Lines(string.Join('\n', Requests)).Select(WithoutOperations),
        Is.EqualTo(Answers.Select(WithoutOperations)),
        "where that is meant: spec oracle < spec/protocol/samples/requests.jsonl > spec/protocol/samples/answers.jsonl");

    [Test]
    public void Every_operation_and_every_kind_of_error_has_a_sample()
    {
        Assert.That(Right().Select(pair => pair.Request.GetProperty("op").GetString()).Distinct(), Is.EquivalentTo(OperationTable.Names));
        foreach (ErrorKind kind in Enum.GetValues<ErrorKind>())
            Assert.That(Answers, Has.Some.Contains($"\"kind\":\"{new OracleException(kind, null, "").Word}\""));
        foreach (string notYet in Protocol.Operations.Except(OperationTable.Names))
            Assert.That(Answers, Has.Some.StartsWith($$"""{"id":"{{notYet}}","ok":false,"error":{"kind":"unsupported",""" + "\"argument\":\"op\""));
    }

    [Test]
    public void An_answer_equals_itself_and_none_that_is_off_by_four_times_what_is_allowed()
    {
        foreach ((JsonElement request, JsonElement result) in Right())
        {
            (string op, string dtype, JsonElement args) = Parts(request);
            Assert.That(AnswerEquality.Difference(op, dtype, args, result, result), Is.Null);
            foreach (JsonProperty member in result.EnumerateObject().Where(m => m.Name != "state"))
            {
                JsonNode changed = JsonNode.Parse(result.GetRawText())!;
                if (!Change(changed.AsObject(), member.Name, 4 * Allowed(op, member.Name, dtype, args, result) + 1e-300, dtype))
                    continue;
                Assert.That(AnswerEquality.Difference(op, dtype, args, result, JsonDocument.Parse(changed.ToJsonString()).RootElement), Is.Not.Null, $"{op} {member.Name}");
            }

            JsonObject less = JsonNode.Parse(result.GetRawText())!.AsObject();
            less.Remove(less.First().Key);
            Assert.That(AnswerEquality.Difference(op, dtype, args, result, JsonDocument.Parse(less.ToJsonString()).RootElement), Does.Match("^(no )?members "));
        }
    }

    // Single precision rounds everything anew: its answers are as far from those of double precision as another implementation's may be.
    [Test]
    public void Single_precision_is_as_close_to_double_as_the_table_allows()
    {
        // 3e300 is infinite in single precision.
        int compared = 0;
        foreach (JsonElement request in Right().Select(pair => pair.Request).Concat(Sized()))
        {
            (string op, string dtype, JsonElement args) = Parts(request);
            if (dtype != "float64" || MemberEquality.All.First(rule => rule.Operation == op).Kind == EqualityKind.Exact || args.TryGetProperty("state", out _) || args.GetRawText().Contains("e30", StringComparison.Ordinal))
                continue;
            JsonElement wide = Ask.Result(op, args.GetRawText()), narrow = Ask.Result(op, args.GetRawText(), "float32");
            Assert.That(AnswerEquality.Difference(op, "float32", args, wide, narrow), Is.Null, $"{op} {args}");
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(60));
    }

    [Test]
    public void Indices_may_be_dealt_in_another_way_but_none_twice()
    {
        JsonElement args = JsonDocument.Parse("""{"count": 3, "batch_size": 2}""").RootElement;
        string? Batches(string other) => AnswerEquality.Difference("batches", "float64", args, JsonDocument.Parse("""{"batches": [[0, 1], [2]]}""").RootElement, JsonDocument.Parse(other).RootElement);
        Assert.That(Batches("""{"batches": [[2, 0], [1]]}"""), Is.Null);
        Assert.That(Batches("""{"batches": [[2, 0], [2]]}"""), Is.Not.Null);
        Assert.That(Batches("""{"batches": [[2, 0], [3]]}"""), Is.Not.Null);
        Assert.That(Batches("""{"batches": [[2], [0, 1]]}"""), Is.Not.Null);
    }

    [TestCase("python3", "oracle.py")]
    [TestCase("node", "oracle.mjs")]
    public void A_client_of_thirty_lines_asks_and_gets_its_answers(string interpreter, string client)
    {
        string path = Path.Combine(ProtocolDocumentTests.Folder, "clients", client);
        Assert.That(File.ReadAllLines(path), Has.Length.LessThanOrEqualTo(30));
        var start = new ProcessStartInfo(interpreter, [path, "dotnet", typeof(CommandLine).Assembly.Location, "oracle"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore($"{interpreter} is not installed (on Debian: {(interpreter == "node" ? "nodejs" : interpreter)}): the protocol's client {client} is not tried");
            return;
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            Assert.That(process.WaitForExit(TimeSpan.FromMinutes(1)), Is.True);

            // θ from 1 with rate and momentum ½ on θ²/2: velocities 1, 1, ½, exactly.
            Assert.That(said.ReplaceLineEndings("\n"), Is.EqualTo("softmax 0.0900 0.2447 0.6652\nstep 0 0.5\nstep 1 0\nstep 2 -0.25\n"), errors.Result);
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
        }
    }

    // What can be asked grows with each new operation, and is that answerer's own.
    private static string WithoutOperations(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\"operations\":\\[[^\\]]*\\]", "");

    private static IEnumerable<JsonElement> Sized() => SizedRequests.All.Where(sized => sized.Operation != "attention" || sized.Args.Length < 100)
        .SelectMany(sized => new[] { 2, 30 }.Select(n => JsonDocument.Parse(sized.Line("1", n)).RootElement));

    private static (string Operation, string DataType, JsonElement Args) Parts(JsonElement request) =>
        (request.GetProperty("op").GetString()!, request.TryGetProperty("dtype", out JsonElement dtype) ? dtype.GetString()! : "float64", request.GetProperty("args"));

    // What the message of a difference says is allowed, found by a large one.
    private static double Allowed(string op, string member, string dtype, JsonElement args, JsonElement result)
    {
        JsonObject far = JsonNode.Parse(result.GetRawText())!.AsObject();
        Change(far, member, 1e305, dtype);
        string? difference = AnswerEquality.Difference(op, dtype, args, result, JsonDocument.Parse(far.ToJsonString()).RootElement);
        int at = difference?.IndexOf("differ by ", StringComparison.Ordinal) ?? -1;
        return at < 0 ? 0 : double.Parse(difference![(at + 10)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    // Adds to the first finite number of a member; false where there is none. An index is changed enough to be another one.
    private static bool Change(JsonObject result, string member, double by, string dtype)
    {
        JsonNode parent = result;
        if (result[member] is JsonObject { Count: > 0 } named)
            (parent, member) = (named, named.First().Key);
        while ((parent is JsonObject o ? o[member] : parent.AsArray().FirstOrDefault()) is JsonArray list)
            parent = list;
        JsonNode? number = parent is JsonObject owner ? owner[member] : parent.AsArray().FirstOrDefault();
        if (number is null || number.GetValueKind() != JsonValueKind.Number)
            return false;
        // In float32 the digits of float64 don't count.
        double before = (double)number, after = Math.Max(before + by, dtype == "float32" ? MathF.BitIncrement((float)before) : Math.BitIncrement(before));
        if (parent is JsonObject single)
            single[member] = after;
        else
            parent.AsArray()[0] = after;
        return true;
    }
}
