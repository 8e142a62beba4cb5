using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;

namespace Spec.Cli.Conformance;

/// <summary>A judgement as JSON: what all other reports are made of.</summary>
internal static class JudgementReport
{
    private const int MostRequests = 64;

    /// <summary>The report.</summary>
    /// <param name="judgement">What was found out.</param>
    /// <param name="expected">The rules that are known to be broken.</param>
    /// <param name="command">The program that was judged, to be run again.</param>
    public static JsonObject Of(Judgement judgement, ExpectedFailures expected, IReadOnlyList<string> command) => new()
    {
        ["suite"] = typeof(Judgement).Assembly.GetName().Version!.ToString(3),
        ["protocol"] = 1,
        ["machine"] = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}".ToString(CultureInfo.InvariantCulture),
        ["seed"] = judgement.Seed,
        ["peer"] = new JsonObject
        {
            ["name"] = judgement.Peer.Name,
            ["version"] = judgement.Peer.Version,
            ["language"] = judgement.Peer.Language,
            ["operations"] = Texts(judgement.Peer.Operations),
            ["dtypes"] = Texts(judgement.Peer.DataTypes),
        },
        ["command"] = Command(command),
        ["counts"] = new JsonObject(Enum.GetValues<RuleStatus>().Select(s => KeyValuePair.Create(s.Word(), (JsonNode?)judgement.Count(s)))),
        ["rules"] = new JsonArray([.. judgement.Rules.Select(r => Rule(r, expected, judgement.Seed, command))]),
        ["operations"] = new JsonArray([.. judgement.Operations.Select(o => Operation(o, judgement.Seed, command))]),
    };

    /// <summary>The command that asks one rule again.</summary>
    public static string Again(string rule, ulong seed, IReadOnlyList<string> command) =>
        string.Create(CultureInfo.InvariantCulture, $"spec conform --run {rule} --seed {seed} -- {Command(command)}");

    private static string Command(IReadOnlyList<string> command) => string.Join(' ', command.Select(Quoted));

    private static JsonObject Rule(RuleJudgement judged, ExpectedFailures expected, ulong seed, IReadOnlyList<string> command)
    {
        RuleOutcome outcome = judged.Outcome;
        var rule = new JsonObject
        {
            ["id"] = judged.Rule.Id,
            ["level"] = judged.Rule.Level,
            ["topic"] = judged.Rule.Topic,
            ["rule"] = judged.Rule.Sentence,
            ["status"] = judged.Status.Word(),
            ["dtypes"] = new JsonObject(judged.Outcomes.Select(o => KeyValuePair.Create(o.DataType, (JsonNode?)o.Status.Word()))),
        };
        if (judged.Status == RuleStatus.Kept)
            return rule;
        rule["reason"] = outcome.Reason;
        if (judged.Status == RuleStatus.Unsupported)
            return rule;
        rule["mistake"] = outcome.Mistakes.Count > 0 ? outcome.Mistakes[0] : null;
        rule["mistakes"] = Texts(outcome.Mistakes);
        rule["accuracy"] = outcome.LosesDigits ? "loses digits where the result is small beside the numbers that take part" : outcome.IsLessAccurate ? $"less accurate than {outcome.DataType} allows; right in {(outcome.DataType == "float64" ? "float32" : outcome.DataType == "float32" ? "float16" : "bfloat16")}" : null;
        rule["request"] = outcome.Exchanges.Count > 0 ? outcome.Exchanges[^1].Request : null;
        rule["before"] = new JsonArray([.. outcome.Exchanges.SkipLast(1).TakeLast(MostRequests).Select(e => (JsonNode)new JsonObject { ["request"] = e.Request, ["answer"] = e.Answer })]);
        rule["expected"] = outcome.Expected?.DeepClone();
        rule["got"] = outcome.Got?.DeepClone();
        rule["ulps"] = outcome.Ulps;
        rule["allowed"] = outcome.Allowed;
        rule["known"] = expected.Of(judged.Rule.Id);
        rule["again"] = Again(judged.Rule.Id, seed, command);
        return rule;
    }

    private static JsonObject Operation(OperationOutcome outcome, ulong seed, IReadOnlyList<string> command)
    {
        var operation = new JsonObject
        {
            ["op"] = outcome.Op,
            ["dtype"] = outcome.DataType,
            ["status"] = outcome.Status.Word(),
            ["cases"] = outcome.Cases,
            ["differing"] = outcome.Differing,
        };
        if (outcome.Exchange is not { } exchange)
            return operation;
        operation["reason"] = outcome.Reason;
        operation["mistake"] = outcome.Mistakes.Count > 0 ? outcome.Mistakes[0] : null;
        operation["request"] = exchange.Request;
        operation["expected"] = outcome.Expected?.DeepClone();
        operation["got"] = exchange.Answer;
        operation["again"] = Again("*", seed, command);
        return operation;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
