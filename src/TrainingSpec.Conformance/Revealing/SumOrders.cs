using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>Ways to sum, in the dtype or in a wider one, by which drawn sums are compared bit by bit.</summary>
internal static class SumOrders
{
    /// <summary>A number rounded to the dtype.</summary>
    public static double Rounded(double x, string dtype) => dtype == "float32" ? (float)x : x;

    /// <summary>The sum by a tree, each addition rounded to the dtype: binary64's sum of two binary32 numbers, rounded once more, is as if rounded once.</summary>
    public static double Plain(SummationTree tree, IReadOnlyList<double> terms, string dtype) => tree.Sum(terms, (a, b) => Rounded(a + b, dtype));

    /// <summary>Ascending, with what each addition loses taken from the next term. Source: Kahan (1965).</summary>
    public static double Kahan(IReadOnlyList<double> terms, string dtype)
    {
        double sum = 0, lost = 0;
        foreach (double term in terms)
        {
            double next = Rounded(term - lost, dtype), after = Rounded(sum + next, dtype);
            lost = Rounded(Rounded(after - sum, dtype) - next, dtype);
            sum = after;
        }

        return sum;
    }

    /// <summary>Ascending, with what all additions lose added at the end. Source: Neumaier (1974).</summary>
    public static double Neumaier(IReadOnlyList<double> terms, string dtype)
    {
        double sum = 0, lost = 0;
        foreach (double term in terms)
        {
            double after = Rounded(sum + term, dtype);
            double error = Math.Abs(sum) >= Math.Abs(term) ? Rounded(Rounded(sum - after, dtype) + term, dtype) : Rounded(Rounded(term - after, dtype) + sum, dtype);
            lost = Rounded(lost + error, dtype);
            sum = after;
        }

        return Rounded(sum + lost, dtype);
    }

    /// <summary>The exact sum, rounded to binary64: the terms lie within the digits of the wide number.</summary>
    public static double Exact(IReadOnlyList<double> terms) => (double)terms.Aggregate(BigReal.Zero, (sum, term) => sum + term);
}
