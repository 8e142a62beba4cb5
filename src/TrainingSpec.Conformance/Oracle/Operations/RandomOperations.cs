using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>random.philox: one block of Philox4x32-10; the dtype has no part in it.</summary>
internal sealed class PhiloxOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "random.philox";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        uint[] key = Words(args, "key", 2);
        uint[] counter = Words(args, "counter", 4);
        args.Done();
        answer.Takes(4);
        PhiloxBlock block = Philox.Block(key[0], key[1], new PhiloxBlock(counter[0], counter[1], counter[2], counter[3]));
        answer.Integers("words", [block.W0, block.W1, block.W2, block.W3]);
    }

    private static uint[] Words(Arguments args, string name, int count)
    {
        long[] words = args.Integers(name, 0, uint.MaxValue);
        return words.Length == count
            ? Array.ConvertAll(words, w => (uint)w)
            : throw OracleException.Shape(name, Wording.Of($"{name} has {words.Length} words, {count} are needed"));
    }
}

/// <summary>random.uniform: numbers of [0, 1) as a pure function of seed, stream and index.</summary>
internal sealed class UniformOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "random.uniform";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        ulong seed = args.Unsigned("seed");
        ulong stream = args.Unsigned("stream", 0);
        ulong offset = args.Unsigned("offset", 0);
        long count = args.Integer("count", 1, Protocol.MaxValues);
        args.Done();
        answer.Takes(count);
        var values = new T[count];
        RandomStreams.FillUniform<T>(seed, stream, offset, values);
        answer.Row("values", values);
    }
}

/// <summary>random.normal: standard normal numbers as a pure function of seed, stream and index.</summary>
internal sealed class NormalOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "random.normal";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        ulong seed = args.Unsigned("seed");
        ulong stream = args.Unsigned("stream", 0);
        ulong offset = args.Unsigned("offset", 0);
        long count = args.Integer("count", 1, Protocol.MaxValues);
        args.Done();
        answer.Takes(count);
        var values = new T[count];
        RandomStreams.FillNormalPairs<T>(seed, stream, offset, values);
        answer.Row("values", values);
    }
}
