using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>In which format the backward pass leaves the scaled gradients.</summary>
public enum GradientFormat
{
    /// <summary>binary32.</summary>
    Float32,

    /// <summary>binary16: ∞ from 65520 on, 0 up to 2⁻²⁵.</summary>
    Float16,
}

/// <summary>How a dynamic loss scale moves; each value is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Micikevicius et al. (2018), section 3.2; the defaults are those of the oracle protocol.</remarks>
public sealed record LossScaleOptions
{
    /// <summary><c>growth</c>, of <see cref="Hyperparameters.Growth"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Growth { get; init => field = Hyperparameters.Growth.Require(value); } = Hyperparameters.Growth.Default;

    /// <summary><c>backoff</c>, of <see cref="Hyperparameters.Backoff"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Backoff { get; init => field = Hyperparameters.Backoff.Require(value); } = Hyperparameters.Backoff.Default;

    /// <summary><c>interval</c>: steps in a row without overflow before the scale grows, of <see cref="Hyperparameters.Interval"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Interval { get; init => field = Hyperparameters.Interval.Require(value); } = (long)Hyperparameters.Interval.Default;

    /// <summary><c>hysteresis</c>: the overflow since the last growth from which on the scale backs off, of <see cref="Hyperparameters.Hysteresis"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Hysteresis { get; init => field = Hyperparameters.Hysteresis.Require(value); } = (long)Hyperparameters.Hysteresis.Default;

    /// <summary><c>min_scale</c>: what the scale does not back off below, of <see cref="Hyperparameters.MinimumScale"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Minimum { get; init => field = Hyperparameters.MinimumScale.Require(value); } = Hyperparameters.MinimumScale.Default;
}

/// <summary>Gradients divided by the loss scale.</summary>
/// <param name="Gradients">New tensors, in single precision.</param>
/// <param name="FoundInfinity">True where an element is NaN or infinite: the step must be skipped.</param>
public sealed record UnscaledGradients(Real32[][] Gradients, bool FoundInfinity);

/// <summary>What becomes of a dynamic loss scale after a step.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Scale">The scale of the next step.</param>
/// <param name="Tracker">Steps in a row without overflow since the scale last changed.</param>
/// <param name="Skip">True where the step must not update.</param>
/// <param name="Overflows">Overflows since the scale last grew that have not made it back off.</param>
public sealed record LossScaleUpdate<T>(T Scale, long Tracker, bool Skip, long Overflows = 0);

/// <summary>What a step with loss scaling found.</summary>
/// <param name="LossScale">The scale of this step.</param>
/// <param name="Skipped">True where the gradients overflowed and nothing was updated.</param>
/// <param name="GradientNorm">The norm of the unscaled gradients before clipping; 0 where skipped.</param>
/// <param name="ClipScale">The clipping factor; 0 where skipped.</param>
public sealed record ScaledStep(Real32 LossScale, bool Skipped, Real32 GradientNorm, Real32 ClipScale);

/// <summary>A loss scale that is kept, or grows and backs off, from step to step; it unscales, then clips, then updates.</summary>
/// <remarks>Source: D2 "Loss Scaling"; D3 "Mixed Precision Training"; Micikevicius et al. (2018), section 3.2.</remarks>
public sealed class LossScaler
{
    private readonly LossScaleOptions? _dynamic;

    /// <summary>A scaler.</summary>
    /// <param name="scale"><c>scale</c> S of the first step, of <see cref="Hyperparameters.LossScale"/>, also as a binary32.</param>
    /// <param name="dynamic">How it moves; null for a static scale.</param>
    /// <param name="tracker"><c>tracker</c>, in [0, inf): steps in a row without overflow before the first step, of a scaler that goes on.</param>
    /// <param name="overflows"><c>overflows</c>, in [0, inf): overflows since the last growth that have not made it back off, of a scaler that goes on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale, the tracker or the overflows lie outside.</exception>
    public LossScaler(double scale, LossScaleOptions? dynamic = null, long tracker = 0, long overflows = 0)
    {
        Scale = Single(scale);
        Tracker = Domain.Require("[0, inf)", tracker, nameof(tracker));
        Overflows = Domain.Require("[0, inf)", overflows, nameof(overflows));
        _dynamic = dynamic;
    }

    /// <summary>S: what the next loss is multiplied by before its backward pass.</summary>
    public Real32 Scale { get; private set; }

    /// <summary>Steps in a row without overflow since the scale last changed; 0 for a static scale.</summary>
    public long Tracker { get; private set; }

    /// <summary>Overflows since the scale last grew that have not made it back off.</summary>
    public long Overflows { get; private set; }

    /// <summary>One step: unscale, skip on overflow, else clip and update; then the scale moves.</summary>
    /// <param name="weights">The weights in single precision, changed in place.</param>
    /// <param name="scaledGradients">The gradients of S times the loss, by the same names.</param>
    /// <param name="format">The format of the scaled gradients.</param>
    /// <param name="clipping">The clipping; it sees the unscaled gradients.</param>
    /// <param name="optimizer">The optimizer; it is not called where the step is skipped.</param>
    /// <param name="learningRate">η, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside.</exception>
    public ScaledStep Step<T>(
        OrderedDictionary<string, Real32[]> weights,
        OrderedDictionary<string, T[]> scaledGradients,
        GradientFormat format,
        IGradientClipping<Real32> clipping,
        ITrainingOptimizer<Real32> optimizer,
        double learningRate)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(scaledGradients);
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(optimizer);
        Hyperparameters.LearningRate.Require(learningRate);
        Real32 scale = Scale;
        UnscaledGradients unscaled = Unscale([.. scaledGradients.Values], scale, format);
        if (_dynamic is not null)
        {
            LossScaleUpdate<Real32> next = Next(scale, Tracker, unscaled.FoundInfinity, _dynamic, Overflows);
            (Scale, Tracker, Overflows) = (next.Scale, next.Tracker, next.Overflows);
        }

        if (unscaled.FoundInfinity)
            return new ScaledStep(scale, true, 0, 0);
        GlobalNormClip<Real32> clipped = clipping.Clip(unscaled.Gradients);
        var byName = new OrderedDictionary<string, Real32[]>();
        for (int i = 0; i < clipped.Gradients.Length; i++)
            byName.Add(scaledGradients.GetAt(i).Key, clipped.Gradients[i]);
        optimizer.Step(weights, byName, learningRate);
        return new ScaledStep(scale, false, clipped.TotalNorm, clipped.Scale);
    }

    /// <summary>Scaled gradients rounded to their format, then divided by the scale in single precision.</summary>
    /// <param name="grads"><c>grads</c>: the scaled gradients, a flat array per tensor.</param>
    /// <param name="scale"><c>scale</c> S, of <see cref="Hyperparameters.LossScale"/>, also as a binary32.</param>
    /// <param name="format"><c>grad_dtype</c>: the format that the backward pass leaves them in.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale lies outside, or the format is none.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    public static UnscaledGradients Unscale<T>(T[][] grads, double scale, GradientFormat format = GradientFormat.Float32)
        where T : IBinaryFormat<T>
    {
        Tensors.RequireSome(grads, "grads");
        Real32 divisor = Single(scale);
        if (!Enum.IsDefined(format))
            throw Domain.Outside("{float32, float16}", Tensors.Text((int)format), "grad_dtype");
        Real32 Rounded(double g) => Real32.Of(format == GradientFormat.Float16 ? Float16.Of(g).Value : g);
        Real32[][] unscaled = Array.ConvertAll(grads, t => Array.ConvertAll(t, g => LossScaling.Unscaled(Rounded(T.ToDouble(g)), divisor)));
        return new UnscaledGradients(unscaled, unscaled.Any(t => t.Any(g => !float.IsFinite(g.Value))));
    }

    /// <summary>The dynamic scale after a step: skipped after an overflow, and backed off where that is none of the first h − 1 since it last grew; grown after an interval of steps without one.</summary>
    /// <param name="scale">S of the step.</param>
    /// <param name="tracker"><c>tracker</c>, in [0, inf): steps in a row without overflow before it.</param>
    /// <param name="foundInfinity"><c>found_inf</c>: the step's gradients overflowed.</param>
    /// <param name="options">How the scale moves.</param>
    /// <param name="overflows"><c>overflows</c>, in [0, inf): overflows since the scale last grew that have not made it back off.</param>
    /// <remarks>A factor that would take the scale out of what <see cref="Unscale"/> accepts is not applied.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The tracker or the overflows are negative, or the scale is none that <see cref="Unscale"/> accepts.</exception>
    public static LossScaleUpdate<T> Next<T>(T scale, long tracker, bool foundInfinity, LossScaleOptions options, long overflows = 0)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Single(T.ToDouble(scale));
        Domain.Require("[0, inf)", tracker, "tracker");
        Domain.Require("[0, inf)", overflows, "overflows");
        if (foundInfinity && overflows >= options.Hysteresis - 1)
            return new LossScaleUpdate<T>(Moved(scale, LossScaling.BackedOff<DoubleDouble>(T.ToDouble(scale), options.Backoff, options.Minimum)), 0, true, options.Hysteresis - 1);
        if (foundInfinity)
            return new LossScaleUpdate<T>(scale, 0, true, overflows + 1);
        return tracker >= options.Interval - 1
            ? new LossScaleUpdate<T>(Moved(scale, LossScaling.Next<DoubleDouble>(T.ToDouble(scale), options.Growth)), 0, false)
            : new LossScaleUpdate<T>(scale, tracker + 1, false, overflows);
    }

    private static T Moved<T>(T scale, DoubleDouble to)
        where T : IBinaryFormat<T>
    {
        T next = to.To<T>();
        return Hyperparameters.LossScale.Domain.Contains((float)T.ToDouble(next)) ? next : scale;
    }

    private static Real32 Single(double scale) => Hyperparameters.LossScale.Rounded<Real32>(Hyperparameters.LossScale.Require(scale));
}
