using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Learning rates as pure functions of the step.</summary>
/// <remarks>
/// Steps count from 0, <c>total</c> counts the warmup; past the end the last value is held. Hosts require 0 ≤ warmup ≤ total, total ≥ 1 and
/// 0 ≤ lr_min ≤ lr_max. Source: D4 "Learning Rate Scheduling"; Loshchilov and Hutter (2017), equation 5.
/// </remarks>
public static class Schedules
{
    /// <summary>η at every step.</summary>
    [Formula("schedules.constant", TeX = @"\eta_t", Source = "D4 Learning Rate Scheduling")]
    public static T Constant<T>([Domain(nameof(Hyperparameters.LearningRate))] T lr)
        where T : IReal<T> => lr;

    /// <summary>η·γ^⌊t/k⌋: a factor γ every k steps.</summary>
    [Formula("schedules.step_decay", TeX = @"\eta_t", Source = "D0 Learning Rate Schedules")]
    public static T StepDecay<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.Gamma))] T gamma,
        [Domain(nameof(Hyperparameters.Every))] T every,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> => LayerWiseRates.Decayed(lr, gamma, WholeQuotients.Floor(step, every));

    /// <summary>η·(T − t)/T, held at 0 from step T; the difference of two whole numbers is exact, that of 1 and a quotient is not.</summary>
    [Formula("schedules.linear_decay", TeX = @"\eta_t", Source = "D0 Learning Rate Schedules")]
    public static T LinearDecay<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> => lr * ((total - T.Min(step, total)) / total);

    /// <summary>η_max·t/w: the rate of a linear warmup before step w.</summary>
    [Formula("schedules.warmup_rate", TeX = @"\eta_t", Source = "D4 Warmup Phase")]
    public static T WarmupRate<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.Warmup), WithoutLowest = true)] T warmup,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> => T.Proportion(lrMax, step, warmup);

    /// <summary>η_min + ½(η_max − η_min)(1 + cos πp): the rate at progress p of a cosine decay.</summary>
    [Formula("schedules.cosine_rate", TeX = @"\eta(p)", Source = "D4 Cosine Decay Phase; Loshchilov and Hutter (2017), equation 5", Where = "lrMin <= lrMax")]
    public static T CosineRate<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.MinimumRate))] T lrMin,
        [Domain("p", "[0, 1]")] T progress)
        where T : IReal<T>
    {
        T computed = RateAt(lrMax, lrMin, progress, T.Of(1) - progress);
        return T.States ? T.Rewritten(lrMin + T.Of(0.5) * (lrMax - lrMin) * (T.Of(1) + T.Cos(T.Pi * progress)), computed) : computed;
    }

    // ½(1 + cos πp), in the second half as sin²(½πq) with q = 1 − p, so that nothing cancels at the end.
    private static T RateAt<T>(T lrMax, T lrMin, T progress, T remaining)
        where T : IReal<T>
    {
        T half = T.Of(0.5), sine = T.Sin(half * (T.Pi * remaining)), share = half * (T.Of(1) + T.Cos(T.Pi * progress));
        return lrMin + T.IfLess(half, progress, T.Product(lrMax - lrMin, sine, sine), (lrMax - lrMin) * share);
    }

    /// <summary>(t − a)/(T − a): how far step t has come from a to T.</summary>
    [Formula("schedules.progress", TeX = "p", Source = "D4 Cosine Decay Phase")]
    public static T Progress<T>(
        [Domain(nameof(Hyperparameters.DecayStart))] T start,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> => (step - start) / (total - start);

    /// <summary>Linear warmup to η_max at step w, then η_max; w = 0 means none.</summary>
    [Formula("schedules.warmup", TeX = @"\eta_t", Source = "D4 Warmup Phase")]
    public static T Warmup<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.Warmup))] T warmup,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> => T.IfLess(step, warmup, WarmupRate(lrMax, warmup, step), lrMax);

    /// <summary>Cosine decay from η_max at step a to η_min at step T, held there; rounding never lifts it above η_max.</summary>
    [Formula("schedules.cosine", TeX = @"\eta_t", Source = "D4 Cosine Decay Phase; Loshchilov and Hutter (2017), equation 5", Where = "lrMin <= lrMax, start < total, start <= step")]
    public static T Cosine<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.MinimumRate))] T lrMin,
        [Domain(nameof(Hyperparameters.DecayStart))] T start,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T>
    {
        T computed = T.IfLess(step, total, T.Min(lrMax, RateAt(lrMax, lrMin, Progress(start, total, step), (total - step) / (total - start))), lrMin);
        return T.States ? T.Rewritten(T.IfLess(step, total, T.Min(lrMax, CosineRate(lrMax, lrMin, Progress(start, total, step))), lrMin), computed) : computed;
    }

    /// <summary>Linear warmup over w steps, then cosine decay to η_min at step T.</summary>
    [Formula("schedules.warmup_cosine", TeX = @"\eta_t", Source = "D4 Warmup + Cosine Decay", Where = "lrMin <= lrMax, warmup < total")]
    public static T WarmupCosine<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.MinimumRate))] T lrMin,
        [Domain(nameof(Hyperparameters.Warmup))] T warmup,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> =>
        T.IfLess(step, warmup, WarmupRate(lrMax, warmup, step), Cosine(lrMax, lrMin, warmup, total, step));

    /// <summary>Linear warmup to η_max at step w, η_max until step a, then cosine decay to η_min at step T, held there.</summary>
    [Formula("schedules.warmup_hold_cosine", TeX = @"\eta_t", Source = "D1 The Three-Phase Schedule", Where = "lrMin <= lrMax, warmup <= decayStart, decayStart < total")]
    public static T WarmupHoldCosine<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.MinimumRate))] T lrMin,
        [Domain(nameof(Hyperparameters.Warmup))] T warmup,
        [Domain(nameof(Hyperparameters.DecayStart))] T decayStart,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T> =>
        T.IfLess(step, warmup, WarmupRate(lrMax, warmup, step), T.IfLess(step, decayStart, lrMax, Cosine(lrMax, lrMin, decayStart, total, step)));
}
