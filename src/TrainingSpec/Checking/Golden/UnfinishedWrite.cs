namespace TrainingSpec.Checking.Golden;

/// <summary>The folder .unfinished below a root, in which file changes are prepared: contents first, then a journal by one rename. Whoever holds the lock may work here.</summary>
/// <remarks>
/// Without a journal nothing outside the folder has changed, and all in it can go. With "journal" the changes are to be finished, with "journal.undo" undone; either needs renames
/// and removals alone, so that a full disk stops neither. A file that says neither its old nor its new content was changed by somebody else meanwhile, and is never written over.
/// </remarks>
internal sealed class UnfinishedWrite(string root, Disk disk)
{
    /// <summary>The folder's name. Git sees it, so what an interrupted write left does not go unnoticed.</summary>
    public const string FolderName = ".unfinished";

    private readonly string _forward = Path.Combine(root, FolderName, "journal");
    private readonly string _back = Path.Combine(root, FolderName, "journal.undo");

    /// <summary>The folder's full path.</summary>
    public string Folder { get; } = Path.Combine(root, FolderName);

    /// <summary>Makes the changes, all or none.</summary>
    /// <param name="changes">The files with their old and new content; null is none.</param>
    /// <param name="folders">The folders that have to be made, relative to the root, the outer ones first.</param>
    /// <exception cref="IOException">A file can't be written; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written; nothing has changed.</exception>
    /// <exception cref="GoldenException">A file can't be written, and what was changed by then can't be put back now; the next run does.</exception>
    public void Run(IReadOnlyList<(string Path, byte[]? Old, byte[]? New, UnixFileMode? Mode)> changes, IReadOnlyList<string> folders)
    {
        Journal journal = new([.. changes.Select(c => new JournalFile(Path.GetRelativePath(root, c.Path), Journal.Hash(c.Old), Journal.Hash(c.New)))], folders);
        try
        {
            for (int i = 0; i < changes.Count; i++)
            {
                if (changes[i].New is { } now) disk.Write(Staged(i, forward: true), now, changes[i].Mode);
                if (changes[i].Old is { } was) disk.Write(Staged(i, forward: false), was, changes[i].Mode);
            }

            string part = _forward + ".part";
            disk.Write(part, journal.Serialize(), null);
            disk.Move(part, _forward);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            Quietly(Clear);
            throw;
        }

        try
        {
            Put(journal, forward: true);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            PutBack(journal, e);
            throw;
        }

        // All is written: what can't be cleared away now is cleared away by the next run.
        Quietly(() =>
        {
            disk.Delete(_forward);
            Clear();
        });
    }

    /// <summary>Finishes or undoes what an interrupted run left, and clears it away.</summary>
    /// <returns>What was done, as a sentence; null where nothing had been begun.</returns>
    /// <exception cref="GoldenException">The journal is damaged, or a file was changed by somebody else meanwhile.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public string? Recover()
    {
        bool forward = File.Exists(_forward);
        if (!forward && !File.Exists(_back))
        {
            Clear();
            return null;
        }

        Journal journal = Journal.Read(forward ? _forward : _back, root);
        if (Obstacle(journal, forward) is { } obstacle)
        {
            if (Obstacle(journal, !forward) is not null)
                throw new GoldenException($"{Path.Combine(root, obstacle)} was changed after a write of it was interrupted; {Folder} holds the old and new content of {journal.Files.Count} file(s): put them right, remove that folder, and run again.");
            disk.Move(forward ? _forward : _back, forward ? _back : _forward);
            forward = !forward;
        }

        Put(journal, forward);
        disk.Delete(forward ? _forward : _back);
        Clear();
        return FormattableString.Invariant($"{(forward ? "finished" : "undid")} a write of {journal.Files.Count} file(s) in {root} that had been interrupted");
    }

    /// <summary>Gives the folder up: the lock goes, and the folder where nothing else is in it.</summary>
    public void Close() => Quietly(() =>
    {
        disk.Delete(Path.Combine(Folder, WriteLock.Name));
        disk.DeleteFolder(Folder);
    });

    /// <summary>True for what the file system throws.</summary>
    public static bool IsOfFiles(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>Goes as far as it can.</summary>
    public static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IsOfFiles(e))
        {
        }
    }

    // Only where no journal needs them.
    private void Clear()
    {
        string held = Path.Combine(Folder, WriteLock.Name);
        foreach (string file in Directory.GetFiles(Folder).Where(f => f != held).Order(StringComparer.Ordinal)) disk.Delete(file);
    }

    private string Staged(int file, bool forward) => Path.Combine(Folder, FormattableString.Invariant($"{file}.{(forward ? "new" : "old")}"));

    private void PutBack(Journal journal, Exception cause)
    {
        try
        {
            disk.Move(_forward, _back);
            Put(journal, forward: false);
            disk.Delete(_back);
            Clear();
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw new GoldenException($"A write in {root} failed and can't be undone now; the next run finishes or undoes it: {cause.Message}", cause);
        }
    }

    // The first file that can't be brought to where this direction leads.
    private string? Obstacle(Journal journal, bool forward)
    {
        for (int i = 0; i < journal.Files.Count; i++)
        {
            JournalFile file = journal.Files[i];
            (string? goal, string? start) = forward ? (file.New, file.Old) : (file.Old, file.New);
            string? now = Journal.Hash(Content(Path.Combine(root, file.Path)));
            if (now != goal && (now != start || (goal is not null && !File.Exists(Staged(i, forward))))) return file.Path;
        }

        return null;
    }

    private void Put(Journal journal, bool forward)
    {
        for (int i = 0; i < journal.Files.Count; i++)
        {
            JournalFile file = journal.Files[i];
            string path = Path.Combine(root, file.Path);
            string? goal = forward ? file.New : file.Old;
            if (Journal.Hash(Content(path)) == goal) continue;
            if (goal is null)
            {
                disk.Delete(path);
                continue;
            }

            string folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder)) disk.MakeFolder(folder);
            disk.Move(Staged(i, forward), path);
        }

        if (forward) return;
        foreach (string made in journal.Folders.Reverse().Select(f => Path.Combine(root, f)).Where(Directory.Exists))
        {
            if (!Directory.EnumerateFileSystemEntries(made).Any()) disk.DeleteFolder(made);
        }
    }

    /// <summary>A file's bytes; null where there is none.</summary>
    internal static byte[]? Content(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
