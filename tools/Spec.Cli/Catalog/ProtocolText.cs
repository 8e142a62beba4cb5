using Spec.Cli.Commands;

namespace Spec.Cli.Catalog;

/// <summary>What spec/protocol says of an operation.</summary>
internal static class ProtocolText
{
    /// <summary>The lines of the protocol that name the operation, table rows first, without the marks of the table.</summary>
    /// <param name="operation">Its name.</param>
    public static IReadOnlyList<string> Of(string operation)
    {
        string name = $"`{operation}`";
        return
        [
            .. File.ReadLines(Path.Combine(ChapterFolder.Find(), "protocol", "oracle.md"))
                .Where(line => line.Contains(name, StringComparison.Ordinal))
                .OrderBy(line => line.StartsWith('|') && line.Split('|')[1].Contains(name, StringComparison.Ordinal) ? 0 : 1)
                .Select(line => line.Trim('|', ' ')),
        ];
    }
}
