using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>One backward pass through a chain, with what it held and computed.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Output">The output of the last layer.</param>
/// <param name="Gradients">The parameters' gradients, a tensor per layer.</param>
/// <param name="InputGradient">∂L/∂x.</param>
/// <param name="Peak">The most layer outputs held at once, as counted.</param>
/// <param name="Evaluations">How often a layer was evaluated forward.</param>
public sealed record ChainRun<T>(T[] Output, T[][] Gradients, T[] InputGradient, long Peak, long Evaluations);

/// <summary>A chain of layers yₙ = tanh(Wₙ·yₙ₋₁) of one width, whose backward pass holds what a checkpoint plan allows and recomputes the rest.</summary>
/// <remarks>Source: D3 "Gradient Checkpointing"; Chen et al. (2016), Algorithm 1.</remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class LayerChain<T>
    where T : IReal<T>
{
    private readonly T[][] _weights;
    private readonly int _width;

    /// <summary>A chain on weights of width × width, row-major, a tensor per layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width lies outside [1, inf).</exception>
    /// <exception cref="ArgumentException">No layers, or a weight of another size.</exception>
    public LayerChain(T[][] weights, int width)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Domain.Require("[1, inf)", (long)width, nameof(width));
        if (weights.Length == 0)
            throw new ArgumentException("weights = [] is outside chains of at least one layer", nameof(weights));
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i].Length != width * width)
                throw new ArgumentException($"weights[{i}] has {weights[i].Length} elements, {width} x {width} are needed", nameof(weights));
        }

        _weights = weights;
        _width = width;
    }

    /// <summary>Layers of the chain.</summary>
    public int Layers => _weights.Length;

    /// <summary>Forward and backward pass under a plan; the gradients are the same bits whatever the plan.</summary>
    /// <param name="x">The input, rows of the chain's width.</param>
    /// <param name="lossGradient">∂L/∂y from the output y.</param>
    /// <param name="plan">A plan for as many layers as the chain has.</param>
    /// <exception cref="ArgumentException">The plan is for another number of layers, or the input is no rows of the width.</exception>
    public ChainRun<T> Run(T[] x, Func<T[], T[]> lossGradient, CheckpointPlan plan)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(lossGradient);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Layers != Layers)
            throw new ArgumentException($"plan is for {plan.Layers} layers, the chain has {Layers}", nameof(plan));
        if (x.Length == 0 || x.Length % _width != 0)
            throw new ArgumentException($"x has {x.Length} elements, which is outside multiples of {_width}", nameof(x));
        var chain = new CheckpointedChain<T, T[][]>(plan, x, (layer, input) => new TanhLayer(this, layer, input));
        var gradients = new T[Layers][];
        T[] dx = chain.Backward(lossGradient(chain.Output), gradients);
        return new ChainRun<T>(chain.Output, gradients, dx, chain.Peak, chain.Evaluations);
    }

    /// <summary>One layer, evaluated.</summary>
    private sealed class TanhLayer : IEvaluatedLayer<T, T[][]>
    {
        private readonly LayerChain<T> _chain;
        private readonly int _layer;

        public TanhLayer(LayerChain<T> chain, int layer, T[] input)
        {
            (_chain, _layer) = (chain, layer);
            Output = new T[input.Length];
            Linear.Forward<T>(input, chain._weights[layer], [], Output, chain._width, chain._width);
            for (int i = 0; i < Output.Length; i++)
                Output[i] = T.Tanh(Output[i]);
        }

        public T[] Output { get; }

        public T[] Backward(T[] dOutput, T[] input, T[][] gradients)
        {
            T[] weight = _chain._weights[_layer];
            var inner = new T[Output.Length];
            for (int i = 0; i < inner.Length; i++)
                inner[i] = dOutput[i] * Activations.TanhDerivative(Output[i]);
            gradients[_layer] = new T[weight.Length];
            var dInput = new T[input.Length];
            Linear.WeightGradient<T>(inner, input, gradients[_layer], _chain._width, _chain._width);
            Linear.InputGradient<T>(inner, weight, dInput, _chain._width, _chain._width);
            return dInput;
        }

        public void Release()
        {
            // Its arrays are the garbage collector's.
        }
    }
}
