namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Reads the declarations of a module; <see cref="PtxBody"/> reads the bodies of functions.</summary>
/// <remarks>Source: PTX ISA 8.0, "Directives".</remarks>
internal sealed class PtxParser(PtxTokens tokens)
{
    private static readonly Dictionary<string, PtxSpace> Spaces = new()
    {
        [".shared"] = PtxSpace.Shared,
        [".local"] = PtxSpace.Local,
        [".param"] = PtxSpace.Param,
    };

    private readonly Dictionary<string, PtxFunction> _functions = [];
    private readonly List<PtxVariable> _shared = [];
    private readonly List<PtxBody> _bodies = [];

    public PtxModule Module()
    {
        while (!tokens.AtEnd)
            Declaration();

        // Bodies are translated once all functions are known, since calls name functions that may stand further down.
        foreach (PtxBody body in _bodies)
            body.Translate(_functions);
        return new PtxModule(_functions, _shared);
    }

    /// <summary>A variable after its space: alignment, type, name, length.</summary>
    public static PtxVariable Variable(PtxTokens tokens, PtxSpace space, Func<int, int, ulong> place)
    {
        int align = tokens.TryTake(".align") ? tokens.TakeInteger() : 0;
        string word = tokens.Take();
        PtxType type = (word.Length > 1 ? PtxType.Find(word[1..]) : null)
            ?? throw PtxFaultException.At(PtxFaultKind.Syntax, tokens.Line, $"{word} is no type that the machine knows");
        string name = tokens.Take();
        int count = 1;
        if (tokens.TryTake("["))
        {
            count = tokens.Peek == "]" ? -1 : tokens.TakeInteger();
            tokens.Expect("]");
        }

        align = Math.Max(align, type.Size);
        int size = count < 0 ? -1 : count * type.Size;
        return new PtxVariable(name, space, size, align, place(Math.Max(size, 0), align));
    }

    private void Declaration()
    {
        int line = tokens.Line;
        switch (tokens.Take())
        {
            case ".version" or ".target" or ".address_size":
                tokens.SkipLine();
                break;
            case ".visible" or ".weak":
                break;
            case ".extern":
                if (tokens.Peek != ".shared")
                    throw PtxFaultException.At(PtxFaultKind.Instruction, line, $"external {tokens.Peek} cannot be executed");
                break;
            case ".shared":
                _shared.Add(Variable(tokens, PtxSpace.Shared, (_, _) => PtxAddresses.OfShared(_shared.Count)));
                tokens.Expect(";");
                break;
            case ".func":
                Function(isEntry: false);
                break;
            case ".entry":
                Function(isEntry: true);
                break;
            case string other:
                throw PtxFaultException.At(PtxFaultKind.Syntax, line, $"{other} is no declaration that the machine knows");
        }
    }

    private void Function(bool isEntry)
    {
        int size = 0;
        PtxVariable? result = null;
        if (!isEntry && tokens.Peek == "(")
            result = Parameters(ref size).SingleOrDefault();
        string name = tokens.Take();
        IReadOnlyList<PtxVariable> parameters = tokens.Peek == "(" ? Parameters(ref size) : [];
        while (tokens.Peek.StartsWith('.'))
        {
            // Hints such as .maxntid 256, 1, 1 change no result.
            tokens.Take();
            do
                tokens.TakeInteger();
            while (tokens.TryTake(","));
        }

        var function = new PtxFunction { Name = name, IsEntry = isEntry, Parameters = parameters, Result = result, ParamSize = size };
        if (tokens.TryTake(";"))
        {
            _functions.TryAdd(name, function);
            return;
        }

        if (_functions.TryGetValue(name, out PtxFunction? before) && _bodies.Any(body => body.Function == before))
            throw PtxFaultException.At(PtxFaultKind.Syntax, tokens.Line, $"{name} has two bodies");
        _functions[name] = function;
        var body = new PtxBody(tokens, function, _shared);
        body.Read();
        _bodies.Add(body);
    }

    private List<PtxVariable> Parameters(ref int size)
    {
        var parameters = new List<PtxVariable>();
        int end = size;
        tokens.Expect("(");
        while (!tokens.TryTake(")"))
        {
            string word = tokens.Take();
            if (!Spaces.TryGetValue(word, out PtxSpace space) || space != PtxSpace.Param)
                throw PtxFaultException.At(PtxFaultKind.Syntax, tokens.Line, $"a parameter begins with .param, not with {word}");
            parameters.Add(Variable(tokens, PtxSpace.Param, (bytes, align) => Place(ref end, bytes, align)));
            if (tokens.Peek != ")")
                tokens.Expect(",");
        }

        size = end;
        return parameters;
    }

    /// <summary>The next address with an alignment; moves the end behind what is placed there.</summary>
    public static ulong Place(ref int end, int bytes, int align)
    {
        int start = (end + align - 1) / align * align;
        end = start + bytes;
        return (ulong)start;
    }
}
