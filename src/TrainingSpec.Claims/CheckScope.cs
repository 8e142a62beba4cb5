namespace TrainingSpec.Claims;

/// <summary>What surrounds a running check: where it reads from. One per thread, for checks run side by side.</summary>
internal sealed class CheckScope : IDisposable
{
    [ThreadStatic]
    private static CheckScope? s_current;

    private readonly CheckScope? _outer = s_current;
    private readonly Dictionary<string, ClaimDocument> _documents = new(StringComparer.Ordinal);
    private readonly ClaimSource _source;

    /// <summary>Begins a check.</summary>
    public CheckScope(ClaimSource source)
    {
        _source = source;
        s_current = this;
    }

    /// <summary>The place of the running check; outside of one, that of <see cref="ClaimSource.Find"/>.</summary>
    public static ClaimSource Source => s_current?._source ?? ClaimSource.Find();

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
