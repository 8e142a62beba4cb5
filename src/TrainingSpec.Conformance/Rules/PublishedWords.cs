namespace TrainingSpec.Conformance.Rules;

/// <summary>The first uniform numbers of seed 0, stream 0, from the known answers that Random123 publishes for Philox4x32-10.</summary>
/// <remarks>Held here so that the checks of what is drawn don't depend on how the implementation answers random.uniform. Source: Random123, kat_vectors.</remarks>
internal static class PublishedWords
{
    private static readonly uint[] Words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];

    /// <summary>0.399…, 0.880…, 0.735…, 0.605….</summary>
    public static double[] Uniform => Array.ConvertAll(Words, w => (w >> 8) * (1.0 / (1 << 24)));
}
