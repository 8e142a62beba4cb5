using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D3;

/// <summary>What a layer of the experiments' network squashes its sums with.</summary>
internal enum Squashing
{
    /// <summary>tanh.</summary>
    Tanh,

    /// <summary>The logistic function.</summary>
    Sigmoid,

    /// <summary>max(0, x).</summary>
    Relu,
}

/// <summary>A stack of layers of one width, y = f(W·x + b), under half the mean squared distance to targets; forward and backward over whole batches, flat and row-major.</summary>
internal sealed class DeepNetwork
{
    private readonly int _width;
    private readonly Squashing _squashing;

    /// <summary>Normal weights of a deviation, zero biases.</summary>
    public DeepNetwork(int width, int layers, Squashing squashing, double deviation, int seed)
    {
        (_width, _squashing) = (width, squashing);
        var draws = new Draws(seed);
        Weights = [.. Enumerable.Range(0, layers).Select(_ => Normals(draws, width * width, deviation))];
        Biases = [.. Enumerable.Range(0, layers).Select(_ => new double[width])];
    }

    /// <summary>W of each layer, first layer first.</summary>
    public double[][] Weights { get; }

    /// <summary>b of each layer.</summary>
    public double[][] Biases { get; }

    /// <summary>The input and each layer's activations of the last forward pass.</summary>
    public double[][] Outputs { get; private set; } = [];

    /// <summary>A row of normal numbers.</summary>
    public static double[] Normals(Draws draws, int count, double deviation = 1) => [.. draws.Row(count, deviation).Select(x => x.Value)];

    /// <summary>The length of a row.</summary>
    public static double Norm(params double[] x) => Math.Sqrt(x.Sum(v => v * v));

    /// <summary>Forward pass.</summary>
    public double[] Forward(double[] x)
    {
        Outputs = new double[Weights.Length + 1][];
        Outputs[0] = x;
        for (int layer = 0; layer < Weights.Length; layer++)
        {
            (double[] w, double[] from, var to) = (Weights[layer], Outputs[layer], new double[x.Length]);
            for (int n = 0; n < to.Length; n++)
            {
                double sum = Biases[layer][n % _width];
                for (int j = 0; j < _width; j++)
                    sum += w[n % _width * _width + j] * from[n - n % _width + j];
                to[n] = sum;
            }

            Squash(to);
            Outputs[layer + 1] = to;
        }

        return Outputs[^1];
    }

    /// <summary>Half the mean squared distance.</summary>
    public double Loss(double[] x, double[] target)
    {
        double[] y = Forward(x);
        return y.Zip(target, (a, b) => (a - b) * (a - b)).Sum() / 2 / (x.Length / _width);
    }

    /// <summary>The gradients of the loss with respect to weights, biases and input.</summary>
    public (double[][] Weights, double[][] Biases, double[] Input) Gradients(double[] x, double[] target)
    {
        double[] d = [.. Forward(x).Zip(target, (a, b) => (a - b) / (x.Length / _width))];
        double[][] weights = [.. Weights.Select(w => new double[w.Length])], biases = [.. Biases.Select(b => new double[b.Length])];
        for (int layer = Weights.Length - 1; layer >= 0; layer--)
        {
            (double[] from, double[] to, var before) = (Outputs[layer], Outputs[layer + 1], new double[x.Length]);
            for (int n = 0; n < to.Length; n++)
            {
                double inner = d[n] * Slope(to[n]);
                (int i, int row) = (n % _width, n - n % _width);
                biases[layer][i] += inner;
                for (int j = 0; j < _width; j++)
                {
                    weights[layer][i * _width + j] += inner * from[row + j];
                    before[row + j] += inner * Weights[layer][i * _width + j];
                }
            }

            d = before;
        }

        return (weights, biases, d);
    }

    /// <summary>One step of gradient descent; gives the gradients' norms layer by layer.</summary>
    public double[] Descend(double[] x, double[] target, double rate)
    {
        (double[][] weights, double[][] biases, _) = Gradients(x, target);
        for (int layer = 0; layer < Weights.Length; layer++)
        {
            for (int i = 0; i < weights[layer].Length; i++)
                Weights[layer][i] = Sgd.Update<Real64>(Weights[layer][i], weights[layer][i], rate).Value;
            for (int i = 0; i < biases[layer].Length; i++)
                Biases[layer][i] = Sgd.Update<Real64>(Biases[layer][i], biases[layer][i], rate).Value;
        }

        return [.. weights.Select(Norm)];
    }

    private void Squash(double[] sums)
    {
        switch (_squashing)
        {
            case Squashing.Tanh:
                Elementwise.Apply<Elementwise.Tanh>(sums);
                break;
            case Squashing.Sigmoid:
                Elementwise.Apply<Elementwise.Sigmoid>(sums);
                break;
            default:
                Elementwise.Apply<Elementwise.Relu>(sums);
                break;
        }
    }

    private double Slope(double output) => _squashing switch
    {
        Squashing.Tanh => Activations.TanhDerivative<Real64>(output).Value,
        Squashing.Sigmoid => Activations.SigmoidDerivative<Real64>(output).Value,
        _ => output > 0 ? 1 : 0,
    };
}
