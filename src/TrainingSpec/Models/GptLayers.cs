using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>A layer norm of a model with what its forward pass keeps; the backward pass writes into the gradients by name.</summary>
internal sealed class LayerNormLayer<T>(GptRun<T> run, KeptTensors<T> kept, string name)
    where T : IReal<T>
{
    private readonly T[] _normalized = kept.Keep(run.Tokens * run.Config.Width);
    private readonly T[] _reciprocalDeviations = kept.Keep(run.Tokens);

    /// <summary>(N, C) to (N, C).</summary>
    public T[] Forward(T[] x)
    {
        T[] y = kept.Keep(x.Length);
        run.Operations.LayerNorm(x, run.Weight(name + ".g"), run.Weight(name + ".b"), run.Config.Epsilon, y, _normalized, _reciprocalDeviations);
        return y;
    }

    /// <summary>∂L/∂x; the parameters' gradients go to <paramref name="gradients"/>.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        run.Operations.GainGradient(dy, _normalized, gradients.Write(name + ".g"));
        run.Operations.BiasGradient(dy, gradients.Write(name + ".b"));
        T[] dx = run.Operations.Rent(dy.Length);
        run.Operations.LayerNormInputGradient(dy, run.Weight(name + ".g"), _normalized, _reciprocalDeviations, dx);
        return dx;
    }
}

/// <summary>A linear map of a model with what its forward pass keeps.</summary>
internal sealed class LinearLayer<T>(GptRun<T> run, string name, int inputs, int outputs)
    where T : IReal<T>
{
    private T[] _x = [];

    /// <summary>(N, I) to (N, O), a rented tensor.</summary>
    public T[] Forward(T[] x)
    {
        _x = x;
        T[] y = run.Operations.Rent(run.Tokens * outputs);
        run.Operations.Linear(x, run.Weight(name + ".w"), run.Config.Bias ? run.Weight(name + ".b") : [], y, inputs, outputs);
        return y;
    }

    /// <summary>∂L/∂x; the parameters' gradients go to <paramref name="gradients"/>.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        run.Operations.LinearWeightGradient(dy, _x, gradients.Write(name + ".w"), inputs, outputs);
        if (run.Config.Bias)
            run.Operations.BiasGradient(dy, gradients.Write(name + ".b"));
        T[] dx = run.Operations.Rent(_x.Length);
        run.Operations.LinearInputGradient(dy, run.Weight(name + ".w"), dx, inputs, outputs);
        return dx;
    }
}

/// <summary>One pre-norm block: x + attention(norm(x)), then that + feed-forward(norm(that)).</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3.</remarks>
internal sealed class GptBlock<T>(GptRun<T> run, KeptTensors<T> kept, string name)
    where T : IReal<T>
{
    private readonly AttentionShape _attention = new(run.Batch, run.Length, run.Config.Heads, run.Config.HeadWidth);
    private readonly LayerNormLayer<T> _norm1 = new(run, kept, name + ".ln1");
    private readonly LinearLayer<T> _qkv = new(run, name + ".attn.qkv", run.Config.Width, 3 * run.Config.Width);
    private readonly LinearLayer<T> _projection = new(run, name + ".attn.proj", run.Config.Width, run.Config.Width);
    private readonly LayerNormLayer<T> _norm2 = new(run, kept, name + ".ln2");
    private readonly LinearLayer<T> _fc = new(run, name + ".mlp.fc", run.Config.Width, run.Config.Hidden);
    private readonly LinearLayer<T> _mlpProjection = new(run, name + ".mlp.proj", run.Config.Hidden, run.Config.Width);
    private T[] _queriesKeysValues = [];
    private T[] _weights = [];

    // Of the hidden units, over them: nobody else reads those.
    private T[] _slopes = [];

    /// <summary>(B, T, C) to (B, T, C).</summary>
    public T[] Forward(T[] x)
    {
        ITensorOperations<T> operations = run.Operations;
        _queriesKeysValues = kept.Kept(_qkv.Forward(_norm1.Forward(x)));
        _weights = kept.Keep(operations.AttentionWeightCount(_attention));
        T[] attended = kept.Keep(x.Length);
        operations.Attention(_queriesKeysValues, _attention, [], _weights, attended);
        T[] middle = _projection.Forward(attended);
        operations.Add(x, middle);
        _slopes = kept.Kept(_fc.Forward(_norm2.Forward(middle)));
        T[] active = kept.Keep(_slopes.Length);
        operations.Activate(run.Config.Activation, _slopes, active, _slopes);
        T[] y = kept.Kept(_mlpProjection.Forward(active));
        operations.Add(middle, y);
        operations.Return(middle);
        return y;
    }

    /// <summary>∂L/∂x, a rented tensor, from ∂L/∂y.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        ITensorOperations<T> operations = run.Operations;
        T[] dHidden = _mlpProjection.Backward(dy, gradients);
        operations.ActivationGradient(dHidden, _slopes, dHidden);
        T[] dNormalized = _fc.Backward(dHidden, gradients), dMiddle = _norm2.Backward(dNormalized, gradients);
        operations.Return(dHidden);
        operations.Return(dNormalized);
        operations.Add(dy, dMiddle);
        T[] dAttended = _projection.Backward(dMiddle, gradients), dQueriesKeysValues = operations.Rent(_queriesKeysValues.Length);
        operations.AttentionInputGradient(dAttended, _queriesKeysValues, _weights, _attention, dQueriesKeysValues);
        operations.Return(dAttended);
        dNormalized = _qkv.Backward(dQueriesKeysValues, gradients);
        operations.Return(dQueriesKeysValues);
        T[] dx = _norm1.Backward(dNormalized, gradients);
        operations.Return(dNormalized);
        operations.Add(dMiddle, dx);
        operations.Return(dMiddle);
        return dx;
    }
}
