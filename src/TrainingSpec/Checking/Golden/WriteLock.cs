namespace TrainingSpec.Checking.Golden;

/// <summary>Holds a folder against other runs that would write below it. The system lets go of it when a process ends, in whatever way.</summary>
internal sealed class WriteLock : IDisposable
{
    /// <summary>The file that is held.</summary>
    public const string Name = "lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // What .NET says of a file that another process holds: EAGAIN of Linux, of BSD and macOS, and Windows' sharing violation. And EEXIST, of a folder that went while it was being made.
    private static readonly int[] Passing = [11, 35, unchecked((int)0x80070020), 17];

    private readonly FileStream _stream;

    private WriteLock(FileStream stream) => _stream = stream;

    /// <summary>Waits until nobody else holds the folder, and makes it where it is missing.</summary>
    /// <param name="disk">Who makes the folder.</param>
    /// <param name="folder">The folder in which the lock stands.</param>
    /// <param name="patience">How long to wait.</param>
    /// <exception cref="IOException">The folder can't be made or written, or is still held by another.</exception>
    public static WriteLock Acquire(Disk disk, string folder, TimeSpan patience)
    {
        string path = Path.Combine(folder, Name);
        for (long start = Environment.TickCount64; ;)
        {
            try
            {
                disk.MakeFolder(folder);
                FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (IsStill(path, stream)) return new(stream);
                stream.Dispose();
            }
            catch (IOException e) when (e is DirectoryNotFoundException or FileNotFoundException)
            {
                // The one before has just swept the folder away, and the next may have made it again since: then .NET misses the file alone.
            }
            catch (IOException e) when (Passing.Contains(e.HResult) && !File.Exists(folder))
            {
                if (Environment.TickCount64 - start > patience.TotalMilliseconds)
                    throw new IOException($"another run has been writing for {patience.TotalSeconds:F0} s: it holds {path}", e);
            }
            catch (Exception e) when (UnfinishedWrite.IsOfFiles(e))
            {
                UnfinishedWrite.Quietly(() => disk.DeleteFolder(folder));
                throw;
            }

            Thread.Sleep(Pause);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // Whoever held the file before may have removed it between our opening and our holding it. .NET tells no inodes, so the file is known by a time that nobody else gives it.
    private static bool IsStill(string path, FileStream stream)
    {
        File.SetLastWriteTimeUtc(stream.SafeFileHandle, DateTime.UnixEpoch.AddSeconds(2 * System.Random.Shared.Next(1, 500_000_000)));
        return File.Exists(path) && File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(stream.SafeFileHandle);
    }
}
