using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>(ab − 1)²/2: minima along ab = 1, of every curvature.</summary>
internal sealed class Valley : IObjective
{
    public T At<T>(ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T error = x[0] * x[1] - T.Of(1);
        return T.Of(0.5) * error * error;
    }
}

/// <summary>x² − y² + y⁴/2: a saddle at 0 between minima at y = ±1.</summary>
internal sealed class Ridge : IObjective
{
    public T At<T>(ReadOnlySpan<T> x)
        where T : IReal<T> => x[0] * x[0] - x[1] * x[1] + T.Of(0.5) * (x[1] * x[1]) * (x[1] * x[1]);
}
