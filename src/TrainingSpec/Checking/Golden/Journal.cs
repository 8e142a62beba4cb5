using System.Security.Cryptography;
using System.Text.Json;

namespace TrainingSpec.Checking.Golden;

/// <summary>What a set of file changes is about to do, so that another run can finish or undo it.</summary>
/// <param name="Files">The files, none twice.</param>
/// <param name="Folders">The folders that are made for them, relative to the root, the outer ones first.</param>
internal sealed record Journal(IReadOnlyList<JournalFile> Files, IReadOnlyList<string> Folders)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The file's bytes.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, Indented);

    /// <summary>Reads a journal.</summary>
    /// <exception cref="GoldenException">The file is damaged, or names a place outside the root.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Journal Read(string path, string root)
    {
        try
        {
            Journal journal = JsonSerializer.Deserialize<Journal>(File.ReadAllBytes(path)) ?? throw new JsonException("it is empty");
            if (journal.Files is null || journal.Folders is null || journal.Files.Any(f => f?.Path is null)) throw new JsonException("a member is missing");
            if (journal.Files.Select(f => f.Path).Concat(journal.Folders).FirstOrDefault(p => !IsBelow(root, Path.Combine(root, p))) is { } outside)
                throw new JsonException($"{outside} lies outside {root}");
            return journal;
        }
        catch (JsonException e)
        {
            throw new GoldenException($"{path}, left by a write that was interrupted, is damaged: {e.Message}", e);
        }
    }

    /// <summary>True where the full path lies below the root and is not the folder of unfinished writes.</summary>
    public static bool IsBelow(string root, string path)
    {
        string relative = Path.GetRelativePath(root, Path.GetFullPath(path));
        string first = relative.Split(Path.DirectorySeparatorChar)[0];
        return !Path.IsPathRooted(relative) && first is not (".." or "." or UnfinishedWrite.FolderName);
    }

    /// <summary>What a file says, as a hash; null where there is none.</summary>
    public static string? Hash(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>One file of a journal.</summary>
/// <param name="Path">Relative to the root, with the system's separators.</param>
/// <param name="Old">The hash of what it said before; null where it was not there.</param>
/// <param name="New">The hash of what it is to say; null where it is to go.</param>
internal sealed record JournalFile(string Path, string? Old, string? New);
