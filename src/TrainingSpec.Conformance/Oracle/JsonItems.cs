namespace TrainingSpec.Conformance.Oracle;

/// <summary>Goes through the items of a list whose text has been found to be JSON.</summary>
/// <param name="list">The text, from [ to ].</param>
public ref struct JsonItems(ReadOnlySpan<byte> list)
{
    private readonly ReadOnlySpan<byte> _list = list;
    private int _start;
    private int _next = 1;

    /// <summary>The item's text.</summary>
    public readonly ReadOnlySpan<byte> Current => _list[_start.._next];

    /// <summary>Goes to the next item; false after the last.</summary>
    public bool MoveNext()
    {
        int at = _next;
        while (_list[at] is (byte)',' or <= (byte)' ')
            at++;
        if (_list[at] == (byte)']')
            return false;
        _start = at;
        _next = _list[at] switch
        {
            (byte)'"' => StringEnd(at),
            (byte)'[' or (byte)'{' => NestEnd(at),
            _ => WordEnd(at),
        };
        return true;
    }

    private readonly int WordEnd(int at)
    {
        while (_list[at] is not ((byte)',' or (byte)']' or <= (byte)' '))
            at++;
        return at;
    }

    private readonly int StringEnd(int at)
    {
        at++;
        while (true)
        {
            at += _list[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (_list[at] == (byte)'"')
                return at + 1;
            at += 2;
        }
    }

    private readonly int NestEnd(int at)
    {
        int depth = 0;
        while (true)
        {
            at += _list[at..].IndexOfAny("[]{}\""u8);
            if (_list[at] == (byte)'"')
            {
                at = StringEnd(at);
                continue;
            }

            depth += _list[at] is (byte)'[' or (byte)'{' ? 1 : -1;
            at++;
            if (depth == 0)
                return at;
        }
    }
}
