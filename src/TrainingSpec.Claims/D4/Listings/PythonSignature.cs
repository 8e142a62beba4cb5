namespace TrainingSpec.Claims.D4.Listings;

/// <summary>A function's parameters in order, each with its default where it has one; "self" is left out.</summary>
/// <param name="Name">The function.</param>
/// <param name="Parameters">Name and default; null where the argument is required.</param>
internal sealed record PythonSignature(string Name, IReadOnlyList<(string Name, string? Default)> Parameters)
{
    /// <summary>Reads a signature of the document's listings.</summary>
    public static PythonSignature Read(DocumentFacts facts, string name) => new(
        name,
        [.. facts["signatures"][name].Rows.Select(p => (p[0].Text, p.Rows.Count > 1 && p[1].Stands ? p[1].Text : null))]);

    /// <summary>Binds a call after Python's rules.</summary>
    /// <exception cref="PythonException">TypeError: too many, unknown, doubled or missing arguments.</exception>
    public void Bind(PythonCall call)
    {
        if (call.Positional > Parameters.Count)
            throw new PythonException(PythonError.TypeError, $"{Name} takes {Parameters.Count} arguments, {call.Positional} given");
        var bound = Parameters.Take(call.Positional).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string keyword in call.Keywords)
        {
            if (Parameters.All(p => p.Name != keyword))
                throw new PythonException(PythonError.TypeError, $"{Name} has no parameter {keyword}");
            if (!bound.Add(keyword))
                throw new PythonException(PythonError.TypeError, $"{Name} gets {keyword} twice");
        }

        string[] missing = [.. Parameters.Where(p => p.Default is null && !bound.Contains(p.Name)).Select(p => p.Name)];
        if (missing.Length > 0)
            throw new PythonException(PythonError.TypeError, $"{Name} lacks {string.Join(", ", missing)}");
    }
}

/// <summary>A call site: how many positional arguments, and the names of the keyword arguments.</summary>
/// <param name="Positional">Positional arguments, without "self".</param>
/// <param name="Keywords">Keyword arguments.</param>
internal sealed record PythonCall(int Positional, params IReadOnlyList<string> Keywords)
{
    /// <summary>Reads a call of the document's listings.</summary>
    public static PythonCall Read(DocumentFacts facts, string name)
    {
        Facts call = facts["calls"][name];
        return new PythonCall(call["positional"].Integer, call["keywords"].Texts);
    }
}
