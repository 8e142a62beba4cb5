using System.Globalization;
using System.Text.Json;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Tests.Hostile;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>cast, and the operations that answer in float16 and bfloat16: the library's bits, and every bad argument by its kind and name.</summary>
public sealed class HalfPrecisionTests
{
    private static readonly double[] X = [0.1, -2.5, 65519.9, 65520, 1e-7, -1e-9, 3e38, 1e39, -0.0];

    [Test]
    [Rule("CAST-1")]
    public void Casts_are_the_librarys_from_every_dtype() => Assert.Multiple(() =>
    {
        string args = string.Join(", ", X.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        foreach ((string dtype, Func<double, double> held) in new (string, Func<double, double>)[] { ("float64", v => v), ("float32", v => (float)v), ("float16", v => Float16.Of(v).Value), ("bfloat16", v => BFloat16.Of(v).Value) })
        {
            foreach ((string to, CastTarget target) in new[] { ("float32", CastTarget.Float32), ("float16", CastTarget.Float16), ("bfloat16", CastTarget.BFloat16) })
            {
                JsonElement result = Ask.Result("cast", $$"""{"x": [{{args}}], "to": "{{to}}"}""", dtype);
                CastNumber[] expected = [.. X.Select(v => Cast.Of(held(v), target))];
                Assert.That(Ask.Row(result.GetProperty("x")).Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(expected.Select(c => BitConverter.DoubleToInt64Bits(c.Value))), $"{dtype} to {to}");
                Assert.That(result.GetProperty("bits").EnumerateArray().Select(b => b.GetUInt32()), Is.EqualTo(expected.Select(c => c.Bits)), $"{dtype} to {to}");
            }
        }
    });

    [TestCase("float64", "float32", -25)]
    [TestCase("float64", "bfloat16", -25)]
    [TestCase("float32", "bfloat16", -25)]
    [TestCase("bfloat16", "float32", -25)]
    [Rule("CAST-1")]
    public void A_power_of_two_reads_back(string dtype, string to, int exponent)
    {
        double x = Math.ScaleB(1, exponent);
        string text = x.ToString("G17", CultureInfo.InvariantCulture);
        Assert.That(Ask.Row(Ask.Result("cast", $$"""{"x": [{{text}}, -{{text}}], "to": "{{to}}"}""", dtype).GetProperty("x")), Is.EqualTo(new[] { x, -x }));
        foreach (double power in new[] { x, Math.ScaleB(1, -958) })
        {
            string grads = power.ToString("G17", CultureInfo.InvariantCulture);
            Assert.That(Ask.Row(Ask.Result("clip.value", $$"""{"grads": [[{{grads}}]], "limit": 1}""").GetProperty("grads")[0]), Is.EqualTo(new[] { power }));
            JsonElement state = Ask.Result("sgd.step", $$"""{"params": [[1]], "grads": [[{{grads}}]], "lr": 0.1, "momentum": 0.9}""").GetProperty("state");
            Assert.That(Ask.Row(state.GetProperty("buffers")[0]), Is.EqualTo(new[] { power }));
        }
    }

    [TestCase("float16", "2049.000000000000000000000000000000000001", 2050)]
    [TestCase("float16", "2050.999999999999999999999999999999999999", 2050)]
    [TestCase("float16", "-2049.00000000000000000000000000000000001e0", -2050)]
    [TestCase("float16", "2049", 2048)]
    [TestCase("float16", "204900e-2", 2048)]
    [TestCase("float16", "65519.99999999999999999999999999999999", 65504)]
    [TestCase("float16", "0.00000002980232238769531250000000000000000000001", 5.9604644775390625e-08)]
    [TestCase("float16", "2.9802322387695312500e-8", 0)]
    [TestCase("bfloat16", "257.0000000000000000000000000000000000001", 258)]
    [TestCase("bfloat16", "2.5900E2", 260)]
    [Rule("CAST-2")]
    public void A_decimal_is_read_with_one_rounding(string dtype, string text, double expected) =>
        Assert.That(Ask.Row(Ask.Result("cast", $$"""{"x": [{{text}}], "to": "float32"}""", dtype).GetProperty("x"))[0], Is.EqualTo(expected));

    [Test]
    [Rule("CAST-6")]
    public void Softmax_and_dropout_are_the_librarys_bits() => Assert.Multiple(() =>
    {
        var random = new SplitMix(5);
        for (int n = 1; n < 20; n++)
        {
            double[] x = [.. Enumerable.Range(0, n).Select(_ => 20 * random.Uniform() - 10)];
            Same("float16", x, v => Float16.Of(v), v => v.Value, DropoutLayer.RoundedForward<Float16>);
            Same("bfloat16", x, v => BFloat16.Of(v), v => v.Value, DropoutLayer.RoundedForward<BFloat16>);
        }
    });

    private delegate DropoutResult<T> Forward<T>(ReadOnlySpan<T> x, double p, bool training, ulong seed, ulong stream);

    private static void Same<T>(string dtype, double[] x, Converter<double, T> of, Func<T, double> value, Forward<T> dropout)
        where T : IBinaryFormat<T>
    {
        string row = string.Join(", ", x.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        T[] held = Array.ConvertAll(x, of);
        var y = new T[x.Length];
        SoftmaxRounded.Probabilities<T>(held, y);
        Assert.That(Ask.Row(Ask.Result("softmax", $$"""{"logits": [{{row}}]}""", dtype).GetProperty("probs")), Is.EqualTo(y.Select(value)));
        SoftmaxRounded.LogProbabilities<T>(held, y);
        Assert.That(Ask.Row(Ask.Result("log_softmax", $$"""{"logits": [{{row}}]}""", dtype).GetProperty("log_probs")), Is.EqualTo(y.Select(value)));
        Assert.That(Ask.Number(Ask.Result("logsumexp", $$"""{"x": [{{row}}]}""", dtype).GetProperty("value")), Is.EqualTo(value(SoftmaxRounded.LogSumExp<T>(held))));
        DropoutResult<T> dropped = dropout(held, 0.25, true, 7, 3);
        JsonElement answer = Ask.Result("dropout", $$"""{"x": [{{row}}], "p": 0.25, "seed": 7, "stream": 3}""", dtype);
        Assert.That(Ask.Row(answer.GetProperty("y")), Is.EqualTo(dropped.Output.Select(value)));
        Assert.That(Ask.Row(answer.GetProperty("mask")), Is.EqualTo(dropped.Mask.Select(m => (double)m)));
    }

    [TestCase("cast", """{"x": [1]}""", "invalid-argument", "to")]
    [TestCase("cast", """{"x": [1], "to": "float64"}""", "invalid-argument", "to")]
    [TestCase("cast", """{"x": [1], "to": 16}""", "invalid-argument", "to")]
    [TestCase("cast", """{"to": "float16"}""", "invalid-argument", "x")]
    [TestCase("cast", """{"x": [], "to": "float16"}""", "invalid-argument", "x")]
    [TestCase("cast", """{"x": [[1]], "to": "float16"}""", "shape-mismatch", "x")]
    [TestCase("cast", """{"x": 1, "to": "float16"}""", "shape-mismatch", "x")]
    [TestCase("cast", """{"x": ["inf"], "to": "float16"}""", "invalid-argument", "x")]
    [TestCase("cast", """{"x": [1], "to": "float16", "mode": "rz"}""", "invalid-argument", "mode")]
    [TestCase("softmax", """{"logits": ["-Infinity"]}""", "non-finite", "logits")]
    [TestCase("softmax", """{"logits": []}""", "invalid-argument", "logits")]
    [TestCase("dropout", """{"x": [1], "p": 1, "seed": 1}""", "invalid-argument", "p")]
    public void A_bad_argument_is_named(string op, string args, string kind, string argument)
    {
        foreach (string dtype in Protocol.DataTypes)
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void Only_the_marked_operations_have_half_precision()
    {
        string[] marked = ["cast", "dropout", "log_softmax", "logsumexp", "softmax", .. HostileInputTests.RoundedOnce];
        foreach (string op in OperationTable.Names)
        {
            (string, string) expected = marked.Contains(op) ? ("invalid-argument", "") : ("unsupported", "dtype");
            (string? kind, string? argument) = Ask.Fault(Ask.Op(op, "{}", "bfloat16"));
            Assert.That((kind, marked.Contains(op) ? "" : argument), Is.EqualTo(expected), op);
        }
    }
}
