namespace TrainingSpec.Checking.Chapters;

/// <summary>What a fenced block of a chapter is.</summary>
public enum ChapterBlockKind
{
    /// <summary>Code whose printed output is shown.</summary>
    Example,

    /// <summary>Code that runs a named wrong implementation; its printed output is shown and is wrong.</summary>
    Wrong,

    /// <summary>The TeX of a formula.</summary>
    Formula,

    /// <summary>The magnitude in whose last places the errors of a formula count, with the sentence that says why.</summary>
    Exception,

    /// <summary>A table of hyperparameters.</summary>
    Hyperparameters,
}

/// <summary>One rule of a chapter.</summary>
public sealed class ChapterRule
{
    /// <summary>A rule.</summary>
    public ChapterRule(string id, string level, string sentence, int line)
    {
        Id = id;
        Level = level;
        Sentence = sentence;
        Line = line;
    }

    /// <summary>Stable id, such as "ADAM-3".</summary>
    public string Id { get; }

    /// <summary>"required", "variant" or "statistical"; or "library" for a rule of this library's own tools, which no other implementation is asked to keep.</summary>
    public string Level { get; }

    /// <summary>The rule itself.</summary>
    public string Sentence { get; }

    /// <summary>Its line in the chapter, counted from 1.</summary>
    public int Line { get; }
}

/// <summary>One fenced block of a chapter that is a test.</summary>
public sealed class ChapterBlock
{
    /// <summary>A block.</summary>
    public ChapterBlock(ChapterBlockKind kind, string rule, string name, int line, string code, string? output, int close, int outputLine, int outputClose)
    {
        Close = close;
        OutputLine = outputLine;
        OutputClose = outputClose;
        Kind = kind;
        Rule = rule;
        Name = name;
        Line = line;
        Code = code;
        Output = output;
    }

    /// <summary>What the block is.</summary>
    public ChapterBlockKind Kind { get; }

    /// <summary>The rule that it shows; empty for a formula, its exception or a table.</summary>
    public string Rule { get; }

    /// <summary>The wrong implementation, the formula or the hyperparameters; empty for an example.</summary>
    public string Name { get; }

    /// <summary>The line of the opening fence or comment, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The lines between the fences or those of the table, each with a line feed.</summary>
    public string Code { get; }

    /// <summary>The lines of the output block, each with a line feed; of an exception the sentence below it; null where none follows.</summary>
    public string? Output { get; }

    /// <summary>The line of the closing fence, or the one after a table, counted from 1.</summary>
    public int Close { get; }

    /// <summary>The line of the output's opening fence, or of the sentence below an exception, counted from 1; 0 where none follows.</summary>
    public int OutputLine { get; }

    /// <summary>The line of the output's closing fence, counted from 1; 0 where none follows.</summary>
    public int OutputClose { get; }
}

/// <summary>Something in a chapter that can't be a test as it stands.</summary>
public sealed class ChapterProblem
{
    /// <summary>A problem.</summary>
    public ChapterProblem(int line, string message, bool isWritten = false)
    {
        Line = line;
        Message = message;
        IsWritten = isWritten;
    }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>What is wrong, one sentence.</summary>
    public string Message { get; }

    /// <summary>True where writing the chapters mends it.</summary>
    public bool IsWritten { get; }
}

/// <summary>A chapter of the book as its tests see it.</summary>
public sealed class Chapter
{
    /// <summary>A chapter.</summary>
    public Chapter(string topic, IReadOnlyList<KeyValuePair<int, string>> prose, IReadOnlyList<ChapterRule> rules, IReadOnlyList<ChapterBlock> blocks, IReadOnlyList<ChapterProblem> problems)
    {
        Topic = topic;
        Prose = prose;
        Rules = rules;
        Blocks = blocks;
        Problems = problems;
    }

    /// <summary>The file's name without its ending.</summary>
    public string Topic { get; }

    /// <summary>The lines outside fences, each with its number, counted from 1.</summary>
    public IReadOnlyList<KeyValuePair<int, string>> Prose { get; }

    /// <summary>The text of the heading of the first level; empty where there is none.</summary>
    public string Title => Prose.Where(p => p.Value.StartsWith("# ", StringComparison.Ordinal)).Select(p => p.Value.Substring(2)).FirstOrDefault() ?? "";

    /// <summary>The last line that is not empty.</summary>
    public string LastLine => Prose.Where(p => p.Value.Length > 0).Select(p => p.Value).LastOrDefault() ?? "";

    /// <summary>The rules in order.</summary>
    public IReadOnlyList<ChapterRule> Rules { get; }

    /// <summary>The blocks in order.</summary>
    public IReadOnlyList<ChapterBlock> Blocks { get; }

    /// <summary>What can't be a test as it stands.</summary>
    public IReadOnlyList<ChapterProblem> Problems { get; }
}
