using System.Globalization;
using System.Text;

namespace TrainingSpec.Tokenizers;

/// <summary>Where GPT-2 parts a text before its pairs are merged: contractions, words, numbers and signs, each with the space before it, and white space.</summary>
/// <remarks>Source: Radford et al., "Language models are unsupervised multitask learners" (2019), section 2.2; the pattern is that of its published encoder. A byte that is no UTF-8 counts as a sign.</remarks>
public static class TextPieces
{
    private static readonly byte[][] Contractions = [.. ((string[])["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]).Select(Encoding.UTF8.GetBytes)];

    private enum Class
    {
        None,
        Letter,
        Number,
        Space,
        Sign,
    }

    /// <summary>The length of the piece at the start of a text that is not empty.</summary>
    public static int First(ReadOnlySpan<byte> text)
    {
        foreach (byte[] contraction in Contractions)
        {
            if (text.StartsWith(contraction))
                return contraction.Length;
        }

        (Class first, int length) = At(text);
        if (first != Class.Space)
            return Run(text, 0, first);

        // A space belongs to what follows it.
        (Class next, _) = At(text[length..]);
        if (text[0] == (byte)' ' && next is not (Class.Space or Class.None))
            return Run(text, length, next);
        int end = Run(text, 0, Class.Space);
        if (end == text.Length)
            return end;

        // The last of several stays for the next piece.
        int last = LastStart(text[..end]);
        return last > 0 ? last : end;
    }

    private static int LastStart(ReadOnlySpan<byte> run)
    {
        int at = run.Length - 1;
        while (at > 0 && (run[at] & 0xC0) == 0x80)
            at--;
        return at;
    }

    private static int Run(ReadOnlySpan<byte> text, int at, Class of)
    {
        while (true)
        {
            (Class here, int length) = At(text[at..]);
            if (here != of)
                return at;
            at += length;
        }
    }

    private static (Class Class, int Length) At(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return (Class.None, 0);
        if (Rune.DecodeFromUtf8(text, out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
            return (Class.Sign, length);
        return (Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Class.Number,
            _ => Rune.IsWhiteSpace(rune) ? Class.Space : Class.Sign,
        }, length);
    }
}
