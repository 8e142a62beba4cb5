using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>A layer norm of a model with what its forward pass keeps; the backward pass writes into the gradients by name.</summary>
internal sealed class LayerNormLayer<T>(GptRun<T> run, string name)
    where T : IReal<T>
{
    private readonly T[] _normalized = new T[run.Tokens * run.Config.Width];
    private readonly T[] _reciprocalDeviations = new T[run.Tokens];

    /// <summary>(N, C) to (N, C).</summary>
    public T[] Forward(T[] x)
    {
        var y = new T[x.Length];
        LayerNorm.Forward<T>(x, run.Weight(name + ".g"), run.Weight(name + ".b"), run.Config.Epsilon, y, _normalized, _reciprocalDeviations);
        return y;
    }

    /// <summary>∂L/∂x; the parameters' gradients go to <paramref name="gradients"/>.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        LayerNorm.GainGradient<T>(dy, _normalized, gradients.Write(name + ".g"));
        Linear.BiasGradient<T>(dy, gradients.Write(name + ".b"));
        var dx = new T[dy.Length];
        LayerNorm.InputGradient<T>(dy, run.Weight(name + ".g"), _normalized, _reciprocalDeviations, dx);
        return dx;
    }
}

/// <summary>A linear map of a model with what its forward pass keeps.</summary>
internal sealed class LinearLayer<T>(GptRun<T> run, string name, int inputs, int outputs)
    where T : IReal<T>
{
    private T[] _x = [];

    /// <summary>(N, I) to (N, O).</summary>
    public T[] Forward(T[] x)
    {
        _x = x;
        var y = new T[run.Tokens * outputs];
        Linear.Forward<T>(x, run.Weight(name + ".w"), run.Config.Bias ? run.Weight(name + ".b") : [], y, inputs, outputs);
        return y;
    }

    /// <summary>∂L/∂x; the parameters' gradients go to <paramref name="gradients"/>.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        Linear.WeightGradient<T>(dy, _x, gradients.Write(name + ".w"), inputs, outputs);
        if (run.Config.Bias)
            Linear.BiasGradient<T>(dy, gradients.Write(name + ".b"));
        var dx = new T[_x.Length];
        Linear.InputGradient<T>(dy, run.Weight(name + ".w"), dx, inputs, outputs);
        return dx;
    }
}

/// <summary>One pre-norm block: x + attention(norm(x)), then that + feed-forward(norm(that)).</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3.</remarks>
internal sealed class GptBlock<T>(GptRun<T> run, string name)
    where T : IReal<T>
{
    private readonly AttentionShape _attention = new(run.Batch, run.Length, run.Config.Heads, run.Config.HeadWidth);
    private readonly LayerNormLayer<T> _norm1 = new(run, name + ".ln1");
    private readonly LinearLayer<T> _qkv = new(run, name + ".attn.qkv", run.Config.Width, 3 * run.Config.Width);
    private readonly LinearLayer<T> _projection = new(run, name + ".attn.proj", run.Config.Width, run.Config.Width);
    private readonly LayerNormLayer<T> _norm2 = new(run, name + ".ln2");
    private readonly LinearLayer<T> _fc = new(run, name + ".mlp.fc", run.Config.Width, run.Config.Hidden);
    private readonly LinearLayer<T> _mlpProjection = new(run, name + ".mlp.proj", run.Config.Hidden, run.Config.Width);
    private T[] _queriesKeysValues = [];
    private T[] _weights = [];
    private T[] _hidden = [];

    /// <summary>(B, T, C) to (B, T, C).</summary>
    public T[] Forward(T[] x)
    {
        _queriesKeysValues = _qkv.Forward(_norm1.Forward(x));
        _weights = new T[_attention.WeightCount];
        var attended = new T[x.Length];
        Attention.Forward<T>(_queriesKeysValues, _attention, _weights, attended);
        T[] middle = Sum(x, _projection.Forward(attended));
        _hidden = _fc.Forward(_norm2.Forward(middle));
        var active = new T[_hidden.Length];
        Activations.Forward<T>(run.Config.Activation, _hidden, active);
        return Sum(middle, _mlpProjection.Forward(active));
    }

    /// <summary>∂L/∂x from ∂L/∂y.</summary>
    public T[] Backward(T[] dy, GptGradients<T> gradients)
    {
        T[] dActive = _mlpProjection.Backward(dy, gradients);
        var dHidden = new T[dActive.Length];
        Activations.InputGradient<T>(run.Config.Activation, dActive, _hidden, dHidden);
        T[] dMiddle = Sum(dy, _norm2.Backward(_fc.Backward(dHidden, gradients), gradients));
        T[] dAttended = _projection.Backward(dMiddle, gradients);
        var dQueriesKeysValues = new T[_queriesKeysValues.Length];
        Attention.InputGradient<T>(dAttended, _queriesKeysValues, _weights, _attention, dQueriesKeysValues);
        return Sum(dMiddle, _norm1.Backward(_qkv.Backward(dQueriesKeysValues, gradients), gradients));
    }

    private static T[] Sum(T[] x, T[] y)
    {
        var sum = new T[x.Length];
        for (int i = 0; i < sum.Length; i++)
            sum[i] = x[i] + y[i];
        return sum;
    }
}
