using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Softmax, log-softmax and log-sum-exp for narrow formats: computed in binary64 from the row as the format holds it, and rounded once.</summary>
/// <remarks>Within 1 ULP of the format. Source: the oracle protocol, softmax; Kahan's ln(1 + x), in Goldberg (1991), theorem 4.</remarks>
public static class SoftmaxRounded
{
    /// <summary>Probabilities of a row of logits.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    public static void Probabilities<T>(ReadOnlySpan<T> logits, Span<T> result)
        where T : IBinaryFormat<T>
    {
        var wide = new Real64[result.Length];
        Softmax.Probabilities<Real64>(Widened(logits), wide);
        Round(wide, result);
    }

    /// <summary>Logarithms of the probabilities of a row.</summary>
    /// <exception cref="ArgumentException">The row is empty, or the result has another length.</exception>
    public static void LogProbabilities<T>(ReadOnlySpan<T> logits, Span<T> result)
        where T : IBinaryFormat<T>
    {
        if (result.Length != logits.Length)
            throw new ArgumentException($"result has {result.Length} elements, logits has {logits.Length}", nameof(result));
        Real64[] wide = Widened(logits);
        Real64 max = Softmax.Maximum<Real64>(wide);
        Real64 logSum = LogOfSum(wide, max);
        Round(Array.ConvertAll(wide, x => x - max - logSum), result);
    }

    /// <summary>ln Σ e^xᵢ.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static T LogSumExp<T>(ReadOnlySpan<T> x)
        where T : IBinaryFormat<T>
    {
        Real64[] wide = Widened(x);
        Real64 max = Softmax.Maximum<Real64>(wide);
        return T.Of((max + LogOfSum(wide, max)).Value);
    }

    // ln Σ e^(x − m) without the loss of a small rest beside the largest term's 1: bfloat16 still holds the logarithm of 1 + 10⁻³⁸.
    private static Real64 LogOfSum(Real64[] x, Real64 max)
    {
        var exponentials = new Real64[x.Length];
        Softmax.SumOfExponentials(x, max, exponentials);
        int first = Array.IndexOf(exponentials, 1.0);
        if (first < 0)
            return Real64.Log(Reduction.Sum<Real64>(exponentials));
        exponentials[first] = 0;
        Real64 rest = Reduction.Sum<Real64>(exponentials), sum = Real64.Of(1) + rest;
        return sum.Value == 1 ? rest : Real64.Log(sum) * rest / (sum - Real64.Of(1));
    }

    private static Real64[] Widened<T>(ReadOnlySpan<T> x)
        where T : IBinaryFormat<T>
    {
        var wide = new Real64[x.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = T.ToDouble(x[i]);
        return wide;
    }

    private static void Round<T>(Real64[] wide, Span<T> result)
        where T : IBinaryFormat<T>
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = T.Of(wide[i].Value);
    }
}
