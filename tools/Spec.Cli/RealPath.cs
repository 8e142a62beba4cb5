using System.Globalization;
using System.Text.RegularExpressions;

namespace Spec.Cli;

/// <summary>Where a path leads: as the kernel walks it, each link from the real folder that holds it, and ".." after the links before it.</summary>
internal static partial class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path without links, but for the last one of a descriptor; null where it lies in no folder that exists.</summary>
    /// <param name="asked">What the user gave, for a refusal.</param>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string? Of(string asked, string path)
    {
        // Windows takes ".." by the text itself, before it looks for links.
        if (OperatingSystem.IsWindows())
            return OfText(asked, path);
        string at = "/";
        var rest = new Stack<string>();
        Push(rest, Path.IsPathRooted(path) ? path : Path.Combine(Environment.CurrentDirectory, path));
        for (int links = 0; rest.Count > 0;)
        {
            // A descriptor's own link is a name for what is open, and leads nowhere.
            string whole = Path.Combine([at, .. rest]);
            if (Descriptor(whole) is not null)
                return whole;
            if (!Directory.Exists(at))
                return null;
            string name = rest.Pop(), next = Path.Combine(at, name);
            if (name == "..")
            {
                at = Path.GetDirectoryName(at) ?? at;
            }
            else if (name.Length > 0 && name != "." && new FileInfo(next).LinkTarget is { } target)
            {
                if (links++ == MostLinks)
                    throw TooMany(asked);
                at = Path.IsPathRooted(target) ? "/" : at;
                Push(rest, target);
            }
            else if (name.Length > 0 && name != ".")
            {
                at = next;
            }
        }

        return at;
    }

    /// <summary>The number of the descriptor that a path names; null where it names none.</summary>
    public static int? Descriptor(string path) => DescriptorName().Match(path) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string name in path.TrimStart('/').Split('/').Reverse())
            rest.Push(name);
    }

    private static string? OfText(string asked, string path)
    {
        string at = Path.GetFullPath(path);
        for (int links = 0; new FileInfo(at).LinkTarget is { } target; links++)
        {
            if (links == MostLinks)
                throw TooMany(asked);
            at = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(at)!, target));
        }

        return Directory.Exists(at) || Directory.Exists(Path.GetDirectoryName(at)) ? at : null;
    }

    private static IOException TooMany(string asked) => new($"{asked} leads through more than {MostLinks} links");

    [GeneratedRegex(@"^/(?:dev|proc/(?:self|thread-self|[0-9]+))/fd/([0-9]{1,9})$")]
    private static partial Regex DescriptorName();
}
