using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>softmax: probabilities of a row of logits.</summary>
internal sealed class SoftmaxOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "softmax";

    /// <inheritdoc/>
    public bool HalfPrecision => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] logits = Logits.Row(args, "logits");
        args.Done();
        answer.Takes(logits.Length);
        var probs = new T[logits.Length];
        if (probs is Float16[] half)
            SoftmaxRounded.Probabilities<Float16>((Float16[])(object)logits, half);
        else if (probs is BFloat16[] brain)
            SoftmaxRounded.Probabilities<BFloat16>((BFloat16[])(object)logits, brain);
        else
            Softmax.Probabilities<T>(logits, probs);
        answer.Row("probs", probs);
    }
}

/// <summary>log_softmax: logarithms of the probabilities of a row of logits.</summary>
internal sealed class LogSoftmaxOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "log_softmax";

    /// <inheritdoc/>
    public bool HalfPrecision => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] logits = Logits.Row(args, "logits");
        args.Done();
        answer.Takes(logits.Length);
        var logProbs = new T[logits.Length];
        if (logProbs is Float16[] half)
            SoftmaxRounded.LogProbabilities<Float16>((Float16[])(object)logits, half);
        else if (logProbs is BFloat16[] brain)
            SoftmaxRounded.LogProbabilities<BFloat16>((BFloat16[])(object)logits, brain);
        else
            Softmax.LogProbabilities<T>(logits, logProbs);
        answer.Row("log_probs", logProbs);
    }
}

/// <summary>logsumexp: the logarithm of the sum of exponentials of a row.</summary>
internal sealed class LogSumExpOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "logsumexp";

    /// <inheritdoc/>
    public bool HalfPrecision => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] x = Logits.Row(args, "x");
        args.Done();
        answer.Takes(1);
        answer.Number("value", x switch
        {
            Float16[] half => (T)(object)SoftmaxRounded.LogSumExp<Float16>(half),
            BFloat16[] brain => (T)(object)SoftmaxRounded.LogSumExp<BFloat16>(brain),
            _ => Softmax.LogSumExp<T>(x),
        });
    }
}

/// <summary>Rows of logits: −∞ is legal as long as one logit of the row is more than that.</summary>
internal static class Logits
{
    /// <summary>One row.</summary>
    public static T[] Row<T>(Arguments<T> args, string name)
        where T : struct, IReal<T>
    {
        T[] row = args.Row(name);
        RefuseAllMinusInfinity(args, [row], name);
        return row;
    }

    /// <summary>Refuses rows that hold nothing but −∞.</summary>
    public static void RefuseAllMinusInfinity<T>(Arguments<T> args, IEnumerable<T[]> rows, string name)
        where T : struct, IReal<T>
    {
        foreach (T[] row in rows)
        {
            if (Array.TrueForAll(row, x => double.IsNegativeInfinity(args.Widen(x))))
                throw new OracleException(ErrorKind.NonFinite, name, $"{name} has a row of nothing but -Infinity, which is no distribution");
        }
    }
}
