using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>What a judgement says of implementations whose faults are planted.</summary>
public sealed class JudgeTests
{
    private static readonly OperationCases Drawn = new(1, 12);

    private static readonly JudgedRule[] Softmax = [.. RuleChecks.All.Select(c => c.Rule).Distinct().Where(id => id.StartsWith("SOFTMAX-", StringComparison.Ordinal)).Select(id => new JudgedRule(id, "required", "softmax", ""))];

    private static readonly JudgedRule[] Adam = [.. Enumerable.Range(1, 7).Select(n => new JudgedRule($"ADAM-{n}", "required", "adam", ""))];

    [Test]
    public void The_reference_keeps_all_in_every_dtype()
    {
        Judgement judgement = Of(new ReferenceImplementation(), [.. Softmax, .. Adam]);
        Assert.That(judgement.Rules.Select(r => r.Status), Is.All.EqualTo(RuleStatus.Kept));
        Assert.That(judgement.Peer.DataTypes, Is.EqualTo(Protocol.DataTypes));
        Assert.That(judgement.Rules.SelectMany(r => r.Outcomes).CountBy(o => o.DataType).Select(c => c.Value), Is.EqualTo(Enumerable.Repeat(judgement.Rules.Count, Protocol.DataTypes.Count)));
        Assert.That(judgement.Operations.Select(o => (o.Status, o.Differing)), Is.All.EqualTo((RuleStatus.Kept, 0)));
        Assert.That(judgement.Operations.Select(o => o.Cases), Is.All.GreaterThanOrEqualTo(12));
    }

    [Test]
    public void A_wrong_formula_in_float32_alone_is_found_there()
    {
        Judgement judgement = Of(new Planted((op, dtype, result) => dtype == "float32" && op == "softmax" ? Scaled(result, "probs", 1 + 1e-4) : result), Softmax);
        RuleJudgement first = judgement.Rules[0];
        Assert.That(first.Outcomes.Where(o => o.Status != RuleStatus.Kept).Select(o => (o.DataType, o.Status)), Is.EqualTo(new[] { ("float32", RuleStatus.Broken) }));
        Assert.That(first.Outcome.Reason, Does.Contain("float32"));
        Assert.That(judgement.Operations.First(o => o is { Op: "softmax", DataType: "float32" }).Differing, Is.GreaterThan(0));
    }

    [TestCase(1e-8, true)]
    [TestCase(1e-3, false)]
    public void Answers_rounded_to_a_narrower_type_are_told_from_wrong_ones(double error, bool isLessAccurate)
    {
        Judgement judgement = Of(new Planted((op, _, result) => op == "softmax" ? Scaled(result, "probs", 1 + error) : result), Softmax);
        RuleOutcome outcome = judgement.Rules[0].Outcomes[0];
        Assert.That((outcome.Status, outcome.IsLessAccurate), Is.EqualTo((RuleStatus.Broken, isLessAccurate)), outcome.Reason);
        Assert.That(outcome.Mistakes, Is.Empty, "no known mistake answers so");
        Assert.That(outcome.Ulps, Is.EqualTo(error * 0.25 / Math.ScaleB(1, -54)).Within(50).Percent);
    }

    [TestCase(1e-5, 0, true)]
    [TestCase(0.1, 0, false)]
    [TestCase(1e-5, 1e-3, false, Description = "what is wrong where the difference shows is wrong here too")]
    public void So_they_are_in_float32(double error, double inFloat64, bool isLessAccurate)
    {
        Judgement judgement = Of(new Planted((op, dtype, result) => op == "softmax" ? Scaled(result, "probs", 1 + (dtype == "float64" ? inFloat64 : dtype == "float32" ? error : 0)) : result), Softmax);
        RuleOutcome outcome = judgement.Rules[0].Outcomes.Single(o => o.DataType == "float32");
        Assert.That((outcome.Status, outcome.IsLessAccurate), Is.EqualTo((RuleStatus.Broken, isLessAccurate)), outcome.Reason);
        Assert.That(outcome.Ulps, Is.EqualTo(error * 0.25 / Math.ScaleB(1, -25)).Within(50).Percent);
    }

    [Test]
    public void Without_float64_what_is_off_in_float32_is_wrong()
    {
        Judgement judgement = Of(new Planted((op, dtype, result) => dtype == "float64" ? throw new OracleException(ErrorKind.Unsupported, "dtype", "float32 alone") : op == "softmax" ? Scaled(result, "probs", 1 + 1e-5) : result), Softmax);
        RuleOutcome outcome = judgement.Rules[0].Outcomes.Single(o => o.DataType == "float32");
        Assert.That((outcome.Status, outcome.IsLessAccurate), Is.EqualTo((RuleStatus.Broken, false)), outcome.Reason);
    }

    // A rounding of 1 beside the result is what a form that subtracts loses; more than that, or an infinity, is no rounding.
    [TestCase(1, RuleStatus.Variant)]
    [TestCase(1e7, RuleStatus.Broken, Category = Deep.Category)]
    [TestCase(double.PositiveInfinity, RuleStatus.Broken, Category = Deep.Category)]
    public void Digits_lost_beside_1_are_a_variant(double beside, RuleStatus status)
    {
        JudgedRule[] rules = [.. new[] { 3, 7, 10 }.Select(n => new JudgedRule($"ACTIVATIONS-{n}", "required", "activations", ""))];
        Judgement judgement = Of(new Planted((op, _, result) => op == "activation" ? Changed(result) : result), rules);
        Assert.That(judgement.Rules.Select(r => r.Status), Is.All.EqualTo(status));
        Assert.That(judgement.Failed.Any(), Is.EqualTo(status == RuleStatus.Broken));
        if (status == RuleStatus.Variant)
            Assert.That(judgement.Rules.Select(r => (r.Outcome.Mistakes[^1], r.Outcome.Reason.Split(':')[0])), Is.All.EqualTo((LostDigits.Name, "loses digits")));

        JsonObject Changed(JsonObject result)
        {
            result["y"] = Questions.Array([.. ((JsonArray)result["y"]!).Select(y => Questions.Number(y)).Select(y => double.IsInfinity(beside) && y > 1 ? beside : y + beside - beside)]);
            return result;
        }
    }

    // A class has a number as large as anyone likes, and no digits are lost by it.
    [TestCase("""{"targets": [0], "ignore_index": -10000000000}""", false)]
    [TestCase("""{"targets": [1000000000]}""", false)]
    [TestCase("""{"targets": [0], "logits": [[10000000000]]}""", true)]
    public void Numbers_of_classes_take_no_part_in_what_may_be_lost(string args, bool isLost)
    {
        JsonObject asked = (JsonObject)JsonNode.Parse(args)!, right = new() { ["loss"] = 1 }, off = new() { ["loss"] = 1 + 1e-6 };
        Assert.That(JsonTree.DifferenceBeyondLostDigits("cross_entropy", "float64", asked, right, off) is null, Is.EqualTo(isLost));
    }

    [Test]
    public void What_is_not_there_is_unsupported_and_no_breach()
    {
        Judgement judgement = Of(new Planted((op, _, result) => op.StartsWith("adam", StringComparison.Ordinal) ? throw new OracleException(ErrorKind.Unsupported, "op", "not here") : result), [.. Softmax, .. Adam]);
        Assert.That(judgement.Count(RuleStatus.Unsupported), Is.EqualTo(Adam.Length));
        Assert.That(judgement.Failed, Is.Empty);
    }

    [Test]
    public void A_documented_variant_is_named_and_is_no_failure()
    {
        Judgement judgement = Of(WrongSuite.Find("adam-eps-inside-root").Over(new ReferenceImplementation()), Adam);
        RuleJudgement variant = judgement.Rules.Single(r => r.Status == RuleStatus.Variant);
        Assert.That((variant.Rule.Id, variant.Outcome.Mistakes[0]), Is.EqualTo(("ADAM-3", "adam-eps-inside-root")));
        Assert.That(judgement.Failed, Is.Empty);
        Assert.That(judgement.Operations.Where(o => o.Differing > 0).Select(o => o.Mistakes), Is.Not.Empty.And.All.Contains("adam-eps-inside-root"));
    }

    [Test]
    public void A_variant_without_an_option_is_one_all_the_same()
    {
        Judgement judgement = Of(new Without("weight_decay", WrongSuite.Find("adam-eps-inside-root").Over(new ReferenceImplementation())), Adam);
        Assert.That(judgement.Rules.Single(r => r.Status == RuleStatus.Variant).Rule.Id, Is.EqualTo("ADAM-3"));
        Assert.That(judgement.Operations.Where(o => o.Differing > 0).Select(o => o.Mistakes), Is.Not.Empty.And.All.Contains("adam-eps-inside-root"));
    }

    [Test]
    public void A_variant_that_answers_the_drawn_cases_otherwise_is_none()
    {
        var judged = new Changing(WrongSuite.Find("adam-eps-inside-root").Over(new ReferenceImplementation()), new ReferenceImplementation());
        Judgement judgement = new Judge(judged, Adam, Drawn).Run(name => judged.IsChanged = !name.StartsWith("ADAM-", StringComparison.Ordinal));
        Assert.That(judgement.Failed.Select(r => r.Rule.Id), Is.EqualTo(new[] { "ADAM-3" }));
        Assert.That(judgement.Count(RuleStatus.Variant), Is.Zero);
    }

    [Test]
    public void A_state_of_another_form_keeps_every_rule_in_every_dtype()
    {
        Judgement judgement = Of(new OwnState(), Adam);
        Assert.That(judgement.Rules.SelectMany(r => r.Outcomes).Select(o => (o.DataType, o.Status, o.Reason)).Where(o => o.Status != RuleStatus.Kept), Is.Empty);
        Assert.That(judgement.Operations.Where(o => o.Differing > 0), Is.Empty);
    }

    [Test]
    public void One_that_is_late_is_asked_twice_for_rules_and_thrice_for_drawn_cases()
    {
        int late = 0;
        var asked = new Dictionary<string, int>();
        string now = "";
        var judged = new Planted((op, dtype, result) =>
        {
            if (op != "softmax" || dtype != "float64")
                return result;
            string phase = now.StartsWith("SOFTMAX-", StringComparison.Ordinal) ? "rules" : "cases";
            asked[phase] = asked.GetValueOrDefault(phase) + 1;
            late++;
            throw new NoAnswerException(RuleStatus.TimedOut, "late");
        });
        Judgement judgement = new Judge(judged, Softmax, Drawn).Run(name => now = name);
        Assert.That(asked, Is.EquivalentTo(new Dictionary<string, int> { ["rules"] = 2, ["cases"] = 3 }), $"late {late} times");
        Assert.That(judgement.Count(RuleStatus.TimedOut), Is.GreaterThan(2));
    }

    [Test]
    public void An_error_too_small_for_the_rules_is_found_by_drawn_cases()
    {
        Judgement judgement = Of(new Planted((op, _, result) => op == "logsumexp" ? Scaled(result, "value", 1 + 1e-9) : result), Softmax);
        Assert.That(judgement.Operations.Where(o => o.Differing > 0).Select(o => o.Op).Distinct(), Is.EqualTo(new[] { "logsumexp" }));
    }

    [Test]
    public void Every_variant_that_is_called_documented_is_a_wrong_implementation() =>
        Assert.That(DocumentedVariants.All.Keys, Is.SubsetOf(WrongSuite.All.Keys));

    [Test]
    public void Drawn_cases_exist_for_every_operation_that_computes_and_are_the_same_each_time()
    {
        Assert.That(OperationTable.Names.Except(CaseRequests.Operations), Is.SubsetOf(SizedRequests.Constant), "an operation without a draw in CaseRequests needs a row of SizedRequests");
        Assert.That(CaseRequests.Operations, Is.SubsetOf(OperationTable.Names));
        foreach (string op in CaseRequests.Operations)
        {
            using var scope = Assert.EnterMultipleScope();
            string[] first = [.. CaseRequests.Drawn(op, 7, 9).Select(a => a.ToJsonString())], again = [.. CaseRequests.Drawn(op, 7, 9).Select(a => a.ToJsonString())];
            Assert.That(again, Is.EqualTo(first), op);
            Assert.That(Drawn.Judge(new ReferenceImplementation(), op, "float64").Outcome.Cases, Is.GreaterThanOrEqualTo(12), $"{op}: the reference refuses what is drawn");
        }
    }

    [TestCase(300)]
    [TestCase(10_000, Category = Deep.Category)]
    public void Results_of_any_form_never_stop_the_judge(int results)
    {
        var few = new OperationCases(1, 2);
        var random = new SplitMix(1);
        int rubbish = 0, malformed = 0;
        for (int run = 0; rubbish < results; run++)
        {
            Judgement judgement = new Judge(new Planted((op, _, result) =>
            {
                // Optimizers hand states back, so that later questions are about rubbish too.
                if (op == "describe")
                    return result;
                rubbish++;
                return (JsonObject)Damaged(result, random, 0)!;
            }), run % 8 == 0 ? Adam[..3] : Softmax, few).Run();
            malformed += judgement.Rules.SelectMany(r => r.Outcomes).Count(o => o.Status == RuleStatus.Malformed);
            Assert.That(judgement.Count(RuleStatus.Kept), Is.LessThan(judgement.Rules.Count));
        }

        Assert.That(malformed, Is.GreaterThan(0));
    }

    // A node replaced by another kind of node, somewhere in the result.
    private static JsonNode? Damaged(JsonNode? node, SplitMix random, int depth)
    {
        if (depth > 0 && random.Below(3) == 0)
        {
            return random.Below(8) switch
            {
                0 => null,
                1 => "NaN",
                2 => "nought",
                3 => new JsonArray(),
                4 => new JsonObject { ["a"] = 1 },
                5 => true,
                6 => -1e300,
                _ => new JsonArray(1, new JsonArray("x")),
            };
        }

        return node switch
        {
            JsonObject o => new JsonObject(o.Where(_ => random.Below(9) > 0).Select(m => KeyValuePair.Create(m.Key, Damaged(m.Value, random, depth + 1)))),
            JsonArray a => new JsonArray([.. a.Where(_ => random.Below(9) > 0).Select(x => Damaged(x, random, depth + 1))]),
            _ => node?.DeepClone(),
        };
    }

    private static Judgement Of(IImplementation implementation, JudgedRule[] rules) => new Judge(implementation, rules, Drawn).Run();

    private static JsonObject Scaled(JsonObject result, string member, double by)
    {
        result[member] = result[member] is JsonArray row ? new JsonArray([.. row.Select(x => (JsonNode)(Questions.Number(x) * by))]) : Questions.Number(result[member]) * by;
        return result;
    }

    /// <summary>The reference with its results changed.</summary>
    private sealed class Planted(Func<string, string, JsonObject, JsonObject> change) : IImplementation
    {
        private readonly ReferenceImplementation _right = new();

        public string Name => "planted";

        public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

        public JsonObject Answer(string op, string dtype, JsonObject args) => change(op, dtype, _right.Answer(op, dtype, args));
    }

    [Test]
    public void An_option_that_is_refused_as_a_bad_argument_wherever_it_stands_is_not_there()
    {
        Judgement judgement = Of(new Without("weight_decay", new ReferenceImplementation(), ErrorKind.InvalidArgument), Adam);
        Assert.That(judgement.Failed.Select(r => r.Rule.Id), Is.Empty);
        Assert.That(judgement.Operations.Where(o => o.Differing > 0), Is.Empty);
    }

    [Test]
    public void A_kind_that_is_refused_by_its_name_is_not_there_and_one_that_is_refused_once_is_wrong()
    {
        JudgedRule[] rules = [.. new[] { 1, 9, 12 }.Select(n => new JudgedRule($"ACTIVATIONS-{n}", "required", "activations", ""))];
        Judgement judgement = Of(new Without("kind", new ReferenceImplementation(), ErrorKind.InvalidArgument, args => (string)args["kind"]! is "elu" or "selu"), rules);
        Assert.That(judgement.Rules.Select(r => r.Status), Is.EqualTo(new[] { RuleStatus.Kept, RuleStatus.Unsupported, RuleStatus.Unsupported }));
        Assert.That(judgement.Operations.Where(o => o.Differing > 0), Is.Empty);
        judgement = Of(new Without("kind", new ReferenceImplementation(), ErrorKind.InvalidArgument, args => (string)args["kind"]! == "relu" && ((JsonArray)args["x"]!).Count == 3), rules);
        Assert.That(judgement.Operations.Where(o => o.Op == "activation" && o.Differing > 0), Is.Not.Empty);
    }

    // What not everybody takes may be refused; a wrong answer is none the less wrong.
    [TestCase("SCHEDULE-SHAPES-17", "schedule", "gamma", Category = Deep.Category)]
    [TestCase("SCHEDULE-SHAPES-18", "schedule", "lr_min", Category = Deep.Category)]
    [TestCase("INITIALIZATION-12", "init.truncated", "b")]
    [TestCase("CROSS-ENTROPY-13", "cross_entropy", "targets")]
    public void A_value_that_may_be_refused_is_not_there_where_it_is(string rule, string op, string argument)
    {
        RuleStatus Status(IImplementation judged) => Of(judged, [new JudgedRule(rule, "required", "", "")]).Rules.Single().Status;
        RuleStatus Refused(ErrorKind kind, string named) => Status(new Without(argument, new ReferenceImplementation(), kind, IsWide, named));
        Assert.That(Refused(ErrorKind.InvalidArgument, argument), Is.EqualTo(RuleStatus.Unsupported));
        Assert.That(Refused(ErrorKind.InvalidArgument, "another"), Is.EqualTo(RuleStatus.Broken));
        Assert.That(Refused(ErrorKind.NonFinite, argument), Is.EqualTo(RuleStatus.Broken));
        Assert.That(Status(new Planted((asked, _, result) => asked == op ? new JsonObject(result.Select(m => KeyValuePair.Create(m.Key, Shifted(m.Value)))) : result)), Is.EqualTo(RuleStatus.Broken));

        static bool IsWide(JsonObject args) =>
            args["b"] is { } high ? Questions.Number(high) == double.PositiveInfinity
            : args["targets"] is JsonArray targets ? targets.All(t => JsonNode.DeepEquals(t, args["ignore_index"]))
            : args["lr_min"] is { } low ? Questions.Number(low) > Questions.Number(args["lr_max"])
            : args["gamma"] is { } gamma && Questions.Number(gamma) > 1;

        static JsonNode? Shifted(JsonNode? node) => node switch
        {
            JsonArray a => new JsonArray([.. a.Select(Shifted)]),
            JsonValue v when v.TryGetValue(out double x) => x + 1,
            _ => node?.DeepClone(),
        };
    }

    [Test]
    public void A_value_that_is_refused_of_an_option_that_is_there_is_wrong()
    {
        Judgement judgement = Of(new Without("beta1", new ReferenceImplementation(), ErrorKind.InvalidArgument, args => (double)args["beta1"]! < 0.5), Adam);
        Assert.That(judgement.Operations.Where(o => o.Op == "adam.step" && o.Differing > 0), Is.Not.Empty);
    }

    /// <summary>An implementation that has not an option, or not all of its values.</summary>
    private sealed class Without(string option, IImplementation all, ErrorKind kind = ErrorKind.Unsupported, Func<JsonObject, bool>? refused = null, string? named = null) : IImplementation
    {
        public string Name => "without an option";

        public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

        public JsonObject Answer(string op, string dtype, JsonObject args) =>
            args.ContainsKey(option) && refused?.Invoke(args) != false ? throw new OracleException(kind, named ?? option, "not here") : all.Answer(op, dtype, args);
    }

    /// <summary>One implementation, and from some moment on another.</summary>
    private sealed class Changing(IImplementation first, IImplementation then) : IImplementation
    {
        public bool IsChanged { get; set; }

        public string Name => "changing";

        public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

        public JsonObject Answer(string op, string dtype, JsonObject args) => (IsChanged ? then : first).Answer(op, dtype, args);
    }

    /// <summary>The reference with states as text, which it alone can read.</summary>
    private sealed class OwnState : IImplementation
    {
        private readonly ReferenceImplementation _right = new();

        public string Name => "state of its own";

        public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

        public JsonObject Answer(string op, string dtype, JsonObject args)
        {
            var asked = (JsonObject)args.DeepClone();
            if (args["state"] is { } state)
                asked["state"] = JsonNode.Parse(state["mine"]!.GetValue<string>());
            JsonObject result = _right.Answer(op, dtype, asked);
            if (result["state"] is { } next)
                result["state"] = new JsonObject { ["mine"] = next.ToJsonString() };
            return result;
        }
    }
}
