using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Whether a shuffle puts every index at every place equally often, with the power that the number of orders gives.</summary>
/// <remarks>
/// How often index j stands at place i over N right orders of n indices has the mean N/n and the covariance N/(n − 1)·(1 − 1/n)⊗(1 − 1/n), a projection of rank (n − 1)² times N/(n − 1);
/// hence (n − 1)/N·Σ(count − N/n)² is chi-square with (n − 1)² degrees of freedom in the limit of large N. Source: Hoeffding, "A combinatorial central limit theorem" (1951), theorem 2, for the covariance.
/// </remarks>
public static class ShuffleTest
{
    private const double LeastExpected = 5;

    /// <summary>Tests orders of the indices 0 … n − 1.</summary>
    /// <param name="orders">At least 5·n orders, each with every index once, n ≥ 2.</param>
    /// <exception cref="ArgumentException">Too few orders, or one is no order of the indices.</exception>
    public static ChiSquareResult Test(IReadOnlyList<int[]> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        int n = orders.Count == 0 ? 0 : orders[0].Length;
        if (n < 2 || orders.Count < LeastExpected * n)
            throw new ArgumentException($"orders has {orders.Count} orders of {n} indices, at least {LeastExpected} for each of at least 2 indices are needed", nameof(orders));
        var counts = new int[n, n];
        var last = new int[n];
        for (int k = 0; k < orders.Count; k++)
        {
            if (orders[k].Length != n)
                throw new ArgumentException($"orders[{k}] has {orders[k].Length} indices, orders[0] has {n}", nameof(orders));
            for (int place = 0; place < n; place++)
            {
                int index = orders[k][place];
                if (index < 0 || index >= n || last[index] == k + 1)
                    throw new ArgumentException($"orders[{k}][{place}] = {index} is outside [0, {n}) or there for the second time", nameof(orders));
                last[index] = k + 1;
                counts[place, index]++;
            }
        }

        double expected = (double)orders.Count / n, statistic = 0;
        foreach (int count in counts)
            statistic += (count - expected) * (count - expected);
        return ChiSquare.Result(orders.Count, (n - 1) * (n - 1), statistic * (n - 1) / orders.Count);
    }

    /// <summary>The share of runs in which N orders are refused that put indices at places with other probabilities.</summary>
    /// <remarks>The statistic is taken for noncentral chi-square with λ = N·(n − 1)·Σ(g − 1/n)².</remarks>
    /// <param name="count">N ≥ 1, the number of orders.</param>
    /// <param name="actual">g: row i holds the probabilities of the indices at place i; n rows of n, n ≥ 2.</param>
    /// <param name="level">The share of right samples that may be refused, in (0, 1).</param>
    /// <exception cref="ArgumentException">An argument lies outside its domain.</exception>
    public static double Power(int count, double[,] actual, double level)
    {
        ArgumentNullException.ThrowIfNull(actual);
        int n = actual.GetLength(0);
        if (n < 2 || actual.GetLength(1) != n)
            throw new ArgumentException($"actual has {n} rows of {actual.GetLength(1)}, as many rows as columns and at least 2 are needed", nameof(actual));
        double sum = 0;
        foreach (double g in actual)
            sum += g is >= 0 and <= 1 ? (g - 1.0 / n) * (g - 1.0 / n) : throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"actual holds {g:R}, which is outside [0, 1]"), nameof(actual));
        return ChiSquare.NoncentralPower(count, (n - 1) * (n - 1), count * (n - 1) * sum, level);
    }

    /// <summary>The probabilities of the indices at each place after the naive shuffle, which swaps each place in turn with any place: what a test of shuffles should find.</summary>
    /// <param name="size">n ≥ 2.</param>
    /// <returns>Row i holds the probabilities at place i.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size lies outside.</exception>
    public static double[,] NaiveProbabilities(int size)
    {
        if (size < 2)
            throw new OutsideDomainException(nameof(size), $"size = {size} is outside [2, inf)");
        var p = new double[size, size];
        for (int k = 0; k < size; k++)
            p[k, k] = 1;

        // Swap i brings what stands at any place to place i alike, and what stands at place i to any other with probability 1/n.
        for (int i = 0; i < size; i++)
        {
            for (int index = 0; index < size; index++)
            {
                double mean = 0;
                for (int place = 0; place < size; place++)
                    mean += p[place, index] / size;
                for (int place = 0; place < size; place++)
                    p[place, index] += place == i ? 0 : (p[i, index] - p[place, index]) / size;
                p[i, index] = mean;
            }
        }

        return p;
    }
}
