using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Adam: moments and their correction step by step, where ε stands, and what the correction is for.</summary>
public static class AdamExamples
{
    /// <summary>Four steps on three parameters: a steady gradient, one that changes its sign, and one that comes once.</summary>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        AdamOptions options = AdamOptions.Adam(0.125);
        var document = new GoldenDocument("adam", "Steps")
            .Add("learning rate", options.LearningRate).Add("beta1", options.Beta1).Add("beta2", options.Beta2).Add("eps", options.Epsilon);
        AddSteps(document, "", options, [1, 1, 1], [[2, 2, 2], [2, -2, 0], [2, 2, 0], [2, -2, 0]]);
        return document;
    }

    /// <summary>D1 "Why Adam Converges Faster", D1-067 to D1-069: Adam's update of A and B with ε in the root and beside it, and uncorrected at the first step.</summary>
    /// <remarks>Below about 10⁻⁴ the two places of ε are no longer alike; the smaller gradients show it.</remarks>
    [GoldenSource]
    public static GoldenDocument ParametersAAndB()
    {
        var document = new GoldenDocument("adam", "ParametersAAndB");
        Claim options = ExampleNumbers.Claim("D1-057");
        Real64 beta1 = options.GivenNumber("b1"), beta2 = options.GivenNumber("b2");
        foreach ((string name, string id) in new[] { ("A", "D1-067"), ("B", "D1-069") })
        {
            Claim claim = ExampleNumbers.Claim(id);
            AddUpdates(name, claim.GivenNumber("g"), claim.GivenNumber("v"), claim.GivenNumber("lr"), claim.GivenNumber("eps"));
        }

        Claim small = ExampleNumbers.Claim("D1-069");
        foreach (double gradient in new[] { 1e-4, 1e-5 })
        {
            Real64 v = Adam.Corrected(Adam.SecondMoment<Real64>(0, gradient, beta2), Adam.BiasCorrection<Real64>(beta2, 1));
            AddUpdates(Invariant($"gradient {gradient}"), gradient, v, small.GivenNumber("lr"), small.GivenNumber("eps"));
        }

        return document;

        void AddUpdates(string name, Real64 gradient, Real64 v, Real64 lr, Real64 eps)
        {
            Real64 uncorrected = Adam.UpdateEpsInsideRoot(0, Adam.FirstMoment(0, gradient, beta1), Adam.SecondMoment(0, gradient, beta2), lr, eps);
            document.Add(name + ".gradient", gradient.Value).Add(name + ".v", v.Value)
                .Add(name + ".update, eps inside the root", Adam.UpdateEpsInsideRoot(0, gradient, v, lr, eps).Value)
                .Add(name + ".update, eps beside the root", Adam.Update(0, gradient, v, lr, eps).Value)
                .Add(name + ".first update, uncorrected", uncorrected.Value);
        }
    }

    /// <summary>D1-057 and D1-082: the size of the steps under a steady gradient without bias correction, over lr, and what is left of the start after a hundred steps.</summary>
    [GoldenSource]
    public static GoldenDocument WithoutBiasCorrection()
    {
        Claim claim = ExampleNumbers.Claim("D1-057"), later = ExampleNumbers.Claim("D1-082");
        AdamOptions options = AdamOptions.Adam(1) with { Beta1 = claim.GivenNumber("b1"), Beta2 = claim.GivenNumber("b2"), Epsilon = 0, BiasCorrection = false };
        double[] sizes = [.. StepSizes<Real64>(options, 1000).Select(x => x.Value)];
        float[] single = [.. StepSizes<Real32>(options, 1000).Select(x => x.Value)];
        int largest = Array.IndexOf(sizes, sizes.Max());
        Real64 correction = Adam.BiasCorrection<Real64>(later.GivenNumber("b2"), later.GivenNumber("t"));
        return new GoldenDocument("adam", "WithoutBiasCorrection")
            .Add("beta1", options.Beta1).Add("beta2", options.Beta2).Add("steps 1 to 20", sizes[..20]).Add("largest", sizes[largest]).Add("largest at step", largest + 1)
            .Add("step 100", sizes[99]).Add("step 1000", sizes[999])
            .Add("single precision.steps 1 to 20", single[..20]).Add("single precision.step 1000", single[999])
            .Add("beta1 correction at step 100", Adam.BiasCorrection<Real64>(options.Beta1, 100).Value).Add("beta2 correction at step 100", correction.Value)
            .Add("beta2 correction at step 100, single precision", Adam.BiasCorrection<Real32>((Real32)options.Beta2, 100).Value);
    }

    /// <summary>Adds the moments, their corrected values and the parameters after each step.</summary>
    internal static void AddSteps(GoldenDocument document, string prefix, AdamOptions options, Real64[] start, Real64[][] gradients)
    {
        Real64[][] theta = [start];
        AdamState<Real64>? state = null;
        document.Add(prefix + "parameters at the start", ExampleNumbers.Doubles(start));
        for (int t = 1; t <= gradients.Length; t++)
        {
            (theta, state) = AdamOptimizer.Step(theta, [gradients[t - 1]], state, options);
            AdamCoefficients<Real64> shared = AdamOptimizer.Coefficients<Real64>(options, t);
            Real64[] m = state.FirstMoment(0).ToArray(), v = state.SecondMoment(0).ToArray();
            string key = Invariant($"{prefix}step {t}.");
            document.Add(key + "gradient", ExampleNumbers.Doubles(gradients[t - 1])).Add(key + "m", ExampleNumbers.Doubles(m)).Add(key + "v", ExampleNumbers.Doubles(v))
                .Add(key + "m hat", ExampleNumbers.Doubles(m.Select(x => Adam.Corrected(x, shared.Correction1))))
                .Add(key + "v hat", ExampleNumbers.Doubles(v.Select(x => Adam.Corrected(x, shared.Correction2))))
                .Add(key + "parameters", ExampleNumbers.Doubles(theta[0]));
        }
    }

    // The parameter starts each step at 0, so that what it becomes is the step itself, with no rounding of a sum.
    private static IEnumerable<T> StepSizes<T>(AdamOptions options, int count)
        where T : IReal<T>
    {
        AdamState<T>? state = null;
        for (int t = 0; t < count; t++)
        {
            (T[][] theta, state) = AdamOptimizer.Step([[T.Of(0)]], [[T.Of(1)]], state, options);
            yield return -theta[0][0];
        }
    }
}
