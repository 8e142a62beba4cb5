using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Why Initialization is Critical": what good and bad initial weights do to deep stacks.</summary>
internal static class WhyInitialization
{
    /// <summary>The output's size after twenty ReLU layers, with Kaiming's deviation and with ten times more and less.</summary>
    [Claim("D2-002")]
    [Turn("facts/output magnitudes", "unreasonable", Verdict.Erratum)]
    internal static Finding OutputMagnitudes(Claim claim)
    {
        double good = StackFigures.Of(Squashing.Relu).Output, small = StackFigures.Of(Squashing.Relu, 0.1).Output, large = StackFigures.Of(Squashing.Relu, 10).Output;
        return Judge.Stated(
            claim,
            "output magnitudes",
            good is >= 0.1 and <= 10 && small < 1e-10 && large > 1e10 ? "reasonable" : "unreasonable",
            Say($"{good:G3} with Kaiming's deviation, {small:G3} and {large:G3} with a tenth and ten times of it"),
            Say($"after {StackFigures.Depth} ReLU layers the mean square is {good:G3} of the input's with Kaiming's deviation, {small:G3} with a tenth and {large:G3} with ten times of it"));
    }

    /// <summary>First over last layer's gradient norm for the two pairs that the document names: Kaiming with ReLU, Xavier with tanh.</summary>
    [Claim("D2-003")]
    [Claim("D2-135")]
    [Turn("facts/gradients", "vanish", Verdict.Erratum)]
    internal static Finding GradientsFlow(Claim claim)
    {
        double relu = StackFigures.Of(Squashing.Relu).Gradient, tanh = StackFigures.Of(Squashing.Tanh).Gradient;
        double[] both = [relu, tanh];
        return Judge.Stated(
            claim,
            "gradients",
            both.All(r => r is >= 0.1 and <= 10) ? "flow" : both.Any(r => r < 0.1) ? "vanish" : "explode",
            Say($"{relu:G3} with ReLU, {tanh:G3} with tanh"),
            Say($"through {StackFigures.Depth} layers the first layer's gradient norm is {relu:G3} of the last one's with ReLU and Kaiming's deviation, {tanh:G3} with tanh and Xavier's"));
    }

    /// <summary>Entries beyond 0.99 behind tanh, with Xavier's deviation and with unit weights.</summary>
    [Claim("D2-004")]
    [Turn("facts/activations", "saturated", Verdict.Erratum)]
    internal static Finding NoSaturation(Claim claim)
    {
        double good = StackFigures.Of(Squashing.Tanh).Saturated, unit = StackFigures.Of(Squashing.Tanh, 1 / StackFigures.Deviation(Squashing.Tanh, StackFigures.Width)).Saturated;
        return Judge.Stated(
            claim,
            "activations",
            good < 0.01 && unit > 0.5 ? "not saturated" : "saturated",
            Say($"{good:G3} of the entries, {unit:G3} with unit weights"),
            Say($"behind tanh {good:G3} of all entries lie beyond 0.99 with Xavier's deviation, {unit:G3} with weights of deviation 1"));
    }

    /// <summary>Gradients with weights too small and too large: the first layer's norm over the last one's.</summary>
    [Claim("D2-005")]
    [Claim("D2-006")]
    [Turn("facts/gradients", "flow", Verdict.Erratum)]
    [Turn("facts/times the deviation", "1", Verdict.Erratum)]
    [Turn("facts/times the deviation", "10", Verdict.Erratum, Claim = "D2-005")]
    [Turn("facts/times the deviation", "0.1", Verdict.Erratum, Claim = "D2-006")]
    internal static Finding WrongScale(Claim claim)
    {
        double scale = claim.Facts["times the deviation"].Number;
        double[] backwards = Backwards(scale);
        double gain = Working.Value("factor on the gradient's mean square per layer, n s^2 / 2", scale * scale), found = Working.Value("norm before the first layer over that of the output", backwards[^1]);
        return Judge.Stated(
            claim,
            "gradients",
            found < 1e-6 ? "vanish" : found > 1e6 ? "explode" : "flow",
            Say($"{found:G3} after {backwards.Length} layers"),
            Say($"with weights {scale} times as large as Kaiming's the gradient of the input is {found:G3} of that of the output after {backwards.Length} ReLU layers, as the factor {gain:G3} per layer on its square says"));
    }

    /// <summary>Dead units: by biases far below zero, and by zero weights; none with Kaiming's weights and zero biases.</summary>
    [Claim("D2-007")]
    [Turn("facts/bad initialization", "none", Verdict.Erratum)]
    internal static Finding DeadNeurons(Claim claim)
    {
        const int Width = 32, Inputs = 500;
        (double bias, double weights) = claim.Facts["bad initialization"].Text switch
        {
            "bias -20" => (-20.0, 1.0),
            "zero weights" => (0, 0),
            "none" => (0, 1),
            var other => throw claim.Bad($"facts/bad initialization = {other}"),
        };
        (int dead, double gradient) = Kept.Of((bias, weights), static x => Dead(x.bias, x.weights));
        Working.Tried(Say($"a ReLU layer of {Width} units on {Inputs} normal inputs; every fourth bias {bias}, weights {weights} times Kaiming's"));
        Working.Counted("units that are 0 on all inputs", dead, Width);
        Working.Value("largest gradient that such a unit gets", gradient);
        return Judge.Stated(
            claim,
            "ReLUs",
            dead > 0 && gradient == 0 ? "stuck at 0" : "alive",
            Say($"{dead} of {Width} units"),
            Say($"{dead} of {Width} units are 0 on all {Inputs} inputs and get the gradient {gradient:G3}, so no step of gradient descent brings them back"));
    }

    private static (int Dead, double Gradient) Dead(double bias, double weights)
    {
        const int Width = 32, Inputs = 500;
        var draws = new Draws(207);
        var stack = new DeepStack(draws, 1, Width, weights * StackFigures.Deviation(Squashing.Relu, Width), Squashing.Relu);
        for (int i = 0; i < Width; i += 4)
            stack.Biases[0][i] = bias;
        StackPass pass = stack.Forward(DeepStack.Rows(draws, Inputs, Width));
        (double[][] w, double[][] b) = stack.Backward(pass, DeepStack.Rows(draws, Inputs, Width));
        int[] dead = [.. Enumerable.Range(0, Width).Where(i => pass.Outputs[1].All(h => h[i] == 0))];
        return (dead.Length, dead.Select(i => Math.Max(Math.Abs(b[0][i]), w[0].Skip(i * Width).Take(Width).Max(Math.Abs))).DefaultIfEmpty(0).Max());
    }

    // The norm of the gradient of each layer's input over that of the output, the last layer first.
    private static double[] Backwards(double scale)
    {
        double[] ratios = Kept.Of(scale, static x =>
        {
            var draws = new Draws(205);
            var stack = new DeepStack(draws, StackFigures.Depth, StackFigures.Width, x * StackFigures.Deviation(Squashing.Relu, StackFigures.Width), Squashing.Relu);
            StackPass pass = stack.Forward(DeepStack.Rows(draws, 1, StackFigures.Width));
            double[][] output = DeepStack.Rows(draws, 1, StackFigures.Width);
            double[][] biases = stack.Backward(pass, output).Biases;
            return biases.Reverse().Select(b => DeepStack.Norm(b) / DeepStack.Norm(output[0])).ToArray();
        });
        Working.Uses("initialization.relu_gain");
        Working.Value("norm of the gradient before each layer's ReLU over that of the output, the last layer first", ratios);
        return ratios;
    }
}
