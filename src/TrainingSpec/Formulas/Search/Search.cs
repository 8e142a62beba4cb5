using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Hyperparameter search: where a trial lies, how likely it is a good one, and what a further one promises.</summary>
/// <remarks>Source: D2 "Hyperparameter Search"; Bergstra and Bengio (2012); Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapter 2; Jones, Schonlau and Welch (1998).</remarks>
public static class Search
{
    /// <summary>N·n: the points of a grid after one more axis of n levels.</summary>
    [Formula("search.grid_points", TeX = "N'", Source = "D2 Grid Search")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GridPoints<T>(
        [Domain("N", "[1, inf)", Whole = true)] T points,
        [Domain("n", "[1, inf)", Whole = true)] T levels)
        where T : IReal<T> => points * levels;

    /// <summary>min(a + u(b − a), b), and b itself at u = 1: the point at position u between a and b, a ≤ b; it never falls as u rises.</summary>
    [Formula("search.between", TeX = "x", Source = "the uniform law on an interval", Where = "low <= high")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Between<T>(
        [Domain("a", "(-inf, inf)")] T low,
        [Domain("b", "(-inf, inf)")] T high,
        [Domain("u", "[0, 1]")] T u)
        where T : IReal<T> => T.IfLess(
            u,
            T.Of(1),
            T.Min(T.Rewritten(low + u * (high - low), T.Fma(u * Differences.Unit(high, low), Differences.Part(high, low), low)), high),
            high);

    [AccuracyException("search.between", "a point nearer to 0 than the lower end keeps the rounding of the distance between the ends, so that it never falls as u rises")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T BetweenUnit<T>(T low, T high, T u)
        where T : IReal<T> => T.Abs(low);

    /// <summary>exp(ln a + u(ln b − ln a)), kept in [a, b] against rounding, and a and b themselves at the ends: the point at position u between the logarithms, a ≤ b.</summary>
    [Formula("search.log_uniform", TeX = "x", Source = "D2 Random Search; Bergstra and Bengio (2012), section 2", Where = "low <= high")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogUniform<T>(
        [Domain("a", "(0, inf)")] T low,
        [Domain("b", "(0, inf)")] T high,
        [Domain("u", "[0, 1]")] T u)
        where T : IReal<T>
    {
        T one = T.Of(1), rest = one - u, moved = (one - rest - u) * T.Log(low), distance = u * Logarithms.Difference(high, low);

        // Near a by what is added to it, so that a narrow interval is passed through in order.
        T computed = T.IfLess(distance, one, T.Fma(low, T.Expm1(distance), low), Logarithms.Mean(low, high, rest, u, moved));
        T point = T.Rewritten(T.Exp(T.Log(low) + u * (T.Log(high) - T.Log(low))), computed);
        return T.IfEqual(u, T.Of(0), low, T.IfLess(u, T.Of(1), T.Min(T.Max(point, low), high), high));
    }

    /// <summary>min(⌊a + u(b − a + 1)⌋, b): the whole number at position u, each with an equal share of [0, 1).</summary>
    [Formula("search.whole", TeX = "k", Source = "the uniform law on whole numbers", Where = "low <= high")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Whole<T>(
        [Domain("a", "(-inf, inf)", Whole = true)] T low,
        [Domain("b", "(-inf, inf)", Whole = true)] T high,
        [Domain("u", "[0, 1]")] T u)
        where T : IReal<T>
    {
        T count = high - low + T.Of(1);
        return T.Min(T.Rewritten(T.Floor(low + u * count), low + WholeQuotients.FloorOfProduct(u, count)), high);
    }

    [AccuracyException("search.whole", "of more whole numbers than the number can count, b − a + 1 is rounded")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T WholeUnit<T>(T low, T high, T u)
        where T : IReal<T> => T.Max(T.Abs(low), T.Abs(high));

    /// <summary>(x − a)/(b − a): the position of x, the inverse of <see cref="Between"/>; on a logarithmic axis of the logarithms.</summary>
    [Formula("search.position", TeX = "u", Source = "the uniform law on an interval")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Position<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("a", "(-inf, inf)")] T low,
        [Domain("b", "(-inf, inf)")] T high)
        where T : IReal<T> => Differences.Ratio(x, low, high, low);

    /// <summary>1 − (1 − q)ⁿ: the probability that at least one of n independent trials is among the best share q.</summary>
    [Formula("search.hit_probability", TeX = "p", Source = "Bergstra and Bengio (2012), section 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HitProbability<T>(
        [Domain("q", "[0, 1]")] T share,
        [Domain("n", "[0, inf)", Whole = true)] T trials)
        where T : IReal<T> => T.Rewritten(
            T.Of(1) - T.Power(T.Of(1) - share, trials),
            T.IfLess(share, T.Of(0.5), -T.Expm1(trials * T.Log1p(-share)), T.Of(1) - T.Power(T.Of(1) - share, trials)));

    /// <summary>ln(1 − p)/ln(1 − q): the trials for a hit with probability p, before rounding up.</summary>
    [Formula("search.trials_needed", TeX = "n", Source = "search.hit_probability, solved for n")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TrialsNeeded<T>(
        [Domain("p", "[0, 1)")] T probability,
        [Domain("q", "(0, 1)")] T share)
        where T : IReal<T> => T.Rewritten(T.Log(T.Of(1) - probability) / T.Log(T.Of(1) - share), T.Log1p(-probability) / T.Log1p(-share));

    /// <summary>s·exp(−d²/(2ℓ²)): the covariance of the losses of two points whose squared distance is d².</summary>
    [Formula("search.kernel", TeX = "k", Source = "Rasmussen and Williams (2006), equation 2.31")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Kernel<T>(
        [Domain("d^2", "[0, inf)")] T squaredDistance,
        [Domain(nameof(Hyperparameters.LengthScale))] T lengthScale,
        [Domain(nameof(Hyperparameters.KernelVariance))] T variance)
        where T : IReal<T>
    {
        T two = T.Of(2), scale = T.BinaryScale(lengthScale), l = lengthScale / scale, twice = two * l * l;
        T power = squaredDistance / scale / scale / twice;

        // What is left of d² over 2ℓ² = twice + slip is what the power is off by.
        T slip = two * T.Fma(l, l, -(l * l)), rest = T.Fma(-twice, power, squaredDistance / scale / scale) - slip * power;
        T quarter = T.Exp(-(T.Of(0.25) * power)), whole = T.Exp(-power);
        T change = T.IfLess(T.Of(0), quarter, T.Exp(-(rest / twice)), T.Of(1));
        T apart = T.Product(T.Product(variance, quarter, change * quarter), quarter, quarter);
        return T.Rewritten(
            variance * T.Exp(-(squaredDistance / (two * (lengthScale * lengthScale)))),
            NormalRange.IfNormal(whole, variance * (whole * change), apart));
    }

    /// <summary>exp(−z²/2)/√(2π): the density of the standard normal law.</summary>
    [Formula("search.normal_density", TeX = @"\varphi(z)", Source = "the standard normal law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalDensity<T>([Domain("z", "(-inf, inf)")] T z)
        where T : IReal<T> => T.NormalBell(z) / T.Sqrt(T.Of(2) * T.Pi);

    /// <summary>erfc(−z/√2)/2: the probability that a standard normal number lies below z.</summary>
    /// <remarks>(1 + erf(z/√2))/2 has the same value, but no digits of it far below 0.</remarks>
    [Formula("search.normal_cdf", TeX = @"\Phi(z)", Source = "the standard normal law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalCdf<T>([Domain("z", "(-inf, inf)")] T z)
        where T : IReal<T> => T.NormalTwiceBelow(z) / T.Of(2);

    /// <summary>(b − μ)/σ: by how many deviations the predicted loss lies below the best one.</summary>
    [Formula("search.improvement_score", TeX = "z", Source = "Jones, Schonlau and Welch (1998), equation 15")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ImprovementScore<T>(
        [Domain("b", "(-inf, inf)")] T best,
        [Domain(@"\mu", "(-inf, inf)")] T mean,
        [Domain(@"\sigma", "(0, inf)")] T deviation)
        where T : IReal<T> => Differences.Over(best, mean, deviation);

    /// <summary>max(0, σ(zΦ(z) + φ(z))): how far a loss of the law N(μ, σ²) is expected to fall below the best one, z deviations above μ; 0 where σ is.</summary>
    /// <remarks>Below z = −8 the expectation is less than 10⁻¹⁶σ.</remarks>
    [Formula("search.expected_improvement", TeX = "E", Source = "Jones, Schonlau and Welch (1998), equation 15")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpectedImprovement<T>(
        [Domain("z", "[-8, inf)")] T score,
        [Domain(@"\sigma", "[0, inf)")] T deviation)
        where T : IReal<T>
    {
        T stated = T.Max(T.Of(0), deviation * (score * NormalCdf(score) + NormalDensity(score)));
        return T.Rewritten(stated, T.IfLess(score, T.Of(-2), NormalLaw.ImprovementFarBelow(score, deviation), stated));
    }

    [AccuracyException("search.expected_improvement", "between z = −2 and 0 the two terms cancel to a sixth of their size")]
    private static T ExpectedImprovementUnit<T>(T score, T deviation)
        where T : IReal<T> => T.IfLess(score, T.Of(-2), T.Of(0), deviation * NormalDensity(score));
}
