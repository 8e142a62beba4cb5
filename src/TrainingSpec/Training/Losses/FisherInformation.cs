using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>The diagonal Fisher information of weights from the gradients of single examples, and what is sometimes taken for it.</summary>
/// <remarks>
/// Gradients of log-likelihoods whose labels are drawn from the model give the Fisher information; with the labels of the data it is the empirical one.
/// Source: Kirkpatrick et al. (2017), section 2.1; Kunstner et al. (2019), equations 3 and 4; D3 "Catastrophic Forgetting".
/// </remarks>
public static class FisherInformation
{
    /// <summary>For each weight the mean over examples of its squared gradient.</summary>
    /// <param name="gradients"><c>gradients</c>: example, tensor, element.</param>
    /// <exception cref="InvalidArgumentException">No examples, no tensors, or an empty one.</exception>
    /// <exception cref="ShapeMismatchException">Two examples differ in shape.</exception>
    public static T[][] MeanOfSquares<T>(T[][][] gradients)
        where T : IReal<T> => PerWeight(gradients, g => Ewc.Fisher<T>(g));

    /// <summary>For each weight the square of its mean gradient: near an optimum 0 where the Fisher information is not.</summary>
    /// <param name="gradients"><c>gradients</c>: example, tensor, element.</param>
    /// <exception cref="InvalidArgumentException">No examples, no tensors, or an empty one.</exception>
    /// <exception cref="ShapeMismatchException">Two examples differ in shape.</exception>
    public static T[][] SquareOfMean<T>(T[][][] gradients)
        where T : IReal<T> => PerWeight(gradients, g => Ewc.SquaredMean<T>(g));

    private static T[][] PerWeight<T>(T[][][] gradients, Func<T[], T> reduce)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Length == 0)
            throw Tensors.Bad(nameof(gradients), "gradients = [] is outside lists of at least one example");
        Tensors.RequireSome(gradients[0], nameof(gradients));
        foreach (T[][] example in gradients)
            Tensors.RequireSameShape(gradients[0], "gradients[0]", example, nameof(gradients));
        var result = new T[gradients[0].Length][];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new T[gradients[0][i].Length];
            for (int j = 0; j < result[i].Length; j++)
                result[i][j] = reduce(Array.ConvertAll(gradients, g => g[i][j]));
        }

        return result;
    }
}
