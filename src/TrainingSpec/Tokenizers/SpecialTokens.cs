namespace TrainingSpec.Tokenizers;

/// <summary>Tokens that no text makes, such as the end of a document; their ids follow those of text. A text that spells a name is text.</summary>
public sealed class SpecialTokens
{
    private readonly int _first;

    internal SpecialTokens(IReadOnlyList<string> names, int first)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentException("specials has an empty name, which is outside names of a character or more", nameof(names));
            if (names.Count(n => n == name) > 1)
                throw new ArgumentException($"specials has '{name}' twice, which is outside names that differ", nameof(names));
        }

        (Names, _first) = ([.. names], first);
    }

    /// <summary>The names in the order of the ids.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The id of a special token.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public int this[string name]
    {
        get
        {
            int at = Names.ToList().IndexOf(name);
            return at >= 0 ? _first + at : throw new KeyNotFoundException($"name = {name} is outside {{{string.Join(", ", Names)}}}");
        }
    }
}
