using MathNet.Numerics;
using TrainingSpec.Checking;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against System.Math, symmetries, and differences of plain functions.</summary>
public class ActivationsExamplesTests
{
    private const double Unit = 1.0 / (1L << 53);

    private static readonly WorkedDocument Document = WorkedDocument.Of("activations/Values");

    private static double[] X => Document.Row("x");

    [TestCase("sigmoid")]
    [TestCase("tanh")]
    [TestCase("relu")]
    [TestCase("gelu")]
    [TestCase("gelu by definition")]
    public void Values_are_those_of_plain_functions(string name)
    {
        Func<double, double> f = Plain(name);
        Assert.Multiple(() =>
        {
            foreach ((double x, double y) in X.Zip(Document.Row(name)))
                Assert.That(y, Is.EqualTo(f(x)).Within(8 * Unit * Math.Max(1, Math.Abs(x))), $"{name}({x})");
        });
    }

    [TestCase("sigmoid")]
    [TestCase("tanh")]
    [TestCase("gelu")]
    [TestCase("gelu by definition")]
    public void Derivatives_are_those_of_differences(string name)
    {
        Func<double, double> f = Plain(name);
        double[] derivatives = Document.Row(name + ".derivative");
        for (int i = 0; i < derivatives.Length; i++)
        {
            Ridders.Estimate estimate = Ridders.DerivativeFrom(f, X[i], 0.25, 8 * Unit * Math.Max(1, Math.Abs(X[i])));
            Assert.That(derivatives[i], Is.EqualTo(estimate.Value).Within(estimate.Error + 8 * Unit), $"{name}'({X[i]})");
            Assert.That(estimate.Error, Is.LessThan(1e-8), "the check would notice nothing");
        }
    }

    [Test]
    public void Halves_mirror_each_other()
    {
        int n = X.Length;
        double[] sigmoid = Document.Row("sigmoid"), tanh = Document.Row("tanh"), gelu = Document.Row("gelu"), slope = Document.Row("gelu.derivative");
        for (int i = 0; i < n; i++)
        {
            Assert.That(sigmoid[i] + sigmoid[n - 1 - i], Is.EqualTo(1).Within(2 * Unit), $"{X[i]}");
            Assert.That(tanh[i], Is.EqualTo(-tanh[n - 1 - i]), $"{X[i]}");
            Assert.That(gelu[i] - gelu[n - 1 - i], Is.EqualTo(X[i]).Within(4).Ulps, $"{X[i]}");
            Assert.That(slope[i] + slope[n - 1 - i], Is.EqualTo(1).Within(4 * Unit * (1 + Magnified(X[i]))), $"{X[i]}");
        }
    }

    [Test]
    public void Tails_keep_their_digits_and_kinks_their_side()
    {
        double[] sigmoid = Document.Row("sigmoid"), gelu = Document.Row("gelu");
        Assert.Multiple(() =>
        {
            // e⁻⁴⁰ is all of σ(−40); 1 + tanh cancels to 0 or to few digits where gelu(−5) has all of them: ½x·2e²ᵃ/(1 + e²ᵃ).
            Assert.That(sigmoid[Array.IndexOf(X, -40)], Is.EqualTo(Math.Exp(-40)).Within(4).Ulps);
            double twice = 2 * Math.Sqrt(2 / Math.PI) * (-5 + 0.044715 * -125);
            Assert.That(gelu[Array.IndexOf(X, -5)], Is.EqualTo(-5 * Math.Exp(twice) / (1 + Math.Exp(twice))).Within(64).Ulps);
            Assert.That(gelu, Has.None.NaN);
            Assert.That(Document.Row("gelu.derivative"), Has.None.NaN);
            Assert.That(Document.Row("relu.derivative"), Is.EqualTo(X.Select(x => x > 0 ? 1 : 0)));
            Assert.That(Document.Row("tanh")[Array.IndexOf(X, 1e-10)], Is.EqualTo(1e-10));
        });
    }

    [TestCase("sigmoid")]
    [TestCase("tanh")]
    [TestCase("gelu")]
    [TestCase("gelu by definition")]
    [TestCase("sigmoid", ".derivative")]
    [TestCase("tanh", ".derivative")]
    [TestCase("gelu", ".derivative")]
    [TestCase("gelu by definition", ".derivative")]
    public void Single_precision_is_double_rounded_a_few_times(string name, string part = "")
    {
        double[] wide = Document.Row(name + part), narrow = Document.Row($"{name} in single precision{part}");
        for (int i = 0; i < wide.Length; i++)
            Assert.That(narrow[i], Is.EqualTo(wide[i]).Within(16.0 / (1 << 24) * (Math.Max(1, Math.Abs(wide[i])) + Magnified(X[i]) / 8)), $"{X[i]}");

        // The derivative from a value next to 1 has lost what the format rounds away: tanh' at 5 has 3 digits left.
        if (name.Equals("tanh", StringComparison.Ordinal) && part.Length > 0)
            Assert.That(Math.Abs(narrow[^3] / wide[^3] - 1), Is.GreaterThan(1e-5).And.LessThan(1e-3));
    }

    [TestCase("relu")]
    [TestCase("gelu")]
    [TestCase("gelu by definition")]
    public void Gradients_pass_by_the_derivative(string name) =>
        Assert.That(Document.Row(name + ".input gradient"), Is.EqualTo(Document.Row("output gradient").Zip(Document.Row(name + ".derivative"), (d, slope) => d * slope)));

    // How much the rounding of 1 − s is magnified in the derivative of GELU: by 2x·a'(x), up to where 1 − s has vanished.
    private static double Magnified(double x) => Math.Abs(x) > 6 ? 0 : Math.Abs(2 * x) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);

    private static Func<double, double> Plain(string name) => name switch
    {
        "sigmoid" => x => 1 / (1 + Math.Exp(-x)),
        "tanh" => Math.Tanh,
        "relu" => x => x > 0 ? x : 0,
        "gelu by definition" => x => 0.5 * x * SpecialFunctions.Erfc(-x / Math.Sqrt(2)),
        _ => x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
    };
}
