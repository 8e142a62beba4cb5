namespace TrainingSpec.Conformance.Judging;

/// <summary>Formulas that are right and lose digits where they subtract what is nearly equal: ½x(1 + erf(x/√2)) far below 0, ln(1 + eˣ) there, σ(z) − y where the two are near, exp(z − LSE) of large logits. Their answers are off by roundings of the largest number that takes part, and by no more.</summary>
public static class LostDigits
{
    /// <summary>The name of the variant, where no known implementation answers alike.</summary>
    public const string Name = "loses-digits";

    /// <summary>The operations that are written in such forms: exponentials, logarithms and what is made of them.</summary>
    public static IReadOnlySet<string> Operations { get; } = new HashSet<string>(StringComparer.Ordinal) { "activation", "softmax", "log_softmax", "logsumexp", "cross_entropy", "bce_with_logits" };
}
