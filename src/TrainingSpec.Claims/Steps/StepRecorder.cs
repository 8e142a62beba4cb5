using System.Globalization;

namespace TrainingSpec.Claims;

/// <summary>Collects the steps of one check.</summary>
internal sealed class StepRecorder
{
    private readonly List<Step> _steps = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);
    private int _muted;

    /// <summary>Writes a step down.</summary>
    public void Add(Step step)
    {
        if (_muted == 0)
            _steps.Add(step);
    }

    /// <summary>Writes nothing down until what it gives is disposed.</summary>
    public IDisposable Mute() => new Silence(this);

    /// <summary>Writes down what was read, once; what is read from one place in a row stands in one step.</summary>
    public void Read(string place, string what)
    {
        string start = $"{place}: ";
        if (!FirstTime(start + what))
            return;
        if (_steps is [.., var last] && last.Kind == StepKind.Read && last.Text.StartsWith(start, StringComparison.Ordinal))
            _steps[^1] = last with { Text = $"{last.Text}; {what}" };
        else
            Add(new Step(StepKind.Read, start + what));
    }

    /// <summary>True once for each text that is written down.</summary>
    public bool FirstTime(string text) => _muted == 0 && _read.Add(text);

    /// <summary>Counts a use of a formula, and says how many there were.</summary>
    public int Again(string formula) => _times[formula] = _times.GetValueOrDefault(formula) + 1;

    /// <summary>All steps; a formula that was used more often than it is shown says how often.</summary>
    public IReadOnlyList<Step> Finish()
    {
        Dictionary<string, int> shown = _times.ToDictionary(t => t.Key, t => _steps.Count(s => IsOf(s, t.Key)), StringComparer.Ordinal);
        return
        [
            .. _steps,
            .. _times.Where(t => t.Value > shown[t.Key]).Select(t => new Step(StepKind.Formula, string.Create(CultureInfo.InvariantCulture, $"formula {t.Key}: used {t.Value - shown[t.Key]} more times with other values"))),
        ];
    }

    private sealed class Silence : IDisposable
    {
        private readonly StepRecorder _of;

        public Silence(StepRecorder of)
        {
            _of = of;
            _of._muted++;
        }

        public void Dispose() => _of._muted--;
    }

    private static bool IsOf(Step step, string formula) => step.Kind == StepKind.Formula && step.Details.Count > 0 && step.Text.StartsWith($"formula {formula}: ", StringComparison.Ordinal);
}
