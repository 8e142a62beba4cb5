namespace TrainingSpec.Conformance.Judging;

/// <summary>An implementation that can be started again, so that nothing of what it was asked before counts.</summary>
public interface IRestarting
{
    /// <summary>Starts it again, at the latest before the next question.</summary>
    void Restart();
}
