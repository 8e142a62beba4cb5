using System.Text;

namespace TrainingSpec.Tokenizers;

/// <summary>Texts of .NET in place of UTF-8 bytes.</summary>
public static class TokenizerText
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The ids of a text.</summary>
    /// <exception cref="TokenizerException">Half of a surrogate pair stands alone, or the vocabulary can't hold the text.</exception>
    public static int[] Encode(this ITokenizer tokenizer, string text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return tokenizer.Encode(Strict.GetBytes(text));
        }
        catch (EncoderFallbackException e)
        {
            throw new TokenizerException($"text has half of a surrogate pair, U+{(int)e.CharUnknown:X4}, at index {e.Index}, which no UTF-8 has", e);
        }
    }

    /// <summary>The text of ids; bytes that are no UTF-8 become U+FFFD.</summary>
    public static string DecodeText(this ITokenizer tokenizer, ReadOnlySpan<int> ids)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Encoding.UTF8.GetString(tokenizer.Decode(ids));
    }

    /// <summary>The exception for an id that is none of V.</summary>
    internal static ArgumentOutOfRangeException NoToken(int id, int place, int vocabulary) =>
        Numbers.Domain.Outside($"[0, {vocabulary})", id.ToString(System.Globalization.CultureInfo.InvariantCulture), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ids[{place}]"));
}
