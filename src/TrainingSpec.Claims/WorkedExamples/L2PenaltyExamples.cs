using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The L2 penalty, its factor of two, and weight decay beside it.</summary>
public static class L2PenaltyExamples
{
    /// <summary>D0-127, D0-128, D0-133: the penalty with and without the half on two tensors, and three SGD steps that show which of them weight decay is.</summary>
    /// <remarks>Every number is exact in binary. D0 writes λΣθ² and steps as ½λΣθ² would.</remarks>
    [GoldenSource]
    public static GoldenDocument FactorOfTwo()
    {
        const double Lambda = 0.25, Rate = 0.5;
        Real64[][] theta = [[3, -4], [2]], gradients = [[1, -0.5], [0]];
        PenaltyResult<Real64> whole = WeightPenalty.L2(theta, Lambda), half = WeightPenalty.L2(theta, Lambda, half: true);
        var document = new GoldenDocument("l2-penalty", "FactorOfTwo").Add("lambda", Lambda).Add("learning rate", Rate)
            .Add("parameters", Flat(theta)).Add("gradient of the loss", Flat(gradients))
            .Add("penalty", whole.Penalty.Value).Add("penalty's gradient", Flat(whole.Gradients))
            .Add("half penalty", half.Penalty.Value).Add("half penalty's gradient", Flat(half.Gradients));
        var plain = new SgdOptions { LearningRate = Rate };
        Real64[][] penalized = theta, halfPenalized = theta, decayed = theta, rewritten = theta;
        for (int t = 1; t <= 3; t++)
        {
            penalized = SgdOptimizer.Step(penalized, Sum(gradients, WeightPenalty.L2(penalized, Lambda).Gradients), null, plain).Parameters;
            halfPenalized = SgdOptimizer.Step(halfPenalized, Sum(gradients, WeightPenalty.L2(halfPenalized, Lambda, half: true).Gradients), null, plain).Parameters;
            decayed = SgdOptimizer.Step(decayed, gradients, null, plain with { WeightDecay = Lambda }).Parameters;
            rewritten = [.. rewritten.Zip(gradients, (x, g) => x.Zip(g, (a, b) => L2Penalty.DecayedStep<Real64>(a, b, Rate, Lambda)).ToArray())];
            string key = Invariant($"step {t}.");
            document.Add(key + "with the penalty", Flat(penalized)).Add(key + "with the half penalty", Flat(halfPenalized))
                .Add(key + "with weight decay", Flat(decayed)).Add(key + "decay written as a factor", Flat(rewritten));
        }

        return document;
    }

    /// <summary>D0-131 and D0-169: decay before the gradient step, as D0's formula has it, and after it, as its loop does; and a parameter without gradient.</summary>
    [GoldenSource]
    public static GoldenDocument DecayBeforeAndAfter()
    {
        const double Lambda = 0.25, Rate = 0.5;
        Real64 before = 1, after = 1, alone = 1;
        var document = new GoldenDocument("l2-penalty", "DecayBeforeAndAfter").Add("lambda", Lambda).Add("learning rate", Rate).Add("gradient", 2);
        for (int t = 1; t <= 3; t++)
        {
            before = L2Penalty.DecayedStep<Real64>(before, 2, Rate, Lambda);
            after = AdamW.DecayUpdated<Real64>(Sgd.Update<Real64>(after, 2, Rate), Rate, Lambda);
            alone = L2Penalty.DecayedStep<Real64>(alone, 0, Rate, Lambda);
            string key = Invariant($"step {t}.");
            document.Add(key + "decay of the old parameter", before.Value).Add(key + "decay of the updated parameter", after.Value).Add(key + "no gradient", alone.Value);
        }

        return document.Add("decay above 1 / learning rate turns the sign", L2Penalty.DecayedStep<Real64>(1, 0, Rate, 3).Value);
    }

    private static IEnumerable<double> Flat(Real64[][] tensors) => ExampleNumbers.Doubles(tensors.SelectMany(t => t));

    private static Real64[][] Sum(Real64[][] a, Real64[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (p, q) => p + q).ToArray())];
}
