using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Generators;

/// <summary>The shuffle that swaps each place with any place: nⁿ equally likely ways, which n! orders can't share evenly.</summary>
internal static class NaiveShuffle
{
    public static int[] Order(SplitMix random, int count) => Order(count, random.Below);

    public static int[] Order(int count, Func<int, int> below)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = 0; i < count; i++)
        {
            int j = below(count);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>The probability of each order, in the order of <see cref="Orders"/>: all nⁿ ways counted.</summary>
    public static double[] OrderProbabilities(int count)
    {
        int ways = (int)Math.Pow(count, count);
        string[] orders = Orders(count);
        var p = new double[orders.Length];
        for (int way = 0; way < ways; way++)
        {
            int rest = way;
            string order = string.Concat(Order(count, n =>
            {
                (rest, int digit) = Math.DivRem(rest, n);
                return digit;
            }));
            p[Array.IndexOf(orders, order)] += 1.0 / ways;
        }

        return p;
    }

    /// <summary>All orders of 0 … n − 1 as texts, n ≤ 9.</summary>
    public static string[] Orders(int count) => count == 1
        ? ["0"]
        : [.. Orders(count - 1).SelectMany(o => Enumerable.Range(0, count).Select(at => o.Insert(at, (count - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)))).Order(StringComparer.Ordinal)];
}
