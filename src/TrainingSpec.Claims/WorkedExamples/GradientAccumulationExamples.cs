using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Gradient accumulation: windows, unequal micro-batches, and what a missing division does.</summary>
public static class GradientAccumulationExamples
{
    /// <summary>D2-033 and D2-034: the gradients 0 to 9 in windows of four; the last window holds two, and a division by four would halve it.</summary>
    [GoldenSource]
    public static GoldenDocument Windows()
    {
        int size = ExampleNumbers.Claim("D2-033").GivenInteger("accumulation_steps"), count = ExampleNumbers.Claim("D2-034").GivenInteger("n"), seen = 0;
        int[] windows = GradientAccumulator.Windows(count, size);
        var document = new GoldenDocument("gradient-accumulation", "Windows").Add("micro-batches", count).Add("window", size).Add("micro-batches of each update", windows);
        for (int update = 0; update < windows.Length; update++)
        {
            Real64 sum = 0;
            Real64[] gradients = [.. Enumerable.Range(seen, windows[update]).Select(g => (Real64)(double)g)], sums = [.. gradients.Select(g => sum = GradientAccumulation.Added<Real64>(sum, g, 1))];
            seen += gradients.Length;
            string key = Invariant($"update {update + 1}.");
            document.Add(key + "gradients", ExampleNumbers.Doubles(gradients)).Add(key + "accumulated", ExampleNumbers.Doubles(sums))
                .Add(key + "mean", GradientAccumulator.Mean<Real64>([.. gradients.Select(g => new Real64[][] { [g] })])[0][0].Value)
                .Add(key + "divided by the window", GradientAccumulation.Mean<Real64>(sum, size).Value);
        }

        return document;
    }

    /// <summary>D2-036: twelve tokens in micro-batches of six, two and four: weighted by tokens the mean is that of the whole batch, unweighted it is not.</summary>
    [GoldenSource]
    public static GoldenDocument UnequalMicroBatches()
    {
        double[] tokens = [6, 2, 4];
        Real64[][][] all = [.. Enumerable.Range(1, 12).Select(i => new Real64[][] { [i, 0.1 * i] })];
        Real64[][][][] parts = [all[..6], all[6..8], all[8..]];
        Real64[][][] means = [.. parts.Select(p => GradientAccumulator.Mean(p))];
        var document = new GoldenDocument("gradient-accumulation", "UnequalMicroBatches").Add("tokens", tokens)
            .Add("examples", GradientAccumulation.EffectiveBatch<Real64>(4, 3).Value);
        for (int k = 0; k < means.Length; k++)
            document.Add(Invariant($"micro-batch {k}.mean gradient"), ExampleNumbers.Doubles(means[k][0]));
        Real32[][][] single = [.. means.Select(m => new[] { Array.ConvertAll(m[0], g => (Real32)(float)g.Value) })];
        return document.Add("whole batch", ExampleNumbers.Doubles(GradientAccumulator.Mean(all)[0]))
            .Add("weighted by tokens", ExampleNumbers.Doubles(GradientAccumulator.Mean(means, tokens)[0]))
            .Add("weighted by tokens, single precision", ExampleNumbers.Singles(GradientAccumulator.Mean(single, tokens)[0]))
            .Add("mean of means", ExampleNumbers.Doubles(GradientAccumulator.Mean(means)[0]));
    }

    /// <summary>D3-043, D1-173, D1-174: four micro-batches of the loss ½λw²: divided, undivided, and stepped inside the loop; Adam hardly notices the missing division.</summary>
    [GoldenSource]
    public static GoldenDocument MissingDivision()
    {
        Claim claim = ExampleNumbers.Claim("D3-043");
        int count = claim.GivenInteger("k");
        double lr = claim.GivenNumber("lr"), lambda = claim.GivenNumber("lambda"), w = claim.GivenNumber("w");
        Real64 gradient = L2Penalty.HalfGradient<Real64>(w, lambda), sum = 0;
        for (int k = 0; k < count; k++)
            sum = GradientAccumulation.Added<Real64>(sum, gradient, 1);
        Real64 mean = GradientAccumulation.Mean<Real64>(sum, count), inLoop = w;
        for (int k = 0; k < count; k++)
            inLoop = Sgd.Update<Real64>(inLoop, GradientAccumulation.Mean<Real64>(L2Penalty.HalfGradient<Real64>(inLoop, lambda), count), lr);
        AdamOptions adam = AdamOptions.Adam(lr);
        return new GoldenDocument("gradient-accumulation", "MissingDivision")
            .Add("w", w).Add("learning rate", lr).Add("micro-batches", count).Add("gradient of each", gradient.Value).Add("sum", sum.Value).Add("mean", mean.Value)
            .Add("sgd.divided", Sgd.Update<Real64>(w, mean, lr).Value).Add("sgd.undivided", Sgd.Update<Real64>(w, sum, lr).Value).Add("sgd.divided, a step in each pass", inLoop.Value)
            .Add("adam.divided", AdamOptimizer.Step<Real64>([[w]], [[mean]], null, adam).Parameters[0][0].Value)
            .Add("adam.undivided", AdamOptimizer.Step<Real64>([[w]], [[sum]], null, adam).Parameters[0][0].Value)
            .Add("adam, clipped to norm 1.divided", AdamOptimizer.Step<Real64>([[w]], Clipped(mean), null, adam).Parameters[0][0].Value)
            .Add("adam, clipped to norm 1.undivided", AdamOptimizer.Step<Real64>([[w]], Clipped(sum), null, adam).Parameters[0][0].Value);

        static Real64[][] Clipped(Real64 g) => GradientClipping.ByGlobalNorm<Real64>([[g]], 1).Gradients;
    }
}
