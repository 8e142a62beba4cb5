using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Dropout in both conventions, forward and backward, and what mixing them does.</summary>
public static class DropoutExamples
{
    private const ulong Seed = 0;

    private static readonly double[] X = [1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12];

    /// <summary>Mask, scale, output and gradient at D0's probability (D0-138), at D2's (D2-094) and at 0, and the test time of both conventions (D0-136).</summary>
    [GoldenSource]
    public static GoldenDocument Masks()
    {
        var document = new GoldenDocument("dropout", "Masks");
        var uniform = new Real64[X.Length];
        RandomStreams.FillUniform<Real64>(Seed, 0, 0, uniform);
        document.Add("x", X).Add("uniform", uniform);
        Real64[] x = GoldenRows.Over<Real64>(X), dy = [.. x.Select(value => value / 8)];
        double[] probabilities = [ExampleNumbers.Claim("D0-138").PrintedNumber("p").Value.ToDouble(), ExampleNumbers.Claim("D2-094").GivenNumber("p"), 0];
        foreach (double p in probabilities)
        {
            string key = "p = " + ReadBack.Text(p);
            DropoutResult<Real64> run = DropoutLayer.Forward<Real64>(x, p, training: true, Seed), test = DropoutLayer.Forward<Real64>(x, p, training: false, Seed);
            Real64 scale = Dropout.Scale<Real64>(p);
            document.Add(key + ".mask", run.Mask.Select(m => (int)m)).Add(key + ".scale", scale)
                .Add(key + ".inverted, training", run.Output).Add(key + ".inverted, test", test.Output)
                .Add(key + ".gradient", DropoutLayer.Backward<Real64>(dy, run.Mask, p))
                .Add(key + ".plain, training", x.Zip(run.Mask, (value, m) => Dropout.Plain<Real64>(value, m))).Add(key + ".plain, test", x.Select(value => Dropout.PlainTest<Real64>(value, p)))
                .Add(key + ".added variance", x.Select(value => Dropout.Variance<Real64>(value, p)))

                // Scaled in training and at test time alike, an element comes out (1 − p) times too small; scaled never, 1/(1 − p) times too large.
                .Add(key + ".test over training mean, inverted with the plain test", Dropout.PlainTest<Real64>(1, p)).Add(key + ".test over training mean, plain with no scaling", Dropout.Scale<Real64>(p))
                .Add(key + ".inverted, training, in single precision", DropoutLayer.Forward<Real32>(GoldenRows.Over<Real32>(X), p, training: true, Seed).Output);
        }

        return document;
    }

    /// <summary>The edges of the comparison (D0-140): u = p is kept and p = 0 keeps all; the largest p below 1; what a mask makes of an infinity.</summary>
    [GoldenSource]
    public static GoldenDocument Edges()
    {
        double last = Math.BitDecrement(1.0);
        return new GoldenDocument("dropout", "Edges")
            .Add("mask of u = p = 0.5", Dropout.Mask<Real64>(0.5, 0.5)).Add("mask of u below p = 0.5", Dropout.Mask<Real64>(Math.BitDecrement(0.5), 0.5)).Add("mask of u = p = 0", Dropout.Mask<Real64>(0, 0))
            .Add("scale of the largest p below 1", Dropout.Scale<Real64>(last)).Add("share kept at the largest p below 1", Dropout.PlainTest<Real64>(1, last))
            .Add("dropped infinity", Dropout.Inverted<Real64>(double.PositiveInfinity, 0, 2)).Add("dropped negative number", Dropout.Inverted<Real64>(-3, 0, 2));
    }
}
