using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Weight Decay (L2 Regularization)".</summary>
internal static class WeightDecaySection
{
    /// <summary>Decay and the gradient of the penalty, in plain SGD and in Adam.</summary>
    [Claim("D0-126")]
    [Turn("facts/weight decay is L2 regularization", "no", Verdict.Erratum)]
    [Turn("facts/weight decay is L2 regularization", "in plain SGD", Verdict.Confirmed)]
    internal static Finding DecayIsL2(Claim claim)
    {
        Tally sgd = new("random steps of plain SGD in which decay by lambda and the gradient of lambda/2 times the sum of squares give the same, but for rounding"), adam = new("first steps of Adam in which they give the same");
        var draws = new Draws(126);
        for (int i = 0; i < 100; i++)
        {
            (double theta, double g, double rate, double lambda) = (draws.Uniform(-2, 2), draws.Uniform(-2, 2), draws.Uniform(0.01, 0.5), draws.Uniform(0.01, 0.5));
            double decayed = L2Penalty.DecayedStep<Real64>(theta, g, rate, lambda).Value, penalized = Sgd.Update<Real64>(theta, WeightDecay.L2Gradient<Real64>(g, theta, lambda), rate).Value;
            sgd.Add(Math.Abs(decayed - penalized) <= Roundoff(8, 4));
            double apart = new AdamRun<Real64>(theta) { LearningRate = rate, WeightDecay = lambda, Decay = DecayKind.Old }.Step(g), inside = new AdamRun<Real64>(theta) { LearningRate = rate }.Step(g + lambda * theta);
            adam.Add(Math.Abs(apart - inside) <= 1e-9);
        }

        Working.Uses("l2_penalty.decayed_step");
        string stated = claim.Facts["weight decay is L2 regularization"].Text;
        return Judge.Conditional(
            (stated == "yes" && sgd.Shown().Always && adam.Shown().Always) || (stated == "in plain SGD" && sgd.Shown().Always),
            stated == "yes" && sgd.Shown().Always,
            "in plain SGD, and for the penalty with the factor 1/2 that the section leaves out",
            Say($"{sgd}, {adam}"),
            Say($"{sgd} {sgd.What}; {adam.Shown()} {adam.What}"));
    }

    /// <summary>The stated objective against ours.</summary>
    [Claim("D0-127")]
    [Turn("facts/formula", "L + lambda * norm(theta)", Verdict.Erratum)]
    [Turn("facts/formula", "L + lambda * norm(theta)^2", Verdict.Confirmed)]
    internal static Finding PenalizedObjective(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        Precise[] theta = x.Row("theta");
        return x["L"] + L2Penalty.Penalty(theta.Aggregate(Precise.Zero, (sum, t) => sum + t * t), x["lambda"]);
    });

    /// <summary>The direction of the stated update against the numeric slope of the stated objective.</summary>
    [Claim("D0-128")]
    [Turn("D0-127/facts/formula", "L + lambda * sum(theta^2) / 2", Verdict.Confirmed)]
    [Turn("D0-133/facts/left", "theta - eta * (g + 2 * lambda * theta)", Verdict.Confirmed)]
    internal static Finding FactorOfTwo(Document document)
    {
        StatedFormula objective = document["D0-127"].Facts["formula"].Formula, update = document["D0-133"].Facts["left"].Formula;
        (Rational theta, Rational lambda, Rational eta) = (Rational.Parse("2"), Rational.Parse("0.25"), Rational.Parse("0.5"));
        // With g = 0 and L = 0 the penalty alone is left; a quadratic's central difference is exact.
        Precise Penalty(Rational at) => objective.Evaluate<Precise>(name => [name switch { "theta" => Exact.Of(at), "lambda" => Exact.Of(lambda), _ => Precise.Zero }]);
        Precise slope = Working.Value("slope of the stated penalty at theta = 2 for lambda = 0.25", (Penalty(theta + 1) - Penalty(theta - 1)) / 2);
        Precise next = update.Evaluate<Precise>(name => [name switch { "theta" => Exact.Of(theta), "lambda" => Exact.Of(lambda), "eta" => Exact.Of(eta), _ => Precise.Zero }]);
        Precise used = Working.Value("gradient that the stated update uses there", (Exact.Of(theta) - next) / Exact.Of(eta));
        Working.Apply(L2Penalty.Gradient, Exact.Of(theta), Exact.Of(lambda));
        Working.Apply(L2Penalty.HalfGradient, Exact.Of(theta), Exact.Of(lambda));
        return Judge.Holds(
            Near(slope, used),
            Say($"{slope:G4} against {used:G4}"),
            Say($"the update's {used:G4} is the slope of the penalty {objective} at theta = 2, lambda = 0.25"),
            Say($"the penalty of {objective} has the slope 2 lambda theta, {slope:G4} at theta = 2 and lambda = 0.25; the update uses lambda theta, {used:G4}: it belongs to a penalty of half that size, or decays by half of what the objective asks for"));
    }

    /// <summary>The parameters' norm at the end of training, without and with decay.</summary>
    [Claim("D0-129")]
    [Turn("facts/weights", "larger", Verdict.Erratum)]
    internal static Finding SmallerWeights(Claim claim, Document document)
    {
        PairedOutcome[] outcomes = [.. Ends(document).Select(lambda => new PairedRuns(Say($"does decay by {lambda} make the parameters smaller"), "norm of the parameters after 60 epochs", Pairs: 10)
            .Run(Say($"with {lambda}"), "without", seed => (Run(seed, lambda).ParameterNorm, Run(seed, 0).ParameterNorm)))];
        string found = outcomes.All(o => o.Direction == "lower") ? "smaller" : outcomes.All(o => o.Direction == "higher") ? "larger" : "either";
        return Judge.Stated(claim, "weights", found, And(outcomes.Select(o => Say($"{o.Lower} of {o.Values.Count}"))), And(outcomes.Select(o => o.ToString())));
    }

    /// <summary>The held-out loss of runs on little text, without and with decay at the ends of the summary's range.</summary>
    [Claim("D0-130")]
    [Turn("facts/overfitting", "raised", Verdict.Erratum)]
    internal static Finding LessOverfitting(Claim claim, Document document)
    {
        PairedOutcome[] outcomes = [.. Ends(document).Select(lambda => new PairedRuns(Say($"does decay by {lambda} lower the held-out loss"), "loss on new text after 60 epochs on 64 examples", Pairs: 10)
            .Run(Say($"with {lambda}"), "without", seed => (Run(seed, lambda).HeldOut, Run(seed, 0).HeldOut)))];
        string[] found = [.. outcomes.Select(o => o.Direction switch { "lower" => "reduced", "higher" => "raised", var none => none })];
        string stated = claim.Facts["overfitting"].Text;
        return Judge.Conditional(found.All(f => f == stated), found.Any(f => f == stated), "at the upper end of the summary's range", And(outcomes.Select(o => Say($"{o.Lower} of {o.Values.Count} lower"))), And(outcomes.Select(o => o.ToString())));
    }

    /// <summary>The listing's step on a parameter against the factor that is said.</summary>
    [Claim("D0-131")]
    [Turn("facts/formula", "theta * (1 + lr * wd)", Verdict.Erratum)]
    [Turn("facts/formula", "theta * (1 - 2 * lr * wd)", Verdict.Erratum)]
    internal static Finding MultipliesBy(Claim claim, Document document)
    {
        StatedFormula code = document.Facts["apply_weight_decay"]["code"].Formula;
        return Judge.Formula(claim, "formula", x => code.Evaluate<Precise>(name => [x[name]]))
            .AndYet("where lr times the decay exceeds 1 the sign of every parameter turns in each step");
    }

    /// <summary>Which parts of a model the decay reaches.</summary>
    [Claim("D0-132")]
    [Turn("facts/decays", "[\"weights\"]", Verdict.Erratum)]
    internal static Finding EveryParameter(Claim claim)
    {
        CharModel model = CharModel.Start("He", 132);
        Array.Fill(model.Theta, 1.0);
        new TrainerListing(["decay"]).Batch(model, [], 0.1, decay: 0.01);
        string[] found = [.. model.Parts.Where(p => model.Theta.Skip(p.Start).Take(p.Length).All(t => t < 1)).Select(p => p.Kind).Distinct().Order(StringComparer.Ordinal)], stated = [.. claim.Facts["decays"].Texts.Order(StringComparer.Ordinal)];
        double left = Working.Value("what is left of parameters of 1 after one step at 0.1 with decay 0.01", model.Theta.Max());
        return Judge.Holds(found.SequenceEqual(stated) && model.Theta.Min() == left, Say($"{left:G4}"), Say($"{And(found)} all shrink from 1 to {left:G4}"), Say($"{And(found)} shrink, stated is {And(stated)}"));
    }

    /// <summary>Both sides of the stated rewriting against our step.</summary>
    [Claim("D0-133")]
    [Turn("facts/right", "(1 - lambda) * theta - eta * g", Verdict.Erratum)]
    [Turn("facts/left", "theta - eta * (g - lambda * theta)", Verdict.Erratum)]
    internal static Finding Rewriting(Claim claim) => Judge.All(
        Judge.Formula(claim, "left", x => L2Penalty.DecayedStep(x["theta"], x["g"], x["eta"], x["lambda"])),
        Judge.Formula(claim, "right", x => L2Penalty.DecayedStep(x["theta"], x["g"], x["eta"], x["lambda"])));

    private static CharOutcome Run(int seed, double lambda) => (Overfitting.Small(seed) with { Epochs = 60, WeightDecay = lambda }).Run();

    private static double[] Ends(Document document) => document["D0-178"].PrintedRange("lambda") is var range ? [range.Low!.Value.ToDouble(), range.High!.Value.ToDouble()] : [];
}
