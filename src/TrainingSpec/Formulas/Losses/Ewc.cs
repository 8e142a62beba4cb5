using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Elastic weight consolidation: a quadratic pull towards the weights of an earlier task, each weighed by its Fisher information.</summary>
/// <remarks>Source: Kirkpatrick et al. (2017), equation 3; D3 "Catastrophic Forgetting".</remarks>
public static class Ewc
{
    /// <summary>F·(θ − θ*)²: one weight's share of the sum.</summary>
    [Formula("ewc.term", TeX = "r_i", Source = "Kirkpatrick et al. (2017), equation 3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Term<T>(
        [Domain(@"\theta_i", "(-inf, inf)")] T theta,
        [Domain(@"\theta^*_i", "(-inf, inf)")] T anchor,
        [Domain("F_i", "[0, inf)")] T fisher)
        where T : IReal<T> => T.Rewritten(
            fisher * ((theta - anchor) * (theta - anchor)),
            T.Product(fisher, Differences.Part(theta, anchor), Differences.Part(theta, anchor)) * (Differences.Unit(theta, anchor) * Differences.Unit(theta, anchor)));

    /// <summary>½·λ·S: the penalty from the sum S of all terms.</summary>
    [Formula("ewc.penalty", TeX = "R", Source = "Kirkpatrick et al. (2017), equation 3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Penalty<T>(
        [Domain("S", "[0, inf)")] T sum,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => T.Product(T.Of(0.5), lambda, sum);

    /// <summary>λ·F·(θ − θ*): the penalty's derivative for one weight.</summary>
    [Formula("ewc.gradient", TeX = @"\frac{\partial R}{\partial \theta_i}", Source = "the derivative of ewc.penalty")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(
        [Domain(@"\theta_i", "(-inf, inf)")] T theta,
        [Domain(@"\theta^*_i", "(-inf, inf)")] T anchor,
        [Domain("F_i", "[0, inf)")] T fisher,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T> => T.Rewritten(lambda * fisher * (theta - anchor), T.Product(lambda, fisher, Differences.Part(theta, anchor)) * Differences.Unit(theta, anchor));

    /// <summary>(1/N)·Σ g²: one weight's Fisher information, the mean over N examples of the squared gradient of the log-likelihood.</summary>
    /// <exception cref="ArgumentException">No gradients.</exception>
    [Formula("ewc.fisher", TeX = "F", Source = "Kirkpatrick et al. (2017), section 2.1; D3 Catastrophic Forgetting")]
    public static T Fisher<T>([Domain("g", "(-inf, inf)")] ReadOnlySpan<T> gradients)
        where T : IReal<T>
    {
        T computed = Fisher<T, ReadOnlySpanCells<T>, SpanCells<T>>(new(NotEmpty(gradients)), gradients.Length, RowRoom.Of<T>(gradients.Length, 1));
        return T.States ? T.Rewritten(Reduction.SumOfSquares(gradients) / T.Of(gradients.Length), computed) : computed;
    }

    /// <summary>The same over cells.</summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T Fisher<T, TRow, TRoom>(TRow gradients, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct
    {
        T scale = T.BinaryScale(Norms.LargestMagnitude<T, TRow>(gradients, count));
        return T.Product(Norms.ScaledSumOfSquares<T, TRow, TRoom>(gradients, count, scale, room) / T.Of(count), scale, scale);
    }

    /// <summary>((1/N)·Σ g)²: the square of the mean gradient, which goes to 0 at an optimum and is no Fisher information.</summary>
    /// <exception cref="ArgumentException">No gradients.</exception>
    [Formula("ewc.squared_mean", TeX = @"\bar{g}^2", Source = "what pytorch-ewc computed in place of the Fisher information")]
    public static T SquaredMean<T>([Domain("g", "(-inf, inf)")] ReadOnlySpan<T> gradients)
        where T : IReal<T>
    {
        T mean = Monitoring.Mean(NotEmpty(gradients));
        return SquareOf(mean);
    }

    /// <summary>The same over cells.</summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="room">As many cells as <see cref="RowRoom"/> says, which are overwritten.</param>
    public static T SquaredMean<T, TRow, TRoom>(TRow gradients, int count, TRoom room)
        where T : IReal<T>
        where TRow : IReadCells<TRow, T>, allows ref struct
        where TRoom : ICells<TRoom, T>, allows ref struct => SquareOf(Monitoring.Mean<T, TRow, TRoom>(gradients, count, room));

    private static T SquareOf<T>(T mean)
        where T : IReal<T> => mean * mean;

    [AccuracyException("ewc.squared_mean", "gradients of both signs may cancel in the mean, and the roundings of their sum stay in its square; a 256th is the roundoff of the coarsest format")]
    private static T SquaredMeanUnit<T>(ReadOnlySpan<T> gradients)
        where T : IReal<T>
    {
        T largest = Norms.LargestMagnitude(gradients);
        return largest * T.Max(T.Abs(Monitoring.Mean(gradients)), T.Of(1.0 / (1 << 8)) * largest);
    }

    /// <summary>(F_B·b + λ·F_A·a)/(F_B + λ·F_A): where a weight rests between the optima a and b of two tasks whose losses are quadratic.</summary>
    [Formula("ewc.resting_point", TeX = @"\theta", Source = "the zero of ewc.gradient plus the gradient F_B(θ − b)")]
    public static T RestingPoint<T>(
        [Domain("a", "(-inf, inf)")] T first,
        [Domain("F_A", "(0, inf)")] T firstFisher,
        [Domain("b", "(-inf, inf)")] T second,
        [Domain("F_B", "(0, inf)")] T secondFisher,
        [Domain(nameof(Hyperparameters.PenaltyStrength))] T lambda)
        where T : IReal<T>
    {
        // As shares of 1, so that no product overflows: F_B and λ·F_A over their sum.
        T one = T.Of(1), ratio = T.Proportion(lambda, firstFisher, secondFisher);
        T inverse = T.Proportion(secondFisher, one / T.Max(lambda, firstFisher), T.Min(lambda, firstFisher));
        T shareOfFirst = T.IfLess(ratio, one, ratio / (one + ratio), one / (one + inverse));
        T shareOfSecond = T.IfLess(ratio, one, one / (one + ratio), inverse / (one + inverse));
        return T.Rewritten(
            (secondFisher * second + lambda * firstFisher * first) / (secondFisher + lambda * firstFisher),
            T.Fma(shareOfFirst, first, shareOfSecond * second));
    }

    [AccuracyException("ewc.resting_point", "optima of opposite signs may cancel, and the roundings of both shares stay; a share below ω is subnormal")]
    private static T RestingPointUnit<T>(
        T first, T firstFisher, T second, T secondFisher, T lambda,
        [Domain(AccuracyExceptionAttribute.SmallestNormal, "(0, inf)")] T smallest)
        where T : IReal<T>
    {
        T ofFirst = lambda * firstFisher, sum = secondFisher + ofFirst;
        return T.Max(T.Abs(first) * T.Max(ofFirst / sum, smallest), T.Abs(second) * T.Max(secondFisher / sum, smallest));
    }

    private static ReadOnlySpan<T> NotEmpty<T>(ReadOnlySpan<T> gradients) =>
        gradients.IsEmpty ? throw new ArgumentException("gradients = [] is outside rows of at least one gradient", nameof(gradients)) : gradients;
}
