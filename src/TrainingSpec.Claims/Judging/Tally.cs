using System.Globalization;

namespace TrainingSpec.Claims;

/// <summary>In how many of the tried cases something held.</summary>
/// <param name="what">What, as a reader is told: "models whose loss fell after one update".</param>
public sealed class Tally(string what)
{
    /// <summary>What is counted.</summary>
    public string What { get; } = what;

    /// <summary>Cases in which it held.</summary>
    public int Count { get; private set; }

    /// <summary>All cases.</summary>
    public int Of { get; private set; }

    /// <summary>It held in every case, and there was one.</summary>
    public bool Always => Of > 0 && Count == Of;

    /// <summary>It held in no case, and there was one.</summary>
    public bool Never => Of > 0 && Count == 0;

    /// <summary>Counts a case, and says whether it held in it.</summary>
    public bool Add(bool holds)
    {
        Of++;
        if (holds)
            Count++;
        return holds;
    }

    /// <summary>Counts all cases of a row.</summary>
    public Tally AddAll(IEnumerable<bool> cases)
    {
        foreach (bool holds in cases)
            Add(holds);
        return this;
    }

    /// <summary>Shows the count as a step of the check, and gives the tally back.</summary>
    public Tally Shown()
    {
        Working.Counted(What, Count, Of);
        return this;
    }

    /// <summary>"50 of 50".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Of}");
}
