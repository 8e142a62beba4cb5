using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Weight Decay in AdamW".</summary>
internal static class WeightDecayInAdamW
{
    private static readonly string[] OwnAdam = ["D4-043", "D4-044", "D4-046"];

    /// <summary>Relative shrinkage of two weights whose gradients differ by a factor of 1000, decoupled and as L2.</summary>
    [Claim("D4-047")]
    [Turn("facts/relative shrinkage", "smaller for large gradients", Verdict.Erratum)]
    internal static Finding SameShrinkageForAll(Claim claim)
    {
        const double Scale = 1000;
        double decoupled = Decay(Scale, DecayKind.Old) / Decay(1, DecayKind.Old), l2 = Decay(1, DecayKind.L2) / Decay(Scale, DecayKind.L2);
        Precise theta = Precise.Of(0.5), g = Precise.Of(0.2), rate = Precise.Of(0.1), lambda = Precise.Of(0.3);
        bool sgdSame = Near(
            Sgd.Update(theta, WeightDecay.L2Gradient(g, theta, lambda), rate), Sgd.Update(theta, g, rate) - AdamW.Decay(theta, rate, lambda));
        Working.Uses("adamw.update");
        Working.Apply(WeightDecay.L2Gradient, g, theta, lambda);
        Working.Tried(Say($"50 noisy steps from 0.5 with and without a decay of 0.001, with gradients 1 and {Scale} times as large (seed 447)"));
        Working.Value("what decoupled decay takes, for large over small gradients", decoupled);
        Working.Value("what L2 in the gradient takes, for small over large gradients", l2);
        Working.Holds("under plain SGD both are the same", sgdSame);
        return Judge.OneOf(
            claim,
            "relative shrinkage",
            [("the same for all weights", Math.Abs(decoupled - 1) < 1e-6 && l2 > Scale / 10 && sgdSame), ("smaller for large gradients", Math.Abs(decoupled * Scale - 1) < 0.5)],
            Say($"ratio {decoupled:F3} decoupled, {l2:F0} as L2"),
            Say($"with gradients 1 and {Scale} times as large, decoupled decay takes the same part of both weights (ratio {decoupled:F3}), L2 inside Adam {l2:F0} times more of the one with small gradients; under plain SGD the two are the same"),
            Say($"the decays' ratio is {decoupled:G4} decoupled and {l2:G4} as L2; same under SGD: {sgdSame}"));

        // How much a small λ changes the parameter after 50 noisy steps.
        static double Decay(double scale, DecayKind kind)
        {
            AdamRun<Real64> with = new(0.5) { WeightDecay = 1e-3, Decay = kind }, without = new(0.5);
            var draws = new Draws(447);
            for (int t = 0; t < 50; t++)
            {
                double g = scale * draws.Normal();
                with.Step(g);
                without.Step(g);
            }

            return without.Theta - with.Theta;
        }
    }

    /// <summary>The stated gradient against the derivative of L + (λ/2)θ² by dual numbers; without a data gradient the first step is α·sign θ.</summary>
    [Claim("D4-048")]
    [Turn("facts/formula", "g + 2 * lambda * theta", Verdict.Erratum)]
    [Turn("facts/formula", "g - lambda * theta", Verdict.Erratum)]
    internal static Finding L2Gradient(Claim claim)
    {
        Precise alpha = Exact.Of(claim.GivenExact("alpha")), lambda = Exact.Of(claim.GivenExact("lambda")), theta = Exact.Of(claim.GivenExact("theta"));
        Working.Apply(WeightDecay.L2Gradient, Precise.Zero, theta, lambda);
        double[] steps = [FirstStep(theta, lambda), FirstStep(theta * Precise.Of(100), lambda), FirstStep(-theta, lambda), FirstStep(theta, lambda * Precise.Of(100))];
        Working.Value("Adam's first step over alpha, without a data gradient: as given, with 100 theta, -theta, 100 lambda", steps);
        return Judge.Formula(claim, "formula", x =>
        {
            Dual<Precise> at = Dual<Precise>.Variable(x["theta"]);
            return x["g"] + (Dual<Precise>.Constant(x["lambda"]) * at * at / Dual<Precise>.Of(2)).Derivative;
        })
            .With(Say($"it is the gradient of (lambda/2) theta^2, not of lambda theta^2; without a data gradient Adam's first step is {steps[0]:F4} alpha, whatever lambda and |theta| are ({string.Join(", ", steps.Select(s => Say($"{s:F4}")))})"));

        double FirstStep(Precise start, Precise decay)
        {
            var run = new AdamRun<Precise>(start) { LearningRate = alpha, WeightDecay = decay, Decay = DecayKind.L2 };
            return (double)((start - run.Step(Precise.Of(0))) / alpha);
        }
    }

    /// <summary>Whether the original algorithm has a decay among what it requires, and whether the document's own formulas of Adam have one: none does; decay in the gradient is a variant.</summary>
    [Claim("D4-049")]
    [Turn("facts/inputs of the original Adam", """["alpha", "beta1", "beta2", "epsilon", "lambda", "f", "theta_0"]""", Verdict.Confirmed)]
    [Turn("facts/decays through", "the update", Verdict.Erratum)]
    internal static Finding OriginalAdamHasNoDecay(Claim claim, Document document)
    {
        string[] inputs = claim.Facts["inputs of the original Adam"].Texts;
        string[] own = [.. OwnAdam.SelectMany(id => document[id].Facts["formula"].Formula.Names).Distinct()];
        bool original = Working.Holds("the original algorithm requires a lambda", inputs.Contains("lambda")), listed = Working.Holds("the document's own formulas of Adam have a lambda", own.Contains("lambda"));
        Working.Value("names in the document's own formulas of Adam", own);
        // The variant: a decay in the gradient, against one that is applied to the weight.
        AdamRun<Real64> l2 = new(0.5) { WeightDecay = 0.01, Decay = DecayKind.L2 }, decoupled = new(0.5) { WeightDecay = 0.01 }, fed = new(0.5);
        double byGradient = fed.Step(Working.Apply<Real64>(WeightDecay.L2Gradient, 0.2, 0.5, 0.01));
        bool through = claim.Facts["decays through"].Text switch
        {
            "the gradient" => l2.Step(0.2) == byGradient,
            "the update" => decoupled.Step(0.2) == byGradient,
            _ => throw claim.Bad("facts/decays through"),
        };
        Working.Holds("Adam with L2 is Adam that is fed the gradient plus lambda theta", through);
        return Judge.Conditional(
            original && through,
            through,
            "for the variant with an L2 penalty",
            Say($"a decay among its inputs: {original}"),
            Say($"the original algorithm requires {And(inputs)}, {(original ? "a decay among them" : "and no decay")}; the document's own formulas of it have {(listed ? "one" : "none")} either"));
    }

    /// <summary>The stated update against ours; decaying first gives the same, decaying the updated parameter does not.</summary>
    [Claim("D4-050")]
    [Turn("facts/formula", "(theta - alpha * m / (sqrt(v) + epsilon)) * (1 - alpha * lambda)", Verdict.Erratum)]
    [Turn("facts/formula", "theta - alpha * m / (sqrt(v) + epsilon) - lambda * theta", Verdict.Erratum)]
    [Turn("facts/formula", "theta * (1 - alpha * lambda) - alpha * m / (sqrt(v) + epsilon)", Verdict.Confirmed)]
    internal static Finding DecoupledUpdate(Claim claim)
    {
        Working.Uses("adamw.update");
        return Judge.Formula(claim, "formula", x => AdamW.Update(x["theta"], x["m"], x["v"], x["alpha"], x["epsilon"], x["lambda"]));
    }
}
