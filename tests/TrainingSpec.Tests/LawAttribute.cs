using System.Globalization;

namespace TrainingSpec.Tests;

/// <summary>A property that FsCheck tries on generated cases.</summary>
/// <remarks>
/// TRAININGSPEC_CASES sets the number of cases, TRAININGSPEC_SEED replays a run; it takes what a failure prints after
/// "StdGen", for example "(1234, 5679)". Without a seed each run draws new cases.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : FsCheck.NUnit.PropertyAttribute
{
    /// <summary>Reads the case count and the seed from the environment.</summary>
    public LawAttribute()
    {
        QuietOnSuccess = true;
        if (Environment.GetEnvironmentVariable("TRAININGSPEC_CASES") is { Length: > 0 } cases)
            MaxTest = int.Parse(cases, CultureInfo.InvariantCulture);
        if (Environment.GetEnvironmentVariable("TRAININGSPEC_SEED") is { Length: > 0 } seed)
            Replay = seed;
    }
}
