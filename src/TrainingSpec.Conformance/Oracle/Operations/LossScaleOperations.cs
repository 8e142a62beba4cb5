using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>loss_scale.unscale: scaled gradients rounded to their format, then divided by the scale in float32.</summary>
internal sealed class UnscaleOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "loss_scale.unscale";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] grads = args.Tensors("grads");
        double scale = args.Hyperparameter(Hyperparameters.LossScale);
        GradientFormat format = args.Choice("grad_dtype", false, "float32", "float16") == "float16" ? GradientFormat.Float16 : GradientFormat.Float32;
        args.Done();
        answer.Takes(Sizes.Of(grads));
        Real64[][] wide = Array.ConvertAll(grads, t => Array.ConvertAll(t, g => (Real64)args.Widen(g)));
        UnscaledGradients unscaled = LossScaler.Unscale(wide, scale, format);
        answer.Tensors("grads", Array.ConvertAll(unscaled.Gradients, t => Array.ConvertAll(t, g => T.Of(g.Value))));
        answer.Flag("found_inf", unscaled.FoundInfinity);
    }
}

/// <summary>loss_scale.update: the dynamic scale after a step.</summary>
internal sealed class ScaleUpdateOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "loss_scale.update";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        Real64 scale = args.Hyperparameter(Hyperparameters.LossScale);
        long tracker = args.Integer("tracker", 0);
        bool foundInfinity = args.Flag("found_inf");
        var options = new LossScaleOptions
        {
            Growth = args.Hyperparameter(Hyperparameters.Growth),
            Backoff = args.Hyperparameter(Hyperparameters.Backoff),
            Interval = args.Whole(Hyperparameters.Interval),
            Hysteresis = args.Whole(Hyperparameters.Hysteresis),
            Minimum = args.Hyperparameter(Hyperparameters.MinimumScale),
        };
        long overflows = args.IntegerOrNull("overflows", 0) ?? 0;
        args.Done();
        answer.Takes(options.Hysteresis > 1 ? 3 : 2);
        LossScaleUpdate<Real64> next = LossScaler.Next(scale, tracker, foundInfinity, options, overflows);
        answer.Number("scale", T.Of(next.Scale.Value));
        answer.Integer("tracker", next.Tracker);
        answer.Flag("skip", next.Skip);
        if (options.Hysteresis > 1)
            answer.Integer("overflows", next.Overflows);
    }
}
