namespace TrainingSpec.Claims.D1.Listings;

/// <summary>D1, exercise 3: the gradient statistics as the listing computes and prints them; its starts, thresholds and format are data.</summary>
internal static class GradientStatsListing
{
    /// <summary>What it prints and warns of.</summary>
    /// <param name="Norm">The printed norm.</param>
    /// <param name="Max">The printed maximum.</param>
    /// <param name="Min">The printed minimum.</param>
    /// <param name="Warnings">The warnings, in order.</param>
    internal sealed record Printed(double Norm, double Max, double Min, IReadOnlyList<string> Warnings);

    /// <summary>Runs it over parameters' gradients; null for a parameter without one.</summary>
    /// <param name="listing">Its data among the document's facts.</param>
    /// <param name="gradients">A row per parameter.</param>
    public static Printed Run(Facts listing, params double[]?[] gradients)
    {
        (double total, double largest, double smallest) = (0, Start(listing["max starts at"].Text), Start(listing["min starts at"].Text));
        foreach (double[]? gradient in gradients)
        {
            if (gradient is null)
                continue;
            double norm = Math.Sqrt(gradient.Sum(g => g * g));
            total += norm * norm;
            // Comparisons with NaN are false, and the maximum of a row goes through its entries by comparison.
            (double max, double min) = (gradient.Aggregate((a, b) => b > a ? b : a), gradient.Aggregate((a, b) => b < a ? b : a));
            largest = max > largest ? max : largest;
            smallest = min < smallest ? min : smallest;
        }

        total = Math.Sqrt(total);
        List<string> warnings = [];
        if (total > listing["explodes above"].Number)
            warnings.Add("exploding");
        if (total < listing["vanishes below"].Number)
            warnings.Add("vanishing");
        return new Printed(total, largest, smallest, warnings);
    }

    private static double Start(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
    };
}
