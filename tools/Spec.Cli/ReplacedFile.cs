using System.Security.Cryptography;
using System.Text;

namespace Spec.Cli;

/// <summary>The new content of a file, beside it under a hidden name until it is put in its place. What a killed run left so is removed by the next one that writes the same file.</summary>
internal sealed class ReplacedFile : IDisposable
{
    // Held as long as the run lives, so that another can tell what was left behind.
    private static readonly FileShare Hold = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly string _target;
    private readonly string _staged;
    private readonly FileStream _stream;
    private byte[]? _before;
    private bool _placed;

    private ReplacedFile(string target, string staged, FileStream stream)
    {
        _target = target;
        _staged = staged;
        _stream = stream;
    }

    /// <summary>Writes the new content beside the file, with the file's rights.</summary>
    /// <exception cref="IOException">The folder can't be written, or is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static ReplacedFile Stage(string target, byte[] bytes)
    {
        string stem = Path.Combine(Path.GetDirectoryName(target)!, ".spec-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))))[..12] + "-");
        foreach (string left in Directory.GetFiles(Path.GetDirectoryName(stem)!, Path.GetFileName(stem) + "*"))
            Sweep(left);
        while (true)
        {
            string staged = stem + Guid.NewGuid().ToString("N")[..12];
            var file = new ReplacedFile(target, staged, new FileStream(staged, FileMode.CreateNew, FileAccess.Write, Hold, bufferSize: 0));
            try
            {
                if (File.Exists(target) && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(file._stream.SafeFileHandle, File.GetUnixFileMode(target));
                file._stream.Write(bytes);
                file._stream.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                file.Dispose();
                throw e is IOException ? new IOException(e.Message.Replace(staged, target, StringComparison.Ordinal), e) : e;
            }

            // Another run may have taken it for a dead one's, between its making and its holding.
            if (File.Exists(staged))
                return file;
            file.Dispose();
        }
    }

    /// <summary>Puts all in place, or none.</summary>
    /// <exception cref="IOException">One can't be put in place; the others were put back.</exception>
    public static void PutInPlace(IReadOnlyList<ReplacedFile> files)
    {
        foreach (ReplacedFile file in files)
        {
            try
            {
                if (files.Count > 1 && File.Exists(file._target))
                    file._before = File.ReadAllBytes(file._target);
                File.Move(file._staged, file._target, overwrite: true);
                file._placed = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                foreach (ReplacedFile placed in files.Where(f => f._placed))
                    placed.PutBack();
                throw new IOException($"{file._target} can't be written, nothing was changed: {e.Message}", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        if (!_placed)
            File.Delete(_staged);
    }

    private void PutBack()
    {
        if (_before is null)
        {
            File.Delete(_target);
            return;
        }

        using ReplacedFile old = Stage(_target, _before);
        File.Move(old._staged, old._target, overwrite: true);
        old._placed = true;
    }

    private static void Sweep(string left)
    {
        try
        {
            new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its run lives, or it is somebody else's.
        }
    }
}
