using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>The words of a text of PTX, one after the other.</summary>
internal sealed partial class PtxTokens
{
    private readonly List<(string Text, int Line)> _tokens;
    private int _next;

    private PtxTokens(List<(string Text, int Line)> tokens)
    {
        _tokens = tokens;
    }

    public bool AtEnd => _next >= _tokens.Count;

    /// <summary>Line of the next word.</summary>
    public int Line => _tokens.Count == 0 ? 1 : _tokens[Math.Min(_next, _tokens.Count - 1)].Line;

    /// <summary>The next word, or "" at the end.</summary>
    public string Peek => AtEnd ? "" : _tokens[_next].Text;

    /// <summary>The word after the next one, or "".</summary>
    public string PeekSecond => _next + 1 < _tokens.Count ? _tokens[_next + 1].Text : "";

    public static PtxTokens Of(string text)
    {
        var tokens = new List<(string, int)>();
        int line = 1, at = 0;
        while (at < text.Length)
        {
            Match match = Token().Match(text, at);
            if (!match.Success || match.Index != at)
                throw PtxFaultException.At(PtxFaultKind.Syntax, line, string.Create(CultureInfo.InvariantCulture, $"'{text[at]}' begins no word of PTX"));
            if (match.Groups["word"].Success)
                tokens.Add((match.Value, line));
            line += match.Value.Count(c => c == '\n');
            at += match.Length;
        }

        return new PtxTokens(tokens);
    }

    public string Take()
    {
        if (AtEnd)
            throw Unexpected("a word");
        return _tokens[_next++].Text;
    }

    public bool TryTake(string word)
    {
        if (Peek != word)
            return false;
        _next++;
        return true;
    }

    public void Expect(string word)
    {
        if (!TryTake(word))
            throw Unexpected($"'{word}'");
    }

    public int TakeInteger()
    {
        if (!int.TryParse(Peek, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            throw Unexpected("a whole number");
        _next++;
        return value;
    }

    /// <summary>Words up to the end of the current line, for directives without a semicolon.</summary>
    public void SkipLine()
    {
        int line = Line;
        while (!AtEnd && Line == line)
            _next++;
    }

    public PtxFaultException Unexpected(string wanted) =>
        PtxFaultException.At(PtxFaultKind.Syntax, Line, AtEnd ? $"{wanted} is missing at the end" : $"{wanted} is missing before '{Peek}'");

    [GeneratedRegex(@"\s+|//[^\n]*|/\*.*?\*/|(?<word>-?\d\w*|[A-Za-z_.%$][\w.$%]*(?:::\w+)*|[,;:\[\](){}+@!|<>])", RegexOptions.Singleline)]
    private static partial Regex Token();
}
