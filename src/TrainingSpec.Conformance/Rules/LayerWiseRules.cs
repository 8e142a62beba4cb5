using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/lars.md, spec/lamb.md, spec/layer-wise-rates.md and spec/linear-scaling.md; norms are whole numbers.</summary>
internal static class LayerWiseRules
{

    [Rule("LARS-1")]
    internal static void LocalRateComparesNorms(Questions ask)
    {
        // ‖θ‖ = 5, ‖g‖ = 10, λ = 1, trust 3/8: the local rate is (3/8)·5/(10 + 5) = 1/8; the second element decays not at all.
        Answered[][] moved = Step(ask, "lars.step", Lars(1, ("weight_decay", 1), ("trust_coefficient", 0.375)), [[5, 0]], [[0, 10]]);
        ask.Near("second element", moved[0][1], -1.25);
    }

    [Rule("LARS-2")]
    internal static void VelocityHoldsTheDecay(Questions ask)
    {
        // Whatever the local rate is, the elements move as λθ = 2.5 to g = 10.
        Answered[][] moved = Step(ask, "lars.step", Lars(1, ("weight_decay", 0.5)), [[5, 0]], [[0, 10]]);
        ask.Near("ratio of the two elements' ways", (moved[0][0] - 5) / moved[0][1], 0.25);
    }

    [Rule("LARS-3")]
    internal static void LayerOfZerosMoves(Questions ask)
    {
        Answered[][] moved = Step(ask, "lars.step", Lars(0.5), [[0, 0]], [[3, 4]]);
        ask.Near("first element", moved[0][0], -1.5);
        ask.Near("second element", moved[0][1], -2);
    }

    [Rule("LARS-4")]
    internal static void LayersAreIndependent(Questions ask) => Independent(ask, "lars.step", Lars(0.5, ("trust_coefficient", 0.5)));

    [Rule("LARS-5")]
    internal static void RateIsInsideTheVelocity(Questions ask)
    {
        Answered[][] path = ask.Walk("lars.step", [3, 4], [[6, 8], [6, 8]], t => Lars(t == 0 ? 1 : 0, ("momentum", 0.5), ("trust_coefficient", 0.5)));
        ask.Near("second way at rate 0 beside half the first", path[1][0] - path[0][0], (path[0][0] - 3) / 2);
    }

    [Rule("LAMB-1")]
    internal static void DecayEntersTheDirection(Questions ask)
    {
        // β₁ = β₂ = 0 and ε = 0: r = 1 for both elements, u = (1 + λ·4, 1).
        Answered[][] moved = Step(ask, "lamb.step", Lamb(1, 0, ("weight_decay", 0.25), ("beta1", 0), ("beta2", 0)), [[4, 0]], [[1, 1]]);
        ask.Near("ratio of the two elements' ways", (moved[0][0] - 4) / moved[0][1], 2);
    }

    [Rule("LAMB-2")]
    internal static void StepIsAsLongAsTheRateSays(Questions ask)
    {
        foreach (double size in new[] { 1.0, 16 })
        {
            Answered[] moved = Step(ask, "lamb.step", Lamb(0.125, 0), [[3 * size, 4 * size]], [[1, -7]])[0];
            Answered x = moved[0] - 3 * size, y = moved[1] - 4 * size;
            ask.Near($"length of a step from norm {5 * size:R} at rate 1/8", Answered.Sqrt(x * x + y * y), 0.625 * size);
        }
    }

    [Rule("LAMB-3")]
    internal static void ZeroLayerMovesByLamb(Questions ask)
    {
        Answered[][] moved = Step(ask, "lamb.step", Lamb(0.5, 0, ("beta1", 0), ("beta2", 0)), [[0, 0]], [[3, -4]]);
        ask.Near("first element", moved[0][0], -0.5);
        ask.Near("second element", moved[0][1], 0.5);
    }

    [Rule("LAMB-4")]
    internal static void LayersAreIndependentInLamb(Questions ask) => Independent(ask, "lamb.step", Lamb(0.5, 1e-6));

    [Rule("LAMB-5")]
    internal static void MomentsAreCorrected(Questions ask)
    {
        // ε = 1: r = g/(|g| + 1) = 1/2 and 3/4 at the first step, whatever the betas are.
        Answered[][] moved = Step(ask, "lamb.step", Lamb(0.5, 1), [[1, 1]], [[1, 3]]);
        ask.Near("ratio of the two elements' ways", (moved[0][0] - 1) / (moved[0][1] - 1), 2.0 / 3);
    }

    [Rule("LAMB-6")]
    internal static void NormIsBounded(Questions ask)
    {
        ask.Near("length of a step from norm 5 at rate 1/8, at most 2", LambWay(ask, [3, 4], ("max_norm", 2)), 0.25);
        ask.Near("length of a step from norm 5 at rate 1/8, at least 8", LambWay(ask, [3, 4], ("min_norm", 8)), 1);
        ask.Near("length of a step from norm 0 at rate 1/8, at least 8", LambWay(ask, [0, 0], ("min_norm", 8)), 1);
    }

    [Rule("LAMB-7")]
    internal static void RatioIsBounded(Questions ask)
    {
        // Without ε the first direction is (1, −1), whose norm is √2.
        ask.Near("length of a step of ratio 5/√2 at rate 1/8, at most 1", LambWay(ask, [3, 4], ("max_ratio", 1)), Math.Sqrt(2) / 8);
        ask.Near("length of a step of ratio 5/√2 at rate 1/8, at least 8", LambWay(ask, [3, 4], ("min_ratio", 8)), Math.Sqrt(2));
        ask.Near("length of a step of a layer of zeros, the ratio at most 1/4", LambWay(ask, [0, 0], ("max_ratio", 0.25)), Math.Sqrt(2) / 8);
    }

    [Rule("LAMB-8")]
    internal static void DecoupledDecayStandsOutside(Questions ask)
    {
        JsonObject args = Lamb(0.125, 0, ("weight_decay", 0.5), ("beta1", 0), ("beta2", 0));
        args["decoupled_weight_decay"] = true;
        Answered[] moved = Step(ask, "lamb.step", args, [[3, 4]], [[1, -7]])[0];
        double step = 0.625 / Math.Sqrt(2);
        ask.Near("first element", moved[0], 3 - step - 0.1875);
        ask.Near("second element", moved[1], 4 + step - 0.25);
    }

    [Rule("LAYER-WISE-RATES-1")]
    internal static void PlainRatioComparesNorms(Questions ask)
    {
        Answered[] rates = Ratio(ask, 0.5, [[3, 4], [6, 8]], [[0, 10], [0, 2]]);
        ask.Near("rate of norms 5 and 10", rates[0], 0.25);
        ask.Near("rate of norms 10 and 2", rates[1], 2.5);
    }

    [Rule("LAYER-WISE-RATES-2")]
    internal static void ZeroNormGivesTheRateItself(Questions ask)
    {
        ask.Near("rate of a layer of zeros", Ratio(ask, 0.5, [[0, 0]], [[3, 4]])[0], 0.5);
        ask.Near("rate without a gradient", Ratio(ask, 0.5, [[3, 4]], [[0, 0]])[0], 0.5);
    }

    [Rule("LAYER-WISE-RATES-3")]
    internal static void LowerLayersDecay(Questions ask)
    {
        Answered[] rates = ask.ReadRow("llrd", "lr", Args(("lr", 1), ("decay", 0.5), ("layers", 4)));
        double[] expected = [0.125, 0.25, 0.5, 1];
        Expect.That(rates.Length == 4, $"{rates.Length} rates for 4 layers");
        for (int l = 0; l < 4; l++)
            ask.Near($"layer {l} of 4", rates[l], expected[l]);
    }

    [Rule("LINEAR-SCALING-1")]
    internal static void RateScalesWithTheBatch(Questions ask)
    {
        ask.Near("1/8 from batch 256 to 1024", Scaled(ask, "lr", 256, 1024), 0.5);
        ask.Near("1/8 from batch 6 to 3", Scaled(ask, "lr", 6, 3), 0.0625);
    }

    [Rule("LINEAR-SCALING-2")]
    internal static void WarmupScalesAlike(Questions ask)
    {
        ask.Near("10 steps from batch 256 to 1024", Scaled(ask, "warmup", 256, 1024, 10), 40);
        ask.Near("10 steps from batch 4 to 1", Scaled(ask, "warmup", 4, 1, 10), 2.5);
    }

    private static Answered Scaled(Questions ask, string member, long batch, long newBatch, long? warmup = null)
    {
        JsonObject args = new() { ["lr"] = 0.125, ["batch"] = batch, ["new_batch"] = newBatch, ["warmup"] = warmup };
        return ask.Read("linear_scaling", member, args);
    }

    private static Answered[] Ratio(Questions ask, double lr, double[][] parameters, double[][] grads) =>
        ask.ReadRow("layerwise.ratio", "lr", new() { ["lr"] = lr, ["params"] = Rows(parameters), ["grads"] = Rows(grads) });

    private static JsonObject Lars(double lr, params (string, double)[] more)
    {
        JsonObject args = Args([.. more, ("lr", lr)]);
        args["momentum"] ??= 0;
        return args;
    }

    private static JsonObject Lamb(double lr, double eps, params (string, double)[] more) => Args([.. more, ("lr", lr), ("eps", eps)]);

    private static Answered[][] Step(Questions ask, string op, JsonObject args, double[][] parameters, double[][] grads)
    {
        args["params"] = Rows(parameters);
        args["grads"] = Rows(grads);
        return ask.ReadRows(op, "params", args);
    }

    // How far the first step goes at rate 1/8, without ε and under gradients of either sign.
    private static Answered LambWay(Questions ask, double[] theta, (string, double) bound)
    {
        Answered[] moved = Step(ask, "lamb.step", Lamb(0.125, 0, bound, ("beta1", 0), ("beta2", 0)), [theta], [[1, -7]])[0];
        return Answered.Sqrt(Sum(moved.Zip(theta, (now, before) => (now - before) * (now - before))));
    }

    private static void Independent(Questions ask, string op, JsonObject args)
    {
        double[][] theta = [[3, 4], [60, -80]], grads = [[1, 0.5], [-2, 7]];
        Answered[][] together = Step(ask, op, (JsonObject)args.DeepClone(), theta, grads);
        for (int l = 0; l < theta.Length; l++)
            Expect.Same($"layer {l} beside another and alone", together[l], Step(ask, op, (JsonObject)args.DeepClone(), [theta[l]], [grads[l]])[0]);
    }
}
