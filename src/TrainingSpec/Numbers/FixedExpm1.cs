using System.Buffers.Binary;
using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>eˣ − 1 in fixed point over words of 64 bits, which need no object for each of the hundred numbers in between.</summary>
internal static class FixedExpm1
{
    // x is halved so often first, and the square of 1 + sum taken as often after.
    private const int Halvings = 12;

    // N terms are too small by less than 2N last places together, since each is cut off twice. The doublings take that, and the place that each of them cuts off, times 2^Halvings·eˣ at most:
    // less than (2N + 2)·eˣ·2^−Guard places of the result, and less than one of them up to N = 10,000.
    private const int Guard = 16;
    private const int WordsOnTheStack = 16;

    /// <summary>⌊(eˣ − 1)·2^bits⌋ or one less, for x = r/2^bits in [0, 1).</summary>
    /// <param name="r">x·2^bits.</param>
    /// <param name="bits">How many of its bits are behind the point.</param>
    public static BigInteger Of(BigInteger r, int bits)
    {
        int behind = (bits + Halvings + Guard + 63) / 64, length = behind + 1;
        Span<ulong> words = length <= WordsOnTheStack ? stackalloc ulong[5 * WordsOnTheStack] : new ulong[5 * length];
        Span<ulong> x = words[..length], term = words.Slice(length, length), sum = words.Slice(2 * length, length), product = words.Slice(3 * length, 2 * length);
        Read(r << (64 * behind - bits - Halvings), x);
        x.CopyTo(term);
        x.CopyTo(sum);
        for (uint n = 2; ; n++)
        {
            Multiply(term, x, behind, product);
            product.Slice(behind, length).CopyTo(term);
            if (!Divide(term, n))
                break;
            Add(term, sum);
        }

        for (int doubling = 0; doubling < Halvings; doubling++)
        {
            Multiply(sum, sum, behind, product);
            Add(sum, sum);
            Add(product.Slice(behind, length), sum);
        }

        return Written(sum) >> (64 * behind - bits);
    }

    // Of the words behind the last that is kept, one is computed: what the others would carry into it is less than 2^−40 of the last place.
    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, int behind, Span<ulong> product)
    {
        product.Clear();
        a = a[..(a.LastIndexOfAnyExcept(0UL) + 1)];
        b = b[..(b.LastIndexOfAnyExcept(0UL) + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int first = Math.Max(0, behind - 1 - i);
            if (first >= b.Length)
                continue;
            Span<ulong> row = product.Slice(i, b.Length + 1);
            ulong carry = 0;
            for (int j = first; j < b.Length; j++)
            {
                ulong high = Math.BigMul(a[i], b[j], out ulong low);
                low += carry;
                high += low < carry ? 1UL : 0;
                low += row[j];
                carry = high + (low < row[j] ? 1UL : 0);
                row[j] = low;
            }

            row[b.Length] = carry;
        }
    }

    // False where nothing is left.
    private static bool Divide(Span<ulong> number, uint divisor)
    {
        ulong rest = 0, any = 0;
        for (int i = number.LastIndexOfAnyExcept(0UL); i >= 0; i--)
        {
            (ulong high, rest) = Math.DivRem(rest << 32 | number[i] >> 32, divisor);
            (ulong low, rest) = Math.DivRem(rest << 32 | (uint)number[i], divisor);
            number[i] = high << 32 | low;
            any |= number[i];
        }

        return any != 0;
    }

    private static void Add(ReadOnlySpan<ulong> number, Span<ulong> sum)
    {
        ulong carry = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            ulong added = number[i], half = sum[i] + added, whole = half + carry;
            carry = half < added || whole < half ? 1UL : 0;
            sum[i] = whole;
        }
    }

    private static void Read(BigInteger number, Span<ulong> words)
    {
        Span<byte> bytes = words.Length <= WordsOnTheStack ? stackalloc byte[8 * WordsOnTheStack] : new byte[8 * words.Length];
        number.TryWriteBytes(bytes, out int written, isUnsigned: true);
        bytes[written..].Clear();
        for (int i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
    }

    private static BigInteger Written(ReadOnlySpan<ulong> words)
    {
        Span<byte> bytes = words.Length <= WordsOnTheStack ? stackalloc byte[8 * WordsOnTheStack] : new byte[8 * words.Length];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], words[i]);
        return new BigInteger(bytes[..(8 * words.Length)], isUnsigned: true);
    }
}
