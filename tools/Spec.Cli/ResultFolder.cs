namespace Spec.Cli;

/// <summary>A folder for results. What of it a command made goes again where nothing has come into it; what was there stays.</summary>
internal sealed class ResultFolder : IDisposable
{
    private readonly Stack<string> _made = new();

    /// <summary>Makes a folder where it is missing, and those that it lies in.</summary>
    /// <param name="asked">What the user gave, for a refusal.</param>
    /// <param name="path">Its whole path.</param>
    /// <exception cref="IOException">It can't be made, or nobody may write there; nothing of it is left.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made; nothing of it is left.</exception>
    public ResultFolder(string asked, string path)
    {
        var missing = new Stack<string>();
        for (string? at = path; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            missing.Push(at);

        // The first that is missing says of the folder around it; where none is, the folder itself is asked.
        OutputFile.RefuseReadOnly(asked, missing.TryPeek(out string? first) ? first : path);
        try
        {
            foreach (string folder in missing)
            {
                Directory.CreateDirectory(folder);
                _made.Push(folder);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The whole path of a folder, which need not be there; ".." is what it is for the kernel, which a linked folder's text does not say.</summary>
    /// <param name="asked">What the user gave, for a refusal.</param>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">What ".." stands after is no folder.</exception>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Full(string asked, string path)
    {
        string[] parts = path.Split('/');
        int end = OperatingSystem.IsWindows() ? 0 : Array.LastIndexOf(parts, "..") + 1;
        string before = end == 0 ? "" : RealPath.Of(asked, string.Join('/', parts[..end])) ?? throw new ArgumentException($"{asked} lies in no folder that exists");
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(before, string.Join('/', parts[end..]))));
    }

    /// <summary>Takes away what was made and is empty.</summary>
    public void Dispose()
    {
        while (_made.TryPop(out string? folder))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something has come into it.
                return;
            }
        }
    }
}
