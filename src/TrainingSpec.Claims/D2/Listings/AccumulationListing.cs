using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D2.Listings;

/// <summary>How the document's accumulation function behaves, from its lines as data: what is added, how, when the update comes, and what is left at the end.</summary>
/// <remarks>Source: D2 "Gradient Accumulation".</remarks>
/// <param name="listing">The facts "train_with_accumulation".</param>
internal sealed class AccumulationListing(Facts listing)
{
    private readonly StatedFormula _added = listing["added"].Formula;
    private readonly bool _inPlace = listing["operator"].Text == "+=";
    private readonly bool _resets = listing["reset"].Text == "zeros";

    /// <summary>The gradients that the optimizer is handed, one per update, and how many micro-batches go into none.</summary>
    /// <param name="gradients">The gradient of each micro-batch.</param>
    /// <param name="steps">accumulation_steps.</param>
    public (T[][] Updates, int Left) Run<T>(IReadOnlyList<T[]> gradients, int steps)
        where T : IReal<T>
    {
        var sums = new T[gradients[0].Length];
        List<T[]> updates = [];
        int left = 0;
        for (int i = 0; i < gradients.Count; i++)
        {
            left++;
            for (int j = 0; j < sums.Length && _inPlace; j++)
            {
                T g = gradients[i][j];
                sums[j] += _added.Evaluate(name => new[] { name == "g" ? g : T.Of(steps) });
            }

            if ((i + 1) % steps != 0)
                continue;
            updates.Add((T[])sums.Clone());
            if (_resets)
                sums = new T[sums.Length];
            left = 0;
        }

        return ([.. updates], left);
    }
}
