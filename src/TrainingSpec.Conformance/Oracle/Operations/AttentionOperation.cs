using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>attention: causal multi-head attention on one sequence; with the gradient of the output also those of queries, keys and values.</summary>
internal sealed class AttentionOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "attention";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] q = args.Matrix("q");
        T[][] k = args.TensorsLike("k", q, "q");
        T[][] v = args.TensorsLike("v", q, "q");
        int length = q.Length, width = q[0].Length;
        long heads = args.Whole(Hyperparameters.Heads);
        if (width % heads != 0)
            throw OracleException.Invalid("heads", Wording.Of($"heads = {heads} is outside the divisors of the width {width}"));
        T[][]? gradY = args.TensorsLikeOrNull("grad_y", q, "q");
        T[] mask = args.MaskOrEmpty("mask", length, "q");
        args.Done();
        answer.Takes((gradY is null ? 1L : 4L) * length * width);

        // The weights are as many as heads times the square of the positions.
        if (heads * length > Protocol.MaxValues / length)
            throw Answer<T>.TooLong("q");
        if ((long)length * length > Protocol.MaxProducts / width)
            throw OracleException.Invalid("q", Wording.Of($"q has {length} positions of width {width}, whose products positions² · width are outside [1, {Protocol.MaxProducts}]"));
        var shape = new AttentionShape(1, length, (int)heads, width / (int)heads);
        T[] qkv = Sizes.Flat<T>(q, k, v);
        T[] dy = gradY is null ? [] : Sizes.Flat<T>(gradY);
        long wide = Attention.WideProducts<T>(qkv, shape, mask, dy);
        if (wide > Protocol.MaxWideProducts)
            throw OracleException.Invalid("q", Wording.Of($"q, k, v, mask or grad_y hold numbers so large that {wide} products are computed beyond the dtype, which is outside [0, {Protocol.MaxWideProducts}]"));
        var weights = new T[shape.WeightCount];
        var y = new T[length * width];
        Attention.Forward<T>(qkv, shape, weights, y, mask);
        answer.Columns("y", y, width, 0, width);
        if (gradY is null)
            return;
        var gradient = new T[qkv.Length];
        Attention.InputGradient<T>(dy, qkv, weights, shape, gradient);
        answer.Columns("grad_q", gradient, 3 * width, 0, width);
        answer.Columns("grad_k", gradient, 3 * width, width, width);
        answer.Columns("grad_v", gradient, 3 * width, 2 * width, width);
    }
}
