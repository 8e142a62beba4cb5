using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>A tensor of parameters and the gradient that is to be checked.</summary>
/// <typeparam name="T">The format of both.</typeparam>
/// <param name="Name">The name under which the report speaks of it.</param>
/// <param name="Values">The very array that the loss reads.</param>
/// <param name="Gradient">The gradient, of the same length.</param>
public sealed record CheckedTensor<T>(string Name, T[] Values, T[] Gradient);

/// <summary>How a gradient is checked.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>How many of the worst entries are reported; at least 1.</summary>
    public int Worst { get; init; } = 10;

    /// <summary>The most entries tried in all; null for every entry. Fewer are drawn without repetition, by <see cref="Seed"/>.</summary>
    public int? Most { get; init; }

    /// <summary>Which entries are drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Over which length a parameter changes the loss noticeably: the scale is the larger of this and |θ|; in (0, ∞).</summary>
    public double Scale { get; init; } = 0.1;

    /// <summary>How many roundings of the tensor's largest gradient entry the analytic gradient may carry: the depth of its longest sum.</summary>
    public int Roundings { get; init; } = 64;
}

/// <summary>One entry of a gradient, compared.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Index">Index in the flat tensor.</param>
/// <param name="Analytic">What was to be checked.</param>
/// <param name="Numeric">What differences give.</param>
/// <param name="Allowed">How far the two may lie apart: the error bar of the differences and the rounding of the analytic entry.</param>
/// <param name="Decided">True where the bar is narrow enough to notice an error of a thousandth of the tensor's largest entry.</param>
public sealed record GradientEntry(string Tensor, int Index, double Analytic, double Numeric, double Allowed, bool Decided)
{
    /// <summary>The measured noise of the loss along this entry, as a standard deviation.</summary>
    public double Noise { get; init; }

    /// <summary>The first and largest step of the differences, which follows from the noise.</summary>
    public double Step { get; init; }

    /// <summary>|analytic − numeric|.</summary>
    public double Difference => Math.Abs(Analytic - Numeric);

    /// <summary>True where the difference is within what is allowed; NaN and the infinities never are.</summary>
    public bool Passed => double.IsFinite(Difference) && Difference <= Allowed;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tensor}[{Index}]: analytic {Analytic:R}, numeric {Numeric:R}, difference {Difference:E2}, allowed {Allowed:E2}{(Passed ? "" : ", WRONG")}{(Decided ? "" : ", undecided")}");
}

/// <summary>What a gradient check found.</summary>
/// <param name="Tried">How many entries were compared.</param>
/// <param name="Failed">How many lie outside what is allowed.</param>
/// <param name="Undecided">How many could not have failed noticeably: a kink is near, or noise hides the difference.</param>
/// <param name="Worst">The worst entries, by difference over allowed.</param>
public sealed record GradientCheckResult(int Tried, int Failed, int Undecided, IReadOnlyList<GradientEntry> Worst)
{
    /// <summary>True where no entry failed and at least half of them were decided: a check that can't fail has not passed.</summary>
    public bool Passed => Failed == 0 && Tried > 0 && 2 * Undecided <= Tried;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tried} entries, {Failed} wrong, {Undecided} undecided{string.Concat(Worst.Select(entry => Environment.NewLine + "  " + entry))}");
}

/// <summary>Compares a gradient with extrapolated central differences of the loss, entry by entry.</summary>
/// <remarks>
/// Nothing is tuned: the noise of the loss is measured (<see cref="FunctionNoise"/>), the step follows from it as scale·∛(noise/|loss|), the differences bring an error bar
/// of their own (<see cref="Ridders"/>), and what the analytic entry may have lost to rounding is added by Higham's γₙ. Source: design, "Kinds of checks, and tolerances".
/// </remarks>
public static class GradientCheck
{
    private const double LargestStep = 0.25;

    // Ridders walks down by 1.4 thirteen times, through the balance of truncation and rounding.
    private const double FirstStep = 16 * 79.4;

    /// <summary>Checks the gradient of a loss that reads its parameters from arrays; every array holds its old bits afterwards, whatever happens.</summary>
    /// <typeparam name="T">The format of the parameters.</typeparam>
    /// <param name="tensors">The parameters and their gradients.</param>
    /// <param name="loss">The loss at what the arrays hold now.</param>
    /// <param name="options">How; by default every entry is tried.</param>
    /// <exception cref="ArgumentException">No entry at all, a gradient of another length than its tensor, or an option outside its domain.</exception>
    public static GradientCheckResult Run<T>(IReadOnlyList<CheckedTensor<T>> tensors, Func<double> loss, GradientCheckOptions? options = null)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(loss);
        options ??= new();
        Require(tensors, options);
        (int Tensor, int Index)[] places = [.. tensors.SelectMany((tensor, k) => Enumerable.Range(0, tensor.Values.Length).Select(i => (k, i)))];
        if (places.Length == 0)
            throw new ArgumentException("tensors holds no entry", nameof(tensors));
        if (options.Most is { } most && most < places.Length)
        {
            new SplitMix(options.Seed).Shuffle(places);
            places = places[..most];
        }

        double[] largest = [.. tensors.Select(tensor => tensor.Gradient.Select(g => Math.Abs(T.ToDouble(g))).Where(double.IsFinite).DefaultIfEmpty(0).Max())];
        GradientEntry[] entries = [.. places.Select(place => Compare(tensors[place.Tensor], place.Index, largest[place.Tensor], loss, options))];
        return new GradientCheckResult(
            entries.Length,
            entries.Count(e => !e.Passed),
            entries.Count(e => !e.Decided),
            [.. entries.OrderByDescending(Share).Take(options.Worst)]);
    }

    private static double Share(GradientEntry entry) => double.IsNaN(entry.Difference) ? double.PositiveInfinity : entry.Difference / Math.Max(entry.Allowed, double.Epsilon);

    private static GradientEntry Compare<T>(CheckedTensor<T> tensor, int index, double largest, Func<double> loss, GradientCheckOptions options)
        where T : IBinaryFormat<T>
    {
        T kept = tensor.Values[index];
        double analytic = T.ToDouble(tensor.Gradient[index]);
        double x = T.ToDouble(kept);
        double At(double point)
        {
            tensor.Values[index] = T.Of(point);
            return loss();
        }

        try
        {
            double scale = Math.Max(options.Scale, Math.Abs(x));
            double value = Math.Abs(At(x));
            double noise = FunctionNoise.Estimate(At, x, scale) ?? T.UnitRoundoff * value;
            double relative = Math.Max(noise / Math.Max(value, double.Epsilon), Real64.UnitRoundoff);
            // The library's own power, for the same step on every platform.
            double step = scale * Math.Min(LargestStep, FirstStep * Real64.Pow(relative, 1.0 / 3).Value);

            // Noise is a standard deviation; four of them bound a value but for 6 in 100,000.
            Ridders.Estimate estimate = Ridders.DerivativeFrom(At, x, step, 4 * noise, point => T.ToDouble(T.Of(point)));
            double allowed = estimate.Error + ErrorBound.Gamma(options.Roundings, T.UnitRoundoff) * largest;
            bool decided = allowed <= 1e-3 * Math.Max(largest, Math.Abs(estimate.Value));
            return new GradientEntry(tensor.Name, index, analytic, estimate.Value, allowed, decided) { Noise = noise, Step = step };
        }
        finally
        {
            tensor.Values[index] = kept;
        }
    }

    private static void Require<T>(IReadOnlyList<CheckedTensor<T>> tensors, GradientCheckOptions options)
    {
        foreach (CheckedTensor<T> tensor in tensors)
        {
            if (tensor.Gradient.Length != tensor.Values.Length)
                throw new ArgumentException($"{tensor.Name}: the gradient has {tensor.Gradient.Length} entries, the tensor {tensor.Values.Length}", nameof(tensors));
        }

        if (options.Worst < 1)
            throw new ArgumentException($"Worst = {options.Worst} is outside [1, inf)", nameof(options));
        if (options.Most < 1)
            throw new ArgumentException($"Most = {options.Most} is outside [1, inf)", nameof(options));
        if (options.Roundings < 0)
            throw new ArgumentException($"Roundings = {options.Roundings} is outside [0, inf)", nameof(options));
        if (!(options.Scale > 0) || !double.IsFinite(options.Scale))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Scale = {options.Scale:R} is outside (0, inf)"), nameof(options));
    }
}
