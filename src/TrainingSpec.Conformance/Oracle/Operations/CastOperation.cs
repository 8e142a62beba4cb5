using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>cast: numbers of the dtype rounded once to another format.</summary>
internal sealed class CastOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "cast";

    /// <inheritdoc/>
    public bool HalfPrecision => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] x = args.Row("x");
        CastTarget to = args.Choice("to", true, "float32", "float16", "bfloat16") switch
        {
            "float16" => CastTarget.Float16,
            "bfloat16" => CastTarget.BFloat16,
            _ => CastTarget.Float32,
        };
        bool stochastic = args.Choice("rounding", false, "nearest", "stochastic") == "stochastic";
        ulong seed = stochastic ? args.Unsigned("seed") : 0, stream = stochastic ? args.Unsigned("stream", 0) : 0, offset = stochastic ? args.Unsigned("offset", 0) : 0;
        args.Done();
        answer.Takes(2L * x.Length);
        var uniform = new Real64[stochastic ? x.Length : 0];
        RandomStreams.FillUniform<Real64>(seed, stream, offset, uniform);
        var cast = new CastNumber[x.Length];
        for (int i = 0; i < cast.Length; i++)
            cast[i] = stochastic ? Cast.Stochastic(args.Widen(x[i]), to, uniform[i].Value) : Cast.Of(args.Widen(x[i]), to);
        answer.Doubles("x", Array.ConvertAll(cast, c => c.Value));
        answer.Integers("bits", Array.ConvertAll(cast, c => c.Bits));
    }
}
