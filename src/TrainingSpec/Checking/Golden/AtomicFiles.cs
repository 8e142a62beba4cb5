using System.Text;

namespace TrainingSpec.Checking.Golden;

/// <summary>Several file changes below one folder, of which either all happen or none, even where the process is killed or the disk is full in the middle.</summary>
/// <remarks>
/// What an interrupted run left in the folder .unfinished is finished or undone by the next one that calls <see cref="Settle(string)"/> or <see cref="Commit"/> for the same root; two runs
/// at once wait for each other. Contents reach the medium before they are renamed into place.
/// </remarks>
public sealed class AtomicFiles
{
    private const UnixFileMode AnyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Threads of one process take turns here, so that they need not ask the disk again and again.
    private static readonly Lock Turn = new();

    private readonly string _root;
    private readonly Disk _disk;
    private readonly SortedDictionary<string, (byte[]? New, byte[]? Before)> _changes = new(StringComparer.Ordinal);

    /// <summary>No change yet.</summary>
    /// <param name="root">The folder below which all files lie; it need not exist yet.</param>
    public AtomicFiles(string root)
        : this(root, Disk.Real)
    {
    }

    internal AtomicFiles(string root, Disk disk)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _disk = disk;
    }

    /// <summary>A file is to say this.</summary>
    /// <exception cref="ArgumentException">The path lies outside the root, or has a change already.</exception>
    public void Write(string path, string text) => Add(path, Utf8.GetBytes(text), null);

    /// <summary>A file that says one thing now is to say another; where it says something else by the time of the commit, nothing is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="before">All that it says now, with its line ends.</param>
    /// <param name="text">What it is to say.</param>
    /// <exception cref="ArgumentException">The path lies outside the root, or has a change already.</exception>
    public void Replace(string path, string before, string text) => Add(path, Utf8.GetBytes(text), Utf8.GetBytes(before));

    /// <summary>A file is to go; one that is not there is no error.</summary>
    /// <exception cref="ArgumentException">The path lies outside the root, or has a change already.</exception>
    public void Delete(string path) => Add(path, null, null);

    /// <summary>Makes all changes, or none. A file that says already what it is to say is left alone.</summary>
    /// <returns>How many files changed.</returns>
    /// <exception cref="GoldenException">A file or folder can't be written, or says another thing than it did; nothing was changed.</exception>
    public int Commit()
    {
        if (_changes.Count == 0) return 0;
        string at = _root;
        bool madeRoot = !Directory.Exists(_root);
        lock (Turn)
        {
            try
            {
                List<string> folders = [];
                foreach ((string path, (byte[]? now, _)) in _changes)
                {
                    at = Path.GetDirectoryName(path)!;
                    RefuseReadOnly(path, now is null ? [] : folders);
                }

                at = _root;
                return Held(_root, _disk, write =>
                {
                    write.Recover();
                    List<(string, byte[]?, byte[]?, UnixFileMode?)> changes = [.. Changes()];
                    if (changes.Count > 0) write.Run(changes, folders);
                    return changes.Count;
                });
            }
            catch (Exception e) when (UnfinishedWrite.IsOfFiles(e))
            {
                if (madeRoot) UnfinishedWrite.Quietly(() => Directory.Delete(_root));
                throw new GoldenException($"The folder {at} can't be written, nothing was changed: {e.Message}", e);
            }
        }
    }

    /// <summary>Finishes or undoes what an interrupted run left below a folder. Where nothing was left, nothing is written.</summary>
    /// <param name="root">The folder.</param>
    /// <returns>What was done, as a sentence; null where there was nothing to finish or undo.</returns>
    /// <exception cref="GoldenException">What was left can't be finished or undone; the message says why.</exception>
    public static string? Settle(string root) => Settle(root, Disk.Real);

    internal static string? Settle(string root, Disk disk)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(Path.Combine(full, UnfinishedWrite.FolderName))) return null;
        lock (Turn)
        {
            try
            {
                return Held(full, disk, write => write.Recover());
            }
            catch (Exception e) when (UnfinishedWrite.IsOfFiles(e))
            {
                throw new GoldenException($"{Path.Combine(full, UnfinishedWrite.FolderName)}, left by a write that was interrupted, can't be cleared up: {e.Message}", e);
            }
        }
    }

    private static T Held<T>(string root, Disk disk, Func<UnfinishedWrite, T> work)
    {
        UnfinishedWrite write = new(root, disk);
        using WriteLock held = WriteLock.Acquire(disk, write.Folder, Patience);
        try
        {
            return work(write);
        }
        finally
        {
            write.Close();
        }
    }

    private void Add(string path, byte[]? now, byte[]? before)
    {
        string full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null) full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        if (!Journal.IsBelow(_root, full)) throw new ArgumentException($"path = {full} lies outside {_root}.", nameof(path));
        if (!_changes.TryAdd(full, (now, before))) throw new ArgumentException($"path = {full} has a change already.", nameof(path));
    }

    private IEnumerable<(string Path, byte[]? Old, byte[]? New, UnixFileMode? Mode)> Changes()
    {
        foreach ((string path, (byte[]? now, byte[]? before)) in _changes)
        {
            byte[]? old = UnfinishedWrite.Content(path);
            if (before is not null && !before.AsSpan().SequenceEqual(old)) throw new IOException($"{path} was changed by another meanwhile");
            bool same = old is null ? now is null : now is not null && old.AsSpan().SequenceEqual(now);
            if (!same) yield return (path, old, now, old is null || OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path));
        }
    }

    // A file or folder that nobody may write to is meant so, even where the user is root and could.
    private void RefuseReadOnly(string path, List<string> folders)
    {
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder");
        string standing = Path.GetDirectoryName(path)!;
        List<string> missing = [];
        while (!Directory.Exists(standing))
        {
            missing.Insert(0, Path.GetRelativePath(_root, standing));
            standing = Path.GetDirectoryName(standing)!;
        }

        folders.AddRange(missing.Where(m => m != "." && !m.StartsWith("..", StringComparison.Ordinal) && !folders.Contains(m)));
        if (OperatingSystem.IsWindows()) return;
        if ((File.GetUnixFileMode(standing) & AnyWrite) == 0 || (Directory.Exists(_root) && (File.GetUnixFileMode(_root) & AnyWrite) == 0))
            throw new UnauthorizedAccessException("it is read-only");
        if (File.Exists(path) && (File.GetUnixFileMode(path) & AnyWrite) == 0) throw new UnauthorizedAccessException($"{path} is read-only");
    }
}
