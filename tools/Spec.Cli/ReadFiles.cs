using TrainingSpec.Checking.Chapters;
using TrainingSpec.Claims;

namespace Spec.Cli;

/// <summary>What a command reads, over which no result of it may go: the read file would be gone, and the command could not be repeated.</summary>
internal static class ReadFiles
{
    /// <summary>Refuses a place that is a file which the command reads, by whatever links.</summary>
    /// <param name="place">What the user gave for the result, such as "--json a.json".</param>
    /// <param name="path">Where that leads.</param>
    /// <param name="inputs">The options and files that are read; a null file is passed over, and so is one that is not there.</param>
    /// <exception cref="ArgumentException">The place is one of them; the message names both.</exception>
    public static void Refuse(string place, string path, params IEnumerable<(string Option, string? File)> inputs)
    {
        foreach ((string option, string? file) in inputs)
        {
            if (!string.IsNullOrEmpty(file) && FileKind.AreSame(path, file))
                throw new ArgumentException($"{place} is the file that {option} {file} reads");
        }
    }

    /// <summary>The words of another program's command line, any of which may be a file.</summary>
    public static IEnumerable<(string Option, string? File)> Of(IEnumerable<string> command) => command.Select(word => ("the command", (string?)word));

    /// <summary>Refuses a place among the claims, the facts or what is accepted, or that is a chapter.</summary>
    /// <param name="place">What the user gave for the result.</param>
    /// <param name="path">Its whole path; neither it nor the folders that it lies in need be there.</param>
    /// <exception cref="ArgumentException">The place lies in such a folder, or is a chapter.</exception>
    public static void RefuseKept(string place, string path)
    {
        string? real = null;
        for (string? at = path; at is not null && real is null; at = Path.GetDirectoryName(at))
            real = RealPath.Of(place, at);
        ClaimSource source = ClaimSource.Find();
        foreach (string folder in new[] { source.Claims, Path.GetDirectoryName(source.Verdicts)! })
        {
            string within = Path.TrimEndingDirectorySeparator(RealPath.Of(place, folder) ?? folder) + Path.DirectorySeparatorChar;
            if ((real + Path.DirectorySeparatorChar).StartsWith(within, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
                throw new ArgumentException($"{place} lies in {folder}, which commands read and results may not change");
        }

        if (real is not null && Path.GetDirectoryName(real) == RealPath.Of(place, source.Book) && File.Exists(real) && TableOfContents.IsChapter(real))
            throw new ArgumentException($"{place} is a chapter of {source.Book}, which commands read and results may not change");
    }
}
