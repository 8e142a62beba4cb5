namespace TrainingSpec.Tokenizers;

/// <summary>Turns text, as UTF-8 bytes, into ids of a vocabulary and back.</summary>
public interface ITokenizer
{
    /// <summary>V: the ids are 0 to V − 1.</summary>
    int VocabularySize { get; }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <exception cref="TokenizerException">The vocabulary can't hold the text; the message names what and where.</exception>
    int[] Encode(ReadOnlySpan<byte> text);

    /// <summary>The text of ids, as UTF-8 bytes; a special token is no text and leaves none.</summary>
    /// <param name="ids">Ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is none of the vocabulary's.</exception>
    byte[] Decode(ReadOnlySpan<int> ids);

    /// <summary>What <see cref="TokenizerFile.Parse"/> reads: one line of JSON with a checksum.</summary>
    string Serialize();
}
