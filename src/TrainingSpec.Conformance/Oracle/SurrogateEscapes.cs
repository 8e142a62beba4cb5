using System.Buffers.Text;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Finds \uD800 … \uDFFF escapes that are not a pair: such a text has no Unicode meaning, and no reader can return it as a string.</summary>
internal static class SurrogateEscapes
{
    /// <summary>The byte at which the first of them stands; −1 if there is none.</summary>
    public static int FirstAlone(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("\\u"u8) < 0)
            return -1;
        int high = -1;
        for (int i = 0; i < line.Length; i++)
        {
            int unit = -1;
            int length = 1;
            if (line[i] == (byte)'\\' && i + 1 < line.Length)
            {
                length = 2;
                if (line[i + 1] == (byte)'u' && i + 6 <= line.Length
                    && Utf8Parser.TryParse(line.Slice(i + 2, 4), out int parsed, out int used, 'x') && used == 4)
                {
                    unit = parsed;
                    length = 6;
                }
            }

            bool low = unit is >= 0xDC00 and <= 0xDFFF;
            if (low != high >= 0)
                return low ? i : high;
            high = unit is >= 0xD800 and <= 0xDBFF ? i : -1;
            i += length - 1;
        }

        return high;
    }
}
