using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>AdamW for one parameter.</summary>
public static class AdamWExamples
{
    /// <summary>D4 "AdamW Update (for one parameter)": the scalar step by hand, by the formula and in the order of the class.</summary>
    [GoldenSource]
    public static GoldenDocument AdamWStep()
    {
        Claim example = ExampleNumbers.Claim("D4-104");
        Real64 Given(string key) => example.GivenNumber(key);
        (Real64 w, Real64 g, Real64 lr, Real64 lambda, Real64 eps) = (Given("w"), Given("g"), Given("lr"), Given("lam"), Given("eps"));
        Real64 m = Adam.FirstMoment<Real64>(0, g, Given("beta1")), v = Adam.SecondMoment<Real64>(0, g, Given("beta2"));
        Real64 mHat = Adam.Corrected(m, Adam.BiasCorrection(Given("beta1"), Given("t"))), vHat = Adam.Corrected(v, Adam.BiasCorrection(Given("beta2"), Given("t")));
        return new GoldenDocument("adamw", "WorkedStep")
            .Add("w", w.Value).Add("g", g.Value).Add("m", m.Value).Add("v", v.Value).Add("m hat", mHat.Value).Add("v hat", vHat.Value)
            .Add("update", -Adam.Update(0, mHat, vHat, lr, eps).Value).Add("decay", AdamW.Decay(w, lr, lambda).Value)
            .Add("new weight", AdamW.Update(w, mHat, vHat, lr, eps, lambda).Value)
            .Add("new weight, decaying the updated one", AdamW.DecayUpdated(Adam.Update(w, mHat, vHat, lr, eps), lr, lambda).Value);
    }

    /// <summary>Three steps for each place of the decay, on a large, a small and no gradient: inside the gradient Adam divides the decay away, beside it it stays λ.</summary>
    /// <remarks>The third parameter has no gradient: L2 moves it by lr whatever λ is. Source: Loshchilov and Hutter (2019), Algorithm 2; D4 "Weight Decay in AdamW".</remarks>
    [GoldenSource]
    public static GoldenDocument DecayKinds()
    {
        AdamOptions options = AdamOptions.Adam(0.125) with { WeightDecay = 0.25 };
        Real64[] gradient = [2, 0.015625, 0];
        var document = new GoldenDocument("adamw", "DecayKinds").Add("learning rate", options.LearningRate).Add("weight decay", options.WeightDecay);
        foreach ((string name, DecayKind kind) in new[] { ("in the gradient", DecayKind.L2), ("of the old parameter", DecayKind.Old), ("of the updated parameter", DecayKind.Updated) })
            AdamExamples.AddSteps(document, name + ".", options with { Decay = kind }, [1, 1, 1], [gradient, gradient, gradient]);
        return document;
    }
}
