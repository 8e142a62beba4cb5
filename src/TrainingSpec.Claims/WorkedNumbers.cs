namespace TrainingSpec.Claims;

/// <summary>Numbers that a document prints under one key, beside what the check computed for them.</summary>
/// <param name="Key">The key in printed.</param>
/// <param name="Printed">As they are printed.</param>
/// <param name="Exact">What they come to.</param>
/// <param name="Digits">The exact values in the form of the printed ones.</param>
public sealed record WorkedNumbers(string Key, IReadOnlyList<string> Printed, IReadOnlyList<Rational> Exact, IReadOnlyList<string> Digits);
