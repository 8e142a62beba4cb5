using System.Diagnostics.CodeAnalysis;
using TrainingSpec.Conformance.Oracle.Operations;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>The operations that are implemented here.</summary>
public static class OperationTable
{
    private static readonly Dictionary<string, IOperation> Table = new IOperation[]
    {
        new PhiloxOperation(),
        new UniformOperation(),
        new SoftmaxOperation(),
        new LogSoftmaxOperation(),
        new LogSumExpOperation(),
        new CrossEntropyOperation(),
        new SmoothLabelsOperation(),
        new PerplexityOperation(),
        new SgdOperation(),
        new AdamOperation(),
        new AdamWOperation(),
        new ScheduleOperation(),
        new NormOperation(),
        new GlobalNormClippingOperation(),
        new PerTensorNormClippingOperation(),
        new ValueClippingOperation(),
        new SplitOperation(),
        new BatchesOperation(),
        new GptCountOperation(),
        new AccumulateOperation(),
        new LarsOperation(),
        new LambOperation(),
        new PlainRatioOperation(),
        new LayerDecayOperation(),
        new LinearScalingOperation(),
        new RateSweepOperation(),
        new RateSuggestionOperation(),
        new UnscaleOperation(),
        new ScaleUpdateOperation(),
    }.ToDictionary(o => o.Name, StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public static IEnumerable<string> Names => Table.Keys.Order(StringComparer.Ordinal);

    /// <summary>Finds an operation by its name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out IOperation? operation) => Table.TryGetValue(name, out operation);
}
