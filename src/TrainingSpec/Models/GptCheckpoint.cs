using System.Globalization;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>A GPT in training as one file of tensors: weights by their names, both moments behind "adam.first." and "adam.second.", the number of steps and what else the run says in the metadata.</summary>
public static class GptCheckpoint
{
    private const string First = "adam.first.", Second = "adam.second.", Steps = "adam.step";

    /// <summary>The file's bytes.</summary>
    /// <param name="gpt">The model.</param>
    /// <param name="state">The optimizer's state; null before the first step.</param>
    /// <param name="settings">What the run says of itself, by name.</param>
    public static byte[] Write(Gpt<Real32> gpt, AdamState<Real32>? state, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(gpt);
        IReadOnlyList<WeightShape> shapes = gpt.Config.Weights();
        var tensors = new List<NamedTensor>();
        OrderedDictionary<string, Real32[]> weights = gpt.Weights;
        foreach (WeightShape shape in shapes)
            tensors.Add(Named("", shape, weights[shape.Name]));
        for (int i = 0; i < shapes.Count && state is not null; i++)
            tensors.AddRange(Named(First, shapes[i], state.First[i]), Named(Second, shapes[i], state.Second[i]));
        return Safetensors.Write(tensors, new Dictionary<string, string>(settings) { [Steps] = (state?.Step ?? 0).ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Reads a file of a model of some shape.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="config">The shape.</param>
    /// <param name="name">What the message calls the file.</param>
    /// <exception cref="TensorFileException">It is damaged, or holds a model of another shape; one line.</exception>
    public static (OrderedDictionary<string, Real32[]> Weights, AdamState<Real32>? State, IReadOnlyDictionary<string, string> Settings) Read(ReadOnlySpan<byte> file, GptConfig config, string name)
    {
        ArgumentNullException.ThrowIfNull(config);
        (IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> settings) = Safetensors.Read(file, name);
        var left = new CheckpointTensors(tensors, name);
        IReadOnlyList<WeightShape> shapes = config.Weights();
        Real32[] Of(string kind, WeightShape shape) => [.. left.Take(kind + shape.Name, Sizes(shape)).Values.Select(v => (Real32)v)];
        var weights = new OrderedDictionary<string, Real32[]>();
        foreach (WeightShape shape in shapes)
            weights.Add(shape.Name, Of("", shape));
        if (!long.TryParse(settings.GetValueOrDefault(Steps, "0"), NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            throw new TensorFileException($"{name}: {Steps} is no number of steps");
        AdamState<Real32>? state = step == 0 ? null : new(step, [.. shapes.Select(s => Of(First, s))], [.. shapes.Select(s => Of(Second, s))]);
        left.RequireNone();
        return (weights, state, settings);
    }

    private static NamedTensor Named(string kind, WeightShape shape, Real32[] values) => new(kind + shape.Name, Sizes(shape), [.. values.Select(v => v.Value)]);

    private static int[] Sizes(WeightShape shape) => shape.Rows == 1 && !shape.Name.StartsWith('w') ? [shape.Columns] : [shape.Rows, shape.Columns];
}
