using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Revealing;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>What is said of results of an odd form: where they depart from the protocol, and never the text of an exception that reading them threw.</summary>
public sealed partial class OddAnswerTests
{
    private static readonly JudgedRule[] Rules = [.. new[] { "SOFTMAX-1", "SCHEDULE-1", "BATCHES-1", "AVERAGING-1", "SGD-1" }.Select(id => new JudgedRule(id, "required", "", ""))];

    [TestCase("{}")]
    [TestCase("MEMBERS null", Category = Deep.Category)]
    [TestCase("MEMBERS 1", Category = Deep.Category)]
    [TestCase("MEMBERS true", Category = Deep.Category)]
    [TestCase("MEMBERS \"x\"", Category = Deep.Category)]
    [TestCase("MEMBERS []", Category = Deep.Category)]
    [TestCase("MEMBERS [null]", Category = Deep.Category)]
    [TestCase("MEMBERS [[]]", Category = Deep.Category)]
    [TestCase("MEMBERS [[null]]", Category = Deep.Category)]
    [TestCase("MEMBERS {}", Category = Deep.Category)]
    [TestCase("MEMBERS [{\"a\": 1}]", Category = Deep.Category)]
    [TestCase("MEMBERS 1e400", Category = Deep.Category)]
    [TestCase("MEMBERS [\"NaN\", \"1,5\"]", Category = Deep.Category)]
    public void No_result_shows_the_text_of_an_exception(string form)
    {
        var odd = new Odd(form);
        Judgement judgement = new Judge(odd, Rules, new OperationCases(1, 1)).Run();
        string[] said =
        [
            .. judgement.Rules.SelectMany(r => r.Outcomes).Select(o => o.Reason),
            .. judgement.Operations.Select(o => o.Reason),
            .. SumProbes.All.Select(p => new SumReveal(odd, 4, 1).Reveal(p, "float64").Shape),
            .. RowProbes.All.Select(p => new RowReveal(odd, 1).Reveal(p, "float64").Note),
        ];
        Assert.That(said.Where(s => FromTheRuntime().IsMatch(s)), Is.Empty);
        if (form == "{}")
            Assert.That(said.Where(s => s.Contains("it lacks ", StringComparison.Ordinal) || s.Contains("answered without ", StringComparison.Ordinal)).ToArray(), Has.Length.GreaterThan(SumProbes.All.Count));
    }

    [GeneratedRegex(@"reference|System\.|Json|Parameter '|cast|[Ii]nput string|[Ii]ndex was|[Nn]ullable|converted|sequence|instance|must be|element|exception", RegexOptions.CultureInvariant)]
    private static partial Regex FromTheRuntime();

    /// <summary>Answers with the reference's members, or with none, in a form of its own.</summary>
    private sealed class Odd(string form) : IImplementation
    {
        private readonly ReferenceImplementation _right = new();

        public string Name => "odd";

        public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

        public JsonObject Answer(string op, string dtype, JsonObject args)
        {
            if (op == "describe")
                return _right.Answer(op, dtype, args);
            if (form == "{}")
                return [];
            var asked = (JsonObject)args.DeepClone();
            if (asked.ContainsKey("state"))
                asked["state"] = null;
            return new(_right.Answer(op, dtype, asked).Select(m => KeyValuePair.Create(m.Key, JsonNode.Parse(form["MEMBERS ".Length..]))));
        }
    }
}
