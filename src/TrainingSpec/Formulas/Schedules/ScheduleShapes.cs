using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The shapes that schedules beyond warmup and cosine are made of.</summary>
/// <remarks>Steps count from 0. Source: PyTorch's schedulers, which name theirs; Vaswani et al. (2017), section 5.3; Smith (2017), section 3.2.</remarks>
public static class ScheduleShapes
{
    /// <summary>η·γ^(t/k): a factor γ over k steps, a little of it at each; a fall, or for γ above 1 a growth.</summary>
    [Formula("schedule_shapes.exponential", TeX = @"\eta_t", Source = "PyTorch's ExponentialLR, k = 1; optax's exponential_decay")]
    public static T Exponential<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.Gamma))] T gamma,
        [Domain(nameof(Hyperparameters.Every))] T every,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T>
    {
        // Parts of the power: the whole may be subnormal or infinite where a large or a small rate's share of it is not.
        T half = T.Pow(gamma, T.Of(0.5) * (step / every));
        if (!T.States && T.AllLess(half, T.Of(double.PositiveInfinity)))
            return T.Product(lr, half, half);
        T quarter = T.Pow(gamma, T.Of(0.25) * (step / every));
        return T.Rewritten(lr * T.Pow(gamma, step / every), LayerWiseRates.OfParts(lr, half, half, quarter, quarter, quarter, quarter));
    }

    [AccuracyException("schedule_shapes.exponential", "a rounding of the exponent t/k counts as often as the rate has changed by a factor e")]
    private static T ExponentialUnit<T>(T lr, T gamma, T every, T step)
        where T : IReal<T> => Exponential(lr, gamma, every, step) * T.Max(T.Of(1), step / every * T.Abs(T.Log(gamma)));

    /// <summary>η_min + (η_max − η_min)·((T − t)/T)^p, held at η_min from step T, to which it may rise; rounding never takes it beyond either.</summary>
    [Formula("schedule_shapes.polynomial", TeX = @"\eta_t", Source = "PyTorch's PolynomialLR, η_min = 0; TensorFlow's PolynomialDecay; optax's polynomial_schedule for a rise")]
    public static T Polynomial<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.MinimumRate))] T lrMin,
        [Domain(nameof(Hyperparameters.Power))] T power,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T>
    {
        T remaining = (total - step) / total, half = T.Pow(remaining, T.Of(0.5) * power), fallen = T.Min(lrMax, lrMin + T.Product(lrMax - lrMin, half, half));
        return T.Rewritten(
            T.IfLess(step, total, lrMin + (lrMax - lrMin) * T.Pow(remaining, power), lrMin),
            T.IfLess(step, total, T.IfLess(lrMax, lrMin, T.Min(lrMin, lrMax + Risen(lrMin - lrMax, power, LogOf(remaining, step / total))), fallen), lrMin));
    }

    // ln of what remains, from what has passed where that is less.
    private static T LogOf<T>(T remaining, T passed)
        where T : IReal<T> => T.IfLess(remaining, passed, T.Log(remaining), T.Log1p(-passed));

    // h·(1 − e^(p·l)), the way that is passed: the difference of what is left of it would cancel at the start.
    private static T Risen<T>(T height, T power, T log)
        where T : IReal<T>
    {
        T exponent = power * log, passed = T.Expm1(exponent);
        return T.IfLess(exponent, T.Of(-1), -height * passed, T.Product(height, power, -log) * T.IfEqual(exponent, T.Of(0), T.Of(1), passed / exponent));
    }

    [AccuracyException("schedule_shapes.polynomial", "a rounding of the remaining share counts p times, as often as the rate has fallen by a factor e")]
    private static T PolynomialUnit<T>(T lrMax, T lrMin, T power, T total, T step)
        where T : IReal<T> => Polynomial(lrMax, lrMin, power, total, step) * T.Max(T.Of(1), power);

    /// <summary>η_max·√(s/(s + n)): n steps after the peak, as the inverse root of steps from s before it.</summary>
    [Formula("schedule_shapes.inverse_sqrt", TeX = @"\eta_{w+n}", Source = "Vaswani et al. (2017), section 5.3, s = w")]
    public static T InverseSqrt<T>(
        [Domain(nameof(Hyperparameters.MaximumRate))] T lrMax,
        [Domain(nameof(Hyperparameters.Timescale))] T timescale,
        [Domain("n", "[0, inf)", Whole = true)] T passed)
        where T : IReal<T> => T.Rewritten(lrMax * T.Sqrt(timescale / (timescale + passed)), lrMax / T.Sqrt(T.Of(1) + passed / timescale));

    /// <summary>(1 − p)·a + p·b: from a to b in a line; for no p beyond either.</summary>
    [Formula("schedule_shapes.between", TeX = @"\eta(p)", Source = "PyTorch's CyclicLR and OneCycleLR")]
    public static T Between<T>(
        [Domain("a", "[0, inf)")] T from,
        [Domain("b", "[0, inf)")] T to,
        [Domain("p", "[0, 1]")] T share)
        where T : IReal<T> => T.Min(T.Max(from, to), (T.Of(1) - share) * from + share * to);

    /// <summary>η·((T − t)·f₀ + t·f₁)/T: the rate times a factor that goes from f₀ to f₁ in T steps and is held.</summary>
    [Formula("schedule_shapes.linear_factor", TeX = @"\eta_t", Source = "PyTorch's LinearLR")]
    public static T LinearFactor<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.StartFactor))] T start,
        [Domain(nameof(Hyperparameters.EndFactor))] T end,
        [Domain(nameof(Hyperparameters.Total))] T total,
        [Domain(nameof(Hyperparameters.Step))] T step)
        where T : IReal<T>
    {
        T passed = T.Min(step, total), remaining = total - passed;
        return T.Rewritten(lr * ((remaining * start + passed * end) / total), lr * (remaining / total * start + passed / total * end));
    }

    /// <summary>The height at n steps of a cycle: from 0 to 1 in u steps, and back in d.</summary>
    [Formula("schedule_shapes.triangle", TeX = "h", Source = "Smith (2017), section 3.2")]
    public static T Triangle<T>(
        [Domain(nameof(Hyperparameters.StepsUp))] T up,
        [Domain(nameof(Hyperparameters.StepsDown))] T down,
        [Domain("n", "[0, inf)", Whole = true)] T passed)
        where T : IReal<T>
    {
        // The longer part first: what is left of it is exact where the end is near.
        T remaining = T.Rewritten(up + down - passed, T.Max(up, down) - passed + T.Min(up, down));
        return T.IfLess(passed, up, passed / up, T.Max(T.Of(0), remaining / down));
    }

    /// <summary>b − τ·|b|: what a metric must be below to be better than the best one, b, by a relative threshold, whatever the sign of b is.</summary>
    [Formula("schedule_shapes.bar", TeX = @"b'", Source = "PyTorch's ReduceLROnPlateau for b ≥ 0; pytorch #47513")]
    public static T Bar<T>(
        [Domain("b", "(-inf, inf)")] T best,
        [Domain(nameof(Hyperparameters.PlateauThreshold))] T threshold)
        where T : IReal<T> => T.Rewritten(best - threshold * T.Abs(best), T.Fma(-threshold, T.Abs(best), best));
}
