using MathNet.Numerics.Integration;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Initialization;

/// <summary>Mean squares through deep networks, forward and backward, against their exact conditional laws.</summary>
/// <remarks>
/// Forward: given a layer's input h, its pre-activations are independent and normal with variance σ²‖h‖². Backward: weights orthogonal to h have no part in the
/// forward pass, so the input gradient orthogonal to h is normal with variance σ²·Σ(δf')² given everything above. Either way the standardized residuals of all layers are
/// martingale differences of variance 1, so that their sum over √count is standard normal to the order of the central limit theorem.
/// </remarks>
internal sealed class DeepNetworkTests
{
    private const int Width = 64;
    private const int Depth = 16;
    private const int Nets = 50;

    // Beyond 5 is a finding. Ten per cent more variance shifts the sums of 800 layers by 0.1·√800·√(64/5) = 10 forward through ReLU, by more otherwise.
    private const double Threshold = 5;

    private static readonly Func<double, double> Relu = z => Math.Max(0, z);
    private static readonly Func<double, double> ReluSlope = z => z > 0 ? 1 : 0;
    private static readonly Func<double, double> TanhSlope = z => 1 - Math.Tanh(z) * Math.Tanh(z);

    [TestCase(InitializationScheme.HeNormal, true)]
    [TestCase(InitializationScheme.HeUniform, true)]
    [TestCase(InitializationScheme.XavierNormal, false)]
    [Rule("INITIALIZATION-9")]
    public void Every_layer_has_the_gain_of_its_law(InitializationScheme scheme, bool relu)
    {
        // Uniform weights give pre-activations that are normal only in the limit; their mean square is the same and its spread no larger.
        Run[] runs = Through(scheme, relu, Nets, 1, Math.Sqrt(1.1));
        Run right = runs[0], wrong = runs[1];
        TestContext.Out.WriteLine(FormattableString.Invariant($"forward {right.Forward:F2}, backward {right.Backward:F2}; with 10 per cent more variance {wrong.Forward:F2}, {wrong.Backward:F2}"));
        Assert.Multiple(() =>
        {
            Assert.That(right.Forward, Is.EqualTo(0).Within(Threshold));
            Assert.That(right.Backward, Is.EqualTo(0).Within(Threshold));
            Assert.That(wrong.Forward, Is.GreaterThan(Threshold));
            Assert.That(wrong.Backward, Is.GreaterThan(Threshold));
        });
    }

    [Test]
    [Rule("INITIALIZATION-9")]
    public void He_keeps_the_mean_square_through_ReLU_and_Xavier_halves_it_at_each_layer()
    {
        // The logarithm of the mean square drifts by −5/(2n) and spreads by √(5/n) per layer: over 16 layers and 50 networks ±0.16 at one standard error.
        double drift = -2.5 / Width * Depth, error = Math.Sqrt(5.0 / Width * Depth / Nets);
        Run he = Through(InitializationScheme.HeNormal, relu: true, Nets, 1)[0], xavier = Through(InitializationScheme.XavierNormal, relu: true, Nets, 1)[0];
        TestContext.Out.WriteLine(FormattableString.Invariant($"log of the mean square: He {he.ForwardLog:F2} and {he.BackwardLog:F2}, Xavier {xavier.ForwardLog:F2} and {xavier.BackwardLog:F2}, drift {drift:F2} ± {error:F2}"));
        Assert.Multiple(() =>
        {
            Assert.That(he.ForwardLog, Is.EqualTo(drift).Within(5 * error));
            Assert.That(he.BackwardLog, Is.EqualTo(drift).Within(5 * error));
            Assert.That(xavier.ForwardLog, Is.EqualTo(drift - Depth * Math.Log(2)).Within(5 * error));
            Assert.That(xavier.BackwardLog, Is.EqualTo(drift - Depth * Math.Log(2)).Within(5 * error));
        });
    }

    [Test]
    [Rule("INITIALIZATION-9")]
    public void Ten_times_the_spread_explodes_or_saturates_and_a_tenth_vanishes()
    {
        Run[] relu = Through(InitializationScheme.HeNormal, relu: true, 5, 10, 0.1), tanh = Through(InitializationScheme.XavierNormal, relu: false, 5, 10, 1);
        Run large = relu[0], small = relu[1], saturated = tanh[0], xavier = tanh[1];
        double decades = Depth * Math.Log(100);
        Assert.Multiple(() =>
        {
            Assert.That(large.ForwardLog, Is.GreaterThan(0.8 * decades));
            Assert.That(large.BackwardLog, Is.GreaterThan(0.8 * decades));
            Assert.That(small.ForwardLog, Is.LessThan(-0.8 * decades));
            Assert.That(small.BackwardLog, Is.LessThan(-0.8 * decades));
            Assert.That(saturated.Saturated, Is.GreaterThan(0.7));
            Assert.That(xavier.Saturated, Is.LessThan(0.01));
        });
    }

    // One run per spread, all over the same weights but for the spread.
    private static Run[] Through(InitializationScheme scheme, bool relu, int nets, params double[] spreads)
    {
        Run[] runs = [.. spreads.Select(_ => new Run())];
        var law = new Initializer { Scheme = scheme, FanIn = Width, FanOut = Width };
        double variance = law.Moments<Real64>().Variance.Value;
        for (ulong net = 0; net < (ulong)nets; net++)
        {
            Real64[] weights = law.Sample<Real64>(net, Depth * Width * Width);
            for (int k = 0; k < spreads.Length; k++)
                Through([.. weights.Select(w => new Real64(spreads[k] * w.Value))], net, relu, variance, runs[k]);
        }

        foreach (Run run in runs)
            run.Divide(nets);
        return runs;
    }

    private static void Through(Real64[] weights, ulong net, bool relu, double variance, Run run)
    {
        var h = new Real64[Depth + 1][];
        var z = new Real64[Depth + 1][];
        h[0] = Vector(net, 1);
        for (int l = 0; l < Depth; l++)
        {
            z[l + 1] = new Real64[Width];
            Linear.Forward(h[l], Layer(weights, l), [], z[l + 1], Width, Width);
            h[l + 1] = Array.ConvertAll(z[l + 1], x => relu ? new Real64(Relu(x.Value)) : Real64.Tanh(x));
            (double mean, double square) = Moments(relu, variance * Squares(h[l]));
            run.AddForward((Squares(h[l + 1]) - Width * mean) / Math.Sqrt(Width * (square - mean * mean)));
        }

        Real64[] delta = Vector(net, 2);
        double top = Squares(delta);
        for (int l = Depth - 1; l >= 0; l--)
        {
            Real64[] inner = [.. delta.Zip(z[l + 1], (d, x) => new Real64(d.Value * (relu ? ReluSlope(x.Value) : TanhSlope(x.Value))))];
            delta = new Real64[Width];
            Linear.InputGradient(inner, Layer(weights, l), delta, Width, Width);
            double along = delta.Zip(h[l], (d, x) => d.Value * x.Value).Sum();
            double across = Squares(delta) - along * along / Squares(h[l]);
            run.AddBackward((across / (variance * Squares(inner)) - (Width - 1)) / Math.Sqrt(2 * (Width - 1)));
        }

        run.ForwardLog += Math.Log(Squares(h[Depth]) / Squares(h[0]));
        run.BackwardLog += Math.Log(Squares(delta) / top);
        run.Saturated += h[Depth].Count(x => Math.Abs(x.Value) > 0.99) / (double)Width;
    }

    // The second and fourth moments of the activation of a normal number of variance q.
    private static (double Mean, double Square) Moments(bool relu, double q)
    {
        if (relu)
            return (q / 2, 1.5 * q * q);
        double Of(int power) => GaussLegendreRule.Integrate(x => Math.Pow(Math.Tanh(Math.Sqrt(q) * x), power) * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI), -10, 10, 64);
        return (Of(2), Of(4));
    }

    private static ReadOnlySpan<Real64> Layer(Real64[] weights, int layer) => weights.AsSpan(layer * Width * Width, Width * Width);

    private static Real64[] Vector(ulong net, ulong stream)
    {
        var x = new Real64[Width];
        RandomStreams.FillNormalPairs<Real64>(net, stream, 0, x);
        return x;
    }

    private static double Squares(Real64[] x) => x.Sum(v => v.Value * v.Value);

    private sealed class Run
    {
        private int _count;

        public double Forward { get; private set; }

        public double Backward { get; private set; }

        public double ForwardLog { get; set; }

        public double BackwardLog { get; set; }

        public double Saturated { get; set; }

        public void AddForward(double residual)
        {
            Forward += residual;
            _count++;
        }

        public void AddBackward(double residual) => Backward += residual;

        public void Divide(int nets)
        {
            Forward /= Math.Sqrt(_count);
            Backward /= Math.Sqrt(_count);
            ForwardLog /= nets;
            BackwardLog /= nets;
            Saturated /= nets;
        }
    }
}
