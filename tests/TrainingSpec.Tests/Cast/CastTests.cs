using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Casting = TrainingSpec.Numbers.Cast;

namespace TrainingSpec.Tests.Cast;

internal sealed class CastTests
{
    private static readonly CastTarget[] Targets = Enum.GetValues<CastTarget>();

    [Rule("CAST-1")]
    [Rule("CAST-4")]
    [Law(MaxTest = 3000)]
    public bool No_number_of_the_format_is_nearer(double value)
    {
        // The neighbours of a cast number by its bits: none of the three lies nearer, and at a tie the even one is taken.
        return Targets.All(to =>
        {
            CastNumber cast = Casting.Of(value, to);
            if (!double.IsFinite(value) || !double.IsFinite(cast.Value))
                return true;
            double distance = Math.Abs(cast.Value - value);
            return new[] { cast.Bits - 1, cast.Bits + 1 }.Where(bits => cast.Value != 0 && double.IsFinite(Value(bits, to))).All(bits =>
                Math.Abs(Value(bits, to) - value) > distance || (Math.Abs(Value(bits, to) - value) == distance && cast.Bits % 2 == 0));
        });
    }

    [Rule("CAST-1")]
    [Rule("CAST-5")]
    [Law(MaxTest = 3000)]
    public bool Casting_keeps_the_sign_the_order_and_what_is_cast_already(double x, double y) => Targets.All(to =>
    {
        CastNumber a = Casting.Of(x, to), b = Casting.Of(y, to);
        return (double.IsNaN(x) || double.IsNaN(y) || x > y || a.Value <= b.Value)
            && (double.IsNaN(x) || double.IsNegative(a.Value) == double.IsNegative(x))
            && (double.IsNaN(x) || Casting.Of(a.Value, to) == a)
            && (double.IsNaN(x) || Casting.Of(-x, to).Value == -a.Value);
    });

    [TestCase(CastTarget.Float16, 65519.99, 65504)]
    [TestCase(CastTarget.Float16, 65520, double.PositiveInfinity)]
    [TestCase(CastTarget.BFloat16, 1e39, double.PositiveInfinity)]
    [TestCase(CastTarget.Float32, -1e39, double.NegativeInfinity)]
    [Rule("CAST-3")]
    public void What_is_too_large_is_infinite(CastTarget to, double x, double expected) => Assert.That(Casting.Of(x, to).Value, Is.EqualTo(expected));

    [Test]
    [Rule("CAST-2")]
    public void Two_roundings_are_not_one()
    {
        double x = 1 + 3.0 / 2048 - 1.0 / (1 << 30);
        Assert.That(Casting.Of(x, CastTarget.Float16).Value, Is.EqualTo(1 + 1.0 / 1024));
        Assert.That(Casting.Of((float)x, CastTarget.Float16).Value, Is.EqualTo(1 + 2.0 / 1024));
    }

    [Rule("CAST-6")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(LogitCases)])]
    public bool Softmax_in_half_precision_is_the_exact_one_rounded(LogitRow row) => Rounded<Float16>(row.Logits) && Rounded<BFloat16>(row.Logits);

    [TestCase(20)]
    [TestCase(50)]
    [TestCase(86)]
    [Rule("CAST-6")]
    public void The_logarithm_of_a_probability_near_1_keeps_its_digits(double gap)
    {
        // ln softmax of (gap, 0) is −ln(1 + e^−gap) = −e^−gap to far more than 8 bits.
        var y = new BFloat16[2];
        SoftmaxRounded.LogProbabilities<BFloat16>([BFloat16.Of(gap), BFloat16.Of(0)], y);
        Assert.That(y[0].Value, Is.EqualTo(BFloat16.Of(-Real64.Exp(-gap).Value).Value));
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => Casting.Of(1, (CastTarget)9), "to", "to = 9 is outside {float32, float16, bfloat16}");
        Refused(() => SoftmaxRounded.LogProbabilities<Float16>(new Float16[2], new Float16[1]), "result", "result has 1 elements");
        Refused(() => SoftmaxRounded.LogProbabilities<Float16>(new Float16[2], new Float16[3]), "result", "result has 3 elements");
        Refused(() => DropoutLayer.RoundedForward<Float16>(new Float16[2], 1, true, 1), "p", "p = 1 is outside [0, 1)");
    });

    // Within half an ULP and the error of binary64 before it, which is below a millionth of an ULP here.
    private static bool Rounded<T>(double[] logits)
        where T : IBinaryFormat<T>
    {
        T[] held = Over.Row<T>(logits);
        DoubleDouble[] exact = Array.ConvertAll(held, x => (DoubleDouble)T.ToDouble(x)), wide = new DoubleDouble[held.Length];
        if (exact.Any(x => !DoubleDouble.IsFinite(x)))
            return true;
        var y = new T[held.Length];
        SoftmaxRounded.Probabilities<T>(held, y);
        Formulas.Softmax.Probabilities<DoubleDouble>(exact, wide);
        bool near = Near(y, wide);
        SoftmaxRounded.LogProbabilities<T>(held, y);
        Formulas.Softmax.LogProbabilities<DoubleDouble>(exact, wide);
        return near && Near(y, wide) && Near([SoftmaxRounded.LogSumExp<T>(held)], [Formulas.Softmax.LogSumExp<DoubleDouble>(exact)]);
    }

    private static bool Near<T>(T[] computed, DoubleDouble[] exact)
        where T : IBinaryFormat<T> => computed.Zip(exact).All(p =>
        {
            // A logarithm near 0 has an absolute error of 10⁻³⁰ in double-double, too.
            double allowed = Math.Max(T.SmallestSubnormal / 2, T.UnitRoundoff * Math.Abs(p.Second.High)) * (1 + 1e-6) + 1e-30;
            return !(DoubleDouble.Abs(T.ToDouble(p.First) - p.Second).High > allowed);
        });

    private static double Value(uint bits, CastTarget to) => to switch
    {
        CastTarget.Float16 => Float16.FromBits((ushort)bits).Value,
        CastTarget.BFloat16 => BFloat16.FromBits((ushort)bits).Value,
        _ => BitConverter.UInt32BitsToSingle(bits),
    };
}
