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
        var pass = new Pass(this, x);
        int[] lengths = Array.ConvertAll(plan.Lengths(), n => (int)n);
        int first = 0;
        foreach (int length in lengths)
        {
            pass.Compute(first, first + length - 1, keepAll: false);
            first += length;
        }

        T[] output = pass.OutputOf(Layers - 1);
        T[] dy = lossGradient(output);
        var gradients = new T[Layers][];
        for (int segment = lengths.Length - 1; segment >= 0; segment--)
        {
            first -= lengths[segment];
            pass.Compute(first, first + lengths[segment] - 2, keepAll: true);
            for (int layer = first + lengths[segment] - 1; layer >= first; layer--)
                (dy, gradients[layer]) = pass.Backward(layer, dy);
        }

        return new ChainRun<T>(output, gradients, dy, pass.Peak, pass.Evaluations);
    }

    /// <summary>The outputs held and counted; layer −1 is the input, which is held by the caller.</summary>
    private sealed class Pass(LayerChain<T> chain, T[] x)
    {
        private readonly Dictionary<int, T[]> _held = [];

        public long Peak { get; private set; }

        public long Evaluations { get; private set; }

        public T[] OutputOf(int layer) => layer < 0 ? x : _held[layer];

        // Evaluates layers first … last; of their outputs all are kept, or the last alone.
        public void Compute(int first, int last, bool keepAll)
        {
            T[] y = OutputOf(first - 1);
            for (int layer = first; layer <= last; layer++)
            {
                y = Forward(layer, y);
                if (keepAll || layer == last)
                    _held.Add(layer, y);
            }

            Peak = Math.Max(Peak, _held.Count);
        }

        public (T[] InputGradient, T[] WeightGradient) Backward(int layer, T[] dy)
        {
            T[] y = OutputOf(layer), input = OutputOf(layer - 1), weight = chain._weights[layer];
            var inner = new T[y.Length];
            for (int i = 0; i < inner.Length; i++)
                inner[i] = dy[i] * Activations.TanhDerivative(y[i]);
            var dWeight = new T[weight.Length];
            var dInput = new T[input.Length];
            Linear.WeightGradient<T>(inner, input, dWeight, chain._width, chain._width);
            Linear.InputGradient<T>(inner, weight, dInput, chain._width, chain._width);
            _held.Remove(layer);
            return (dInput, dWeight);
        }

        private T[] Forward(int layer, T[] input)
        {
            Evaluations++;
            var y = new T[input.Length];
            Linear.Forward<T>(input, chain._weights[layer], [], y, chain._width, chain._width);
            for (int i = 0; i < y.Length; i++)
                y[i] = T.Tanh(y[i]);
            return y;
        }
    }
}
