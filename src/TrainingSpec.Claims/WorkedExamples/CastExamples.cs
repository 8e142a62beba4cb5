using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Casts to narrow formats, and what sums and updates become in them.</summary>
public static class CastExamples
{
    /// <summary>D3-049 to D3-053: values at ties, among subnormals and at overflow in each format, with their bits.</summary>
    [GoldenSource]
    public static GoldenDocument Roundings()
    {
        (string Name, double Value)[] values =
        [
            ("0.1", 0.1), ("1/3", 1.0 / 3), ("-0", -0.0),
            ("1 + 2^-11, a tie of float16", 1 + Math.ScaleB(1, -11)), ("1 + 3*2^-11, a tie of float16", 1 + 3 * Math.ScaleB(1, -11)),
            ("1 + 2^-11 + 2^-40, above a tie of float16", 1 + Math.ScaleB(1, -11) + Math.ScaleB(1, -40)),
            ("1 + 2^-8, a tie of bfloat16", 1 + Math.ScaleB(1, -8)), ("1 + 3*2^-8, a tie of bfloat16", 1 + 3 * Math.ScaleB(1, -8)),
            ("1 + 2^-24, a tie of float32", 1 + Math.ScaleB(1, -24)), ("2049, a tie of float16", 2049), ("257, a tie of bfloat16", 257),
            ("2^-14, the least normal float16", Math.ScaleB(1, -14)), ("2^-24, the least float16", Math.ScaleB(1, -24)), ("2^-25, a tie with 0 of float16", Math.ScaleB(1, -25)),
            ("3*2^-25, a tie of subnormal float16", 3 * Math.ScaleB(1, -25)), ("2^-133, the least bfloat16", Math.ScaleB(1, -133)), ("2^-134, a tie with 0 of bfloat16", Math.ScaleB(1, -134)),
            ("65504, the largest float16", 65504), ("below 65520", Math.BitDecrement(65520.0)), ("65520, overflow of float16", 65520), ("-65520", -65520), ("70000", 70000),
            ("(2 - 2^-7)*2^127, the largest bfloat16", Math.ScaleB(2 - Math.ScaleB(1, -7), 127)), ("(2 - 2^-8)*2^127, overflow of bfloat16", Math.ScaleB(2 - Math.ScaleB(1, -8), 127)),
            ("1e39", 1e39), ("-infinity", double.NegativeInfinity), ("NaN", double.NaN),
        ];
        var document = new GoldenDocument("cast", "Roundings");
        foreach ((string name, double value) in values)
        {
            document.Add(name, value);
            foreach (CastTarget to in Enum.GetValues<CastTarget>())
            {
                CastNumber cast = Cast.Of(value, to);
                string format = to.ToString().ToLowerInvariant();
                document.Add($"{name}.{format}", cast.Value);
                if (!double.IsNaN(value))
                    document.Add($"{name}.{format} bits", cast.Bits.ToString(to == CastTarget.Float32 ? "x8" : "x4", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return document;
    }

    /// <summary>D2-075, D2-077, D2-078: a loss summed token by token, Adam's second moment, and a weight of 1 that a thousand updates of 10⁻⁴ should bring to 0.9, in four formats.</summary>
    [GoldenSource]
    public static GoldenDocument SumsAndUpdates()
    {
        var document = new GoldenDocument("cast", "SumsAndUpdates");
        Add<Real64>("float64", document);
        Add<Real32>("float32", document);
        Add<Float16>("float16", document);
        Add<BFloat16>("bfloat16", document);
        return document;
    }

    private static void Add<T>(string format, GoldenDocument document)
        where T : IBinaryFormat<T>
    {
        T inARow = T.Of(0), weight = T.Of(1);
        T[] losses = [.. Enumerable.Repeat(T.Of(1), 4096)];
        foreach (T loss in losses)
            inARow += loss;
        for (int t = 0; t < 1000; t++)
            weight = Sgd.Update(weight, T.Of(1), T.Of(1e-4));
        document.Add(format + ".4096 losses of 1, one after the other", T.ToDouble(inARow))
            .Add(format + ".4096 losses of 1, in the fixed shape", T.ToDouble(Reduction.Sum<T>(losses)))
            .Add(format + ".1 after a thousand updates of 1e-4", T.ToDouble(weight));
        foreach (double gradient in new[] { 1e-2, 1e-3, 1e-4 })
            document.Add(Invariant($"{format}.second moment after a gradient of {gradient}"), T.ToDouble(Adam.SecondMoment(T.Of(0), T.Of(gradient), T.Of(0.999))));
    }
}
