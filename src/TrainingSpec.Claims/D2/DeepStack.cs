using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D2;

/// <summary>What a layer does after its matrix.</summary>
internal enum Squashing
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(z, 0).</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,

    /// <summary>1/(1 + e^(−z)).</summary>
    Sigmoid,
}

/// <summary>What a forward pass leaves behind: the layers' outputs, the input first, and what came out of the squashing alone.</summary>
internal sealed record StackPass(double[][][] Outputs, double[][][] Squashed);

/// <summary>A stack of square layers, h = f(W·h + b), or h + f(W·h + b) with residual connections.</summary>
internal sealed class DeepStack
{
    private readonly int _width;
    private readonly Squashing _squashing;
    private readonly bool _residual;

    /// <summary>A stack with normal weights and biases 0.</summary>
    public DeepStack(Draws draws, int depth, int width, double deviation, Squashing squashing, bool residual = false)
        : this(Rows(draws, depth, width * width), deviation, width, squashing, residual)
    {
    }

    /// <summary>A stack with given weights times a factor, and biases 0.</summary>
    public DeepStack(double[][] weights, double factor, int width, Squashing squashing, bool residual = false)
    {
        (_width, _squashing, _residual) = (width, squashing, residual);
        Weights = [.. weights.Select(w => w.Select(x => factor * x).ToArray())];
        Biases = [.. weights.Select(_ => new double[width])];
    }

    /// <summary>The matrices, row-major, one row per unit.</summary>
    public double[][] Weights { get; }

    /// <summary>The biases.</summary>
    public double[][] Biases { get; }

    /// <summary>Random rows of standard normals.</summary>
    public static double[][] Rows(Draws draws, int count, int width) => [.. Enumerable.Range(0, count).Select(_ => draws.Row(width).Select(x => x.Value).ToArray())];

    /// <summary>The mean square of all entries.</summary>
    public static double MeanSquare(double[][] rows) => rows.Sum(r => r.Sum(x => x * x)) / rows.Sum(r => r.Length);

    /// <summary>The root of the sum of squares.</summary>
    public static double Norm(double[] row) => Real64.Sqrt(row.Sum(x => x * x));

    /// <summary>All layers' outputs.</summary>
    public StackPass Forward(double[][] inputs)
    {
        var outputs = new double[Weights.Length + 1][][];
        var squashed = new double[Weights.Length + 1][][];
        outputs[0] = squashed[0] = inputs;
        for (int l = 0; l < Weights.Length; l++)
        {
            squashed[l + 1] = [.. outputs[l].Select(h => Layer(l, h))];
            outputs[l + 1] = _residual ? [.. squashed[l + 1].Zip(outputs[l], (a, h) => a.Zip(h, (x, y) => x + y).ToArray())] : squashed[l + 1];
        }

        return new StackPass(outputs, squashed);
    }

    /// <summary>The gradients of the weights and of the biases from that of the output, summed over the batch.</summary>
    public (double[][] Weights, double[][] Biases) Backward(StackPass pass, double[][] outputGradient)
    {
        double[][] weights = [.. Weights.Select(w => new double[w.Length])], biases = [.. Biases.Select(b => new double[b.Length])];
        for (int n = 0; n < outputGradient.Length; n++)
        {
            double[] delta = outputGradient[n];
            for (int l = Weights.Length - 1; l >= 0; l--)
            {
                double[] input = pass.Outputs[l][n], before = _residual ? (double[])delta.Clone() : new double[_width];
                for (int i = 0; i < _width; i++)
                {
                    double inner = delta[i] * Slope(pass.Squashed[l + 1][n][i]);
                    biases[l][i] += inner;
                    for (int j = 0; j < _width; j++)
                    {
                        weights[l][i * _width + j] += inner * input[j];
                        before[j] += inner * Weights[l][i * _width + j];
                    }
                }

                delta = before;
            }
        }

        return (weights, biases);
    }

    /// <summary>One step of gradient descent on half the mean squared distance to targets; gives the loss before it.</summary>
    public double Train(double[][] inputs, double[][] targets, double rate)
    {
        StackPass pass = Forward(inputs);
        double[][] distance = [.. pass.Outputs[^1].Zip(targets, (y, t) => y.Zip(t, (a, b) => a - b).ToArray())];
        int entries = distance.Sum(d => d.Length);
        (double[][] weights, double[][] biases) = Backward(pass, [.. distance.Select(d => d.Select(x => x / entries).ToArray())]);
        for (int l = 0; l < Weights.Length; l++)
        {
            for (int i = 0; i < Weights[l].Length; i++)
                Weights[l][i] -= rate * weights[l][i];
            for (int i = 0; i < Biases[l].Length; i++)
                Biases[l][i] -= rate * biases[l][i];
        }

        return MeanSquare(distance) / 2;
    }

    private double[] Layer(int layer, double[] input)
    {
        var output = new double[_width];
        for (int i = 0; i < _width; i++)
        {
            double z = Biases[layer][i];
            for (int j = 0; j < _width; j++)
                z += Weights[layer][i * _width + j] * input[j];
            output[i] = _squashing switch
            {
                Squashing.Relu => Math.Max(z, 0),
                Squashing.Tanh => Real64.Tanh(z),
                Squashing.Sigmoid => 1 / (1 + Real64.Exp(-z)),
                _ => z,
            };
        }

        return output;
    }

    private double Slope(double squashed) => _squashing switch
    {
        Squashing.Relu => squashed > 0 ? 1 : 0,
        Squashing.Tanh => 1 - squashed * squashed,
        Squashing.Sigmoid => squashed * (1 - squashed),
        _ => 1,
    };
}

/// <summary>What a stack does to a signal and to a gradient before it is trained.</summary>
/// <param name="Output">The mean square of the output over that of the input.</param>
/// <param name="Gradient">The gradient norm of the first layer's weights over that of the last.</param>
/// <param name="Saturated">The share of all hidden entries of magnitude above 0.99.</param>
internal sealed record StackFigures(double Output, double Gradient, double Saturated)
{
    /// <summary>Layers.</summary>
    public const int Depth = 20;

    /// <summary>Units of a layer.</summary>
    public const int Width = 64;

    /// <summary>Stacks, with seeds from 0.</summary>
    public const int Seeds = 9;

    /// <summary>The middle of the figures of nine stacks, each by itself.</summary>
    /// <param name="squashing">With ReLU Kaiming's deviation is taken, else Xavier's.</param>
    /// <param name="scale">A factor on the deviation.</param>
    public static StackFigures Of(Squashing squashing, double scale = 1)
    {
        Working.Uses(squashing == Squashing.Relu ? "initialization.he_variance" : "initialization.xavier_variance");
        StackFigures[] all = [.. Enumerable.Range(0, Seeds).Select(seed => Kept.Of((squashing, scale, seed), static x => Measure(x.squashing, x.scale, x.seed)))];
        var middle = new StackFigures(Middle(all.Select(f => f.Output)), Middle(all.Select(f => f.Gradient)), Middle(all.Select(f => f.Saturated)));
        Working.Tried(Sentence.Say($"{Seeds} stacks of {Depth} layers of {Width} units, {squashing}, deviation {scale} times the initialization's, medians: mean square of output over input {middle.Output:G3}, first over last layer's gradient norm {middle.Gradient:G3}, entries beyond 0.99 {middle.Saturated:G3}"));
        return middle;
    }

    /// <summary>The deviation that the document's initializations give a square layer.</summary>
    public static double Deviation(Squashing squashing, int width) => Real64.Sqrt(squashing == Squashing.Relu
        ? Initialization.HeVariance<Real64>(width)
        : Initialization.XavierVariance<Real64>(width, width));

    private static StackFigures Measure(Squashing squashing, double scale, int seed)
    {
        double[][] normals = Kept.Of(seed, static s => DeepStack.Rows(new Draws(200 + s), Depth, Width * Width));
        var draws = new Draws(300 + seed);
        var stack = new DeepStack(normals, scale * Deviation(squashing, Width), Width, squashing);
        double[][] inputs = DeepStack.Rows(draws, 4, Width);
        StackPass pass = stack.Forward(inputs);
        double[][] gradients = stack.Backward(pass, DeepStack.Rows(draws, 4, Width)).Weights;
        double[] hidden = [.. pass.Outputs.Skip(1).SelectMany(layer => layer.SelectMany(h => h))];
        return new StackFigures(
            DeepStack.MeanSquare(pass.Outputs[^1]) / DeepStack.MeanSquare(inputs),
            DeepStack.Norm(gradients[0]) / DeepStack.Norm(gradients[^1]),
            (double)hidden.Count(h => Math.Abs(h) > 0.99) / hidden.Length);
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Seeds / 2);
}
