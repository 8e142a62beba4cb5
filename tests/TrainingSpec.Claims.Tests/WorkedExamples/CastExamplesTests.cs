using System.Globalization;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Casts against the language's own float and half, and bfloat16 against a rounding to multiples of its unit.</summary>
public class CastExamplesTests
{
    private static readonly WorkedDocument Roundings = WorkedDocument.Of("cast/Roundings");

    [TestCaseSource(nameof(Values))]
    public void Each_format_rounds_once_to_nearest_ties_to_even(string name)
    {
        double value = Roundings[name];
        var half = (Half)value;
        double wide = BFloat16(value);
        Assert.Multiple(() =>
        {
            Assert.That(Bits(Roundings[name + ".float32"]), Is.EqualTo(Bits((float)value)));
            Assert.That(Bits(Roundings[name + ".float16"]), Is.EqualTo(Bits((double)half)));
            Assert.That(Bits(Roundings[name + ".bfloat16"]), Is.EqualTo(Bits(wide)));
        });
        if (double.IsNaN(value))
            return;
        Assert.That(Roundings.Text(name + ".float32 bits"), Is.EqualTo(BitConverter.SingleToUInt32Bits((float)value).ToString("x8", CultureInfo.InvariantCulture)));
        Assert.That(Roundings.Text(name + ".float16 bits"), Is.EqualTo(BitConverter.HalfToUInt16Bits(half).ToString("x4", CultureInfo.InvariantCulture)));
        Assert.That(Roundings.Text(name + ".bfloat16 bits"), Is.EqualTo((BitConverter.SingleToUInt32Bits((float)wide) >> 16).ToString("x4", CultureInfo.InvariantCulture)));
    }

    [TestCase("1 + 2^-11, a tie of float16.float16", "3c00")]
    [TestCase("1 + 3*2^-11, a tie of float16.float16", "3c02")]
    [TestCase("1 + 2^-11 + 2^-40, above a tie of float16.float16", "3c01")]
    [TestCase("2^-25, a tie with 0 of float16.float16", "0000")]
    [TestCase("65520, overflow of float16.float16", "7c00")]
    [TestCase("70000.float16", "7c00")]
    [TestCase("70000.bfloat16", "4789")]
    [TestCase("1 + 2^-8, a tie of bfloat16.bfloat16", "3f80")]
    [TestCase("(2 - 2^-7)*2^127, the largest bfloat16.bfloat16", "7f7f")]
    public void Bits_known_by_hand(string key, string bits) => Assert.That(Roundings.Text(key + " bits"), Is.EqualTo(bits));

    [TestCase("float16", 2048, 1)]
    [TestCase("bfloat16", 256, 1)]
    [TestCase("float64", 4096, 0.9)]
    public void Sums_stall_where_the_unit_is_two_and_a_weight_of_one_never_moves(string format, double stalled, double weight)
    {
        WorkedDocument document = WorkedDocument.Of("cast/SumsAndUpdates");
        Assert.That(document[format + ".4096 losses of 1, one after the other"], Is.EqualTo(stalled));
        Assert.That(document[format + ".4096 losses of 1, in the fixed shape"], Is.EqualTo(4096));
        Assert.That(document[format + ".1 after a thousand updates of 1e-4"], Is.EqualTo(weight).Within(1000 * Math.ScaleB(1, -53)));
    }

    [Test]
    public void In_single_precision_the_weight_is_that_of_a_plain_loop()
    {
        float weight = 1;
        for (int t = 0; t < 1000; t++)
            weight -= 1e-4f;
        Assert.That(WorkedDocument.Of("cast/SumsAndUpdates")["float32.1 after a thousand updates of 1e-4"], Is.EqualTo((double)weight));
    }

    [TestCase("0.01", 0.01)]
    [TestCase("0.001", 0.001)]
    [TestCase("0.0001", 0.0001)]
    public void Adams_second_moment_is_that_of_the_languages_own_numbers(string text, double gradient)
    {
        WorkedDocument document = WorkedDocument.Of("cast/SumsAndUpdates");
        Half half = ((Half)1 - (Half)0.999) * (Half)gradient * (Half)gradient;
        float single = (1 - 0.999f) * (float)gradient * (float)gradient;
        Assert.That(document[$"float16.second moment after a gradient of {text}"], Is.EqualTo((double)half));
        Assert.That(document[$"float32.second moment after a gradient of {text}"], Is.EqualTo((double)single));
        Assert.That(document[$"bfloat16.second moment after a gradient of {text}"], Is.Zero, "0.999 is 1 in bfloat16");
    }

    private static IEnumerable<string> Values() => Roundings.Keys.Where(k => !k.Contains(".float", StringComparison.Ordinal) && !k.Contains(".bfloat", StringComparison.Ordinal));

    private static double BFloat16(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;
        double unit = Math.ScaleB(1, Math.Max(Math.ILogB(value), -126) - 7), rounded = Math.Round(value / unit, MidpointRounding.ToEven) * unit;
        return Math.Abs(rounded) < Math.ScaleB(1, 128) ? rounded : Math.CopySign(double.PositiveInfinity, value);
    }

    // NaN equals NaN here, and −0 is not 0.
    private static long Bits(double value) => double.IsNaN(value) ? long.MaxValue : BitConverter.DoubleToInt64Bits(value);
}
