using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>The text of a document, from the folder that TRAININGSPEC_DOCUMENTS names, or from beside a folder above the checkout.</summary>
internal static partial class DocumentText
{
    /// <summary>The document's lines; null where the documents are not at hand.</summary>
    public static string[]? Lines(string document)
    {
        if (Environment.GetEnvironmentVariable("TRAININGSPEC_DOCUMENTS") is { Length: > 0 } named && Path.Combine(named, document + ".txt") is var text && File.Exists(text))
            return File.ReadAllLines(text);
        for (DirectoryInfo? folder = new(GoldenFolder.Find().Root); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "documents", document + ".txt");
            if (File.Exists(path))
                return File.ReadAllLines(path);
        }

        return null;
    }

    /// <summary>The document's lines; where the documents are not at hand, the test steps aside.</summary>
    public static string[] Needed(string document)
    {
        string[]? lines = Lines(document);
        if (lines is null)
            Assert.Ignore($"{document}.txt is not part of the project; set TRAININGSPEC_DOCUMENTS to a folder that has it");
        return lines!;
    }

    /// <summary>Lines counted from 1, first to last, in one text.</summary>
    public static string Between(string[] lines, int first, int last) => string.Join('\n', lines[(first - 1)..last]);

    /// <summary>The numbers in a text, whatever stands around them.</summary>
    public static IReadOnlySet<double> Numbers(string text) => Number().Matches(text)
        .Select(m => double.Parse(m.Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture)).ToHashSet();

    [GeneratedRegex(@"(?<![\p{L}\d_.])(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")]
    private static partial Regex Number();
}
