using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Gradient Flow Diagnostics".</summary>
internal static class GradientFlowDiagnostics
{
    private const int Seeds = 5;

    /// <summary>Ten layers that train, and ten that don't: how far the layers' gradient norms lie apart over 30 steps.</summary>
    [Claim("D3-016")]
    [Turn("facts/norms of healthy layers", "orders of magnitude apart", Verdict.Erratum)]
    internal static Finding SimilarNorms(Claim claim)
    {
        (double Spread, double Fall)[] he = Spreads(Squashing.Relu, 2), xavier = Spreads(Squashing.Tanh, 1), sigmoid = Spreads(Squashing.Sigmoid, 1);
        Working.Tried(Say($"networks of 10 layers, 32 wide, 30 steps at rate 0.01, seeds 0 to {Seeds - 1}; largest ratio of two layers' gradient norms at any step, and the part of the loss that is left"));
        Working.Uses("initialization.he_variance");
        Working.Uses("initialization.xavier_variance");
        double healthy = Working.Value("largest ratio, He with ReLU and Xavier with tanh", he.Concat(xavier).Max(r => r.Spread));
        double sick = Working.Value("smallest ratio, Xavier with the logistic function", sigmoid.Min(r => r.Spread));
        Tally fall = new Tally("healthy networks whose loss fell").AddAll(he.Concat(xavier).Select(r => r.Fall < 1)).Shown();
        string found = fall.Always && healthy < 10 && sick > 100 ? "similar" : healthy > 100 ? "orders of magnitude apart" : "neither";
        return Judge.Stated(
            claim,
            "norms of healthy layers",
            found,
            Say($"{healthy:G2} and {sick:G2}"),
            Say($"where {fall} networks of ten layers learn, their layers' gradient norms differ by a factor of at most {healthy:G2}; in the same stack of logistic layers by {sick:G2} and more"));
    }

    /// <summary>A stack of logistic layers: which end has the smaller gradients, and by how much.</summary>
    [Claim("D3-017")]
    [Turn("facts/smaller in", "later layers", Verdict.Erratum)]
    internal static Finding Vanishing(Claim claim)
    {
        (double First, double Last)[] norms = [.. Enumerable.Range(0, Seeds).Select(seed => Kept.Of(seed, static seed => Ends(seed)))];
        Working.Uses("activations.sigmoid_derivative");
        double ratio = Working.Value("largest of the ratios of the first to the last layer's gradient norm, 10 logistic layers, five seeds", norms.Max(n => n.First / n.Last));
        double bound = Working.Value("(1/4)^9, what nine slopes of at most a quarter leave", Math.Pow(0.25, 9));
        string found = ratio < 0.01 ? "early layers" : norms.Min(n => n.First / n.Last) > 100 ? "later layers" : "neither";
        return Judge.Stated(
            claim,
            "smaller in",
            found,
            Say($"{ratio:G2}"),
            Say($"in ten logistic layers the first layer's gradient norm is at most {ratio:G2} of the last one's over five seeds, as nine slopes of at most 1/4 ({bound:G2}) suggest"));
    }

    /// <summary>How far the first layer moves against the last, by plain descent and by Adam, where gradients vanish.</summary>
    [Claim("D3-018")]
    [Turn("facts/early layers", "go on learning", Verdict.Erratum)]
    internal static Finding EarlyLayersStall(Claim claim)
    {
        string stated = claim.Facts["early layers"].Text;
        (double Sgd, double Adam)[] moved = [.. Enumerable.Range(0, Seeds).Select(seed => Kept.Of(seed, static seed => (Moved(seed, adam: false), Moved(seed, adam: true))))];
        Working.Uses("adam.update");
        double sgd = Working.Value("by descent: relative change of the first layer over that of the last in 100 steps, largest of five seeds", moved.Max(m => m.Sgd));
        double adam = Working.Value("by Adam at rate 1e-3, smallest of five seeds", moved.Min(m => m.Adam));
        string bySgd = sgd < 0.01 ? "stop learning" : "go on learning", byAdam = adam < 0.01 ? "stop learning" : "go on learning";
        return Judge.Conditional(
            stated == bySgd && stated == byAdam,
            stated == bySgd,
            "when the step is proportional to the gradient",
            Say($"{sgd:G2} by descent, {adam:G2} by Adam"),
            Say($"in eight logistic layers with vanishing gradients the first layer changes at most {sgd:G2} times as much as the last by plain descent, and at least {adam:G2} times as much by Adam, which divides by the size of the gradient"));
    }

    /// <summary>A parabola beyond its stable rate: gradients and loss to the end of the numbers.</summary>
    [Claim("D3-019")]
    [Turn("facts/gradient norms", "fall", Verdict.Erratum)]
    [Turn("facts/loss", "falls", Verdict.Erratum)]
    internal static Finding Exploding(Claim claim)
    {
        const double Rate = 2.1;
        var grows = new Tally("steps at which the gradient of x^2/2 grew, at rate 2.1");
        double x = 1, first = 0.5, before = 1;
        while (double.IsFinite(x * x))
        {
            x *= Working.Quiet(() => Formulas.Hessian.Factor<Real64>(Rate, 1).Value);
            grows.Add(Math.Abs(x) > before);
            before = Math.Abs(x);
        }

        Working.Uses("hessian.factor");
        double factor = Working.Value("factor of a step, |1 - 2.1|", Math.Abs(1 - Rate));
        grows.Shown();
        string loss = x * x / 2 > first ? "spikes or diverges" : "falls";
        return Judge.All(
            Judge.Stated(claim, "gradient norms", grows.Always ? "grow without bound" : grows.Never ? "fall" : "neither", $"{grows} steps", Say($"beyond the stable rate the gradient of a parabola grows by {factor:G2} at each of {grows.Of} steps, until its square is no number any more")),
            Judge.Stated(claim, "loss", loss, $"{grows} steps", Say($"the loss grows by the square of {factor:G2} at each step")));
    }

    /// <summary>Each cure on what explodes: the rate of a parabola, the gain of a stack.</summary>
    [Claim("D3-020")]
    [Turn("facts/cures/0", "larger batch", Verdict.Erratum)]
    [Turn("facts/cures/1", "larger learning rate", Verdict.Erratum)]
    internal static Finding Cures(Claim claim)
    {
        string[] cures = claim.Facts["cures"].Texts;
        var bounded = new Tally("named cures under which nothing exceeds ten times its start");
        foreach (string cure in cures)
        {
            double largest = cure switch
            {
                "gradient clipping" => Parabola(2.1, 1),
                "smaller learning rate" => Parabola(1.05, double.PositiveInfinity),
                "larger learning rate" => Parabola(4.2, double.PositiveInfinity),
                "weight normalization" => StackGain(normalized: true) / StackGain(normalized: false) * 10 < 1 ? StackGain(normalized: true) : double.PositiveInfinity,
                _ => Parabola(2.1, double.PositiveInfinity),
            };
            Working.Value($"{cure}: largest size against the start", largest);
            bounded.Add(largest < 10);
        }

        bounded.Shown();
        Working.Value("largest |x| against the start without a cure, 1000 steps at 2.1 times the inverse curvature", Parabola(2.1, double.PositiveInfinity));
        Working.Value("norm of the output against the input of ten ReLU layers with weights of deviation 1", StackGain(normalized: false));
        return Judge.Holds(
            bounded.Always,
            $"{bounded} cures",
            $"under each of {And(cures)} what grew without bound stays below ten times its start: the first two at a rate above the limit of a parabola, the last in a stack of ten layers",
            $"{bounded} of {And(cures)} keep what explodes below ten times its start")
            .AndYet("clipping at a rate beyond the limit stops the growth and not the bouncing: the parabola never comes to rest");
    }

    /// <summary>A layer in which some units are dead by their biases: what is zero in them and in no others.</summary>
    [Claim("D3-021")]
    [Turn("facts/activation", "one", Verdict.Erratum)]
    [Turn("facts/gradient", "large", Verdict.Erratum)]
    internal static Finding DeadUnits(Claim claim)
    {
        const int Units = 256, Dead = 64, Inputs = 16, Rows = 100;
        var draws = new Draws(321);
        double[] w = DeepNetwork.Normals(draws, Units * Inputs, Math.Sqrt(2.0 / Inputs)), x = DeepNetwork.Normals(draws, Rows * Inputs);
        (bool[] silent, bool[] untouched) = ([.. Enumerable.Repeat(true, Units)], [.. Enumerable.Repeat(true, Units)]);
        for (int row = 0; row < Rows; row++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                double sum = (unit < Dead ? -20 : 0) + Enumerable.Range(0, Inputs).Sum(j => w[unit * Inputs + j] * x[row * Inputs + j]);
                silent[unit] &= Activations.Relu<Real64>(sum).Value == 0;
                untouched[unit] &= draws.Normal() * Activations.ReluDerivative<Real64>(sum).Value == 0;
            }
        }

        Working.Uses("activations.relu_derivative");
        Tally zero = new Tally("dead units whose activation is zero on all 100 inputs").AddAll(silent[..Dead]).Shown(), still = new Tally("dead units whose gradients are all zero").AddAll(untouched[..Dead]).Shown();
        Tally alive = new Tally("other units with neither").AddAll(Enumerable.Range(Dead, Units - Dead).Select(u => !silent[u] && !untouched[u])).Shown();
        string Word(Tally tally) => tally.Always && alive.Always ? "zero" : "other";
        return Judge.All(
            Judge.Stated(claim, "activation", Word(zero), $"{zero} dead units", $"of {Units} units with {Dead} biases at -20, {zero} of these are zero on all {Rows} inputs, and none of the others"),
            Judge.Stated(claim, "gradient", Word(still), $"{still} dead units", $"{still} of these get a zero gradient from every input"));
    }

    /// <summary>A healthy layer and one that is half dead have the same fraction of zeros; per unit they differ.</summary>
    [Claim("D3-022")]
    [Turn("facts/fraction of zeros per", "unit", Verdict.Confirmed)]
    [Turn("facts/fraction of zeros per", "network", Verdict.Erratum)]
    internal static Finding FractionOfZeros(Claim claim)
    {
        const int Units = 200, Rows = 400;
        string per = claim.Facts["fraction of zeros per"].Text;
        var draws = new Draws(322);
        Real64[] healthy = [.. draws.Row(Units * Rows).Select(z => Activations.Relu(z))];
        Real64[] half = [.. draws.Row(Units * Rows).Select((z, i) => i % Units < Units / 2 ? (Real64)0 : Real64.Abs(z))];
        (ActivationStatistics<Real64> well, ActivationStatistics<Real64> dead) = (ActivationStatistics.Of<Real64>(healthy, Units), ActivationStatistics.Of<Real64>(half, Units));
        (double a, double b) = (Working.Value("fraction of zeros of a healthy layer", well.ZeroFraction.Value), Working.Value("of a layer with half its units dead", dead.ZeroFraction.Value));
        (int none, int many) = (Working.Value("units that are zero on every input, healthy", well.DeadUnits.Count), Working.Value("half dead", dead.DeadUnits.Count));
        // A fraction of a half has a standard error of 0.5/sqrt(n).
        bool layerTells = Math.Abs(a - b) > 4 * 0.5 / Math.Sqrt(Units * Rows), unitTells = none == 0 && many == Units / 2;
        return Judge.Conditional(
            per == "unit" ? unitTells : layerTells,
            per is "unit" or "layer" && unitTells,
            "when the fraction is taken unit by unit over a batch",
            Say($"{a:F2} and {b:F2}; {none} and {many} dead units"),
            Say($"a healthy ReLU layer and one with half its units dead have the same fraction of zeros, {a:F2} and {b:F2}, but {none} and {many} units that are zero on every input"));
    }

    /// <summary>The expression is a norm of one tensor; of a group with several it is a norm for each.</summary>
    [Claim("D3-023")]
    [Turn("facts/per", "parameter", Verdict.Confirmed)]
    [Turn("facts/expression", "param.norm()", Verdict.Erratum)]
    internal static Finding NormOfAGroup(Claim claim)
    {
        (string expression, string per) = (claim.Facts["expression"].Text, claim.Facts["per"].Text);
        Real64[][] group = [[3, 4], [12]];
        Working.Uses("norms.l2");
        double whole = Working.Value("norm of a group of two tensors, (3, 4) and (12)", Norms.Global(group).Value);
        double[] each = [.. group.Select(t => Working.Value("norm of one of its tensors", Norms.L2<Real64>(t).Value))];
        double single = Norms.Global([group[0]]).Value;
        bool ofGradient = expression.Contains("grad.norm", StringComparison.Ordinal);
        return Judge.Conditional(
            ofGradient && per == "parameter",
            ofGradient && each[0] == single,
            "when each group holds a single parameter",
            Say($"{whole} for the group, {each[0]} and {each[1]} for its parameters"),
            Say($"{expression} is the norm of one parameter's gradient: for a group of two it gives {each[0]} and {each[1]}, neither of which, nor their sum {each.Sum()}, is the group's norm {whole}"))
            .AndYet("a parameter that got no gradient has None there, and the call raises");
    }

    /// <summary>The statistics that are named, of a ReLU layer of normal sums, against their exact values, and what each tells.</summary>
    [Claim("D3-024")]
    [Turn("facts/statistics/2", "median", Verdict.Erratum)]
    internal static Finding ActivationStatisticsPerLayer(Claim claim)
    {
        const int N = 100_000;
        string[] named = claim.Facts["statistics"].Texts;
        Real64[] layer = [.. new Draws(324).Row(N).Select(z => Activations.Relu(z))];
        ActivationStatistics<Real64> of = ActivationStatistics.Of<Real64>(layer, 100);
        double mean = 1 / Math.Sqrt(2 * Math.PI), deviation = Math.Sqrt(0.5 - mean * mean);
        // Four standard errors; that of a deviation is below s/sqrt(n) times the square root of the kurtosis, 2.
        (string Name, double Measured, double Exact, double Error)[] known =
        [
            ("mean", of.Mean.Value, mean, deviation / Math.Sqrt(N)), ("std", of.Deviation.Value, deviation, deviation * 2 / Math.Sqrt(N)), ("fraction of zeros", of.ZeroFraction.Value, 0.5, 0.5 / Math.Sqrt(N)),
        ];
        foreach ((string name, double measured, double exact, _) in known)
            Working.Tried(Say($"{name} of {N} activations max(0, z), z standard normal: {measured:F4}, exact {exact:F4}"));
        Working.Uses("monitoring.zero_fraction");
        Tally near = new Tally("named statistics that are within four standard errors of their exact value").AddAll(named.Select(n => known.Any(k => k.Name == n && Math.Abs(k.Measured - k.Exact) < 4 * k.Error))).Shown();
        return Judge.Holds(
            near.Always,
            $"{near} statistics",
            Say($"of a ReLU layer of {N} normal sums {And(named)} come out within four standard errors of {mean:F4}, {deviation:F4} and 0.5"),
            $"{near} of {And(named)} are statistics of the monitor");
    }

    private static (double Spread, double Fall)[] Spreads(Squashing squashing, double gain) => [.. Enumerable.Range(0, Seeds).Select(seed => Kept.Of((squashing, gain, seed), static x =>
    {
        var draws = new Draws(1600 + x.seed);
        var network = new DeepNetwork(32, 10, x.squashing, Math.Sqrt(x.gain / 32), x.seed);
        (double[] inputs, double[] targets) = (DeepNetwork.Normals(draws, 8 * 32), DeepNetwork.Normals(draws, 8 * 32, 0.5));
        (double first, double spread) = (network.Loss(inputs, targets), 0.0);
        for (int step = 0; step < 30; step++)
        {
            double[] norms = network.Descend(inputs, targets, 0.01);
            spread = Math.Max(spread, norms.Max() / norms.Min());
        }

        return (spread, network.Loss(inputs, targets) / first);
    }))];

    private static (double First, double Last) Ends(int seed)
    {
        var draws = new Draws(1700 + seed);
        var network = new DeepNetwork(16, 10, Squashing.Sigmoid, 0.25, seed);
        double[][] gradients = network.Gradients(DeepNetwork.Normals(draws, 8 * 16), DeepNetwork.Normals(draws, 8 * 16, 0.5)).Weights;
        return (DeepNetwork.Norm(gradients[0]), DeepNetwork.Norm(gradients[^1]));
    }

    private static double Moved(int seed, bool adam)
    {
        const int Width = 8;
        var draws = new Draws(1800 + seed);
        var network = new DeepNetwork(Width, 8, Squashing.Sigmoid, Math.Sqrt(1.0 / Width), seed);
        (double[] x, double[] y) = (DeepNetwork.Normals(draws, 8 * Width), DeepNetwork.Normals(draws, 8 * Width, 0.5));
        double[][] start = [.. network.Weights.Select(w => w.ToArray())];
        AdamRun<Real64>[][] runs = [.. network.Weights.Select(w => w.Select(v => new AdamRun<Real64>(v)).ToArray())];
        for (int step = 0; step < 100; step++)
        {
            if (!adam)
            {
                network.Descend(x, y, 0.1);
                continue;
            }

            double[][] gradients = network.Gradients(x, y).Weights;
            for (int layer = 0; layer < runs.Length; layer++)
            {
                for (int i = 0; i < runs[layer].Length; i++)
                    network.Weights[layer][i] = runs[layer][i].Step(gradients[layer][i]).Value;
            }
        }

        double Change(int layer) => DeepNetwork.Norm([.. network.Weights[layer].Zip(start[layer], (a, b) => a - b)]) / DeepNetwork.Norm(start[layer]);
        return Change(0) / Change(start.Length - 1);
    }

    // The largest |x| over 1000 steps on x^2/2 from 1.
    private static double Parabola(double rate, double maxNorm)
    {
        (double x, double largest) = (1, 1);
        for (int step = 0; step < 1000; step++)
        {
            double gradient = Clipping.Scale<Real64>(Math.Abs(x), maxNorm).Value * x;
            x = x == 0 ? 0 : Sgd.Update<Real64>(x, gradient, rate).Value;
            largest = Math.Max(largest, Math.Abs(x));
        }

        return largest;
    }

    // The norm of the output over that of the input of ten ReLU layers, which gradients grow with on the way back; rows normalized to length sqrt 2, or as they are drawn.
    private static double StackGain(bool normalized) => Kept.Of(normalized, static normalized =>
    {
        const int Width = 16;
        var draws = new Draws(320);
        var network = new DeepNetwork(Width, 10, Squashing.Relu, 1, 320);
        foreach (double[] w in network.Weights)
        {
            for (int unit = 0; normalized && unit < Width; unit++)
            {
                double length = DeepNetwork.Norm(w[(unit * Width)..((unit + 1) * Width)]);
                for (int j = 0; j < Width; j++)
                    w[unit * Width + j] *= Math.Sqrt(2) / length;
            }
        }

        double[] x = DeepNetwork.Normals(draws, 8 * Width);
        network.Gradients(x, DeepNetwork.Normals(draws, 8 * Width));
        return DeepNetwork.Norm(network.Outputs[^1]) / DeepNetwork.Norm(x);
    });
}
