using TrainingSpec.Checking.Golden;
using TrainingSpec.Tokenizers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Byte pairs learned from a small text.</summary>
public static class TokenizersExamples
{
    /// <summary>The example of Sennrich, Haddow and Birch (2016), section 3.2: low five times, lower twice, newest six times, widest three times.</summary>
    [GoldenSource]
    public static GoldenDocument Merges()
    {
        string[] words = [.. Enumerable.Repeat("low", 5), .. Enumerable.Repeat("lower", 2), .. Enumerable.Repeat("newest", 6), .. Enumerable.Repeat("widest", 3)];
        BytePairTokenizer tokenizer = BytePairTraining.Learn(System.Text.Encoding.UTF8.GetBytes(string.Join(' ', words)), 256 + 12);
        return new GoldenDocument("tokenizers", "Merges")
            .Add("left", tokenizer.Merges.Select(m => m.Left))
            .Add("right", tokenizer.Merges.Select(m => m.Right))
            .Add("made", Enumerable.Range(256, tokenizer.VocabularySize - 256).Select(id => tokenizer.DecodeText([id])))
            .Add("lowest", tokenizer.Encode("lowest"));
    }
}
