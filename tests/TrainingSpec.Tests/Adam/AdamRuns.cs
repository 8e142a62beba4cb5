using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Adam;

/// <summary>Plays runs of Adam over any number.</summary>
internal static class AdamRuns
{
    public static (T[][] Theta, AdamState<T>? State) Play<T>(Run run, AdamOptions options)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        AdamState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
            (theta, state) = AdamOptimizer.Step(theta, Over.Rows<T>(gradients), state, options);
        return (theta, state);
    }

    /// <summary>A run of one parameter.</summary>
    public static Run Of(double theta, params double[] gradients) => new([[theta]], [.. gradients.Select(g => new[] { new[] { g } })]);

    public static long[] Moments(AdamState<Real64> state) =>
        Over.Bits(Enumerable.Range(0, state.TensorCount).SelectMany(i => new[] { state.FirstMoment(i).ToArray(), state.SecondMoment(i).ToArray() }));
}
