using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Early stopping as one of the documents' listings does it, each difference from the others named.</summary>
/// <remarks>What the listings leave undefined is left to the caller: patience 0 is taken, and D1's first best is an argument.</remarks>
public sealed record StoppingListing
{
    /// <summary>D0's function: strict improvement, and the test stands after both branches.</summary>
    public static StoppingListing D0Function { get; } = new() { Source = "D0 Early Stopping", Patience = 5, TestsEveryEpoch = true };

    /// <summary>D0's training loop: the same, with the test in the branch without improvement; its patience comes from the configuration.</summary>
    public static StoppingListing D0Loop { get; } = new() { Source = "D0 Complete Training Loop", Patience = 5 };

    /// <summary>D1's snippet: counts losses above the best, never moves the best, never resets, and stops above the patience. It names no patience.</summary>
    public static StoppingListing D1Snippet { get; } = new()
    {
        Source = "D1 Problem 3: Overfitting",
        CountsOnlyWorse = true,
        KeepsFirstBest = true,
        NeverResets = true,
        StopsAbovePatience = true,
    };

    /// <summary>D2's class: an improvement must exceed 10⁻⁴.</summary>
    public static StoppingListing D2Class { get; } = new() { Source = "D2 Early Stopping", Patience = 10, MinDelta = 1e-4 };

    /// <summary>Document and section.</summary>
    public required string Source { get; init; }

    /// <summary>The listing's default; null where it has none.</summary>
    public long? Patience { get; init; }

    /// <summary>By how much more than this a loss must lie below the best.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether only a loss above the best counts, so that ties and NaN don't.</summary>
    public bool CountsOnlyWorse { get; init; }

    /// <summary>Whether the best is never updated.</summary>
    public bool KeepsFirstBest { get; init; }

    /// <summary>Whether the count is never set back to 0.</summary>
    public bool NeverResets { get; init; }

    /// <summary>Whether it stops at patience + 1 instead of patience.</summary>
    public bool StopsAbovePatience { get; init; }

    /// <summary>Whether the count is tested after an improvement too, which matters for patience 0 alone.</summary>
    public bool TestsEveryEpoch { get; init; }

    /// <summary>For each epoch whether the listing would stop there; none of them remembers that it has.</summary>
    /// <param name="losses">One loss per epoch.</param>
    /// <param name="patience">At least 0.</param>
    /// <param name="firstBest">The best before the first epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is negative.</exception>
    public bool[] Answers(ReadOnlySpan<double> losses, long patience, double firstBest = double.PositiveInfinity)
    {
        Domain.Require("[0, inf)", patience, nameof(patience));
        var answers = new bool[losses.Length];
        double best = firstBest;
        long count = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            bool better = losses[i] < best - MinDelta;
            bool bad = CountsOnlyWorse ? losses[i] > best : !better;
            if (bad)
                count++;
            else if (!NeverResets)
                count = 0;
            if (better && !KeepsFirstBest)
                best = losses[i];
            answers[i] = (bad || TestsEveryEpoch) && (StopsAbovePatience ? count > patience : count >= patience);
        }

        return answers;
    }

    /// <summary>The first epoch, counted from 1, after which the listing stops; null where it goes on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The patience is negative.</exception>
    public long? StopAt(ReadOnlySpan<double> losses, long patience, double firstBest = double.PositiveInfinity)
    {
        int at = Array.IndexOf(Answers(losses, patience, firstBest), true);
        return at < 0 ? null : at + 1;
    }
}
