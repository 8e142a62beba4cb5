using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D1's third exercise: the printed monitor on gradients whose state is known.</summary>
internal static class GradientMonitor
{
    private static readonly (string Name, double[] Gradient, string Warns)[] Cases =
    [
        ("sound", [0.3, -0.2, 0.1], ""),
        ("exploding", [30, -20, 10], "exploding"),
        ("vanishing", [3e-8, -2e-8, 1e-8], "vanishing"),
        ("all negative", [-0.3, -0.2, -0.1], ""),
        ("with an infinity", [0.3, double.PositiveInfinity, 0.1], "exploding"),
        ("with a NaN", [0.3, double.NaN, 0.1], "not finite"),
    ];

    public static Experiment Experiment { get; } = new((_, planted) => Judge(planted))
    {
        Name = "gradient-monitor",
        Question = "Which gradients does the printed monitor judge rightly?",
        Source = "D1, Exercise 3 (D1-198 to D1-207)",
        Topic = "monitoring",
        Design = new DeterministicDesign("the gradients are given, and what is right about each is known"),
        Mistake = "a mended monitor stands in the printed one's place",
    };

    private static ExperimentResult Judge(bool planted)
    {
        Facts listing = ExampleNumbers.Document("D1").Facts["gradient stats listing"];
        GradientStatsListing.Printed Printed(double[] g) => planted ? Mended(listing, g) : GradientStatsListing.Run(listing, g);
        bool Right(GradientStatsListing.Printed printed, double[] g, string warns) =>
            string.Join(", ", printed.Warnings) == warns && (warns is "not finite" || printed.Max == g.Max());
        bool[] right = [.. Cases.Select(c => Right(Printed(c.Gradient), c.Gradient, c.Warns))];
        string[] wrong = [.. Cases.Where((_, i) => !right[i]).Select(c => c.Name)];
        string finding = wrong.Length == 0 ? "all are judged rightly" : $"{wrong.Length} of {Cases.Length} are judged wrongly";
        RunRecord run = D2.PlantedRuns.Of("Exploding gradients"), sound = D2.PlantedRuns.Of("Exploding gradients", "Reduce LR");
        double bound = listing["explodes above"].Number;
        return new ExperimentResult(
            new ExperimentTable("gradients", ["printed norm", "printed maximum", "largest entry", "warnings", "right"], [.. Cases.Select((c, i) =>
            {
                GradientStatsListing.Printed printed = Printed(c.Gradient);
                return new ExperimentRow(c.Name, printed.Norm, printed.Max, c.Gradient.Max(), printed.Warnings.Count, right[i] ? 1 : 0);
            })]),
            finding,
            Say($"{finding}{(wrong.Length > 0 ? $" ({And(wrong)})" : "")}; gradients that are all negative are printed with the maximum {Printed(Cases[3].Gradient).Max}, and a NaN gets {(Printed(Cases[5].Gradient).Warnings.Count == 0 ? "no warning" : "a warning")}"),
            new ExperimentChart(
                "Gradient norms of a regression", new("step"), new("norm", Logarithmic: true),
                ExperimentLine.Over("rate too high", [.. run.GradientNorms.TakeWhile(n => n < 1e6)]), ExperimentLine.Over("a tenth of it", [.. sound.GradientNorms.Take(10)]), ExperimentLine.Over("warned of", [.. Enumerable.Repeat(bound, 10)])));
    }

    // With the listing's thresholds: what is not finite is told, and the maximum is that of the entries.
    private static GradientStatsListing.Printed Mended(Facts listing, double[] gradient)
    {
        GradientStatistics<Real64> statistics = GradientStatistics.Of<Real64>([[.. gradient.Select(g => new Real64(g))]]);
        double norm = Math.Sqrt(gradient.Sum(g => g * g));
        string[] warnings = gradient.Any(double.IsNaN) ? ["not finite"] : norm > listing["explodes above"].Number ? ["exploding"] : norm < listing["vanishes below"].Number ? ["vanishing"] : [];
        return new(norm, statistics.NonFinite > 0 ? gradient.Max() : statistics.Max.Value, statistics.Min.Value, warnings);
    }
}
