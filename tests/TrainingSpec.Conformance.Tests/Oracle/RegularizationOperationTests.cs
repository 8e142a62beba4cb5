using System.Globalization;
using System.Text.Json;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Initialization, dropout, penalties and early stopping through the protocol: the library's bits, the protocol's defaults, its faults.</summary>
public sealed class RegularizationOperationTests
{
    private static readonly string[] Schemes = ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "xavier_truncated", "he_truncated", "lecun_truncated", "gpt_normal", "gpt_residual"];

    [Test]
    public void Laws_and_samples_are_the_librarys_bits()
    {
        for (int i = 0; i < Schemes.Length; i++)
        {
            var law = new Initializer { Scheme = (InitializationScheme)i, FanIn = 300, FanOut = 7, Layers = 5 };
            string args = $$"""{"scheme": "{{Schemes[i]}}", "fan_in": 300, "fan_out": 7, "layers": 5}""";
            string draw = args[..^1] + """, "seed": "12345678901234567890", "count": 33}""";
            JsonElement wide = Ask.Result("init.moments", args), single = Ask.Result("init.moments", args, "float32");
            InitializationMoments<Real64> m = law.Moments<Real64>();
            InitializationMoments<Real32> s = law.Moments<Real32>();
            Assert.That((wide.GetProperty("std").GetDouble(), wide.GetProperty("variance").GetDouble()), Is.EqualTo((m.Deviation.Value, m.Variance.Value)));
            Assert.That((single.GetProperty("std").GetSingle(), single.GetProperty("variance").GetSingle()), Is.EqualTo((s.Deviation.Value, s.Variance.Value)));
            Assert.That(wide.GetProperty("limit").ValueKind, Is.EqualTo(m.Limit is null ? JsonValueKind.Null : JsonValueKind.Number));
            if (m.Limit is { } limit)
                Assert.That(wide.GetProperty("limit").GetDouble(), Is.EqualTo(limit.Value));
            Assert.That(Ask.Row(Ask.Result("init.sample", draw).GetProperty("values")), Is.EqualTo(law.Sample<Real64>(12345678901234567890, 33).Select(v => v.Value)));
            Assert.That(Singles(Ask.Result("init.sample", draw, "float32").GetProperty("values")), Is.EqualTo(law.Sample<Real32>(12345678901234567890, 33).Select(v => v.Value)));
        }
    }

    [Test]
    public void Samples_are_made_of_the_random_operations_numbers()
    {
        double[] z = Ask.Row(Ask.Result("random.normal", """{"seed": 5, "count": 9}""").GetProperty("values"));
        double[] u = Ask.Row(Ask.Result("random.uniform", """{"seed": 5, "count": 9}""").GetProperty("values"));
        Assert.That(Ask.Row(Ask.Result("init.sample", """{"scheme": "gpt_normal", "seed": 5, "count": 9}""").GetProperty("values")), Is.EqualTo(z.Select(x => 0.02 * x)));

        // Fans of 3 and 3 have the limit 1.
        Assert.That(Ask.Row(Ask.Result("init.sample", """{"scheme": "xavier_uniform", "fan_in": 3, "fan_out": 3, "seed": 5, "count": 9}""").GetProperty("values")), Is.EqualTo(u.Select(x => 2 * x - 1)));
    }

    [Test]
    public void Dropout_is_the_librarys_bits_there_and_back()
    {
        double[] x = [.. Enumerable.Range(0, 50).Select(i => (i - 20) / 7.0)];
        string args = $$"""{"x": [{{Join(x)}}], "p": 0.3, "seed": 8, "stream": 2}""";
        DropoutResult<Real64> wide = DropoutLayer.Forward<Real64>(Array.ConvertAll(x, v => (Real64)v), 0.3, true, 8, 2);
        DropoutResult<Real32> single = DropoutLayer.Forward<Real32>(Array.ConvertAll(x, v => (Real32)(float)v), 0.3f, true, 8, 2);
        JsonElement result = Ask.Result("dropout", args);
        Assert.That(Ask.Row(result.GetProperty("y")), Is.EqualTo(wide.Output.Select(v => v.Value)));
        Assert.That(Ask.Row(result.GetProperty("mask")), Is.EqualTo(wide.Mask.Select(m => (double)m)));
        Assert.That(Singles(Ask.Result("dropout", args, "float32").GetProperty("y")), Is.EqualTo(single.Output.Select(v => v.Value)));
        string back = $$"""{"grad": [{{Join(x)}}], "mask": {{result.GetProperty("mask").GetRawText()}}, "p": 0.3}""";
        Assert.That(Ask.Row(Ask.Result("dropout.backward", back).GetProperty("grad")), Is.EqualTo(wide.Output.Select(v => v.Value)));
        Assert.That(Singles(Ask.Result("dropout.backward", back, "float32").GetProperty("grad")), Is.EqualTo(single.Output.Select(v => v.Value)));
    }

    [Test]
    public void Penalties_are_the_librarys_bits()
    {
        const string Args = """ "params": [[0.1, -2.3], [7]], "lambda": 0.7""", Pull = """, "anchor": [[1, 0.2], [3]], "fisher": [[0.3, 0], [2.5]]""";
        Same<Real64>("float64", v => v.Value);
        Same<Real32>("float32", v => v.Value);

        void Same<T>(string dtype, Func<T, double> widen)
            where T : struct, IReal<T>
        {
            T[][] Rows(params double[][] rows) => Array.ConvertAll(rows, r => Array.ConvertAll(r, T.Of));
            T[][] parameters = Rows([0.1, -2.3], [7]);
            double lambda = widen(T.Of(0.7));
            Equal(WeightPenalty.L2(parameters, lambda), Ask.Result("l2_penalty", "{" + Args + "}", dtype));
            Equal(WeightPenalty.L2(parameters, lambda, half: true), Ask.Result("l2_penalty", "{" + Args + """, "half": true}""", dtype));
            Equal(WeightPenalty.Ewc(parameters, Rows([1, 0.2], [3]), Rows([0.3, 0], [2.5]), lambda), Ask.Result("ewc", "{" + Args + Pull + "}", dtype));

            void Equal(PenaltyResult<T> expected, JsonElement actual)
            {
                Assert.That(Read(actual.GetProperty("penalty")), Is.EqualTo(widen(expected.Penalty)));
                Assert.That(actual.GetProperty("grads").EnumerateArray().Select(g => g.EnumerateArray().Select(Read)), Is.EqualTo(expected.Gradients.Select(g => g.Select(widen))));
            }

            double Read(JsonElement number) => typeof(T) == typeof(Real32) ? number.GetSingle() : number.GetDouble();
        }
    }

    [TestCase("""{"losses": [3, 2, 2.5, 1.5, 1.6, 1.6, 1.6], "patience": 2}""", """{"stop_at":6,"best":1.5,"best_epoch":4}""")]
    [TestCase("""{"losses": [3, 2, 1], "patience": 1}""", """{"stop_at":null,"best":1,"best_epoch":3}""")]
    [TestCase("""{"losses": ["NaN", "NaN"], "patience": 2}""", """{"stop_at":2,"best":null,"best_epoch":null}""")]
    [TestCase("""{"losses": ["Infinity", "NaN"], "patience": 3}""", """{"stop_at":null,"best":null,"best_epoch":null}""")]
    [TestCase("""{"losses": ["-Infinity", 0, -1], "patience": 2.0}""", """{"stop_at":3,"best":"-Infinity","best_epoch":1}""")]
    [TestCase("""{"losses": [1, 0.75, 0.5], "patience": 9223372036854775807, "min_delta": 0.25}""", """{"stop_at":null,"best":0.5,"best_epoch":3}""")]
    [TestCase("""{"losses": [1, 0.75, 0.5], "patience": 1, "min_delta": 0.25}""", """{"stop_at":2,"best":1,"best_epoch":1}""")]
    [TestCase("""{"losses": [1], "patience": 1}""", """{"stop_at":null,"best":1,"best_epoch":1}""")]
    public void Early_stopping(string args, string expected)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Result("early_stopping", args, dtype).GetRawText(), Is.EqualTo(expected), dtype);
    }

    [Test]
    public void Defaults_are_the_protocols()
    {
        Same("dropout", """ "x": [1, 2, 3], "p": 0.5, "seed": 1""", """, "training": true, "stream": 0""");
        Same("l2_penalty", """ "params": [[1, 2]], "lambda": 0.5""", """, "half": false""");
        Same("early_stopping", """ "losses": [1, 1, 1], "patience": 2""", """, "min_delta": 0""");
        Same("init.moments", """ "scheme": "gpt_normal" """, """, "fan_in": null, "fan_out": null, "layers": null""");
        Same("init.moments", """ "scheme": "he_normal", "fan_in": 2, "fan_out": 3""", """, "layers": 4""");
        Same("random.normal", """ "seed": 1, "count": 3""", """, "stream": 0, "offset": 0""");
    }

    [TestCase("init.moments", "{}", "invalid-argument", "scheme")]
    [TestCase("init.moments", """{"scheme": "glorot_normal", "fan_in": 3, "fan_out": 2}""", "invalid-argument", "scheme")]
    [TestCase("init.moments", """{"scheme": "xavier_normal", "fan_out": 2}""", "invalid-argument", "fan_in")]
    [TestCase("init.moments", """{"scheme": "he_normal", "fan_in": 2}""", "invalid-argument", "fan_out")]
    [TestCase("init.moments", """{"scheme": "he_normal", "fan_in": 0, "fan_out": 2}""", "invalid-argument", "fan_in")]
    [TestCase("init.moments", """{"scheme": "gpt_normal", "fan_out": -2}""", "invalid-argument", "fan_out")]
    [TestCase("init.moments", """{"scheme": "he_normal", "fan_in": 2.5, "fan_out": 2}""", "invalid-argument", "fan_in")]
    [TestCase("init.moments", """{"scheme": "gpt_residual"}""", "invalid-argument", "layers")]
    [TestCase("init.moments", """{"scheme": "gpt_residual", "layers": 0}""", "invalid-argument", "layers")]
    [TestCase("init.moments", """{"scheme": "gpt_normal", "seed": 1}""", "invalid-argument", "seed")]
    [TestCase("init.sample", """{"scheme": "gpt_normal", "count": 1}""", "invalid-argument", "seed")]
    [TestCase("init.sample", """{"scheme": "gpt_normal", "seed": 1}""", "invalid-argument", "count")]
    [TestCase("init.sample", """{"scheme": "gpt_normal", "seed": 1, "count": 0}""", "invalid-argument", "count")]
    [TestCase("init.sample", """{"scheme": "gpt_normal", "seed": 1, "count": 10000001}""", "invalid-argument", "count")]
    [TestCase("init.sample", """{"scheme": "gpt_normal", "seed": 1, "count": 1, "gain": -2}""", "invalid-argument", "gain")]
    [TestCase("dropout", """{"p": 0.5, "seed": 1}""", "invalid-argument", "x")]
    [TestCase("dropout", """{"x": [], "p": 0.5, "seed": 1}""", "invalid-argument", "x")]
    [TestCase("dropout", """{"x": [[1]], "p": 0.5, "seed": 1}""", "shape-mismatch", "x")]
    [TestCase("dropout", """{"x": [1], "seed": 1}""", "invalid-argument", "p")]
    [TestCase("dropout", """{"x": [1], "p": 1, "seed": 1}""", "invalid-argument", "p")]
    [TestCase("dropout", """{"x": [1], "p": -0.1, "seed": 1}""", "invalid-argument", "p")]
    [TestCase("dropout", """{"x": [1], "p": "NaN", "seed": 1}""", "invalid-argument", "p")]
    [TestCase("dropout", """{"x": [1], "p": 0.5}""", "invalid-argument", "seed")]
    [TestCase("dropout", """{"x": [1], "p": 0.5, "seed": -1}""", "invalid-argument", "seed")]
    [TestCase("dropout", """{"x": [1], "p": 0.5, "seed": 1, "stream": 0.5}""", "invalid-argument", "stream")]
    [TestCase("dropout", """{"x": [1], "p": 0.5, "seed": 1, "training": 1}""", "invalid-argument", "training")]
    [TestCase("dropout.backward", """{"mask": [1], "p": 0.5}""", "invalid-argument", "grad")]
    [TestCase("dropout.backward", """{"grad": [1], "p": 0.5}""", "invalid-argument", "mask")]
    [TestCase("dropout.backward", """{"grad": [1], "mask": [2], "p": 0.5}""", "invalid-argument", "mask")]
    [TestCase("dropout.backward", """{"grad": [1], "mask": [0.5], "p": 0.5}""", "invalid-argument", "mask")]
    [TestCase("dropout.backward", """{"grad": [1], "mask": [true], "p": 0.5}""", "invalid-argument", "mask")]
    [TestCase("dropout.backward", """{"grad": [1, 2], "mask": [1], "p": 0.5}""", "shape-mismatch", "mask")]
    [TestCase("dropout.backward", """{"grad": [1], "mask": [1], "p": 1}""", "invalid-argument", "p")]
    [TestCase("l2_penalty", """{"lambda": 1}""", "invalid-argument", "params")]
    [TestCase("l2_penalty", """{"params": [], "lambda": 1}""", "invalid-argument", "params")]
    [TestCase("l2_penalty", """{"params": [[]], "lambda": 1}""", "invalid-argument", "params")]
    [TestCase("l2_penalty", """{"params": [1], "lambda": 1}""", "shape-mismatch", "params")]
    [TestCase("l2_penalty", """{"params": [[1]]}""", "invalid-argument", "lambda")]
    [TestCase("l2_penalty", """{"params": [[1]], "lambda": -1}""", "invalid-argument", "lambda")]
    [TestCase("l2_penalty", """{"params": [[1]], "lambda": "Infinity"}""", "invalid-argument", "lambda")]
    [TestCase("l2_penalty", """{"params": [[1]], "lambda": 1, "half": 0}""", "invalid-argument", "half")]
    [TestCase("ewc", """{"params": [[1]], "fisher": [[1]], "lambda": 1}""", "invalid-argument", "anchor")]
    [TestCase("ewc", """{"params": [[1]], "anchor": [[1]], "lambda": 1}""", "invalid-argument", "fisher")]
    [TestCase("ewc", """{"params": [[1]], "anchor": [[1, 2]], "fisher": [[1]], "lambda": 1}""", "shape-mismatch", "anchor")]
    [TestCase("ewc", """{"params": [[1]], "anchor": [[1]], "fisher": [], "lambda": 1}""", "shape-mismatch", "fisher")]
    [TestCase("ewc", """{"params": [], "anchor": [], "fisher": [], "lambda": 1}""", "invalid-argument", "params")]
    [TestCase("ewc", """{"params": [[1]], "anchor": [[1]], "fisher": [[1]], "lambda": -0.5}""", "invalid-argument", "lambda")]
    [TestCase("early_stopping", """{"patience": 1}""", "invalid-argument", "losses")]
    [TestCase("early_stopping", """{"losses": [], "patience": 1}""", "invalid-argument", "losses")]
    [TestCase("early_stopping", """{"losses": [[1]], "patience": 1}""", "shape-mismatch", "losses")]
    [TestCase("early_stopping", """{"losses": [1]}""", "invalid-argument", "patience")]
    [TestCase("early_stopping", """{"losses": [1], "patience": -1}""", "invalid-argument", "patience")]
    [TestCase("early_stopping", """{"losses": [1], "patience": 1.5}""", "invalid-argument", "patience")]
    [TestCase("early_stopping", """{"losses": [1], "patience": 1, "min_delta": -1}""", "invalid-argument", "min_delta")]
    [TestCase("early_stopping", """{"losses": [1], "patience": 1, "min_delta": "Infinity"}""", "invalid-argument", "min_delta")]
    public void A_fault_has_its_kind_and_its_argument(string op, string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void A_p_that_rounds_to_1_in_the_dtype_is_a_legal_probability()
    {
        foreach (string dtype in new[] { "float64", "float32", "float16", "bfloat16" })
            Assert.That(Ask.Result("dropout", """{"x": [1], "p": 0.99999999999, "seed": 1}""", dtype).GetProperty("mask").GetRawText(), Is.EqualTo("[0]"), dtype);
    }

    private static void Same(string op, string args, string more)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Result(op, "{" + args + more + "}", dtype).GetRawText(), Is.EqualTo(Ask.Result(op, "{" + args + "}", dtype).GetRawText()), op + more);
    }

    private static float[] Singles(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetSingle())];

    private static string Join(IEnumerable<double> x) => string.Join(", ", x.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
