using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
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

    // All networks together are refused at this level, each one alone at the other; power is that of both.
    private const double Level = 1e-6, LevelOfOne = 1e-3, Power = 0.99;

    private static readonly Func<double, double> Relu = z => Math.Max(0, z);
    private static readonly Func<double, double> ReluSlope = z => z > 0 ? 1 : 0;
    private static readonly Func<double, double> TanhSlope = z => 1 - Math.Tanh(z) * Math.Tanh(z);

    [TestCase(InitializationScheme.HeNormal, true)]
    [TestCase(InitializationScheme.HeUniform, true, Category = Deep.Category)]
    [TestCase(InitializationScheme.XavierNormal, false, Category = Deep.Category)]
    [Rule("INITIALIZATION-9")]
    public void Every_layer_has_the_gain_of_its_law(InitializationScheme scheme, bool relu)
    {
        // Uniform weights give pre-activations that are normal only in the limit; their mean square is the same and its spread no larger.
        double all = Detectable(relu, Nets, Level), one = Detectable(relu, 1, LevelOfOne);
        Assert.That(all <= 1.085 && one <= 1.5, "what the chapter says");
        Run[][] nets = Through(scheme, relu, Nets, 1, Math.Sqrt(all), Math.Sqrt(one));
        Run right = Run.Of(nets.Select(n => n[0])), wrong = Run.Of(nets.Select(n => n[1]));
        TestContext.Out.WriteLine(FormattableString.Invariant($"forward {right.Forward:F2}, backward {right.Backward:F2}; with {100 * (all - 1):F0} per cent more variance {wrong.Forward:F2}, {wrong.Backward:F2}"));
        Assert.Multiple(() =>
        {
            Assert.That(right.Forward, Is.EqualTo(0).Within(Critical(Level)));
            Assert.That(right.Backward, Is.EqualTo(0).Within(Critical(Level)));
            Assert.That(wrong.Forward, Is.GreaterThan(Critical(Level)));
            Assert.That(wrong.Backward, Is.GreaterThan(Critical(Level)));
        });
        foreach (Func<Run, double> way in new Func<Run, double>[] { r => r.Forward, r => r.Backward })
        {
            LawCheck.Holds(
                Nets, LevelOfOne, Power, net => nets[net][0], (net, _) => nets[net][2], run => Math.Abs(way(run)) <= Critical(LevelOfOne), FormattableString.Invariant($"one network with {100 * (one - 1):F0} per cent more variance"));
        }
    }

    [Test]
    [Category(Deep.Category)]
    [Rule("INITIALIZATION-9")]
    public void He_keeps_the_mean_square_through_ReLU_and_Xavier_halves_it_at_each_layer()
    {
        // The logarithm of the mean square drifts by −5/(2n) and spreads by √(5/n) per layer: over 16 layers and 50 networks ±0.16 at one standard error.
        // Both quantiles of such errors are off by 1.1, a factor of 1.07 at each layer, which is found with the power; 2 at each layer is ten times as far.
        double drift = -2.5 / Width * Depth, error = Math.Sqrt(5.0 / Width * Depth / Nets), allowed = Critical(Level) * error, halved = drift - Depth * Math.Log(2);
        Run he = Run.Of(Through(InitializationScheme.HeNormal, relu: true, Nets, 1).Select(n => n[0])), xavier = Run.Of(Through(InitializationScheme.XavierNormal, relu: true, Nets, 1).Select(n => n[0]));
        TestContext.Out.WriteLine(FormattableString.Invariant($"log of the mean square: He {he.ForwardLog:F2} and {he.BackwardLog:F2}, Xavier {xavier.ForwardLog:F2} and {xavier.BackwardLog:F2}, drift {drift:F2} ± {error:F2}"));
        Assert.Multiple(() =>
        {
            Assert.That((allowed + Normal.InvCDF(0, 1, Power) * error) / Depth, Is.LessThan(Math.Log(1.08)));
            Assert.That(new[] { he.ForwardLog, he.BackwardLog }, Has.All.EqualTo(drift).Within(allowed));
            Assert.That(new[] { xavier.ForwardLog, xavier.BackwardLog }, Has.All.EqualTo(halved).Within(allowed));
            Assert.That(new[] { he.ForwardLog, he.BackwardLog }, Has.None.EqualTo(halved).Within(allowed));
            Assert.That(new[] { xavier.ForwardLog, xavier.BackwardLog }, Has.None.EqualTo(drift).Within(allowed));
        });
    }

    [Test]
    [Rule("INITIALIZATION-9")]
    public void Ten_times_the_spread_explodes_or_saturates_and_a_tenth_vanishes()
    {
        Run[][] relu = Through(InitializationScheme.HeNormal, relu: true, 5, 10, 0.1), tanh = Through(InitializationScheme.XavierNormal, relu: false, 5, 10, 1);
        Run large = Run.Of(relu.Select(n => n[0])), small = Run.Of(relu.Select(n => n[1])), saturated = Run.Of(tanh.Select(n => n[0])), xavier = Run.Of(tanh.Select(n => n[1]));
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

    private static double Critical(double level) => -Normal.InvCDF(0, 1, level / 2);

    // By what factor the variance must be too large: then the residuals r become s·r + shift, with s the ratio of the deviations.
    private static double Detectable(bool relu, int nets, double level)
    {
        for (double factor = 1.01; ; factor += 0.01)
        {
            // Backward every shift is (factor − 1)·√((n − 1)/2). Forward it depends on the mean square that has come about, but for ReLU.
            double shift = 0, spread = factor, q = 1;
            for (int l = 0; l < Depth; l++)
            {
                (double mean, double square) = Moments(relu, q);
                (double wrongMean, double wrongSquare) = Moments(relu, factor * q);
                double deviation = Math.Sqrt(square - mean * mean);
                shift += (wrongMean - mean) / deviation * Math.Sqrt(Width);
                spread = Math.Max(spread, Math.Sqrt(wrongSquare - wrongMean * wrongMean) / deviation);
                q = relu ? 1 : wrongMean;
            }

            double least = Math.Min(shift / Depth, (factor - 1) * Math.Sqrt((Width - 1) / 2.0)) * Math.Sqrt(Depth * nets);
            if (Normal.CDF(0, 1, (least - Critical(level)) / spread) >= Power)
                return factor;
        }
    }

    // One run per network and spread, all spreads of a network over the same weights.
    private static Run[][] Through(InitializationScheme scheme, bool relu, int nets, params double[] spreads)
    {
        var law = new Initializer { Scheme = scheme, FanIn = Width, FanOut = Width };
        double variance = law.Moments<Real64>().Variance.Value;
        return [.. Enumerable.Range(0, nets).Select(net =>
        {
            Real64[] weights = law.Sample<Real64>((ulong)net, Depth * Width * Width);
            return Array.ConvertAll(spreads, spread =>
            {
                var run = new Run();
                Through([.. weights.Select(w => new Real64(spread * w.Value))], (ulong)net, relu, variance, run);
                return run;
            });
        })];
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
        private double _forward, _backward;
        private int _nets = 1;

        // Sums of standardized residuals over the root of their number.
        public double Forward => _forward / Math.Sqrt(Depth * _nets);

        public double Backward => _backward / Math.Sqrt(Depth * _nets);

        public double ForwardLog { get; set; }

        public double BackwardLog { get; set; }

        public double Saturated { get; set; }

        public static Run Of(IEnumerable<Run> runs)
        {
            Run[] all = [.. runs];
            return new Run
            {
                _forward = all.Sum(r => r._forward),
                _backward = all.Sum(r => r._backward),
                _nets = all.Length,
                ForwardLog = all.Average(r => r.ForwardLog),
                BackwardLog = all.Average(r => r.BackwardLog),
                Saturated = all.Average(r => r.Saturated),
            };
        }

        public void AddForward(double residual) => _forward += residual;

        public void AddBackward(double residual) => _backward += residual;
    }
}
