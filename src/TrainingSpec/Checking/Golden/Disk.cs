namespace TrainingSpec.Checking.Golden;

/// <summary>The steps by which files change, each of them one that the system does whole or not at all, but for writing; tests stop and fail between them.</summary>
internal class Disk
{
    /// <summary>The machine's own.</summary>
    public static Disk Real { get; } = new();

    /// <summary>Makes a folder and those above it; one that is there is no error.</summary>
    public virtual void MakeFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Writes a new file and waits until it is on the medium, so that a rename after it never shows less than all of it.</summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="mode">The rights of the file that it will replace; null for the usual ones.</param>
    public virtual void Write(string path, byte[] bytes, UnixFileMode? mode)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (mode is { } rights && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, rights);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Renames a file over whatever file is there.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Removes a file; one that is not there is no error.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Removes an empty folder.</summary>
    public virtual void DeleteFolder(string path) => Directory.Delete(path);
}
