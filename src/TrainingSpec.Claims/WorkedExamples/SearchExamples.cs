using TrainingSpec.Checking.Golden;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Trials of the three searches.</summary>
public static class SearchExamples
{
    /// <summary>Random points in full, and a Bayesian search of twelve trials on a bowl to 12 digits: golden/search/Trials.verified.json.</summary>
    [GoldenSource]
    public static GoldenDocument Trials()
    {
        var space = new SearchSpace(
            new LogUniformAxis("lr", 1e-5, 1e-2), new LinearAxis("momentum", 0, 1), new WholeAxis("layers", 1, 12), new ChoiceAxis("batch", 32, 64, 128, 256, 512));
        var document = new GoldenDocument("search", "Trials");
        for (ulong trial = 0; trial < 5; trial++)
            document.Add($"random.{trial}", space.RandomPoint(1, trial));
        var search = new BayesianSearch(space, 1);
        for (int trial = 0; trial < 12; trial++)
        {
            Proposal next = search.Next();
            double[] at = space.PositionsOf(next.Point);
            double loss = 0;
            for (int k = 0; k < at.Length; k++)
                loss += (at[k] - 0.4) * (at[k] - 0.4);
            document.AddApproximate($"bayesian.{trial}.point", next.Point);
            document.AddApproximate($"bayesian.{trial}.loss", loss);
            if (next.ExpectedImprovement is { } improvement)
                document.AddApproximate($"bayesian.{trial}.expected_improvement", improvement);
            search.Observe(next.Point, loss);
        }

        return document;
    }
}
