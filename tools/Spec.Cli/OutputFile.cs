using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Spec.Cli;

/// <summary>Where a user wants a result: a file, which is replaced as a whole or not at all, a pipe or device, which is written to, or standard output.</summary>
/// <remarks>
/// Links are followed. "-" and /dev/stdout are standard output, and the report that would stand there goes to standard error. A pipe that nobody opens for reading
/// is waited for 10 seconds.
/// </remarks>
internal sealed class OutputFile
{
    private const UnixFileMode AnyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _asked;
    private readonly string _path;
    private readonly int? _descriptor;
    private readonly TimeSpan _patience;

    private OutputFile(string asked, string path, int? descriptor, TimeSpan patience = default)
    {
        _patience = patience;
        _asked = asked;
        _path = path;
        _descriptor = descriptor;
    }

    /// <summary>True where the result goes to standard output, so that nothing else may.</summary>
    public bool IsStandardOutput => _descriptor == 1;

    /// <summary>The place that an option names, refused before any work where nothing can be written there.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="path">What the user gave; null where the option was not used.</param>
    /// <param name="patience">How long a named pipe may be without a reader; null is 10 seconds.</param>
    /// <exception cref="ArgumentException">The path is a folder, or lies in none, or among what commands read, or is a descriptor that nobody opened for this command.</exception>
    /// <exception cref="IOException">The links lead in a circle, or nobody may write there.</exception>
    public static OutputFile? Of(string option, string? path, TimeSpan? patience = null)
    {
        if (path is null)
            return null;
        string asked = $"{option} {path}";
        if (path == "-")
            return new OutputFile(asked, path, 1);
        if (path.Length == 0)
            throw new ArgumentException($"{asked}lies in no folder that exists");
        string? at = RealPath.Of(asked, path);
        if (at is not null && RealPath.Descriptor(at) is { } descriptor)
        {
            if (descriptor is not (1 or 2))
                HandedDescriptor.Require(asked, descriptor);
            return new OutputFile(asked, at, descriptor);
        }

        if (Directory.Exists(at) || Path.EndsInDirectorySeparator(path))
            throw new ArgumentException($"{asked} is a folder, not a file");
        if (at is null)
            throw new ArgumentException($"{asked} lies in no folder that exists");
        ReadFiles.RefuseKept(asked, at);
        RefuseReadOnly(asked, at);
        return new OutputFile(asked, at, null, patience ?? TimeSpan.FromSeconds(10));
    }

    /// <summary>Writes results: those that are files all or none, after the pipes and devices.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="results">Places and texts; a null place is passed over.</param>
    /// <exception cref="ArgumentException">Two results go to one place.</exception>
    /// <exception cref="IOException">A place can't be written; no file has changed.</exception>
    public static void Write(TextWriter output, params (OutputFile? File, Func<string> Text)[] results)
    {
        RefuseSame([.. results.Select(r => r.File)]);
        var files = new List<ReplacedFile>();
        try
        {
            // What can be taken back is prepared before what can't be.
            foreach ((OutputFile? file, Func<string> text) in results.OrderBy(r => r.File?.IsPlain == false))
            {
                if (file is null)
                    continue;
                string said = text();
                if (file.IsPlain)
                    file.Guarded("nothing was changed", () => files.Add(ReplacedFile.Stage(file._path, Encoding.UTF8.GetBytes(said))));
                else
                    file.Guarded("no file was changed", () => file.Put(output, said));
            }

            ReplacedFile.PutInPlace(files);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Refuses two results in one place, before any work.</summary>
    /// <exception cref="ArgumentException">Two results go to one place.</exception>
    public static void RefuseSame(params OutputFile?[] files)
    {
        for (int i = 0; i < files.Length; i++)
        {
            if (files[i] is { } a && Array.Find(files[..i], b => b is not null && (a._descriptor ?? -1, a.IsStandardOutput ? "" : a._path) == (b._descriptor ?? -1, b.IsStandardOutput ? "" : b._path)) is { } same)
                throw new ArgumentException($"{same._asked} and {a._asked} are one place");
        }
    }

    /// <summary>Refuses a result in a file that the command reads, before any work.</summary>
    /// <param name="inputs">The options and files that are read; a null file is passed over.</param>
    /// <exception cref="ArgumentException">The place is one of them.</exception>
    public void RefuseInputs(params IEnumerable<(string Option, string? File)> inputs)
    {
        if (!IsStandardOutput)
            ReadFiles.Refuse(_asked, _path, inputs);
    }

    /// <summary>Refuses a file or folder that nobody may write to, or a new one in such a folder: it is meant so, even where the user is root and could.</summary>
    /// <param name="asked">What the user gave.</param>
    /// <param name="path">Where that leads.</param>
    /// <exception cref="IOException">Nobody may write there.</exception>
    public static void RefuseReadOnly(string asked, string path)
    {
        if (OperatingSystem.IsWindows() || !FileKind.IsPlain(path))
            return;
        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(path) && (File.GetUnixFileMode(folder) & AnyWrite) == 0)
            throw new IOException($"{asked} lies in a folder that is read-only");
        if (Path.Exists(path) && (File.GetUnixFileMode(path) & AnyWrite) == 0)
            throw new IOException($"{asked} is read-only");
    }

    private bool IsPlain => _descriptor is null && FileKind.IsPlain(_path);

    private void Guarded(string consequence, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{_asked} can't be written, {consequence}: {e.Message}", e);
        }
    }

    private void Put(TextWriter output, string text)
    {
        if (IsStandardOutput && !ReferenceEquals(output, Console.Out))
        {
            output.Write(text);
            return;
        }

        using Stream stream = _descriptor switch
        {
            1 => Flushed(Console.Out, Console.OpenStandardOutput()),
            2 => Flushed(Console.Error, Console.OpenStandardError()),
            { } n => new FileStream(new SafeFileHandle(n, ownsHandle: false), FileAccess.Write, bufferSize: 0),
            _ => Open(),
        };
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush();

        // .NET writes a file at a place of its own; to ask for the handle puts the place that others share behind what was written.
        if (_descriptor is not null && stream is FileStream { CanSeek: true } shared)
            _ = shared.SafeFileHandle;
    }

    // Opening a pipe waits for its reader, and .NET can't be told not to wait.
    private FileStream Open()
    {
        Task<FileStream> opening = Task.Factory.StartNew(
            () => new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (((IAsyncResult)opening).AsyncWaitHandle.WaitOne(_patience))
            return opening.GetAwaiter().GetResult();
        opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"nobody has read from the pipe for {_patience.TotalSeconds} s"));
    }

    private static Stream Flushed(TextWriter before, Stream stream)
    {
        before.Flush();
        return stream;
    }
}
