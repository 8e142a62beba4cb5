namespace TrainingSpec.Checking.Golden;

/// <summary>The folder golden/: checks documents against their verified files, writes received files, accepts them.</summary>
/// <remarks>
/// Verify's file names and life cycle. Every write is atomic, and a run that fails changes nothing; what a killed run left is finished or undone before anything is read.
/// Source: design "Golden files".
/// </remarks>
/// <param name="root">The folder that holds a folder per topic; it need not exist yet.</param>
public sealed class GoldenFolder(string root)
{
    private const string VerifiedMark = ".verified.";
    private const string ReceivedMark = ".received.";

    /// <summary>The folder's full path.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>True in continuous integration, where nothing is accepted. Preset: the environment variable CI is set, and not to "false" or "0".</summary>
    public bool IsContinuousIntegration { get; init; } = Environment.GetEnvironmentVariable("CI") is not (null or "" or "false" or "0");

    /// <summary>The topics that are looked at: files of others are neither orphans nor stale nor strays. Null: all.</summary>
    public IReadOnlySet<string>? Topics { get; private init; }

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

    /// <summary>The same folder, of which only some topics are looked at.</summary>
    public GoldenFolder Of(IReadOnlySet<string> topics) => new(Root) { IsContinuousIntegration = IsContinuousIntegration, Topics = topics };

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
        (GoldenStatus status, IReadOnlyList<GoldenDifference> differences) = GoldenComparison.Compare(document, Verified(document.Topic, document.Name, document.Extension));
        return new(document, status, differences, path);
    }

    /// <summary>The text of a verified file; null where there is none.</summary>
    /// <param name="topic">The folder below the root.</param>
    /// <param name="name">The file's name without extensions.</param>
    /// <param name="extension">json, txt or md.</param>
    /// <exception cref="GoldenException">The file can't be read, which is another thing than being absent.</exception>
    public string? Verified(string topic, string name, string extension)
    {
        AtomicFiles.Settle(Root);
        return Read(Path.Combine(Root, topic, name + VerifiedMark + extension));
    }

    /// <summary>Verified files, relative to the root, that none of the documents stands for.</summary>
    /// <exception cref="GoldenException">A folder can't be read.</exception>
    public IReadOnlyList<string> Orphans(IEnumerable<GoldenDocument> documents)
    {
        AtomicFiles.Settle(Root);
        HashSet<string> known = [.. documents.Select(VerifiedPath)];
        return [.. Files().Where(f => IsGolden(f, VerifiedMark) && !known.Contains(f)).Select(Relative)];
    }

    /// <summary>Compares all documents that a build computes with all that stands in the folder; writes nothing.</summary>
    /// <param name="documents">All of them: a verified file of any other is an orphan.</param>
    /// <exception cref="GoldenException">A file or folder can't be read.</exception>
    public GoldenSurvey Survey(IReadOnlyList<GoldenDocument> documents)
    {
        IReadOnlyList<GoldenResult> results = Check(documents);
        Dictionary<string, GoldenResult> differing = results.Where(r => r.Status != GoldenStatus.Match).ToDictionary(r => r.ReceivedPath, StringComparer.Ordinal);
        IReadOnlyList<string> files = Files();
        HashSet<string> topics = [.. documents.Select(d => d.Topic)];
        IEnumerable<string> emptyFolders = Folders().Where(f => !topics.Contains(Relative(f)) && !files.Any(file => file.StartsWith(f + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        return new(
            results,
            Orphans(documents),
            [.. files.Where(f => IsGolden(f, ReceivedMark) && !(differing.TryGetValue(f, out GoldenResult? result) && SaysWhatWasComputed(result))).Select(Relative)],
            [.. files.Where(f => !IsGolden(f, ReceivedMark) && !IsGolden(f, VerifiedMark)).Concat(emptyFolders).Select(Relative)]);
    }

    /// <summary>Compares each document with its verified file, writes a received file for each that differs and removes the stale ones of those that match.</summary>
    /// <exception cref="GoldenException">A folder can't be written; nothing has changed then.</exception>
    public IReadOnlyList<GoldenResult> Regenerate(IEnumerable<GoldenDocument> documents)
    {
        IReadOnlyList<GoldenResult> results = Check(documents);
        Receive(results, []);
        return results;
    }

    /// <summary>The same for all documents that a build computes: received files of documents that there are no more are removed too.</summary>
    /// <param name="documents">All of them.</param>
    /// <returns>What stood there before; its stale files are gone.</returns>
    /// <exception cref="GoldenException">A folder can't be read or written; nothing has changed then.</exception>
    public GoldenSurvey RegenerateAll(IReadOnlyList<GoldenDocument> documents)
    {
        GoldenSurvey survey = Survey(documents);
        Receive(survey.Results, survey.Stale.Select(s => Path.Combine(Root, s)));
        return survey;
    }

    /// <summary>Moves every received file over its verified one.</summary>
    /// <param name="documents">All documents that this build computes: nothing else is ever accepted. Not computed where nothing may be accepted.</param>
    /// <returns>The accepted files, relative to the root, and what stands in the folder now.</returns>
    /// <exception cref="GoldenException">In continuous integration; where a received file is not what this build computes; where a folder can't be written. Nothing has changed then.</exception>
    public (IReadOnlyList<string> Accepted, GoldenSurvey Left) Accept(IEnumerable<GoldenDocument> documents)
    {
        if (IsContinuousIntegration) throw new GoldenException("Golden files are never accepted in continuous integration (the environment variable CI is set).");
        IReadOnlyList<GoldenDocument> all = [.. documents];
        GoldenSurvey survey = Survey(all);
        if (survey.Stale.Count > 0)
            throw new GoldenException($"Nothing was accepted: {string.Join(", ", survey.Stale)} {(survey.Stale.Count == 1 ? "is" : "are")} not what this build computes; spec golden regenerate writes what is.");
        AtomicFiles files = new(Root);
        List<string> accepted = [];
        foreach (GoldenResult result in survey.Differing.Where(r => File.Exists(r.ReceivedPath)).OrderBy(r => r.VerifiedPath, StringComparer.Ordinal))
        {
            files.Write(result.VerifiedPath, result.Document.Serialize());
            files.Delete(result.ReceivedPath);
            accepted.Add(Relative(result.VerifiedPath));
        }

        files.Commit();
        return (accepted, Survey(all));
    }

    internal static string ReceivedFor(string verified) => Replace(verified, VerifiedMark, ReceivedMark);

    private static string Replace(string path, string mark, string by) =>
        Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).Replace(mark, by, StringComparison.Ordinal));

    private static bool SaysWhatWasComputed(GoldenResult result) =>
        Read(result.ReceivedPath)?.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n') == result.Document.Serialize().TrimEnd('\n');

    // A file that can't be read is not absent: its folder may keep us out, which File.Exists does not tell.
    private static string? Read(string path)
    {
        try
        {
            RefuseClosed(Path.GetDirectoryName(Path.GetDirectoryName(path))!);
            RefuseClosed(Path.GetDirectoryName(path)!);
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GoldenException($"{path} can't be read: {e.Message}", e);
        }
    }

    // A folder that nobody may read is meant so, even where the user is root and could.
    private static void RefuseClosed(string folder)
    {
        const UnixFileMode AnyEntry = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && Directory.Exists(folder) && (File.GetUnixFileMode(folder) & AnyEntry) == 0)
            throw new UnauthorizedAccessException($"nobody may enter {folder}");
    }

    // <topic>/<Name>.<mark>.<extension>, and nothing behind the extension.
    private bool IsGolden(string path, string mark)
    {
        string name = Path.GetFileName(path);
        int at = name.IndexOf(mark, StringComparison.Ordinal);
        return at > 0 && name[(at + mark.Length)..] is "json" or "txt" or "md" && Path.GetDirectoryName(Path.GetDirectoryName(path)) == Root;
    }

    private string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private void Receive(IEnumerable<GoldenResult> results, IEnumerable<string> stale)
    {
        AtomicFiles files = new(Root);
        HashSet<string> gone = [.. stale];
        foreach (GoldenResult result in results)
        {
            gone.Remove(result.ReceivedPath);
            if (result.Status != GoldenStatus.Match) files.Write(result.ReceivedPath, result.Document.Serialize());
            else if (File.Exists(result.ReceivedPath)) files.Delete(result.ReceivedPath);
        }

        foreach (string path in gone) files.Delete(path);
        files.Commit();
    }

    // Whatever begins with a dot belongs to other tools, or to a write that is under way.
    private IReadOnlyList<string> Files() => [.. Entries(Root, folders: false).Where(IsLookedAt)];

    private IReadOnlyList<string> Folders() => [.. Entries(Root, folders: true).Where(IsLookedAt)];

    private bool IsLookedAt(string path) => Topics is null || Topics.Contains(Relative(path).Split('/')[0]);

    private static IReadOnlyList<string> Entries(string folder, bool folders)
    {
        try
        {
            RefuseClosed(folder);
            List<string> found = [];
            foreach (string inner in Directory.GetDirectories(folder).Where(d => !Path.GetFileName(d).StartsWith('.')))
            {
                if (folders) found.Add(inner);
                found.AddRange(Entries(inner, folders));
            }

            if (!folders) found.AddRange(Directory.GetFiles(folder).Where(f => !Path.GetFileName(f).StartsWith('.')));
            return [.. found.Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GoldenException($"{folder} can't be read: {e.Message}", e);
        }
    }
}
