using System.Text;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>The members of an object of a request, each as a text; used again for the next request.</summary>
internal sealed class Members
{
    // Of more than any operation knows, one is unknown or stands twice, so that the rest need not be kept.
    private const int Most = 64;

    private readonly Member[] _members = new Member[Most];

    /// <summary>How many are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        _members.AsSpan(0, Count).Clear();
        Count = 0;
    }

    /// <summary>Adds one.</summary>
    /// <param name="name">The name between its quotes.</param>
    /// <param name="value">The value.</param>
    public void Add(ReadOnlyMemory<byte> name, JsonText value)
    {
        if (Count < Most)
            _members[Count++] = new Member(name, value);
    }

    /// <summary>The value of a name; the last one where it stands twice.</summary>
    public bool TryFind(string name, out JsonText value)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (Is(_members[i].Name.Span, name))
            {
                value = _members[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The first name that is not known or has stood before, and whether it is known; null if there is none.</summary>
    /// <param name="known">At most 64 names.</param>
    public (string Name, bool Known)? Stray(IReadOnlyList<string> known)
    {
        ulong seen = 0;
        for (int i = 0; i < Count; i++)
        {
            int place = known.Count - 1;
            while (place >= 0 && !Is(_members[i].Name.Span, known[place]))
                place--;
            if (place < 0 || (seen >> place & 1) != 0)
                return (JsonText.Name(_members[i].Name.Span), place >= 0);
            seen |= 1UL << place;
        }

        return null;
    }

    /// <summary>The name of the member with the most lists in it, and how many lists are in all of them.</summary>
    public (string Name, long Lists) MostLists()
    {
        int most = 0;
        long lists = 0;
        for (int i = 0; i < Count; i++)
        {
            lists += _members[i].Value.Lists;
            if (_members[i].Value.Lists > _members[most].Value.Lists)
                most = i;
        }

        return (Count == 0 ? "args" : JsonText.Name(_members[most].Name.Span), lists);
    }

    /// <summary>True where the text between quotes means the name.</summary>
    public static bool Is(ReadOnlySpan<byte> text, string name) =>
        text.Contains((byte)'\\') ? JsonText.AsString(text) == name : Ascii.Equals(text[1..^1], name);

    private readonly record struct Member(ReadOnlyMemory<byte> Name, JsonText Value);
}
