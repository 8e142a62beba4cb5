using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests;

/// <summary>A property that FsCheck tries on generated cases.</summary>
/// <remarks>
/// Without a seed each run draws a new one, which the run prints; TRAININGSPEC_SEED replays the run. It also takes what a failure prints after
/// "StdGen", for example "(1234, 5679)", which replays that one property. TRAININGSPEC_CASES sets the number of cases of each property.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : FsCheck.NUnit.PropertyAttribute
{
    /// <summary>Reads the case count and the seed from the environment.</summary>
    /// <param name="name">The method's name, by which its cases differ from those of other properties.</param>
    public LawAttribute([CallerMemberName] string name = "")
    {
        QuietOnSuccess = true;
        if (Cases is { } cases)
            base.MaxTest = cases;
        if (Single is not null)
        {
            Replay = Single;
            return;
        }

        // The second number of the pair must be odd.
        var of = new SplitMix(RunSeed ^ SplitMix.SeedOf(name));
        Replay = string.Create(CultureInfo.InvariantCulture, $"({of.Next()},{of.Next() | 1})");
    }

    /// <summary>The number of cases; what the environment says goes before what stands at the property.</summary>
    public new int MaxTest
    {
        get => base.MaxTest;
        set => base.MaxTest = Cases ?? value;
    }

    /// <summary>The seed of this run.</summary>
    public static ulong RunSeed { get; } =
        Given is { } given && Single is null ? ulong.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture) : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);

    private static int? Cases =>
        Environment.GetEnvironmentVariable("TRAININGSPEC_CASES") is { Length: > 0 } cases ? int.Parse(cases, CultureInfo.InvariantCulture) : null;

    private static string? Given => Environment.GetEnvironmentVariable("TRAININGSPEC_SEED") is { Length: > 0 } seed ? seed.Trim() : null;

    private static string? Single => Given is { } seed && seed.StartsWith('(') ? seed : null;
}
