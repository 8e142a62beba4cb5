namespace TrainingSpec.Training;

/// <summary>A target that is no class.</summary>
/// <param name="target">The target given.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="index">The row it was given for.</param>
public sealed class TargetOutOfRangeException(int target, int classes, int index) : ArgumentOutOfRangeException("targets")
{
    /// <summary>Row, target and the classes there are, on one line.</summary>
    public override string Message { get; } =
        $"targets[{Tensors.Text(index)}] = {Tensors.Text(target)} is outside [0, {Tensors.Text(classes - 1)}]";
}
