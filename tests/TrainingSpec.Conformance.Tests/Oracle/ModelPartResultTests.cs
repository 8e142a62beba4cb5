using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The parts of a model answer, bit for bit, what the library returns for the same arguments.</summary>
public sealed class ModelPartResultTests
{
    private static readonly double[][] Q = [[0.3, -1, 2, 0.1], [1, 0.5, -0.2, 0.7], [-2, 1, 0.4, 0.9]];
    private static readonly double[][] K = [[1, 0.25, -1, 2], [0.1, -0.6, 1.5, 0.3], [0.7, 0.2, -0.4, 1]];
    private static readonly double[][] V = [[3, 1, -4, 1.5], [-9, 2.6, 5.3, -5], [0.8, 9.7, 0.9, 3.2]];
    private static readonly double[][] Dy = [[0.1, 0, -1, 2], [1, 0.3, 0.2, -0.1], [-0.5, 0.25, 1, 0]];

    [Test]
    public void Attention_is_the_librarys_bits()
    {
        var shape = new AttentionShape(1, 3, 2, 2);
        Real64[] qkv = Over(Enumerable.Range(0, 3).SelectMany(i => Q[i].Concat(K[i]).Concat(V[i])));
        var weights = new Real64[shape.WeightCount];
        var y = new Real64[12];
        Attention.Forward<Real64>(qkv, shape, weights, y);
        var gradient = new Real64[36];
        Attention.InputGradient<Real64>(Over(Dy.SelectMany(d => d)), qkv, weights, shape, gradient);

        string args = $$""" "q": {{Json(Q)}}, "k": {{Json(K)}}, "v": {{Json(V)}}, "heads": 2""";
        JsonElement result = Ask.Result("attention", "{" + args + $$""", "grad_y": {{Json(Dy)}}}""");
        Same(result, "y", y);
        Same(result, "grad_q", [.. gradient.Chunk(12).SelectMany(row => row[..4])]);
        Same(result, "grad_k", [.. gradient.Chunk(12).SelectMany(row => row[4..8])]);
        Same(result, "grad_v", [.. gradient.Chunk(12).SelectMany(row => row[8..])]);
        foreach (string without in new[] { "}", """, "grad_y": null}""" })
        {
            JsonElement forward = Ask.Result("attention", "{" + args + without);
            Same(forward, "y", y);
            Assert.That(forward.EnumerateObject().Select(m => m.Name), Is.EqualTo(new[] { "y" }));
        }
    }

    [Test]
    public void Layer_norm_is_the_librarys_bits()
    {
        Real64[] x = Over(Q.SelectMany(r => r)), gain = Over([1, 0.5, -2, 3]), bias = Over([0, 1, 0.25, -1]), dy = Over(Dy.SelectMany(d => d));
        Real64[] y = new Real64[12], normalized = new Real64[12], dx = new Real64[12], r = new Real64[3], dGain = new Real64[4];
        LayerNorm.Forward<Real64>(x, gain, bias, 1e-5, y, normalized, r);
        LayerNorm.InputGradient<Real64>(dy, gain, normalized, r, dx);
        LayerNorm.GainGradient<Real64>(dy, normalized, dGain);
        string args = $$"""{"x": {{Json(Q)}}, "gain": [1, 0.5, -2, 3], "bias": [0, 1, 0.25, -1], "grad_y": {{Json(Dy)}}}""";
        JsonElement result = Ask.Result("layer_norm", args);
        Same(result, "y", y);
        Same(result, "grad_x", dx);
        Assert.That(Ask.Row(result.GetProperty("grad_gain")), Is.EqualTo(dGain.Select(g => g.Value)));
        Assert.That(Ask.Row(result.GetProperty("grad_bias")), Is.EqualTo(Enumerable.Range(0, 4).Select(i => Dy[0][i] + Dy[1][i] + Dy[2][i])));
    }

    [TestCase("relu")]
    [TestCase("gelu")]
    [TestCase("gelu_tanh")]
    [TestCase("sigmoid")]
    [TestCase("tanh")]
    public void An_activation_has_the_librarys_bits_and_the_derivative_as_its_slope(string kind)
    {
        double[] x = [-30, -3, -0.7, 0, 1e-5, 0.4, 2, 30];
        JsonElement result = Ask.Result("activation", $$"""{"kind": "{{kind}}", "x": {{Json([x])[1..^1]}}}""");
        double[] y = Ask.Row(result.GetProperty("y")), slope = Ask.Row(result.GetProperty("slope"));
        for (int i = 0; i < x.Length; i++)
        {
            Dual<Real64> exact = Value(kind, Dual<Real64>.Variable(x[i]));
            Assert.That(y[i], Is.EqualTo(exact.Value.Value), $"{x[i]}");

            // ReLU has no derivative at 0, and dual numbers take the left one, as the slope does.
            Assert.That(slope[i], Is.EqualTo(exact.Derivative.Value).Within(64 * Real64.UnitRoundoff * Math.Max(1, Math.Abs(x[i]))), $"{x[i]}");
        }

        Assert.That(slope.Any(s => s > 0.2), Is.True);
    }

    [Test]
    public void Non_finite_numbers_pass_as_arithmetic_has_it()
    {
        JsonElement result = Ask.Result("activation", """{"kind": "sigmoid", "x": ["NaN", "Infinity", "-Infinity"]}""", "float32");
        Assert.That(Ask.Row(result.GetProperty("y")), Is.EqualTo(new[] { double.NaN, 1, 0 }));
    }

    private static Dual<Real64> Value(string kind, Dual<Real64> x) => kind switch
    {
        "relu" => Activations.Relu(x),
        "gelu" => Activations.Gelu(x),
        "gelu_tanh" => Activations.GeluTanh(x),
        "sigmoid" => Activations.Sigmoid(x),
        _ => Dual<Real64>.Tanh(x),
    };

    private static Real64[] Over(IEnumerable<double> x) => [.. x.Select(v => (Real64)v)];

    private static string Json(double[][] x) => JsonSerializer.Serialize(x);

    private static void Same(JsonElement result, string member, Real64[] expected) =>
        Assert.That(result.GetProperty(member).EnumerateArray().SelectMany(Ask.Row), Is.EqualTo(expected.Select(v => v.Value)), member);
}
