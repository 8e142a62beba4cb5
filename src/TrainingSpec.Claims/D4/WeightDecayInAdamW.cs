using System.Reflection;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Weight Decay in AdamW".</summary>
internal static class WeightDecayInAdamW
{
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

    /// <summary>∇L + λθ is the gradient of L + (λ/2)θ²; without a data gradient the first step is α·sign θ.</summary>
    [Claim("D4-048")]
    internal static Finding L2Gradient(Claim claim)
    {
        Precise alpha = Exact.Of(claim.GivenExact("alpha")), lambda = Exact.Of(claim.GivenExact("lambda")), theta = Exact.Of(claim.GivenExact("theta"));
        Dual<Precise> at = Dual<Precise>.Variable(theta), penalty = Dual<Precise>.Constant(lambda) * at * at;
        Precise added = Working.Apply(WeightDecay.L2Gradient, Precise.Of(0), theta, lambda);
        Working.Value("derivative of (lambda/2) theta^2", (penalty / Dual<Precise>.Of(2)).Derivative);
        Working.Value("derivative of lambda theta^2", penalty.Derivative);
        bool half = Near(added, (penalty / Dual<Precise>.Of(2)).Derivative), whole = Near(added, penalty.Derivative);
        double[] steps = [FirstStep(theta, lambda), FirstStep(theta * Precise.Of(100), lambda), FirstStep(-theta, lambda), FirstStep(theta, lambda * Precise.Of(100))];
        Working.Value("Adam's first step over alpha, without a data gradient: as given, with 100 theta, -theta, 100 lambda", steps);
        bool sign = steps.Select((s, i) => Math.Abs(s - (i == 2 ? -1 : 1))).Max() < 1e-5;
        return Judge.Holds(
            half && !whole && sign,
            Say($"first step {steps[0]:F4} alpha"),
            Say($"lambda theta = {(double)added:G4} is the derivative of (lambda/2) theta^2; without a data gradient Adam's first step is {steps[0]:F4} alpha, whatever lambda and |theta| are"),
            Say($"derivative of (lambda/2) theta^2: {half}, of lambda theta^2: {whole}, first steps in alpha: {steps[0]:G4}, {steps[1]:G4}, {steps[2]:G4}, {steps[3]:G4}"));

        double FirstStep(Precise start, Precise decay)
        {
            var run = new AdamRun<Precise>(start) { LearningRate = alpha, WeightDecay = decay, Decay = DecayKind.L2 };
            return (double)((start - run.Step(Precise.Of(0))) / alpha);
        }
    }

    /// <summary>Which formulas of Adam's own algorithm take a decay: none; decay in the gradient is a variant.</summary>
    [Claim("D4-049")]
    internal static Finding OriginalAdamHasNoDecay(Claim claim)
    {
        MethodInfo[] original = [.. typeof(Adam).Assembly.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Where(m => m.GetCustomAttribute<FormulaAttribute>() is { } f && f.Id.StartsWith("adam.", StringComparison.Ordinal))];
        int withDecay = original.Count(m => m.GetParameters().Any(p => p.GetCustomAttribute<DomainAttribute>()?.TeX == @"\lambda"));
        AdamRun<Real64> l2 = new(0.5) { WeightDecay = 0.01, Decay = DecayKind.L2 }, fed = new(0.5);
        double variant = l2.Step(0.2), byHand = fed.Step(WeightDecay.L2Gradient<Real64>(0.2, 0.5, 0.01));
        foreach (MethodInfo m in original)
            Working.Value($"parameters of {m.GetCustomAttribute<FormulaAttribute>()!.Id}", m.GetParameters().Select(p => p.Name));
        Working.Counted("formulas of Adam that take a weight decay", withDecay, original.Length);
        Working.Value("Adam with L2, one step", variant);
        Working.Value("Adam fed the gradient plus lambda theta, one step", byHand);
        return Judge.Conditional(
            withDecay > 0,
            variant == byHand,
            "for implementations of Adam with an L2 option",
            Say($"{withDecay} of {original.Length} formulas take a decay"),
            Say($"of the {original.Length} formulas of Adam as lines 178-189 and Algorithm 1 of Kingma and Ba have them, {withDecay} take a weight decay; a gradient with lambda theta added is the variant Adam + L2"));
    }

    /// <summary>The written update against decay first and decay after, and the pure decay without a gradient.</summary>
    [Claim("D4-050")]
    internal static Finding DecoupledUpdate(Claim claim)
    {
        Precise alpha = Precise.Of(0.01), lambda = Precise.Of(0.3), one = Precise.Of(1);
        var draws = new Draws(450);
        const int Trials = 100;
        int first = 0, after = 0, pure = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            Precise theta = Precise.Of(draws.Normal()), g = Precise.Of(draws.Normal());
            AdamRun<Precise> Run(Precise start, DecayKind kind, bool decays = true) =>
                new(start) { LearningRate = alpha, WeightDecay = decays ? lambda : Precise.Of(0), Decay = kind };
            Precise written = Run(theta, DecayKind.Old).Step(g);
            Precise step = theta - Run(theta, DecayKind.Old, decays: false).Step(g);
            Precise decayFirst = Run(theta * (one - alpha * lambda), DecayKind.Old, decays: false).Step(g);
            Precise decayAfter = Run(theta, DecayKind.Updated).Step(g);
            first += Near(decayFirst, written) ? 1 : 0;
            after += Near(decayAfter - written, alpha * lambda * step) ? 1 : 0;
            var idle = Run(theta, DecayKind.Old);
            Precise shrunk = theta;
            for (int t = 0; t < 5; t++)
            {
                shrunk *= one - alpha * lambda;
                idle.Step(Precise.Of(0));
            }

            pure += Near(idle.Theta, shrunk) ? 1 : 0;
        }

        Working.Uses("adamw.update");
        Working.Uses("adamw.decay_updated");
        Working.Tried(Say($"{Trials} random weights and gradients (seed 450), alpha = 0.01, lambda = 0.3, to 88 bits"));
        Working.Counted("cases in which decaying first gives the written update", first, Trials);
        Working.Counted("cases in which decaying afterwards differs by alpha lambda times the step", after, Trials);
        Working.Counted("cases in which five steps without a gradient shrink the parameter by (1 - alpha lambda)^5", pure, Trials);
        return Judge.Holds(
            first == Trials && after == Trials && pure == Trials,
            Say($"decay first is the same in {first} of {Trials}"),
            Say($"in {Trials} random cases decaying first gives the same, decaying the updated parameter differs by alpha lambda times the step, and without a gradient the parameter shrinks by 1 - alpha lambda per step"),
            Say($"decay first is the same in {first}, decay after differs by alpha lambda times the step in {after}, decay is pure in {pure} of {Trials} cases"));
    }
}
