namespace TrainingSpec.Conformance.NUnit;

/// <summary>What an implementation does not keep, or has not, on purpose: its tests are skipped and say why, and fail once it is kept after all.</summary>
/// <param name="What">The id of a rule, such as "ADAMW-4", or the name of an operation, such as "adam.step".</param>
/// <param name="Why">The reason.</param>
public sealed record Lacks(string What, string Why);
