using System.Text.Json.Nodes;
using TrainingSpec.Checking;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>A sum inside an operation of the protocol: how terms are put into its arguments, and how the sum is read from its answer.</summary>
/// <param name="Name">What is summed, such as "norm.l2 of one tensor".</param>
/// <param name="Operation">The operation.</param>
/// <param name="Args">The arguments that make the operation sum the given values.</param>
/// <param name="Read">The number of the answer that the sum shows itself in.</param>
public abstract record SumProbe(string Name, string Operation, Func<IReadOnlyList<double>, JsonObject> Args, Func<JsonObject, double> Read)
{
    /// <summary>What the operation makes of a sum of n terms, by one way or several; null where the number of the answer shows too little of the sum's digits.</summary>
    public Func<double, int, double>? Finish { get; init; }

    /// <summary>The terms of the sum that values enter it as: themselves, or their squares.</summary>
    public virtual IReadOnlyList<double> Terms(IReadOnlyList<double> values) => values;

    /// <summary>Asks for the terms themselves, where they are the implementation's own numbers; null where they follow from the values.</summary>
    public (Func<IReadOnlyList<double>, JsonObject> Args, Func<JsonObject, IReadOnlyList<double>> Read)? OwnTerms { get; init; }

    /// <summary>Values whose terms are exact in the dtype, and whose sum is not.</summary>
    internal abstract double[] Drawn(SplitMix random, int count, string dtype);

    /// <summary>Digits of the dtype's significand.</summary>
    internal static int Digits(string dtype) => dtype == "float32" ? 24 : 53;

    /// <summary>A whole number of so many digits at most, not 0.</summary>
    internal static double Whole(SplitMix random, int digits) => 1 + (random.Next() >> (65 - digits));
}

/// <summary>A sum whose terms may have either sign, so that two of them hide whatever is added between them: M at i and −M at j, 1 everywhere else, and the answer counts the ones that are added to neither.</summary>
/// <remarks>Source: Xie et al., "FPRev" (2025), section 4.</remarks>
public sealed record SignedProbe(string Name, string Operation, Func<IReadOnlyList<double>, JsonObject> Args, Func<JsonObject, double> Read, Func<double, int, double> Count)
    : SumProbe(Name, Operation, Args, Read)
{
    /// <summary>M: it hides 2⁴⁷ ones in binary64 too.</summary>
    public const double Mask = 1267650600228229401496703205376.0;

    /// <summary>By how much the count may be off the whole number.</summary>
    public double Slack { get; init; } = 1.0 / 64;

    internal override double[] Drawn(SplitMix random, int count, string dtype) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Sign() * Math.ScaleB(Whole(random, Digits(dtype)), random.Below(7) - 20))];
}

/// <summary>A sum whose terms are not negative: a large one at i, and two at j and k of which each is lost beside it, and which count only where they were added to each other before.</summary>
public sealed record PositiveProbe(string Name, string Operation, Func<IReadOnlyList<double>, JsonObject> Args, Func<JsonObject, double> Read)
    : SumProbe(Name, Operation, Args, Read)
{
    /// <summary>True where a value enters the sum as its square.</summary>
    public bool Squares { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Terms(IReadOnlyList<double> values) => Squares ? [.. values.Select(v => v * v)] : values;

    /// <summary>The value of the large term; a loss has a probability that the dtype holds.</summary>
    internal double Large(string dtype) => Squares ? 1.5 : dtype == "float32" ? 64 : 512;

    /// <summary>The value of a term between a quarter and half of the large one's last place, a loss in the middle of it.</summary>
    internal double Small(string dtype) => !Squares ? 0.375 * Large(dtype) * Math.ScaleB(1, 1 - Digits(dtype)) : dtype == "float32" ? Math.ScaleB(1.25, -12) : Math.ScaleB(1.75, -27);

    // Squares have twice the digits of their roots.
    internal override double[] Drawn(SplitMix random, int count, string dtype) => [.. Enumerable.Range(0, count).Select(_ => Squares
        ? Math.ScaleB(Whole(random, Digits(dtype) / 2 - 1), random.Below(5))
        : 40 + 32 * random.Uniform())];
}
