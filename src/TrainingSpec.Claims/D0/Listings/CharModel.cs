using System.Numerics;
using System.Runtime.InteropServices;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>Two characters and the one that follows.</summary>
internal readonly record struct Example(int First, int Second, int Target);

/// <summary>The function of the hidden units.</summary>
internal enum HiddenFunction
{
    /// <summary>max(0, z).</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,

    /// <summary>z, which makes of the model a softmax regression.</summary>
    Identity,
}

/// <summary>What a forward pass computes of two characters.</summary>
/// <param name="Units">The joined embeddings, then each hidden layer.</param>
/// <param name="P">The probability of each character.</param>
internal sealed record CharForward(double[][] Units, double[] P);

/// <summary>A model of the document's kind: characters embedded and joined, hidden layers, a softmax over characters; parameters and gradients are flat.</summary>
/// <param name="vocabulary">V.</param>
/// <param name="width">E, numbers of an embedding.</param>
/// <param name="hidden">H, units of each hidden layer.</param>
/// <param name="layers">Hidden layers, at least 1.</param>
/// <param name="function">Of the hidden units.</param>
internal sealed class CharModel(int vocabulary, int width, int hidden, int layers = 1, HiddenFunction function = HiddenFunction.Relu)
{
    private readonly double[][] _errors = [new double[2 * width], .. Enumerable.Range(0, layers).Select(_ => new double[hidden])];

    /// <summary>All parameters: embeddings, then each layer's weights (a row per unit) and biases, the output layer last.</summary>
    public double[] Theta { get; private init; } = new double[CountOf(vocabulary, width, hidden, layers)];

    /// <summary>What backward added up.</summary>
    public double[] Gradient { get; } = new double[CountOf(vocabulary, width, hidden, layers)];

    /// <summary>How many examples went backward so far.</summary>
    public int Backwards { get; private set; }

    /// <summary>V.</summary>
    public int Vocabulary => vocabulary;

    /// <summary>The parts of the parameters by name: embeddings, weights and biases of each layer.</summary>
    public IReadOnlyList<(string Kind, int Layer, int Start, int Length, int FanIn)> Parts { get; } = PartsOf(vocabulary, width, hidden, layers);

    /// <summary>A model whose weights come from a scheme: "He", "Xavier", "N(0, 1)", "N(0, 0.01^2)", "zeros", "constant"; biases are 0.</summary>
    public static CharModel Start(string scheme, int seed, int vocabulary = 8, int width = 4, int hidden = 16, int layers = 1, HiddenFunction function = HiddenFunction.Relu)
    {
        var model = new CharModel(vocabulary, width, hidden, layers, function);
        var draws = new Draws(seed);
        foreach ((string kind, int layer, int start, int length, int fanIn) in model.Parts)
        {
            int fanOut = kind == "weights" ? length / fanIn : 1;
            double deviation = (scheme, kind) switch
            {
                (_, "biases") or ("zeros", _) => 0,
                ("N(0, 0.01^2)", _) => 0.01,
                (_, "embeddings") or ("N(0, 1)", _) => 1,
                ("Xavier", _) => Math.Sqrt(2.0 / (fanIn + fanOut)),
                _ => Math.Sqrt(2.0 / fanIn),
            };
            for (int i = start; i < start + length; i++)
                model.Theta[i] = scheme == "constant" && kind != "biases" ? 0.1 : deviation == 0 ? 0 : deviation * draws.Normal();
        }

        return model;
    }

    /// <summary>The same parameters in another model of the same form.</summary>
    public CharModel Copy() => new(vocabulary, width, hidden, layers, function) { Theta = [.. Theta] };

    /// <summary>−ln P of the target.</summary>
    public double Loss(Example example) => Loss(Forward(example), example.Target);

    /// <summary>−ln P of the target, by a forward pass.</summary>
    public static double Loss(CharForward forward, int target) => -Real64.Log(forward.P[target]).Value;

    /// <summary>The mean loss.</summary>
    public double Mean(IReadOnlyList<Example> examples)
    {
        Func<Example, CharForward> forward = ForwardAtFixedParameters();
        return examples.Sum(e => Loss(forward(e), e.Target)) / examples.Count;
    }

    /// <summary>Forward passes while the parameters stand still: the same two characters give the same again.</summary>
    public Func<Example, CharForward> ForwardAtFixedParameters()
    {
        var known = new CharForward?[vocabulary * vocabulary];
        return example => known[example.First * vocabulary + example.Second] ??= Forward(example);
    }

    /// <summary>The hidden activations of the first layer.</summary>
    public double[] Hidden(Example example) => Forward(example).Units[1];

    /// <summary>Adds the gradient of one example's loss, times a factor, to the gradients.</summary>
    public void Backward(Example example, double factor = 1) => Backward(example, factor, Forward(example));

    /// <summary>The same by a forward pass with the parameters as they are.</summary>
    public void Backward(Example example, double factor, CharForward forward)
    {
        Backwards++;
        double[] error = [.. forward.P];
        error[example.Target] -= 1;
        for (int v = 0; v < error.Length; v++)
            error[v] *= factor;
        for (int layer = layers; layer >= 0; layer--)
        {
            (double[] input, double[] below) = (forward.Units[layer], _errors[layer]);
            (int weights, int biases) = (PartOf(layer), PartOf(layer) + input.Length * error.Length);
            Array.Clear(below);
            for (int j = 0; j < error.Length; j++)
            {
                double slope = error[j];
                Gradient[biases + j] += slope;
                int row = weights + j * input.Length;
                AddTimes(Gradient.AsSpan(row, input.Length), slope, input);
                AddTimes(below, slope, Theta.AsSpan(row, input.Length));
            }

            for (int i = 0; layer > 0 && i < below.Length; i++)
                below[i] *= function switch { HiddenFunction.Relu => input[i] > 0 ? 1 : 0, HiddenFunction.Tanh => 1 - input[i] * input[i], _ => 1 };
            error = below;
        }

        for (int i = 0; i < width; i++)
        {
            Gradient[example.First * width + i] += error[i];
            Gradient[example.Second * width + i] += error[width + i];
        }
    }

    /// <summary>The gradient of the mean loss, in a new array; what backward added up before is forgotten.</summary>
    public double[] GradientOf(IReadOnlyList<Example> examples)
    {
        Array.Clear(Gradient);
        Func<Example, CharForward> forward = ForwardAtFixedParameters();
        foreach (Example example in examples)
            Backward(example, 1.0 / examples.Count, forward(example));
        return [.. Gradient];
    }

    private static int CountOf(int vocabulary, int width, int hidden, int layers) => PartsOf(vocabulary, width, hidden, layers).Sum(p => p.Length);

    private static List<(string Kind, int Layer, int Start, int Length, int FanIn)> PartsOf(int vocabulary, int width, int hidden, int layers)
    {
        List<(string, int, int, int, int)> parts = [("embeddings", 0, 0, vocabulary * width, width)];
        int at = vocabulary * width;
        for (int layer = 0; layer <= layers; layer++)
        {
            (int fanIn, int fanOut) = (layer == 0 ? 2 * width : hidden, layer == layers ? vocabulary : hidden);
            parts.Add(("weights", layer, at, fanIn * fanOut, fanIn));
            parts.Add(("biases", layer, at + fanIn * fanOut, fanOut, fanIn));
            at += fanIn * fanOut + fanOut;
        }

        return parts;
    }

    // sum + factor·terms, each sum for itself: a register of them at once has the bits of one after another.
    private static void AddTimes(Span<double> sums, double factor, ReadOnlySpan<double> terms)
    {
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(sums);
        ReadOnlySpan<Vector<double>> wideTerms = MemoryMarshal.Cast<double, Vector<double>>(terms);
        for (int i = 0; i < wide.Length; i++)
            wide[i] += factor * wideTerms[i];
        for (int i = wide.Length * Vector<double>.Count; i < sums.Length; i++)
            sums[i] += factor * terms[i];
    }

    private int PartOf(int layer) => Parts[1 + 2 * layer].Start;

    private CharForward Forward(Example example)
    {
        double[][] units = [new double[2 * width], .. Enumerable.Range(0, layers).Select(_ => new double[hidden])];
        double[] p = new double[vocabulary];
        Array.Copy(Theta, example.First * width, units[0], 0, width);
        Array.Copy(Theta, example.Second * width, units[0], width, width);
        for (int layer = 0; layer <= layers; layer++)
        {
            (double[] input, double[] output) = (units[layer], layer == layers ? p : units[layer + 1]);
            (int weights, int biases) = (PartOf(layer), PartOf(layer) + input.Length * output.Length);
            for (int j = 0; j < output.Length; j++)
            {
                double sum = Theta[biases + j];
                ReadOnlySpan<double> row = Theta.AsSpan(weights + j * input.Length, input.Length);
                for (int i = 0; i < row.Length; i++)
                    sum += row[i] * input[i];
                output[j] = layer == layers ? sum : function switch { HiddenFunction.Relu => Math.Max(0, sum), HiddenFunction.Tanh => Real64.Tanh(sum).Value, _ => sum };
            }
        }

        double largest = p.Max(), total = 0;
        for (int v = 0; v < p.Length; v++)
            total += p[v] = Real64.Exp(p[v] - largest).Value;
        for (int v = 0; v < p.Length; v++)
            p[v] /= total;
        return new CharForward(units, p);
    }
}
