namespace TrainingSpec.Claims.D4.Listings;

/// <summary>How a window of a token stream becomes inputs and targets.</summary>
internal static class NextTokenPairs
{
    /// <summary>All tokens but the last, and for each the token after it.</summary>
    /// <exception cref="ArgumentException">Fewer than two tokens.</exception>
    public static (T[] Inputs, T[] Targets) Of<T>(T[] tokens) => tokens.Length >= 2
        ? (tokens[..^1], tokens[1..])
        : throw new ArgumentException($"tokens has {tokens.Length} entries; a pair needs two", nameof(tokens));
}
