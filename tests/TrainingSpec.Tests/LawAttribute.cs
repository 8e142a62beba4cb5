using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests;

/// <summary>A property that FsCheck tries on generated cases.</summary>
/// <remarks>
/// Without a seed each run draws a new one, which the run prints; TRAININGSPEC_SEED replays the run. It also takes what a failure prints after
/// "StdGen", for example "(1234, 5679)", which replays that one property. TRAININGSPEC_CASES sets the number of cases of each property. Where one of them
/// can't be read no property runs, and each says why in one line.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : FsCheck.NUnit.PropertyAttribute, ISimpleTestBuilder
{
    // Each run draws other cases: few in each, so that all tests end in two minutes.
    private const int Preset = 40;

    private static readonly LawSettings OfRun = new(Environment.GetEnvironmentVariable("TRAININGSPEC_CASES"), Environment.GetEnvironmentVariable("TRAININGSPEC_SEED"));
    private readonly LawSettings _settings;

    /// <summary>Reads the case count and the seed from the environment.</summary>
    /// <param name="name">The method's name, by which its cases differ from those of other properties.</param>
    public LawAttribute([CallerMemberName] string name = "")
        : this(name, OfRun)
    {
    }

    internal LawAttribute(string name, LawSettings settings)
    {
        _settings = settings;
        QuietOnSuccess = true;
        base.MaxTest = settings.Cases ?? Preset;
        if (settings.Replay is not null)
        {
            Replay = settings.Replay;
            return;
        }

        // The second number of the pair must be odd.
        var of = new SplitMix(settings.Seed ^ SplitMix.SeedOf(name));
        Replay = string.Create(CultureInfo.InvariantCulture, $"({of.Next()},{of.Next() | 1})");
    }

    /// <summary>The number of cases; what the environment says goes before what stands at the property.</summary>
    public new int MaxTest
    {
        get => base.MaxTest;
        set => base.MaxTest = _settings.Cases ?? value;
    }

    /// <summary>The seed of this run.</summary>
    public static ulong RunSeed => OfRun.Seed;

    /// <summary>Makes the test; one that can't run where the environment can't be read, for FsCheck would try no case, or cases for ever.</summary>
    TestMethod ISimpleTestBuilder.BuildFrom(IMethodInfo method, Test? suite)
    {
        var test = new FsCheck.NUnit.FsCheckTestMethod(method, suite);
        test.ApplyAttributesToTest(method.MethodInfo);
        if (_settings.Problem is { } problem)
        {
            test.RunState = RunState.NotRunnable;
            test.Properties.Set(PropertyNames.SkipReason, problem);
        }

        return test;
    }
}

/// <summary>What the environment says about the properties of a run.</summary>
internal sealed class LawSettings
{
    /// <summary>Reads both variables; null or empty where they are not set.</summary>
    public LawSettings(string? cases, string? seed)
    {
        Seed = (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        if (!string.IsNullOrEmpty(cases))
        {
            if (int.TryParse(cases, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1)
                Cases = count;
            else
                Problem = $"TRAININGSPEC_CASES = {cases} is no whole number from 1 to {int.MaxValue}";
        }

        string given = seed?.Trim() ?? "";
        if (given.Length == 0)
            return;
        if (ulong.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            Seed = number;
        else if (IsPair(given))
            Replay = given;
        else
            Problem = $"TRAININGSPEC_SEED = {given} is neither a whole number from 0 to {ulong.MaxValue} nor a pair of them such as (1234, 5679), the second odd";
    }

    /// <summary>How many cases each property has; null for what stands at the property.</summary>
    public int? Cases { get; }

    /// <summary>What all properties' cases follow from.</summary>
    public ulong Seed { get; }

    /// <summary>The pair that replays one property, or null.</summary>
    public string? Replay { get; }

    /// <summary>Why the environment can't be read, one line; null where it can.</summary>
    public string? Problem { get; }

    // FsCheck takes a third number for the size to start with.
    private static bool IsPair(string text) =>
        text is ['(', .. var inside, ')'] && inside.Split(',') is { Length: 2 or 3 } parts
        && Array.TrueForAll(parts, part => ulong.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        && ulong.Parse(parts[1], CultureInfo.InvariantCulture) % 2 == 1;
}
