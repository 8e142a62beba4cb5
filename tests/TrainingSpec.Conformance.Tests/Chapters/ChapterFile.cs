namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>A chapter as a file that may be written.</summary>
internal static class ChapterFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Why a chapter can't be written where it stands, as the end of a sentence that begins with its name; null where it can.</summary>
    /// <param name="path">The chapter's path.</param>
    /// <exception cref="ArgumentNullException">The path is null.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static string? Problem(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))! + Path.DirectorySeparatorChar;

        // All or none is kept within one folder of one disk.
        if (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target && !target.FullName.StartsWith(folder, StringComparison.Ordinal))
            return $"is a link to {target.FullName}, which lies outside its folder";
        return File.ReadAllBytes(path).AsSpan().StartsWith(ByteOrderMark) ? "begins with a byte-order mark, which a chapter has not" : null;
    }
}
