using System.Text;
using System.Text.RegularExpressions;

namespace TrainingSpec.Checking.Chapters;

/// <summary>Reads a chapter: its rules, and the fenced blocks that are tests.</summary>
/// <remarks>
/// A rule is a line <c>**ADAM-3** (required): sentence.</c> A block opens with <c>```csharp example ADAM-3</c>, <c>```csharp wrong ADAM-3 NAME</c>
/// or <c>```math formula=ID</c>; the first two are followed by <c>```output</c>. <c>```math exception=ID</c> is followed by the sentence that says why. There are no other fences. A table follows a comment <c>hyperparameters NAME …</c>. The parts are those of <see cref="ChapterForm"/>. The file is compiled into the source
/// generator too, so it keeps to netstandard2.0.
/// </remarks>
public static class ChapterParser
{
    private static readonly Regex RuleLine = new Regex(@"^\*\*([A-Z][A-Z0-9-]*-[0-9]+)\*\* \((required|variant|statistical|library)\): (.+)$");
    private static readonly char[] Blank = [' '];
    private const string TableStart = "<!-- hyperparameters ", TableEnd = " -->";
    private static readonly Regex RuleLike = new Regex(@"^\*\*[A-Z][A-Z0-9-]*-[0-9]+\*\*");

    /// <summary>Reads the text of a chapter.</summary>
    /// <param name="topic">The file's name without its ending.</param>
    /// <param name="text">The Markdown.</param>
    public static Chapter Parse(string topic, string text)
    {
        var prose = new List<KeyValuePair<int, string>>();
        var rules = new List<ChapterRule>();
        var blocks = new List<ChapterBlock>();
        var problems = new List<ChapterProblem>();
        string[] lines = (text ?? throw new ArgumentNullException(nameof(text))).Replace("\r\n", "\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                i = ReadBlock(lines, i, blocks, problems);
                continue;
            }

            if (lines[i].StartsWith(TableStart, StringComparison.Ordinal) && lines[i].EndsWith(TableEnd, StringComparison.Ordinal))
            {
                i = ReadTable(lines, i, blocks);
                continue;
            }

            prose.Add(new KeyValuePair<int, string>(i + 1, lines[i]));
            ReadRule(lines[i], i + 1, rules, problems);
        }

        foreach (ChapterBlock block in blocks)
        {
            if (block.Kind is ChapterBlockKind.Example or ChapterBlockKind.Wrong && !rules.Exists(r => r.Id == block.Rule))
                problems.Add(new ChapterProblem(block.Line, $"{block.Rule} is no rule of this chapter"));
        }

        problems.AddRange(ChapterForm.Problems(prose, rules, blocks));
        return new Chapter(topic, prose, rules, blocks, problems);
    }

    private static void ReadRule(string line, int number, List<ChapterRule> rules, List<ChapterProblem> problems)
    {
        Match match = RuleLine.Match(line);
        if (!match.Success)
        {
            if (RuleLike.IsMatch(line))
                problems.Add(new ChapterProblem(number, "a rule reads **ID** (required|variant|statistical|library): sentence"));
            return;
        }

        string id = match.Groups[1].Value;
        if (rules.Exists(r => r.Id == id))
            problems.Add(new ChapterProblem(number, $"{id} stands twice"));
        rules.Add(new ChapterRule(id, match.Groups[2].Value, match.Groups[3].Value, number));
    }

    private static int ReadTable(string[] lines, int comment, List<ChapterBlock> blocks)
    {
        int end = comment + 1;
        while (end < lines.Length && lines[end].Length > 0 && lines[end][0] == '|')
            end++;
        string names = lines[comment].Substring(TableStart.Length, lines[comment].Length - TableStart.Length - TableEnd.Length);
        blocks.Add(new ChapterBlock(ChapterBlockKind.Hyperparameters, "", names, comment + 1, Between(lines, comment, end), null, end + 1, 0, 0));
        return end - 1;
    }

    private static int ReadBlock(string[] lines, int open, List<ChapterBlock> blocks, List<ChapterProblem> problems)
    {
        int close = Close(lines, open, problems);
        string[] words = lines[open].Substring(3).Split(Blank, StringSplitOptions.RemoveEmptyEntries);
        string code = Between(lines, open, close);
        if (words.Length == 2 && words[0] == "math" && words[1].StartsWith("formula=", StringComparison.Ordinal))
        {
            blocks.Add(new ChapterBlock(ChapterBlockKind.Formula, "", words[1].Substring(8), open + 1, code, null, close + 1, 0, 0));
            return close;
        }

        if (words.Length == 2 && words[0] == "math" && words[1].StartsWith("exception=", StringComparison.Ordinal))
        {
            int below = close + 1;
            while (below < lines.Length && lines[below].Length == 0)
                below++;
            blocks.Add(new ChapterBlock(ChapterBlockKind.Exception, "", words[1].Substring(10), open + 1, code, below < lines.Length ? lines[below] + "\n" : null, close + 1, below < lines.Length ? below + 1 : 0, 0));
            return close;
        }

        bool example = words.Length == 3 && words[0] == "csharp" && words[1] == "example";
        bool wrong = words.Length == 4 && words[0] == "csharp" && words[1] == "wrong";
        if (!example && !wrong)
        {
            problems.Add(new ChapterProblem(open + 1, "a fence is 'csharp example RULE', 'csharp wrong RULE NAME', the 'output' of one, 'math formula=ID' or 'math exception=ID': any other asserts nothing"));
            return close;
        }

        int next = close + 1;
        while (next < lines.Length && lines[next].Length == 0)
            next++;
        string? output = null;
        int end = close;
        if (next < lines.Length && lines[next] == "```output")
        {
            end = Close(lines, next, problems);
            output = Between(lines, next, end);
        }

        if (output is null)
            problems.Add(new ChapterProblem(open + 1, "the block has no output fence after it, so it asserts nothing", isWritten: true));
        else if (string.IsNullOrWhiteSpace(output))
            problems.Add(new ChapterProblem(open + 1, "the block has no output, so it asserts nothing", isWritten: true));
        if (code.IndexOf("Print(", StringComparison.Ordinal) < 0)
            problems.Add(new ChapterProblem(open + 1, "the block prints nothing, so it asserts nothing"));
        blocks.Add(new ChapterBlock(wrong ? ChapterBlockKind.Wrong : ChapterBlockKind.Example, words[2], wrong ? words[3] : "", open + 1, code, output, close + 1, output is null ? 0 : next + 1, output is null ? 0 : end + 1));
        return end;
    }

    // Where a fence opens inside a block, the block's own end was forgotten, and what looks like its end belongs to another.
    private static int Close(string[] lines, int open, List<ChapterProblem> problems)
    {
        int close = open + 1;
        while (close < lines.Length && lines[close] != "```")
        {
            if (lines[close].StartsWith("```", StringComparison.Ordinal))
                problems.Add(new ChapterProblem(open + 1, $"the block is not closed before line {close + 1}, where another opens"));
            close++;
        }

        if (close == lines.Length)
            problems.Add(new ChapterProblem(open + 1, "the block is not closed"));
        return close;
    }

    private static string Between(string[] lines, int open, int close)
    {
        var text = new StringBuilder();
        for (int i = open + 1; i < close; i++)
            text.Append(lines[i]).Append('\n');
        return text.ToString();
    }
}
