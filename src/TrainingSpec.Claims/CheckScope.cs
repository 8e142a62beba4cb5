using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>What surrounds a running check: where it reads from, and the steps that it shows. One per thread, for checks run side by side.</summary>
internal sealed class CheckScope : IDisposable
{
    [ThreadStatic]
    private static CheckScope? s_current;

    private readonly CheckScope? _outer = s_current;
    private readonly Dictionary<string, ClaimDocument> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode?> _parsed = new(StringComparer.Ordinal);
    private readonly StepRecorder _recorder = new();
    private readonly ClaimSource _source;

    /// <summary>Begins a check.</summary>
    public CheckScope(ClaimSource source)
    {
        _source = source;
        s_current = this;
    }

    /// <summary>The place of the running check; outside of one, that of <see cref="ClaimSource.Find"/>.</summary>
    public static ClaimSource Source => s_current?._source ?? ClaimSource.Find();

    /// <summary>Where the running check writes its steps; null outside of one.</summary>
    public static StepRecorder? Recorder => s_current?._recorder;

    /// <summary>The steps of this check so far.</summary>
    public IReadOnlyList<Step> Steps => _recorder.Finish();

    /// <summary>A JSON file, read once per check.</summary>
    /// <exception cref="ClaimDataException">The file is missing or damaged.</exception>
    public static JsonNode? Parse(string path)
    {
        if (s_current is not { } scope)
            return ClaimFile.Parse(path);
        if (!scope._parsed.TryGetValue(path, out JsonNode? read))
            scope._parsed[path] = read = ClaimFile.Parse(path);
        return read;
    }

    /// <summary>A document's claims, read once per check: JSON nodes are not safe to share between threads.</summary>
    public static ClaimDocument Document(string document)
    {
        if (s_current is not { } scope)
            return ClaimSource.Find().Load(document);
        if (!scope._documents.TryGetValue(document, out ClaimDocument? read))
            scope._documents[document] = read = scope._source.Load(document);
        return read;
    }

    /// <summary>Ends the check.</summary>
    public void Dispose() => s_current = _outer;
}
