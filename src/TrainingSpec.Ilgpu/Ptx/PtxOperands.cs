namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>The operands of a statement, read from left to right.</summary>
internal sealed class PtxOperands(PtxSlots slots, PtxStatement statement)
{
    private int _next;

    /// <summary>The next word as it is.</summary>
    public string Word() =>
        _next < statement.Words.Count ? statement.Words[_next++] : throw new PtxFaultException(PtxFaultKind.Syntax, "an operand is missing");

    public bool TryTake(string word)
    {
        if (_next >= statement.Words.Count || statement.Words[_next] != word)
            return false;
        _next++;
        return true;
    }

    public void Expect(string word)
    {
        if (!TryTake(word))
            throw new PtxFaultException(PtxFaultKind.Syntax, $"'{word}' is missing");
    }

    public void Comma() => Expect(",");

    public void End()
    {
        if (_next != statement.Words.Count)
            throw new PtxFaultException(PtxFaultKind.Syntax, $"'{statement.Words[_next]}' is one operand too many");
    }

    /// <summary>The register that takes a result.</summary>
    public int Target(PtxType type, bool wider = false) => slots.Register(Word(), type, wider);

    /// <summary>The place of a register, constant, special register or address.</summary>
    public int Source(PtxType type, bool wider = false)
    {
        string word = Word();
        if (slots.IsRegister(word))
            return slots.Register(word, type, wider);
        if (PtxLaunch.IsSpecial(word))
        {
            return type.Size == 4
                ? slots.SpecialRegister(word)
                : throw new PtxFaultException(PtxFaultKind.Syntax, $"{word} has 32 bits and does not fit {type.Name}");
        }

        if (statement.Variables.TryGetValue(word, out PtxVariable? variable) && type.Size == 8)
            return slots.Constant(variable.Address);
        if (char.IsAsciiDigit(word[0]) || word[0] == '-')
            return slots.Constant(PtxSlots.Literal(word, type));
        throw new PtxFaultException(PtxFaultKind.Syntax, $"{word} is no operand of type {type.Name}");
    }

    /// <summary>A variable in parameter memory.</summary>
    public PtxVariable Parameter()
    {
        string word = Word();
        return statement.Variables.TryGetValue(word, out PtxVariable? variable) && variable.Space == PtxSpace.Param
            ? variable
            : throw new PtxFaultException(PtxFaultKind.Syntax, $"{word} is no parameter");
    }

    /// <summary>An address in brackets: the place of its base and what is added.</summary>
    public (int Base, long Offset, PtxVariable? Variable) Address()
    {
        Expect("[");
        string word = _next < statement.Words.Count ? statement.Words[_next] : "";
        statement.Variables.TryGetValue(word, out PtxVariable? variable);
        int at = Source(PtxType.Of("u64"));
        long offset = 0;
        if (TryTake("+"))
            offset = (long)PtxSlots.Literal(Word(), PtxType.Of("s64"));
        Expect("]");
        return (at, offset, variable);
    }

    /// <summary>One register or constant, or a vector of them in braces.</summary>
    public int[] Vector(int count, Func<int> one)
    {
        if (count == 1)
            return [one()];
        var all = new int[count];
        Expect("{");
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                Comma();
            all[i] = one();
        }

        Expect("}");
        return all;
    }
}
