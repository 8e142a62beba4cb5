using System.Globalization;

namespace TrainingSpec.Claims;

/// <summary>The steps that a running check shows, and the invariant culture that it writes in. One per thread, for checks run side by side.</summary>
internal sealed class CheckScope : IDisposable
{
    [ThreadStatic]
    private static CheckScope? s_current;

    private readonly CheckScope? _outer = s_current;
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;
    private readonly StepRecorder _recorder = new();

    /// <summary>Begins a check.</summary>
    public CheckScope()
    {
        s_current = this;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    }

    /// <summary>Where the running check writes its steps; null outside of one.</summary>
    public static StepRecorder? Recorder => s_current?._recorder;

    /// <summary>The steps of this check so far.</summary>
    public IReadOnlyList<Step> Steps => _recorder.Finish();

    /// <summary>Ends the check.</summary>
    public void Dispose()
    {
        s_current = _outer;
        CultureInfo.CurrentCulture = _culture;
    }
}
