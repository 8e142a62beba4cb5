namespace TrainingSpec.Checking.Golden;

/// <summary>The folder golden/: checks documents against their verified files, writes received files, accepts them.</summary>
/// <remarks>Verify's file names and life cycle. Every write is atomic, and a run that fails changes nothing. Source: design "Golden files".</remarks>
/// <param name="root">The folder that holds a folder per topic; it need not exist yet.</param>
public sealed class GoldenFolder(string root)
{
    private const string VerifiedMark = ".verified.";
    private const string ReceivedMark = ".received.";

    /// <summary>The folder's full path.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>True in continuous integration, where nothing is accepted. Preset: the environment variable CI is set, and not to "false" or "0".</summary>
    public bool IsContinuousIntegration { get; init; } = Environment.GetEnvironmentVariable("CI") is not (null or "" or "false" or "0");

    /// <summary>The folder golden/ beside Spec.sln, looked for upwards from the current directory, then from the program's.</summary>
    /// <exception cref="GoldenException">There is no Spec.sln above either.</exception>
    public static GoldenFolder Find()
    {
        foreach (string start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Spec.sln"))) return new(Path.Combine(folder.FullName, "golden"));
            }
        }

        throw new GoldenException($"No Spec.sln above {Environment.CurrentDirectory} or {AppContext.BaseDirectory}: run from inside the repository.");
    }

    /// <summary>Where a document's verified file is, or would be.</summary>
    public string VerifiedPath(GoldenDocument document) => Path.Combine(Root, document.Topic, document.Name + VerifiedMark + document.Extension);

    /// <summary>Compares each document with its verified file; writes nothing.</summary>
    /// <exception cref="GoldenException">A file can't be read.</exception>
    public IReadOnlyList<GoldenResult> Check(IEnumerable<GoldenDocument> documents) => [.. documents.Select(Check)];

    /// <summary>Compares a document with its verified file; writes nothing.</summary>
    /// <exception cref="GoldenException">The file can't be read.</exception>
    public GoldenResult Check(GoldenDocument document)
    {
        string path = VerifiedPath(document);
        (GoldenStatus status, IReadOnlyList<GoldenDifference> differences) = GoldenComparison.Compare(document, Read(path));
        return new(document, status, differences, path);
    }

    /// <summary>Verified files, relative to the root, that none of the documents stands for.</summary>
    public IReadOnlyList<string> Orphans(IEnumerable<GoldenDocument> documents)
    {
        HashSet<string> known = [.. documents.Select(VerifiedPath)];
        return [.. Files(VerifiedMark).Where(f => !known.Contains(f)).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))];
    }

    /// <summary>Compares each document with its verified file, writes a received file for each that differs and removes the stale ones of those that match.</summary>
    /// <exception cref="GoldenException">A folder can't be written; nothing has changed then.</exception>
    public IReadOnlyList<GoldenResult> Regenerate(IEnumerable<GoldenDocument> documents)
    {
        IReadOnlyList<GoldenResult> results = Check(documents);
        AtomicFiles files = new();
        foreach (GoldenResult result in results)
        {
            if (result.Status != GoldenStatus.Match) files.Write(result.ReceivedPath, result.Document.Serialize());
            else if (File.Exists(result.ReceivedPath)) files.Delete(result.ReceivedPath);
        }

        files.Commit();
        return results;
    }

    /// <summary>Moves every received file over its verified one and says which were accepted, relative to the root.</summary>
    /// <exception cref="GoldenException">In continuous integration; where a received file is empty; where a folder can't be written. Nothing has changed then.</exception>
    public IReadOnlyList<string> Accept()
    {
        if (IsContinuousIntegration) throw new GoldenException("Golden files are never accepted in continuous integration (the environment variable CI is set).");
        AtomicFiles files = new();
        List<string> accepted = [];
        foreach (string received in Files(ReceivedMark))
        {
            string text = Read(received) ?? "";
            if (string.IsNullOrWhiteSpace(text)) throw new GoldenException($"{received} is empty: an empty golden file is never accepted.");
            string verified = VerifiedFor(received);
            files.Write(verified, text.TrimStart('\uFEFF').ReplaceLineEndings("\n"));
            files.Delete(received);
            accepted.Add(Path.GetRelativePath(Root, verified).Replace('\\', '/'));
        }

        files.Commit();
        return accepted;
    }

    internal static string ReceivedFor(string verified) => Replace(verified, VerifiedMark, ReceivedMark);

    private static string VerifiedFor(string received) => Replace(received, ReceivedMark, VerifiedMark);

    private static string Replace(string path, string mark, string by) =>
        Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).Replace(mark, by, StringComparison.Ordinal));

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GoldenException($"{path} can't be read: {e.Message}", e);
        }
    }

    private IEnumerable<string> Files(string mark) => Directory.Exists(Root)
        ? Directory.EnumerateFiles(Root, "*" + mark + "*", SearchOption.AllDirectories).OrderBy(f => f, StringComparer.Ordinal)
        : [];
}
