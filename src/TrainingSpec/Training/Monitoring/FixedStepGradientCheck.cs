using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>One entry of a gradient as D2's routine compares it.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Index">Index in the flat tensor.</param>
/// <param name="Analytic">What was to be checked.</param>
/// <param name="Numeric">(L(θ + ε) − L(θ − ε))/(2ε).</param>
/// <param name="RelativeError">|numeric − analytic|/(|numeric| + |analytic| + 1e-8).</param>
/// <param name="Restored">True where θ + ε − 2ε + ε gave θ's bits back.</param>
public sealed record FixedStepEntry(string Tensor, int Index, double Analytic, double Numeric, double RelativeError, bool Restored);

/// <summary>D2's gradient check, with its fixed step and its fixed threshold, to be compared with <see cref="GradientCheck"/>.</summary>
/// <remarks>
/// Ten places per tensor are drawn with repetition, the parameter is restored by arithmetic, not by value, and both step and threshold are the same for every format and
/// every size of loss. In single precision a right gradient fails it, and in double a wrong one of less than a thousandth passes. Source: D2, "Gradient Checking".
/// </remarks>
public static class FixedStepGradientCheck
{
    /// <summary>D2's step.</summary>
    public const double Step = 1e-5;

    /// <summary>D2's threshold on the relative error.</summary>
    public const double Threshold = 1e-4;

    /// <summary>D2's number of places per tensor.</summary>
    public const int Places = 10;

    private const double Floor = 1e-8;

    /// <summary>Compares ten drawn entries of each tensor; the check passes where every relative error is below <see cref="Threshold"/>.</summary>
    /// <typeparam name="T">The format of the parameters and of the step's arithmetic.</typeparam>
    /// <param name="tensors">The parameters and their gradients; parameters may end up with other bits, as in D2.</param>
    /// <param name="loss">The loss at what the arrays hold now.</param>
    /// <param name="seed">Which places.</param>
    /// <exception cref="ArgumentException">A gradient has another length than its tensor.</exception>
    public static IReadOnlyList<FixedStepEntry> Run<T>(IReadOnlyList<CheckedTensor<T>> tensors, Func<double> loss, ulong seed = 1)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(loss);
        var random = new SplitMix(seed);
        var entries = new List<FixedStepEntry>();
        foreach (CheckedTensor<T> tensor in tensors)
        {
            if (tensor.Gradient.Length != tensor.Values.Length)
                throw new ArgumentException($"{tensor.Name}: the gradient has {tensor.Gradient.Length} entries, the tensor {tensor.Values.Length}", nameof(tensors));
            for (int place = 0; place < Places && tensor.Values.Length > 0; place++)
                entries.Add(Compare(tensor, random.Below(tensor.Values.Length), loss));
        }

        return entries;
    }

    /// <summary>True where D2's assertion holds for every entry, and there is one.</summary>
    public static bool Passed(IReadOnlyList<FixedStepEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Count > 0 && entries.All(entry => entry.RelativeError < Threshold);
    }

    /// <summary>|numeric − analytic|/(|numeric| + |analytic| + 1e-8), in [0, 1).</summary>
    public static double RelativeError(double numeric, double analytic) =>
        CheckingTolerances.RelativeError<Real64>(numeric, analytic, Floor).Value;

    private static FixedStepEntry Compare<T>(CheckedTensor<T> tensor, int index, Func<double> loss)
        where T : IBinaryFormat<T>
    {
        T step = T.Of(Step);
        double before = T.ToDouble(tensor.Values[index]);
        tensor.Values[index] += step;
        double plus = loss();
        tensor.Values[index] -= T.Of(2 * Step);
        double minus = loss();
        tensor.Values[index] += step;
        double numeric = CheckingTolerances.CentralDifference<Real64>(plus, minus, Step).Value;
        double analytic = T.ToDouble(tensor.Gradient[index]);
        return new FixedStepEntry(tensor.Name, index, analytic, numeric, RelativeError(numeric, analytic), T.ToDouble(tensor.Values[index]).Equals(before));
    }
}
