using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The numbers of every experiment at its reduced size, and what it comes to with its mistake planted.</summary>
public static class ExperimentExamples
{
    /// <summary>A document for each experiment, in the folder of its chapter.</summary>
    /// <param name="topics">Of these chapters alone, since experiments take long; null for all.</param>
    [GoldenSource]
    public static IEnumerable<GoldenDocument> All(IReadOnlySet<string>? topics) => ExperimentCatalog.All.Where(e => topics?.Contains(e.Topic) != false).Select(Document);

    private static GoldenDocument Document(Experiment experiment)
    {
        (ExperimentResult result, ExperimentResult planted) = (experiment.Run(), experiment.Run(planted: true));
        var document = new GoldenDocument(experiment.Topic, NameOf(experiment)).Add("question", experiment.Question).Add("design", experiment.Design.ToString()!).Add("columns", result.Table.Columns);
        foreach (ExperimentRow row in result.Table.Rows)
            document.Add($"{result.Table.Head} {row.Name}", row.Values);
        foreach (ExperimentChart chart in result.Charts)
        {
            foreach (ExperimentLine line in chart.Lines)
                document.Add($"{chart.Title}, {line.Name}, {chart.X.Label}", line.X).Add($"{chart.Title}, {line.Name}, {chart.Y.Label}", line.Y);
        }

        foreach (ExperimentTest test in result.Tests)
            document.AddApproximate($"{test.Of}: runs, mean difference, deviation, p", [test.Runs, test.Mean, test.Deviation, test.PValue]);
        return document.Add("finding", result.Finding).Add("conclusion", result.Conclusion).Add("mistake", experiment.Mistake).Add("conclusion with the mistake", planted.Conclusion);
    }

    // learning-rates as LearningRatesExperiment.
    private static string NameOf(Experiment experiment) => string.Concat(experiment.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Experiment";
}
