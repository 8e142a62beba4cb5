using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>An optimizer of a training loop whose state can be put back.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface IRestorableOptimizer<T> : ITrainingOptimizer<T>
    where T : IReal<T>
{
    /// <summary>What puts the state back to what it is now.</summary>
    Action Remember();
}
