namespace TrainingSpec.Claims;

/// <summary>A way in which a printed number could have come about other than by rounding the exact value.</summary>
/// <param name="How">What was done, as the end of a sentence: "from the printed probability 0.65".</param>
/// <param name="Values">The values that this gives, one per printed number.</param>
/// <param name="Truncated">True where further digits were cut off rather than rounded.</param>
public sealed record Reading(string How, IReadOnlyList<Rational> Values, bool Truncated = false)
{
    /// <summary>A reading of a single number.</summary>
    public Reading(string how, Rational value, bool truncated = false)
        : this(how, [value], truncated)
    {
    }

    /// <summary>True where the reading gives exactly the printed digits.</summary>
    public bool Gives(IReadOnlyList<PrintedNumber> printed)
    {
        for (int i = 0; i < printed.Count; i++)
        {
            if (Truncated ? !printed[i].IsTruncated(Values[i]) : !printed[i].IsRounded(Values[i]))
                return false;
        }

        return true;
    }
}
