using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>What the trainers' steps begin with: the loss and gradients of a batch or of several, and what is said where one is no finite number.</summary>
internal static class GptStepGradients
{
    /// <summary>The mean loss of a batch with the gradients of all weights, which the caller gives back.</summary>
    public static (T Loss, GptGradients<T> Gradients) Of<T>(Gpt<T> gpt, TokenBatch batch, CheckpointPlan? plan)
        where T : IReal<T>
    {
        using GptRun<T> run = gpt.Forward(batch.Inputs, plan);
        (T loss, T[] dLogits) = TokenLoss.Evaluate(run.LogitTensor, Gpt<T>.Flatten(batch.Targets, nameof(batch)), gpt.Operations);
        GptGradients<T> gradients = run.Backward(dLogits);
        gpt.Operations.Return(dLogits);
        return (loss, gradients);
    }

    /// <summary>A copy that outlives the pass.</summary>
    public static OrderedDictionary<string, T[]> Copied<T>(OrderedDictionary<string, T[]> gradients)
    {
        var copy = new OrderedDictionary<string, T[]>();
        foreach ((string name, T[] tensor) in gradients)
            copy.Add(name, [.. tensor]);
        return copy;
    }

    /// <summary>Refuses a loss that is NaN or infinite, before anything is changed.</summary>
    /// <exception cref="NonFiniteException">It is.</exception>
    public static void RequireFinite<T>(T loss)
        where T : IReal<T>
    {
        if (!Tensors.IsFinite(loss))
            throw new NonFiniteException("loss", $"the loss is {loss}");
    }

    /// <summary>The same, with the name of the tensor that is at fault: of several, the one nearest to the loss.</summary>
    public static NonFiniteException Named<T>(NonFiniteException found, OrderedDictionary<string, T[]> gradients, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        string? name = gradients.Reverse().FirstOrDefault(g => !Tensors.IsFinite(operations.GlobalNorm([g.Value]))).Key;
        return name is null ? found : new NonFiniteException("grads", $"the gradient of {name} is not finite");
    }
}
