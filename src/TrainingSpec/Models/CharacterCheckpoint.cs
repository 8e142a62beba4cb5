using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Models;

/// <summary>D0's character model between two epochs as one file of tensors: weights by their names, the best ones behind "best.", the epochs as "metrics" and what else the run says in the metadata.</summary>
/// <remarks>The tensors are in double precision, which holds those of single precision too.</remarks>
public static class CharacterCheckpoint
{
    private const string Best = "best.", Metrics = "metrics";

    /// <summary>The file's bytes.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="state">Where the run is.</param>
    /// <param name="settings">What the run says of itself, by name.</param>
    public static byte[] Write<T>(CharacterConfig config, CharacterState<T> state, IReadOnlyDictionary<string, string> settings)
        where T : struct, IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(state);
        IReadOnlyList<WeightShape> shapes = config.Weights();
        NamedTensor Named(string kind, WeightShape shape, T[] values) => NamedTensor.OfDoubles(kind + shape.Name, Sizes(shape), Array.ConvertAll(values, T.ToDouble));
        List<NamedTensor> tensors = [.. shapes.Select(shape => Named("", shape, state.Weights[shape.Name]))];
        if (state.Best is { } best)
            tensors.AddRange(shapes.Zip(best, (shape, values) => Named(Best, shape, values)));
        return Safetensors.Write(tensors, new Dictionary<string, string>(settings) { [Metrics] = Lines(state.Epochs) });
    }

    /// <summary>Reads a file of a model of some shape.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="config">The shape.</param>
    /// <param name="name">What the message calls the file.</param>
    /// <exception cref="TensorFileException">It is damaged, or holds a model of another shape; one line.</exception>
    public static (CharacterState<T> State, IReadOnlyDictionary<string, string> Settings) Read<T>(ReadOnlySpan<byte> file, CharacterConfig config, string name)
        where T : struct, IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(config);
        (IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> settings) = Safetensors.Read(file, name);
        var left = new CheckpointTensors(tensors, name);
        IReadOnlyList<WeightShape> shapes = config.Weights();
        T[] Of(string kind, WeightShape shape) => left.Take(kind + shape.Name, Sizes(shape)).Wide is { } wide
            ? Array.ConvertAll(wide, T.Of)
            : throw new TensorFileException($"{name}: {kind}{shape.Name} is not in double precision, in which such runs are saved");

        var weights = new OrderedDictionary<string, T[]>();
        foreach (WeightShape shape in shapes)
            weights.Add(shape.Name, Of("", shape));
        T[][]? best = left.IsEmpty ? null : [.. shapes.Select(shape => Of(Best, shape))];
        left.RequireNone();
        try
        {
            return (new(weights, best, Parse(settings.GetValueOrDefault(Metrics, ""))), settings);
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new TensorFileException($"{name}: what it says of the epochs is no table of them", e);
        }
    }

    /// <summary>A line for each epoch; numbers come back as they were.</summary>
    public static string Lines(IReadOnlyList<CharacterEpoch> epochs) =>
        string.Concat(epochs.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Epoch},{e.Rate:R},{e.Training:R},{e.Validation:R},{e.LargestNorm:R},{e.Clipped}\n")));

    private static CharacterEpoch[] Parse(string lines) =>
    [
        .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).Select(cells =>
        {
            double Number(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
            int Whole(int i) => int.Parse(cells[i], NumberStyles.None, CultureInfo.InvariantCulture);
            return new CharacterEpoch(Whole(0), Number(1), Number(2), Number(3), Number(4), Whole(5));
        }),
    ];

    private static int[] Sizes(WeightShape shape) => shape.Rows == 1 ? [shape.Columns] : [shape.Rows, shape.Columns];
}
