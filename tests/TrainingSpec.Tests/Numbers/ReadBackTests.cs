using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>Every text of a number reads back to the same number, at the powers of two as well, below which numbers lie twice as dense as above.</summary>
internal sealed class ReadBackTests
{
    private static readonly double[] Edges =
    [
        .. Enumerable.Range(-1074, 2098).Select(e => Math.ScaleB(1, e)).SelectMany(x => new[] { x, -x, Math.BitDecrement(x), Math.BitIncrement(x) }),
        0, double.MaxValue, 0.1,
    ];

    [Test]
    public void Text_of_a_double_reads_back()
    {
        foreach (double x in Edges)
        {
            Same(ReadBack.Text(x), x);
            Same(((Real64)x).ToString(), x);
        }
    }

    [Test]
    public void A_golden_file_keeps_each_double()
    {
        foreach (double x in Edges)
        {
            string line = new GoldenDocument("golden", "X").Add("x", x).Serialize().Split('\n').Single(l => l.Contains("\"x\"", StringComparison.Ordinal));
            Same(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ', ','), x);
        }
    }

    [Test]
    public void The_shortest_text_is_kept_where_it_reads_back()
    {
        Assert.That(ReadBack.Text(0.1), Is.EqualTo("0.1"));
        Assert.That(ReadBack.Text(-0.0), Is.EqualTo("-0"));
        Assert.That(ReadBack.Text(0.5), Is.EqualTo("0.5"));
        Assert.That(ReadBack.Text(5e-324), Is.EqualTo("5E-324"));
        Assert.That(ReadBack.Text(Math.ScaleB(1, -25)), Is.EqualTo("2.9802322387695312E-08"));
    }

    private static void Same(string text, double x)
    {
        double back = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (BitConverter.DoubleToInt64Bits(back) != BitConverter.DoubleToInt64Bits(x))
            Assert.Fail($"{text} is read as 0x{BitConverter.DoubleToInt64Bits(back):X}, written for 0x{BitConverter.DoubleToInt64Bits(x):X}");
    }
}
