using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>Mistakes that no rule's own questions show are found by drawn cases, are told of the right rule, and are named.</summary>
public sealed class SlipTests
{
    private static readonly OperationCases Drawn = new(1, 20);

    // Of these each slip plays a role in some of what is asked, and of the others in nearly all.
    private static readonly string[] PlayARoleInSome = ["adadelta.step", "adamax.step", "dropout.backward", "ewc", "init.truncated", "layerwise.ratio", "random.normal", "random.uniform"];

    private static readonly string[] PlayARole = ["init.fans", "lr_finder.sweep", "softmax"];

    private static readonly JudgedRule[] Adagrad = [.. Enumerable.Range(1, 5).Select(n => BookRules.Of($"ADAGRAD-{n}"))];

    [TestCase("nadam.step", "nadam-second-moment-of-magnitudes", Category = Deep.Category)]
    [TestCase("sgd.step", "sgd-nesterov-left-out")]
    [TestCase("rmsprop.step", "rmsprop-momentum-averaged", Category = Deep.Category)]
    [TestCase("adadelta.step", "adadelta-eps-outside-the-roots", Category = Deep.Category)]
    [TestCase("cross_entropy", "cross-entropy-adds-eps-to-the-probability")]
    [TestCase("smooth_l1", "smooth-l1-linear-less-half", Category = Deep.Category)]
    [TestCase("bce_with_logits", "bce-with-logits-mean-over-rows", Category = Deep.Category)]
    [TestCase("softmax", "softmax-of-base-2", Category = Deep.Category)]
    [TestCase("schedule", "schedule-steps-one-later", Category = Deep.Category)]
    [TestCase("attention", "attention-gradient-scaled-twice")]
    [TestCase("layer_norm", "layer-norm-eps-a-floor-of-the-variance", Category = Deep.Category)]
    [TestCase("clip.global_norm", "clip-global-norm-by-the-squared-norm", Category = Deep.Category)]
    [TestCase("clip.adaptive", "clip-adaptive-eps-of-1e-6")]
    [TestCase("gpt.count", "gpt-count-mlp-ratio-always-4", Category = Deep.Category)]
    [TestCase("init.moments", "init-moments-lecun-variance-tripled", Category = Deep.Category)]
    [TestCase("lars.step", "lars-ratio-by-the-norm-of-the-sum", Category = Deep.Category)]
    [TestCase("lamb.step", "lamb-ratio-without-least", Category = Deep.Category)]
    [TestCase("sparse_adam.step", "sparse-adam-uncorrected", Category = Deep.Category)]
    [TestCase("average.weights", "average-weights-warmup-knows-no-decay", Category = Deep.Category)]
    [TestCase("adafactor.step", "adafactor-relative-step-multiplied", Category = Deep.Category)]
    [TestCase("adagrad.step", "adagrad-keeps-its-state-itself", Category = Deep.Category)]
    [TestCase("adamax.step", "adamax-decay-beside-the-step", Category = Deep.Category)]
    [TestCase("lars.step", "lars-state-and-steps-shared-between-tensors")]
    [TestCase("radam.step", "radam-length-without-steps", Category = Deep.Category)]
    [TestCase("nadam.step", "nadam-look-by-beta1", Category = Deep.Category)]
    [TestCase("activation", "activation-silu-slope-is-the-logistic")]
    [TestCase("loss_scale.update", "loss-scale-update-hysteresis-left-out", Category = Deep.Category)]
    [TestCase("early_stopping", "early-stopping-nan-is-better", Category = Deep.Category)]
    [TestCase("lr_finder.suggest", "lr-finder-suggest-bound-of-the-one-before", Category = Deep.Category)]
    [TestCase("accumulate", "accumulate-largest")]
    [TestCase("llrd", "llrd-lr-times-decay", Category = Deep.Category)]
    public void A_slip_is_named(string op, string name)
    {
        var reference = new ReferenceImplementation();
        Slip slip = Slips.Of(op, [.. Enumerable.Range(0, 20).SelectMany(i => CaseRequests.Drawn(op, 1, i))], reference).First(s => s.Name == name);
        (OperationOutcome outcome, IReadOnlyList<Exchange> answers) = Drawn.Judge(slip.Over(reference, op), op, "float64");
        Assert.That(outcome.Differing, Is.GreaterThan(0));
        Assert.That(Drawn.SlipsLike(op, "float64", answers), Does.Contain(name));
    }

    // A formula written out wrong would be named of nobody: where the part of a slip plays no role it answers as the reference, and that is so of each case for some slip.
    [Test]
    public void What_slips_write_out_is_the_formula_but_for_its_part()
    {
        var few = new OperationCases(1, 6);
        var reference = new ReferenceImplementation();
        var alone = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (string op in CaseRequests.Operations)
        {
            Slip[] own = [.. Slips.Own(op)];
            IReadOnlyList<Exchange> right = few.Answers(reference, op, "float64");
            int[] left = own.Length == 0 ? [] : [.. Enumerable.Range(0, right.Count)];
            foreach (Slip slip in own.TakeWhile(_ => left.Length > 0))
            {
                IReadOnlyList<Exchange> slipped = few.Answers(slip.Over(reference, op), op, "float64");
                left = [.. left.Where(i => !slipped[i].IsAnsweredAlike(right[i]))];
            }

            if (left.Length > 0)
                alone[op] = (double)left.Length / right.Count;
        }

        Assert.That(alone.Where(a => a.Value > 0.5).Select(a => a.Key), Is.EquivalentTo(PlayARole));
        Assert.That(alone.Keys.Except(PlayARole), Is.EquivalentTo(PlayARoleInSome));
    }

    [TestCase("nadam.step", "nadam-eps-beside-root")]
    [TestCase("lamb.step", "lamb-eps-beside-root")]
    public void A_part_that_is_the_right_one_is_no_slip(string op, string name)
    {
        Slip slip = MomentSlips.Of(op).First(s => s.Name == name);
        Assert.That(Drawn.Judge(slip.Over(new ReferenceImplementation(), op), op, "float64").Outcome.Reason, Is.Empty);
    }

    [Test]
    [Category(Deep.Category)]
    public void Nobody_right_has_a_slip() =>
        Assert.That(Drawn.SlipsLike("adagrad.step", "float64", Drawn.Answers(WrongSuite.Find("adagrad-mean-of-squares").Over(new ReferenceImplementation()), "adagrad.step", "float64")), Has.None.Contains("weight-decay"));

    [Test]
    public void Drawn_cases_that_differ_break_a_rule_where_all_checks_hold()
    {
        Judgement judgement = new Judge(new Changed((_, args) => args.Remove("weight_decay"), null), Adagrad, Drawn).Run();
        RuleJudgement broken = judgement.Failed.Single();
        Assert.That((broken.Rule.Id, broken.Outcome.Mistakes is [var first, ..] ? first : null), Is.EqualTo(("ADAGRAD-1", "adagrad-weight-decay-without-effect")));
        Assert.That(broken.Outcome.Reason, Does.StartWith("its checks hold, but "));
        Assert.That(broken.Outcome.Exchanges[^1].Args.ContainsKey("weight_decay"), Is.True);
    }

    [Test]
    public void A_state_of_its_own_is_found_by_handing_one_back_twice()
    {
        JsonNode? last = null;
        var leaking = new Changed(
            (_, args) =>
            {
                if (args["state"] is not null && last is not null)
                    args["state"] = last.DeepClone();
            },
            result => last = result["state"]?.DeepClone());
        Assert.That(new Judge(leaking, Adagrad, Drawn).Run().Failed.Select(r => r.Rule.Id), Is.EqualTo(new[] { "ADAGRAD-1" }));
    }

    [Test]
    public void What_departs_alike_in_both_dtypes_is_told_of_the_rule_that_it_breaks()
    {
        JudgedRule[] rules = [.. Enumerable.Range(1, 3).Select(n => BookRules.Of($"CROSS-ENTROPY-{n}"))];
        var negated = new Changed(null, result => result["grad_logits"] = new JsonArray([.. ((JsonArray)result["grad_logits"]!).Select(row => new JsonArray([.. ((JsonArray)row!).Select(x => (JsonNode)(-(double)x!))]))]));
        Judgement judgement = new Judge(negated, rules, Drawn).Run();
        Assert.That(judgement.Failed.Select(r => r.Rule.Id), Is.EqualTo(new[] { "CROSS-ENTROPY-2", "CROSS-ENTROPY-3" }));
    }

    [TestCase("random.uniform", """{"values": [0.39904642]}""", """{"values": [0.3990464210510254]}""", true)]
    [TestCase("random.uniform", """{"values": [0.39904642]}""", """{"values": [0.39904645085334778]}""", false)]
    [TestCase("loss_scale.update", """{"scale": 1.7014118E+38, "tracker": 0, "skip": false}""", """{"scale": 1.7014118346046923E+38, "tracker": 0, "skip": false}""", true)]
    [TestCase("gpt.count", """{"parameters": 16777217}""", """{"parameters": 16777216}""", false)]
    public void A_number_of_float32_has_the_digits_of_either_type(string op, string one, string other, bool isSame)
    {
        using JsonDocument args = JsonDocument.Parse("{}"), a = JsonDocument.Parse(one), b = JsonDocument.Parse(other);
        Assert.That(AnswerEquality.Difference(op, "float32", args.RootElement, a.RootElement, b.RootElement) is null, Is.EqualTo(isSame));
        Assert.That(AnswerEquality.Difference(op, "float64", args.RootElement, a.RootElement, b.RootElement), Is.Not.Null);
    }

    /// <summary>The reference with the arguments and the result of each answer changed.</summary>
    private sealed class Changed(Action<string, JsonObject>? args, Action<JsonObject>? result) : IImplementation
    {
        private readonly ReferenceImplementation _right = new();

        public string Name => "changed";

        public JsonObject Answer(string op, JsonObject asked) => Answer(op, "float64", asked);

        public JsonObject Answer(string op, string dtype, JsonObject asked)
        {
            var own = (JsonObject)asked.DeepClone();
            if (op != "describe")
                args?.Invoke(op, own);
            JsonObject answer = _right.Answer(op, dtype, own);
            if (op != "describe")
                result?.Invoke(answer);
            return answer;
        }
    }
}
