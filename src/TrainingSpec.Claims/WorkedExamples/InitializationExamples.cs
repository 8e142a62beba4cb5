using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Moments of initial weights by formula, the weights themselves, and what layers make of a signal.</summary>
public static class InitializationExamples
{
    private const int Width = 64;
    private const int Depth = 12;
    private const int Rows = 16;

    /// <summary>Variance, deviation and limit by fan-in and fan-out (D2-010, D2-014, D0-075), the fan of a convolution (D2-015), residual branches (D2-017), ReLU's share (D0-082).</summary>
    [GoldenSource]
    public static GoldenDocument Laws()
    {
        var document = new GoldenDocument("initialization", "Laws");
        Claim wide = ExampleNumbers.Claim("D2-010"), narrow = ExampleNumbers.Claim("D2-014"), residual = ExampleNumbers.Claim("D2-017");
        (int In, int Out)[] fans =
            [(wide.GivenInteger("n_in"), wide.GivenInteger("n_out")), (narrow.GivenInteger("n_in"), narrow.GivenInteger("n_out")), (10, 784), (64, 64), (64, 27), (256, 64)];
        foreach ((int fanIn, int fanOut) in fans)
        {
            string key = Invariant($"{fanIn} to {fanOut}");
            Real64 xavier = Initialization.XavierVariance<Real64>(fanIn, fanOut), limit = Initialization.XavierLimit<Real64>(fanIn, fanOut), he = Initialization.HeVariance<Real64>(fanIn);
            document.Add(key + ".Xavier variance", xavier).Add(key + ".Xavier deviation", Initialization.Deviation(xavier)).Add(key + ".Xavier limit", limit)
                .Add(key + ".Xavier variance from the limit", Initialization.UniformVariance(limit))
                .Add(key + ".Xavier gain forward", Initialization.LinearGain<Real64>(fanIn, xavier)).Add(key + ".Xavier gain backward", Initialization.LinearGain<Real64>(fanOut, xavier))
                .Add(key + ".He variance", he).Add(key + ".He deviation", Initialization.Deviation(he)).Add(key + ".He limit", Initialization.HeLimit<Real64>(fanIn))
                .Add(key + ".He gain through ReLU", Initialization.ReluGain<Real64>(fanIn, he)).Add(key + ".Xavier gain through ReLU", Initialization.ReluGain<Real64>(fanIn, xavier));
        }

        // Output channels, input channels, height and width of a kernel: D2's code takes the first for the fan-in.
        int[] kernel = [.. ExampleNumbers.Claim("D2-015").GivenText("shape").Trim('(', ')').Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        int inputs = kernel[1] * kernel[2] * kernel[3];
        document.Add("convolution.shape", kernel).Add("convolution.fan in", inputs)
            .Add("convolution.He deviation", Initialization.Deviation(Initialization.HeVariance<Real64>(inputs)))
            .Add("convolution.He deviation of D2's fan", Initialization.Deviation(Initialization.HeVariance<Real64>(kernel[0])));
        foreach (int layers in new[] { 1, 12, 24, 48 })
        {
            Real64 deviation = Initialization.ResidualDeviation<Real64>(residual.GivenNumber("base"), layers);
            document.Add(Invariant($"residual, {layers} layers.deviation"), deviation)
                .Add(Invariant($"residual, {layers} layers.variance of 2N branches"), Initialization.LinearGain(2 * layers, Initialization.Variance(deviation)));
        }

        return document.Add("ReLU of a standard normal.mean square", Initialization.ReluGain<Real64>(1, 1)).Add("ReLU of a standard normal.variance", Initialization.ReluVariance<Real64>(1));
    }

    /// <summary>Moments of a normal law that is cut at several places, and an orthogonal matrix of three rows and two columns.</summary>
    [GoldenSource]
    public static GoldenDocument CutAndOrthogonal()
    {
        var document = new GoldenDocument("initialization", "CutAndOrthogonal");
        foreach ((double lower, double upper) in new[] { (-1.0, 1.0), (-2, 2), (-3, 3), (-0.25, 2), (-0.25, double.PositiveInfinity), (double.NegativeInfinity, 1) })
        {
            (Real64 mean, Real64 deviation, Real64 variance) = new TruncatedNormal { Lower = lower, Upper = upper }.Moments<Real64>();
            string key = Invariant($"cut at {lower} and {upper}");
            document.Add(key + ".mean", mean).Add(key + ".deviation", deviation).Add(key + ".variance", variance);
        }

        Real64[][] q = new OrthogonalInitializer { Rows = 3, Columns = 2 }.Sample<Real64>(1);
        for (int i = 0; i < q.Length; i++)
            document.Add(Invariant($"orthogonal.row {i}"), q[i].Select(x => x.Value));
        return document;
    }

    /// <summary>The first weights of every scheme for a layer of 3 inputs and 5 outputs (D0-088), seed 1, over both formats; and what a variance passed as a deviation draws (D2-010).</summary>
    [GoldenSource]
    public static GoldenDocument FirstWeights()
    {
        int[] shape = [.. ExampleNumbers.Claim("D0-088").GivenText("shape").Trim('(', ')').Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        var document = new GoldenDocument("initialization", "FirstWeights").Add("inputs", shape[0]).Add("outputs", shape[1]).Add("layers", Depth);
        foreach (InitializationScheme scheme in Enum.GetValues<InitializationScheme>())
        {
            var initializer = new Initializer { Scheme = scheme, FanIn = shape[0], FanOut = shape[1], Layers = Depth };
            InitializationMoments<Real64> moments = initializer.Moments<Real64>();
            string key = scheme.ToString();
            document.Add(key + ".variance", moments.Variance).Add(key + ".deviation", moments.Deviation);
            if (moments.Limit is { } limit)
                document.Add(key + ".limit", limit);
            document.Add(key + ".weights", initializer.Sample<Real64>(1, 8)).Add(key + ".weights in single precision", initializer.Sample<Real32>(1, 8));
        }

        var drawn = new Real64[8];
        RandomStreams.FillNormalPairs<Real64>(1, 0, 0, drawn);
        Real64 variance = Initialization.XavierVariance<Real64>(shape[0], shape[1]);
        return document.Add("XavierNormal.weights of the variance taken for a deviation", drawn.Select(z => Initialization.NormalWeight(z, variance)));
    }

    /// <summary>The mean square of a signal layer by layer (D0-073, D0-074, D0-083, D0-085), beside the factor that the formulas expect of each layer.</summary>
    [GoldenSource]
    public static GoldenDocument SignalThroughLayers()
    {
        var document = new GoldenDocument("initialization", "SignalThroughLayers").Add("width", Width).Add("rows", Rows);
        Real64 he = Initialization.HeVariance<Real64>(Width), xavier = Initialization.XavierVariance<Real64>(Width, Width);
        (string Name, Real64 Variance, bool Relu)[] stacks =
        [
            ("linear, deviation 1", 1, false), ("linear, Xavier", xavier, false), ("linear, deviation 0.01", Initialization.Variance<Real64>(0.01), false),
            ("ReLU, He", he, true), ("ReLU, Xavier", xavier, true),
        ];
        foreach ((string name, Real64 variance, bool relu) in stacks)
        {
            document.Add(name + ".expected factor of a layer", relu ? Initialization.ReluGain(Width, variance) : Initialization.LinearGain(Width, variance))
                .Add(name + ".mean squares", MeanSquares(Initialization.Deviation(variance), relu));
        }

        return document;
    }

    /// <summary>Two hidden units that start equal stay equal, bit by bit; drawn ones don't.</summary>
    [GoldenSource]
    public static GoldenDocument Symmetry()
    {
        var document = new GoldenDocument("initialization", "Symmetry");
        Real64[] x = [1, -2], drawn = new Initializer { Scheme = InitializationScheme.XavierNormal, FanIn = 2, FanOut = 2 }.Sample<Real64>(1, 6);
        (string Name, Real64[] Hidden, Real64[] Output)[] starts =
            [("zeros", [0, 0, 0, 0], [0, 0]), ("constant", [0.5, 0.5, 0.5, 0.5], [0.5, 0.5]), ("drawn", drawn[..4], drawn[4..])];
        foreach ((string name, Real64[] hidden, Real64[] output) in starts)
        {
            (Real64[] first, Real64[] second) = (hidden, output);
            for (int step = 0; step < 3; step++)
            {
                var y = new Real64[2];
                Linear.Forward<Real64>(x, first, [], y, 2, 2);
                Real64[] h = [.. y.Select(Real64.Tanh)];
                Real64[] dh = new Real64[2], dFirst = new Real64[4], dSecond = new Real64[2];

                // The loss is the output itself: its gradient is 1.
                Linear.InputGradient<Real64>([1], second, dh, 2, 1);
                Linear.WeightGradient<Real64>([1], h, dSecond, 2, 1);
                Linear.WeightGradient<Real64>([.. dh.Zip(h, (d, value) => d * Activations.TanhDerivative(value))], x, dFirst, 2, 2);
                string key = Invariant($"{name}, step {step}");
                document.Add(key + ".hidden weights", first).Add(key + ".output weights", second).Add(key + ".hidden gradient", dFirst).Add(key + ".output gradient", dSecond);
                first = [.. first.Zip(dFirst, (w, g) => Sgd.Update<Real64>(w, g, 0.1))];
                second = [.. second.Zip(dSecond, (w, g) => Sgd.Update<Real64>(w, g, 0.1))];
            }
        }

        return document;
    }

    private static List<Real64> MeanSquares(Real64 deviation, bool relu)
    {
        var x = new Real64[Rows * Width];
        RandomStreams.FillNormal<Real64>(0, 0, 0, x);
        List<Real64> squares = [MeanSquare(x)];
        for (int layer = 1; layer <= Depth; layer++)
        {
            Real64[] weight = new Real64[Width * Width], y = new Real64[x.Length];
            RandomStreams.FillNormal<Real64>(0, (ulong)layer, 0, weight);
            for (int i = 0; i < weight.Length; i++)
                weight[i] = Initialization.NormalWeight(weight[i], deviation);
            Linear.Forward<Real64>(x, weight, [], y, Width, Width);
            if (relu)
                ActivationLayer.Forward<Real64>(Activation.Relu, y, y, new Real64[y.Length]);
            squares.Add(MeanSquare(y));
            x = y;
        }

        return squares;
    }

    private static Real64 MeanSquare(Real64[] x) => Reduction.SumOfSquares<Real64>(x) / x.Length;
}
