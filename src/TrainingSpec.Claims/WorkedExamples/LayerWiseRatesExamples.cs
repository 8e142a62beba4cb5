using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>A learning rate for each layer, by D3's plain ratio and by the distance from the output.</summary>
public static class LayerWiseRatesExamples
{
    /// <summary>D3-072 and D3-074: η·‖θ‖/‖g‖ for a large layer, a small one and one of zeros, under gradients of three scales: the relative step stays η.</summary>
    [GoldenSource]
    public static GoldenDocument PlainRatio()
    {
        double eta = ExampleNumbers.Claim("D3-074").GivenNumber("eta");
        Real64[][] theta = [[3, 4], [0.03, 0.04], [0, 0]], gradients = [[0.6, -0.8], [5, 12], [1, 0]];
        var document = new GoldenDocument("layer-wise-rates", "PlainRatio").Add("eta", eta)
            .Add("parameter norms", ExampleNumbers.Doubles(theta.Select(x => Norms.L2<Real64>(x))));
        foreach (double scale in new[] { 1e-6, 1, 1e6 })
        {
            Real64[][] scaled = Array.ConvertAll(gradients, g => Array.ConvertAll(g, x => scale * x));
            string key = Invariant($"gradients times {scale}.");
            document.Add(key + "gradient norms", ExampleNumbers.Doubles(scaled.Select(x => Norms.L2<Real64>(x))))
                .Add(key + "rates", ExampleNumbers.Doubles(LayerRates.PlainRatio(theta, scaled, eta)));
        }

        return document;
    }

    /// <summary>D3-073: the same ratio is stated for LARS and LAMB; beside the gradient's norm it is one number, beside Adam's direction another.</summary>
    [GoldenSource]
    public static GoldenDocument GradientAgainstDirection()
    {
        Claim claim = ExampleNumbers.Claim("D3-073");
        int count = claim.GivenInteger("d");
        var options = new LambOptions { LearningRate = 0 };
        Real64 gradientNorm = claim.GivenNumber("|g|");
        Real64[] ones = [.. Enumerable.Repeat(new Real64(1), count)];
        Real64 element = gradientNorm / Norms.L2<Real64>(ones);
        Real64 mHat = Adam.Corrected(Adam.FirstMoment<Real64>(0, element, options.Beta1), Adam.BiasCorrection<Real64>(options.Beta1, 1));
        Real64 vHat = Adam.Corrected(Adam.SecondMoment<Real64>(0, element, options.Beta2), Adam.BiasCorrection<Real64>(options.Beta2, 1));
        Real64[] gradient = [.. ones.Select(_ => element)], direction = [.. ones.Select(x => Lamb.Direction<Real64>(x, mHat, vHat, options.Epsilon, options.WeightDecay))];
        return new GoldenDocument("layer-wise-rates", "GradientAgainstDirection")
            .Add("elements", count).Add("parameter norm", Norms.L2<Real64>(ones).Value)
            .Add("gradient norm", Norms.L2<Real64>(gradient).Value).Add("ratio to the gradient", LayerWiseRates.Ratio(Norms.L2<Real64>(ones), Norms.L2<Real64>(gradient)).Value)
            .Add("direction norm", Norms.L2<Real64>(direction).Value).Add("ratio to the direction", LayerWiseRates.Ratio(Norms.L2<Real64>(ones), Norms.L2<Real64>(direction)).Value);
    }

    /// <summary>D3-070: η·ξ^(L − 1 − l) for a whole model, the layer at the input first; also in single precision.</summary>
    [GoldenSource]
    public static GoldenDocument Decayed()
    {
        Claim claim = ExampleNumbers.Claim("D3-070");
        double decay = claim.GivenNumber("xi");
        int layers = claim.GivenInteger("L");
        return new GoldenDocument("layer-wise-rates", "Decayed").Add("decay", decay).Add("layers", layers).Add("eta", 0.001)
            .Add("rates", ExampleNumbers.Doubles(LayerRates.Decayed<Real64>(0.001, decay, layers)))
            .Add("rates, single precision", ExampleNumbers.Singles(LayerRates.Decayed<Real32>(0.001, decay, layers)));
    }
}
