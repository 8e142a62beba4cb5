using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>clip.global_norm: all gradients times min(1, max_norm/‖g‖).</summary>
internal sealed class GlobalNormClippingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "clip.global_norm";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        (T[][] grads, double maxNorm, NonFinitePolicy policy, double order) = NormClipping.Read(args);
        answer.Takes(Sizes.Of(grads) + 2);
        GlobalNormClip<T> clip = GradientClipping.ByGlobalNorm(grads, maxNorm, policy, order);
        answer.Tensors("grads", clip.Gradients);
        answer.Number("total_norm", clip.TotalNorm);
        answer.Number("scale", clip.Scale);
    }
}

/// <summary>clip.per_tensor_norm: each tensor times min(1, max_norm/‖g‖) of its own.</summary>
internal sealed class PerTensorNormClippingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "clip.per_tensor_norm";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        (T[][] grads, double maxNorm, NonFinitePolicy policy, double order) = NormClipping.Read(args);
        answer.Takes(Sizes.Of(grads) + 2L * grads.Length);
        PerTensorNormClip<T> clip = GradientClipping.ByTensorNorm(grads, maxNorm, policy, order);
        answer.Tensors("grads", clip.Gradients);
        answer.Row("total_norm", clip.Norms);
        answer.Row("scale", clip.Scales);
    }
}

/// <summary>clip.value: each element bounded to [−limit, limit].</summary>
internal sealed class ValueClippingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "clip.value";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] grads = args.Tensors("grads");
        double limit = args.Hyperparameter(Hyperparameters.Limit);
        args.Done();
        answer.Takes(Sizes.Of(grads));
        answer.Tensors("grads", GradientClipping.ByValue(grads, limit));
    }
}

/// <summary>clip.adaptive: the gradient of each unit times min(1, λ·max(‖w‖, ε)/‖g‖).</summary>
internal sealed class AdaptiveClippingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "clip.adaptive";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] weights = args.Tensors("params"), grads = args.TensorsLike("grads", weights, "params");
        (double share, double floor) = (args.Hyperparameter(Hyperparameters.AdaptiveShare), args.Hyperparameter(Hyperparameters.WeightFloor));
        NonFinitePolicy policy = NormClipping.Policy(args);
        args.Done();
        answer.Takes(Sizes.Of(grads) + 2L * grads.Length);
        PerTensorNormClip<T> clip = GradientClipping.Adaptive(weights, grads, share, floor, policy);
        answer.Tensors("grads", clip.Gradients);
        answer.Row("total_norm", clip.Norms);
        answer.Row("scale", clip.Scales);
    }
}

/// <summary>norm.p: the norm of any order of all tensors together.</summary>
internal sealed class NormOfOrderOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "norm.p";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] tensors = args.Tensors("tensors");
        double order = args.Hyperparameter(Hyperparameters.NormOrder);
        args.Done();
        answer.Takes(1);
        answer.Number("norm", Norms.P(tensors, order));
    }
}

/// <summary>What the norm clippings share.</summary>
internal static class NormClipping
{
    /// <summary>Reads the arguments.</summary>
    public static (T[][] Grads, double MaxNorm, NonFinitePolicy Policy, double Order) Read<T>(Arguments<T> args)
        where T : struct, IReal<T>
    {
        T[][] grads = args.Tensors("grads");
        double maxNorm = args.Hyperparameter(Hyperparameters.MaxNorm);
        NonFinitePolicy policy = Policy(args);
        double order = args.Hyperparameter(Hyperparameters.ClipNormOrder);
        args.Done();
        return (grads, maxNorm, policy, order);
    }

    /// <summary>Reads what is to become of norms that are not finite.</summary>
    public static NonFinitePolicy Policy(Arguments args) => args.Choice("if_nonfinite", false, "error", "propagate", "skip") switch
    {
        "propagate" => NonFinitePolicy.Propagate,
        "skip" => NonFinitePolicy.Skip,
        _ => NonFinitePolicy.Error,
    };
}
