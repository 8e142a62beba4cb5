using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The average of a weight that stands still.</summary>
public static class ShadowWeightsExamples
{
    /// <summary>From 0 towards a weight of 1, which keeps nine tenths at each of five steps.</summary>
    [GoldenSource]
    public static GoldenDocument Values()
    {
        var path = new Real64[5];
        for (int step = 0; step < path.Length; step++)
            path[step] = ShadowWeights.Update<Real64>(step > 0 ? path[step - 1] : 0, theta: 1, beta: 0.9);
        return new GoldenDocument("shadow-weights", "Values").Add("averages", path);
    }
}
