using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>A layer after its forward pass, with what its backward pass needs beside the input, which the chain hands back.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TGradients">Where the gradients of parameters go.</typeparam>
internal interface IEvaluatedLayer<T, TGradients>
    where T : IReal<T>
{
    /// <summary>What the next layer takes.</summary>
    T[] Output { get; }

    /// <summary>∂L/∂input from ∂L/∂output and the input; the gradients of the layer's parameters are written on the way.</summary>
    T[] Backward(T[] dOutput, T[] input, TGradients gradients);

    /// <summary>Gives back what the layer holds, its output too; it is not asked again.</summary>
    void Release();
}

/// <summary>Forward and backward pass through a chain of layers, holding what a checkpoint plan allows and recomputing the rest.</summary>
/// <remarks>Source: Chen et al. (2016), Algorithm 1.</remarks>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TGradients">Where the gradients of parameters go.</typeparam>
internal sealed class CheckpointedChain<T, TGradients>
    where T : IReal<T>
{
    private readonly Func<int, T[], IEvaluatedLayer<T, TGradients>> _evaluate;
    private readonly T[] _input;
    private readonly int[] _lengths;
    private readonly Dictionary<int, IEvaluatedLayer<T, TGradients>> _held = [];

    /// <summary>Runs the chain forward; of each segment the last layer stays.</summary>
    /// <param name="plan">The segments.</param>
    /// <param name="input">The input of layer 0, held by the caller.</param>
    /// <param name="evaluate">Evaluates a layer, given its number and its input.</param>
    public CheckpointedChain(CheckpointPlan plan, T[] input, Func<int, T[], IEvaluatedLayer<T, TGradients>> evaluate)
    {
        _evaluate = evaluate;
        _input = input;
        _lengths = Array.ConvertAll(plan.Lengths(), n => (int)n);
        int first = 0;
        foreach (int length in _lengths)
        {
            Compute(first, first + length - 1, keepAll: false);
            first += length;
        }

        Output = InputOf(first);
    }

    /// <summary>The output of the last layer.</summary>
    public T[] Output { get; }

    /// <summary>The most layers held at once so far.</summary>
    public long Peak { get; private set; }

    /// <summary>How often a layer was evaluated so far.</summary>
    public long Evaluations { get; private set; }

    /// <summary>∂L/∂input from ∂L/∂output; what was recomputed is let go segment by segment, so that it may be called again.</summary>
    public T[] Backward(T[] dOutput, TGradients gradients)
    {
        T[] dy = dOutput;
        int end = _lengths.Sum();
        foreach (int length in _lengths.Reverse())
        {
            int first = end - length;
            Compute(first, end - 2, keepAll: true);
            for (int layer = end - 1; layer >= first; layer--)
            {
                dy = _held[layer].Backward(dy, InputOf(layer), gradients);
                if (layer < end - 1 && _held.Remove(layer, out IEvaluatedLayer<T, TGradients>? done))
                    done.Release();
            }

            end = first;
        }

        return dy;
    }

    /// <summary>Lets all layers go.</summary>
    public void Release()
    {
        foreach (IEvaluatedLayer<T, TGradients> layer in _held.Values)
            layer.Release();
        _held.Clear();
    }

    private T[] InputOf(int layer) => layer == 0 ? _input : _held[layer - 1].Output;

    // Evaluates layers first … last; of these all are kept, or the last alone.
    private void Compute(int first, int last, bool keepAll)
    {
        T[] x = InputOf(first);
        IEvaluatedLayer<T, TGradients>? passing = null;
        for (int layer = first; layer <= last; layer++)
        {
            IEvaluatedLayer<T, TGradients> evaluated = _evaluate(layer, x);
            Evaluations++;
            x = evaluated.Output;
            passing?.Release();
            passing = keepAll || layer == last ? null : evaluated;
            if (passing is null)
                _held.Add(layer, evaluated);
        }

        Peak = Math.Max(Peak, _held.Count);
    }
}
