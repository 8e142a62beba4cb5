namespace TrainingSpec.Conformance.Judging;

/// <summary>An implementation that can be started again, so that nothing of what it was asked before counts.</summary>
public interface IRestarting
{
    /// <summary>True where a start takes so little time that it may be done often.</summary>
    bool IsQuick { get; }

    /// <summary>Starts it again, at the latest before the next question.</summary>
    void Restart();
}
