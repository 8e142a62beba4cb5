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
internal sealed record CharForward(double[][] Units, double[] P)
{
    private double[]? _losses;

    /// <summary>−ln P of each character.</summary>
    public double[] Losses => _losses ??= LossesOf(P);

    private static double[] LossesOf(double[] p)
    {
        double[] losses = [.. p];
        Elementwise.Apply<Elementwise.Log>(losses);
        for (int v = 0; v < losses.Length; v++)
            losses[v] = -losses[v];
        return losses;
    }
}

/// <summary>A model of the document's kind: characters embedded and joined, hidden layers, a softmax over characters; parameters and gradients are flat.</summary>
/// <param name="vocabulary">V.</param>
/// <param name="width">E, numbers of an embedding.</param>
/// <param name="hidden">H, units of each hidden layer.</param>
/// <param name="layers">Hidden layers, at least 1.</param>
/// <param name="function">Of the hidden units.</param>
internal sealed class CharModel(int vocabulary, int width, int hidden, int layers = 1, HiddenFunction function = HiddenFunction.Relu)
{
    // Of the joined embeddings, the hidden layers, and the scores.
    private readonly int[] _sizes = [2 * width, .. Enumerable.Repeat(hidden, layers), vocabulary];
    private readonly double[][] _rooms = [.. Enumerable.Repeat<double[]>([], layers + 4)];
    private readonly int[] _weights = [.. PartsOf(vocabulary, width, hidden, layers).Where(p => p.Kind == "weights").Select(p => p.Start)];

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
    public double Loss(Example example) => ForwardAtFixedParameters()(example).Losses[example.Target];

    /// <summary>The mean loss.</summary>
    public double Mean(IReadOnlyList<Example> examples)
    {
        Func<Example, CharForward> forward = ForwardAtFixedParameters();
        double sum = 0;
        for (int i = 0; i < examples.Count; i++)
            sum += forward(examples[i]).Losses[examples[i].Target];
        return sum / examples.Count;
    }

    /// <summary>Forward passes while the parameters stand still: the same two characters give the same again.</summary>
    public Func<Example, CharForward> ForwardAtFixedParameters()
    {
        var known = new CharForward?[vocabulary * vocabulary];
        double[][]? columns = null;
        return example => known[example.First * vocabulary + example.Second] ??= Forward(example, columns ??= Columns());
    }

    /// <summary>The hidden activations of the first layer.</summary>
    public double[] Hidden(Example example) => ForwardAtFixedParameters()(example).Units[1];

    /// <summary>Adds the gradient of the mean loss to the gradients, by forward passes with the parameters as they are.</summary>
    public void Backward(IReadOnlyList<Example> examples, Func<Example, CharForward> forward)
    {
        Backwards += examples.Count;
        CharForward[] passes = [.. examples.Select(forward)];
        Span<double> errors = Room(layers + 1, passes.Length * vocabulary);
        for (int n = 0; n < passes.Length; n++)
        {
            Span<double> error = errors.Slice(n * vocabulary, vocabulary);
            passes[n].P.CopyTo(error);
            error[examples[n].Target] -= 1;
            for (int v = 0; v < error.Length; v++)
                error[v] *= 1.0 / passes.Length;
        }

        for (int layer = layers; layer >= 0; layer--)
        {
            AddGradient(layer, errors, passes);
            errors = Below(layer, errors, passes);
        }

        for (int n = 0; n < passes.Length; n++)
        {
            (int first, int second, _) = examples[n];
            for (int i = 0; i < width; i++)
            {
                Gradient[first * width + i] += errors[2 * width * n + i];
                Gradient[second * width + i] += errors[2 * width * n + width + i];
            }
        }
    }

    /// <summary>The gradient of the mean loss, in a new array; what backward added up before is forgotten.</summary>
    public double[] GradientOf(IReadOnlyList<Example> examples)
    {
        Array.Clear(Gradient);
        Backward(examples, ForwardAtFixedParameters());
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

    // Each sum for itself, over the rows in their order: a register of sums at once has the bits of one after another.
    private static void AddCombination(Span<double> sums, ReadOnlySpan<double> factors, ReadOnlySpan<double> rows)
    {
        if (sums.Length % Lanes64.Count == 0)
            AddCombination(MemoryMarshal.Cast<double, Lanes64>(sums), factors, MemoryMarshal.Cast<double, Lanes64>(rows));
        else
            AddCombination(MemoryMarshal.Cast<double, Real64>(sums), factors, MemoryMarshal.Cast<double, Real64>(rows));
    }

    private static void AddCombination<T>(Span<T> sums, ReadOnlySpan<double> factors, ReadOnlySpan<T> rows)
        where T : IReal<T>
    {
        for (int i = 0; i < sums.Length; i++)
        {
            T sum = sums[i];
            for (int j = 0; j < factors.Length; j++)
                sum += T.Of(factors[j]) * rows[j * sums.Length + i];
            sums[i] = sum;
        }
    }

    // To each weight its unit's error times its input, example after example.
    private void AddGradient(int layer, ReadOnlySpan<double> errors, CharForward[] passes)
    {
        (int fanIn, int fanOut) = (_sizes[layer], _sizes[layer + 1]);
        Span<double> inputs = Room(layers + 2, passes.Length * fanIn), unit = Room(layers + 3, passes.Length);
        for (int n = 0; n < passes.Length; n++)
            passes[n].Units[layer].CopyTo(inputs[(n * fanIn)..]);
        for (int j = 0; j < fanOut; j++)
        {
            double sum = Gradient[_weights[layer] + fanIn * fanOut + j];
            for (int n = 0; n < unit.Length; n++)
                sum += unit[n] = errors[n * fanOut + j];
            Gradient[_weights[layer] + fanIn * fanOut + j] = sum;
            AddCombination(Gradient.AsSpan(_weights[layer] + j * fanIn, fanIn), unit, inputs);
        }
    }

    // The errors of a layer's inputs.
    private Span<double> Below(int layer, ReadOnlySpan<double> errors, CharForward[] passes)
    {
        (int fanIn, int fanOut) = (_sizes[layer], _sizes[layer + 1]);
        Span<double> below = Room(layer, passes.Length * fanIn);
        below.Clear();
        for (int n = 0; n < passes.Length; n++)
        {
            double[] input = passes[n].Units[layer];
            Span<double> error = below.Slice(n * fanIn, fanIn);
            AddCombination(error, errors.Slice(n * fanOut, fanOut), Theta.AsSpan(_weights[layer], fanIn * fanOut));
            for (int i = 0; layer > 0 && i < fanIn; i++)
                error[i] *= function switch { HiddenFunction.Relu => input[i] > 0 ? 1 : 0, HiddenFunction.Tanh => 1 - input[i] * input[i], _ => 1 };
        }

        return below;
    }

    // What a batch needs, of which the next one needs as much: the errors of each layer's inputs and of the scores, a layer's inputs, a unit's errors.
    private Span<double> Room(int number, int length)
    {
        if (_rooms[number].Length < length)
            _rooms[number] = new double[length];
        return _rooms[number].AsSpan(0, length);
    }

    // Each layer's weights with a row per input.
    private double[][] Columns()
    {
        var columns = new double[layers + 1][];
        for (int layer = 0; layer <= layers; layer++)
        {
            (int inputs, int outputs) = (_sizes[layer], _sizes[layer + 1]);
            columns[layer] = new double[inputs * outputs];
            for (int j = 0; j < outputs; j++)
            {
                for (int i = 0; i < inputs; i++)
                    columns[layer][i * outputs + j] = Theta[_weights[layer] + j * inputs + i];
            }
        }

        return columns;
    }

    private CharForward Forward(Example example, double[][] columns)
    {
        double[][] units = new double[layers + 1][];
        units[0] = [.. Theta.AsSpan(example.First * width, width), .. Theta.AsSpan(example.Second * width, width)];
        for (int layer = 0; layer < layers; layer++)
        {
            units[layer + 1] = Sums(layer, units[layer], columns[layer]);
            if (function == HiddenFunction.Relu)
                Elementwise.Apply<Elementwise.Relu>(units[layer + 1]);
            else if (function == HiddenFunction.Tanh)
                Elementwise.Apply<Elementwise.Tanh>(units[layer + 1]);
        }

        double[] p = Sums(layers, units[layers], columns[layers]);
        double largest = p.Max(), total = 0;
        for (int v = 0; v < p.Length; v++)
            p[v] -= largest;
        Elementwise.Apply<Elementwise.Exp>(p);
        for (int v = 0; v < p.Length; v++)
            total += p[v];
        for (int v = 0; v < p.Length; v++)
            p[v] /= total;
        return new CharForward(units, p);
    }

    // Biases and weighted inputs.
    private double[] Sums(int layer, double[] inputs, double[] columns)
    {
        double[] sums = Theta.AsSpan(_weights[layer] + columns.Length, columns.Length / inputs.Length).ToArray();
        AddCombination(sums, inputs, columns);
        return sums;
    }
}
