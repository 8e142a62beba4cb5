using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>checkpointing.plan: segments, peak and recomputed layers, exact whole numbers whatever the dtype.</summary>
internal sealed class CheckpointPlanOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "checkpointing.plan";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        long layers = args.Whole(Hyperparameters.Layers);
        long? segments = args.IntegerOrNull("segments");
        args.Done();
        answer.Takes(3);
        if (segments is < 1 || segments > layers)
            throw OracleException.Invalid("segments", string.Create(CultureInfo.InvariantCulture, $"segments = {segments} is outside [1, {layers}]"));
        CheckpointPlan plan = segments is { } given ? CheckpointPlan.Of(layers, given) : CheckpointPlan.Best(layers);
        answer.Integer("segments", plan.Segments);
        answer.Integer("peak", plan.Peak);
        answer.Integer("extra_forward", plan.ExtraForward);
    }
}
