using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Cross-Entropy Gradient".</summary>
internal static class CrossEntropyGradient
{
    private const int Rows = 200;

    /// <summary>The stated component against the derivative of the loss itself, by dual numbers, for the right token and for others.</summary>
    [Claim("D4-033")]
    [Turn("facts/formula", "y_i - p_i", Verdict.Erratum)]
    [Turn("facts/formula", "p_i", Verdict.Erratum)]
    internal static Finding ProbabilityMinusLabel(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        Precise[] z = x.Row("z", -4, 4), p = new Precise[z.Length];
        int target = (int)(double)x.Whole("target", 0, z.Length - 1), i = (int)(double)x.Whole("i", 0, z.Length - 1);
        Softmax.Probabilities<Precise>(z, p);
        x.Let("p_i", p[i]);
        x.Let("y_i", i == target ? Precise.One : Precise.Zero);
        return Derivative(z, target, i);
    });

    /// <summary>The stated vector form, entry by entry, against the derivatives of one position's loss.</summary>
    [Claim("D4-034")]
    [Turn("facts/formula", "y - p", Verdict.Erratum)]
    [Turn("facts/formula", "(p - y) / 2", Verdict.Erratum)]
    internal static Finding VectorForm(Claim claim)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        Tally equal = new(Say($"components in which {stated} equals the derivative of one position's loss, to 88 bits"));
        foreach ((Precise[] logits, int target) in RandomRows(434))
        {
            var p = new Precise[logits.Length];
            Softmax.Probabilities<Precise>(logits, p);
            for (int i = 0; i < p.Length; i++)
                equal.Add(Near(stated.At(("p", p[i]), ("y", i == target ? Precise.One : Precise.Zero)), Derivative(logits, target, i)));
        }

        Example(434);
        return Judge.Holds(
            equal.Shown().Always,
            Say($"{equal} components"),
            Say($"{stated} is the derivative of a single position's loss in {equal} components of {Rows} random rows"),
            Say($"{stated} is the derivative of a single position's loss in {equal} components of {Rows} random rows"))
            .AndYet("for a loss that is a mean over positions each component must be divided by their number");
    }

    /// <summary>The worked gradient, from the printed probabilities and from the logits.</summary>
    [Claim("D4-035")]
    [Turn("printed/gradient/0", "0.19", Verdict.Erratum)]
    internal static Finding WorkedGradient(Claim claim, Document document)
    {
        Rational[] target = claim.GivenExactRow("target");
        Rational[] fromPrinted = [.. claim.GivenExactRow("predicted").Select((p, i) => p - target[i])];
        Precise[] logits = Exact.Of(document["D4-021"].GivenExactRow("logits"));
        Precise[] probabilities = Working.ApplyRow(Softmax.Probabilities, logits);
        Working.Apply(CrossEntropy.Gradient, probabilities[0], Exact.Of(target[0]));
        Rational[] exact = Working.Value("softmax of the logits minus target", Exact.Values(Gradient(logits, Array.IndexOf(target, 1))));
        Working.Value("printed probabilities minus target", fromPrinted);
        Rational sum = claim.PrintedRow("gradient").Aggregate((Rational)0, (a, g) => a + g.Value);
        return Judge.All(
            Judge.Row(claim, "gradient", fromPrinted),
            Judge.Row(claim, "gradient", exact, new Reading("from the printed probabilities", fromPrinted)))
            .With(Say($"the printed row adds up to {sum}, the exact one to {claim.PrintedRow("gradient")[0].Like(exact.Aggregate((Rational)0, (a, g) => a + g))}"));
    }

    /// <summary>The right token's component is negative; a step raises its logit and lowers the loss.</summary>
    [Claim("D4-036")]
    [Turn("facts/right token's logit", "falls", Verdict.Erratum)]
    internal static Finding TargetRises(Claim claim)
    {
        var good = new Tally("rows in which the target's component is negative, a step with rate 0.01 raises its logit and the loss falls");
        foreach ((Precise[] logits, int target) in RandomRows(436))
        {
            Precise[] gradient = Gradient(logits, target), after = Step(logits, gradient);
            good.Add((double)gradient[target] < 0 && after[target] > logits[target] && Loss(after, target) < Loss(logits, target));
        }

        double apart = double.NaN;
        for (int gap = 1; gap < 200 && double.IsNaN(apart); gap++)
            apart = Gradient<Real64>([gap, 0], 0)[0] == 0 ? gap : double.NaN;
        Example(436);
        Working.Uses("sgd.update");
        good.Shown();
        return Judge.OneOf(
            claim,
            "right token's logit",
            [("rises", good.Always), ("falls", good.Never)],
            Say($"{good} rows"),
            Say($"the component is negative, the step raises the logit and lowers the loss in {good} random rows"),
            Say($"this fails in {good.Of - good.Count} of {good.Of} random rows"))
            .With(Say($"in binary64 the component of the target rounds to 0 from a lead of {apart} on"));
    }

    /// <summary>Every other component is positive; in binary64 until the exponential underflows.</summary>
    [Claim("D4-037")]
    [Turn("facts/wrong tokens' logits", "rise", Verdict.Erratum)]
    internal static Finding OthersFall(Claim claim)
    {
        var good = new Tally("rows in which every other component is positive and a step with rate 0.01 lowers its logit");
        foreach ((Precise[] logits, int target) in RandomRows(437))
        {
            Precise[] gradient = Gradient(logits, target), after = Step(logits, gradient);
            good.Add(Enumerable.Range(0, logits.Length).All(i => i == target || ((double)gradient[i] > 0 && after[i] < logits[i])));
        }

        Example(437);
        Working.Uses("sgd.update");
        good.Shown();
        int gap = Enumerable.Range(1, 1000).First(g => Gradient<Real64>([g, 0], 0)[1] == 0);
        return Judge.OneOf(
            claim,
            "wrong tokens' logits",
            [("fall", good.Always), ("rise", good.Never)],
            Say($"{good} rows"),
            Say($"every wrong token's component is positive and its logit falls in {good} random rows"),
            Say($"this fails in {good.Of - good.Count} of {good.Of} random rows")).With(Say($"in binary64 the component underflows to 0 from a gap of {gap} on"));
    }

    private static T[] Gradient<T>(T[] logits, int target)
        where T : IReal<T>
    {
        var gradient = new T[logits.Length];
        CrossEntropy.Row(logits, target, 0, gradient);
        return gradient;
    }

    private static Precise Derivative(Precise[] logits, int target, int j)
    {
        Dual<Precise>[] at = [.. logits.Select((z, i) => i == j ? Dual<Precise>.Variable(z) : Dual<Precise>.Constant(z))], log = new Dual<Precise>[at.Length];
        Softmax.LogProbabilities<Dual<Precise>>(at, log);
        return -log[target].Derivative;
    }

    private static Precise[] Step(Precise[] logits, Precise[] gradient) => [.. logits.Select((z, i) => Sgd.Update(z, gradient[i], Precise.Of(0.01)))];

    private static Precise Loss(Precise[] logits, int target) => CrossEntropy.Row(logits, target, 0, new Precise[logits.Length]);

    // The first of the random rows, worked out.
    private static void Example(int seed)
    {
        Working.Tried(Say($"{Rows} random rows of 2 to 7 logits, normal with deviation 4 (seed {seed}); derivatives of -log-softmax by dual numbers; the first row:"));
        (Precise[] logits, int target) = RandomRows(seed).First();
        Precise[] p = Working.ApplyRow(Softmax.Probabilities, logits);
        Working.Value("target", target);
        Working.Apply(CrossEntropy.Gradient, p[target], Precise.One);
        Working.Value("p - y", Gradient(logits, target));
        Working.Value("derivatives of the loss", Enumerable.Range(0, logits.Length).Select(j => Derivative(logits, target, j)));
    }

    private static IEnumerable<(Precise[] Logits, int Target)> RandomRows(int seed)
    {
        var draws = new Draws(seed);
        for (int row = 0; row < Rows; row++)
        {
            Precise[] logits = [.. draws.Row(2 + draws.Index(6), 4).Select(x => Precise.Of(x))];
            yield return (logits, draws.Index(logits.Length));
        }
    }
}
