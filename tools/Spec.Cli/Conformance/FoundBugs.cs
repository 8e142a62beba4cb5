using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spec.Cli.Conformance;

/// <summary>What is found in a library: where, whether it was known, and the request that shows it.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Line">The line of the heading, counted from 1.</param>
/// <param name="Where">The library, without its version, and the rule or the operation whose drawn cases differ.</param>
/// <param name="Status">"documented", "known" or "new", a colon, and where.</param>
/// <param name="InShort">One sentence for its users.</param>
/// <param name="Blocks">The JSON blocks: "request", the library's "answer" and the "right" one.</param>
internal sealed record FoundBug(string Title, int Line, IReadOnlyList<(string Library, string Item)> Where, string Status, string InShort, IReadOnlyDictionary<string, JsonObject> Blocks)
{
    /// <summary>The fragment by which a page's heading is linked: lower case, hyphens for spaces, no other signs.</summary>
    public string Anchor => string.Concat(Title.ToLowerInvariant().Select(c => c == ' ' ? '-' : c).Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));
}

/// <summary>The page of what is found in libraries: a part <c>## Title</c> of each, with a list of Where, Status and In short.</summary>
internal static partial class FoundBugs
{
    /// <summary>Reads the page.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">A part lacks a line or has a block that is no JSON object.</exception>
    public static IReadOnlyList<FoundBug> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var bugs = new List<FoundBug>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("## ", StringComparison.Ordinal))
            {
                string[] part = [.. lines.Skip(i + 1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))];
                if (part.Any(l => l.StartsWith("- **Where**", StringComparison.Ordinal)))
                    bugs.Add(Part(path, lines[i][3..], i + 1, part));
            }
        }

        return bugs;
    }

    private static FoundBug Part(string path, string title, int line, string[] part)
    {
        string Entry(string name) => part.FirstOrDefault(l => l.StartsWith($"- **{name}**: ", StringComparison.Ordinal))?[$"- **{name}**: ".Length..].Trim()
            ?? throw new ArgumentException($"{path}, line {line}: '{title}' has no line '- **{name}**: …'");
        var blocks = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (Match block in Fence().Matches(string.Join('\n', part)))
        {
            try
            {
                blocks[block.Groups[1].Value] = (JsonObject)JsonNode.Parse(block.Groups[2].Value)!;
            }
            catch (Exception e) when (e is JsonException or InvalidCastException)
            {
                throw new ArgumentException($"{path}, line {line}: the {block.Groups[1].Value} of '{title}' is no JSON object", e);
            }
        }

        (string Library, string Item)[] where =
        [
            .. Entry("Where").Split(';').Select(l => (Text: l, At: l.LastIndexOf(": ", StringComparison.Ordinal)))
                .SelectMany(l => l.At < 0 ? throw new ArgumentException($"{path}, line {line}: '{l.Text.Trim()}' is no 'library: rule, operation'") : l.Text[(l.At + 2)..].Split(',').Select(item => (l.Text[..l.At].Trim(), item.Trim()))),
        ];
        return new(title, line, where, Entry("Status"), Entry("In short"), blocks);
    }

    [GeneratedRegex(@"^```json (request|answer|right)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
