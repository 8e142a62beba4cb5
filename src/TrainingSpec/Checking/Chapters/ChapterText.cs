using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingSpec.Checking.Chapters;

/// <summary>A chapter with the outputs that its blocks gave, or what keeps them from being written into it.</summary>
/// <remarks>Compiled into the source generator too, so it keeps to netstandard2.0.</remarks>
public sealed class ChapterText
{
    private static readonly Regex Links = new Regex(@"^\[[^\]]+\]\([A-Za-z0-9-]+\.md\)( · \[[^\]]+\]\([A-Za-z0-9-]+\.md\))*$");

    private ChapterText(string text, IReadOnlyList<ChapterProblem> problems)
    {
        Text = text;
        Problems = problems;
    }

    /// <summary>The chapter; as it was where there is a problem.</summary>
    public string Text { get; }

    /// <summary>What keeps the outputs from being written; empty where they stand in the text.</summary>
    public IReadOnlyList<ChapterProblem> Problems { get; }

    /// <summary>A chapter's text as a hash, whatever its line ends.</summary>
    /// <param name="text">The Markdown.</param>
    public static string Fingerprint(string text)
    {
#pragma warning disable CA1850 // netstandard2.0 has no shorter way
        using var hash = SHA256.Create();
        return string.Concat(hash.ComputeHash(Encoding.UTF8.GetBytes(Lines(text))).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
#pragma warning restore CA1850
    }

    /// <summary>Writes outputs into a chapter. A block of code without a fence for its output gets one; the links to other chapters become its last line.</summary>
    /// <param name="topic">The file's name without its ending.</param>
    /// <param name="text">The Markdown.</param>
    /// <param name="computed">What each block gave, by the line of its opening fence, counted from 1: each line with a line feed.</param>
    /// <param name="sentences">What is to be said below an exception, by its line; up to its colon it begins as every one of its kind does.</param>
    /// <param name="navigation">The links.</param>
    public static ChapterText Fill(string topic, string text, IReadOnlyDictionary<int, string> computed, IReadOnlyDictionary<int, string> sentences, string navigation)
    {
        Chapter chapter = ChapterParser.Parse(topic, text);
        List<ChapterProblem> problems = [.. chapter.Problems.Where(p => !p.IsWritten).Concat(Unmatched(chapter.Blocks, computed ?? throw new ArgumentNullException(nameof(computed))))];
        if (problems.Count > 0)
            return new ChapterText(text, problems);
        var lines = new List<string>(Lines(text).Split('\n'));
        foreach (ChapterBlock block in chapter.Blocks.Reverse())
        {
            string[] now = computed[block.Line].TrimEnd('\n').Split('\n');
            if (sentences.TryGetValue(block.Line, out string? sentence))
                Say(lines, block, sentence);
            (int open, int close) = block.Kind is ChapterBlockKind.Example or ChapterBlockKind.Wrong ? (block.OutputLine, block.OutputClose) : (block.Line, block.Close);
            if (open == 0)
            {
                lines.InsertRange(block.Close, ["", "```output", .. now, "```"]);
                continue;
            }

            lines.RemoveRange(open, close - open - 1);
            lines.InsertRange(open, now);
        }

        End(lines);
        lines.AddRange(["", "---", "", navigation, ""]);
        return new ChapterText(string.Join("\n", lines), []);
    }

    private static void Say(List<string> lines, ChapterBlock block, string sentence)
    {
        string opening = sentence.Substring(0, sentence.IndexOf(':') + 1);
        if (block.OutputLine > 0 && opening.Length > 0 && lines[block.OutputLine - 1].StartsWith(opening, StringComparison.Ordinal))
            lines[block.OutputLine - 1] = sentence;
        else
            lines.InsertRange(block.Close, ["", sentence]);
    }

    private static string Lines(string text) => (text ?? throw new ArgumentNullException(nameof(text))).Replace("\r\n", "\n");

    private static IEnumerable<ChapterProblem> Unmatched(IReadOnlyList<ChapterBlock> blocks, IReadOnlyDictionary<int, string> computed)
    {
        foreach (int line in computed.Keys.Where(line => !blocks.Any(b => b.Line == line)).OrderBy(line => line))
            yield return new ChapterProblem(line, "a block ran from here that no longer stands here");
        foreach (ChapterBlock block in blocks)
        {
            if (!computed.TryGetValue(block.Line, out string? now))
                yield return new ChapterProblem(block.Line, "the block did not run to its end, so there is nothing to write");
            else if (string.IsNullOrWhiteSpace(now))
                yield return new ChapterProblem(block.Line, "the block printed nothing, so it asserts nothing");
            else if (now.Split('\n').Any(line => line.StartsWith("```", StringComparison.Ordinal)))
                yield return new ChapterProblem(block.Line, "what the block prints would close its own fence");
        }
    }

    // The rule line and the links of an earlier run go, and nothing else.
    private static void End(List<string> lines)
    {
        DropBlank(lines);
        if (lines.Count == 0 || !Links.IsMatch(lines[lines.Count - 1]) || !lines[lines.Count - 1].Contains("](README.md)"))
            return;
        lines.RemoveAt(lines.Count - 1);
        DropBlank(lines);
        if (lines.Count > 0 && lines[lines.Count - 1] == "---")
            lines.RemoveAt(lines.Count - 1);
        DropBlank(lines);
    }

    private static void DropBlank(List<string> lines)
    {
        while (lines.Count > 0 && lines[lines.Count - 1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
    }
}
