using System.Text;

namespace TrainingSpec.Checking.Golden;

/// <summary>Several file changes of which either all happen or none: new texts are staged beside their targets, then moved.</summary>
public sealed class AtomicFiles
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly List<(string Path, string? Text)> _changes = [];

    /// <summary>Stages a file with this text.</summary>
    public void Write(string path, string text) => _changes.Add((path, text));

    /// <summary>Stages the removal of a file.</summary>
    public void Delete(string path) => _changes.Add((path, null));

    /// <summary>Makes all staged changes, or none.</summary>
    /// <exception cref="GoldenException">A file or folder can't be written; nothing was changed.</exception>
    public void Commit()
    {
        List<(string Staged, string Path)> moves = [];
        List<(string Path, byte[]? Before)> done = [];
        List<string> made = [];
        string at = "";
        try
        {
            foreach ((string path, string? text) in _changes)
            {
                at = path;
                RefuseReadOnly(path, made);
                if (text is null) continue;
                string staged = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
                moves.Add((staged, path));
                File.WriteAllText(staged, text, Utf8);
            }

            foreach ((string staged, string path) in moves)
            {
                at = path;
                byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;
                File.Move(staged, path, overwrite: true);
                done.Add((path, before));
            }

            foreach ((string path, string? text) in _changes.Where(c => c.Text is null))
            {
                at = path;
                byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;
                File.Delete(path);
                done.Add((path, before));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Undo(moves, done, made);
            throw new GoldenException($"The folder {Path.GetDirectoryName(at)} can't be written, nothing was changed: {e.Message}", e);
        }
    }

    // A folder that nobody may write to is meant so, even where the user is root and could.
    private static void RefuseReadOnly(string path, List<string> made)
    {
        string folder = Path.GetDirectoryName(path)!;
        string standing = folder;
        while (!Directory.Exists(standing)) standing = Path.GetDirectoryName(standing)!;
        const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(standing) & Write) == 0)
            throw new UnauthorizedAccessException("it is read-only");
        if (standing == folder) return;
        for (string missing = folder; missing != standing; missing = Path.GetDirectoryName(missing)!) made.Add(missing);
        Directory.CreateDirectory(folder);
    }

    private static void Undo(List<(string Staged, string Path)> moves, List<(string Path, byte[]? Before)> done, List<string> made)
    {
        foreach ((string staged, _) in moves) Quietly(() => File.Delete(staged));
        foreach ((string path, byte[]? before) in done)
        {
            if (before is null) Quietly(() => File.Delete(path));
            else Quietly(() => File.WriteAllBytes(path, before));
        }

        foreach (string folder in made.OrderByDescending(f => f.Length)) Quietly(() => Directory.Delete(folder));
    }

    // The first error is the one to report; undoing goes as far as it can.
    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
