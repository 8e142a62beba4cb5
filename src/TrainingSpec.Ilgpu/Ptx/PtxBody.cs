using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Reads the body of a function: registers, variables, labels and instructions.</summary>
internal sealed class PtxBody(PtxTokens tokens, PtxFunction function, IReadOnlyList<PtxVariable> shared)
{
    private readonly List<PtxStatement> _statements = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly Dictionary<string, string[]> _branchTargets = [];
    private readonly PtxSlots _slots = new();
    private readonly List<Dictionary<string, PtxVariable>> _scopes = [[]];

    public PtxFunction Function { get; } = function;

    public void Read()
    {
        foreach (PtxVariable variable in Function.Parameters)
            _scopes[0][variable.Name] = variable;
        if (Function.Result is PtxVariable result)
            _scopes[0][result.Name] = result;
        foreach (PtxVariable variable in shared)
            _scopes[0].TryAdd(variable.Name, variable);
        tokens.Expect("{");
        while (_scopes.Count > 0)
            Item();
    }

    /// <summary>Makes the statements executable.</summary>
    public void Translate(IReadOnlyDictionary<string, PtxFunction> functions)
    {
        var translation = new PtxTranslation(_slots, _labels, _branchTargets, functions);
        Function.Code = [.. _statements.Select(translation.Instruction)];
        Function.Slots = _slots.Initial();
        Function.Special = _slots.Special;
    }

    private void Item()
    {
        switch (tokens.Peek)
        {
            case "{":
                tokens.Take();
                _scopes.Add(new Dictionary<string, PtxVariable>(_scopes[^1]));
                break;
            case "}":
                tokens.Take();
                _scopes.RemoveAt(_scopes.Count - 1);
                break;
            case ".reg":
                tokens.Take();
                Registers();
                break;
            case ".param":
                tokens.Take();
                Declare(PtxParser.Variable(tokens, PtxSpace.Param, (bytes, align) =>
                {
                    int end = Function.ParamSize;
                    ulong address = PtxParser.Place(ref end, bytes, align);
                    Function.ParamSize = end;
                    return address;
                }));
                break;
            case ".local":
                tokens.Take();
                Declare(PtxParser.Variable(tokens, PtxSpace.Local, (bytes, align) =>
                {
                    int end = Function.LocalSize;
                    ulong address = PtxParser.Place(ref end, bytes, align);
                    Function.LocalSize = end;
                    return address;
                }));
                break;
            case ";":
                tokens.Take();
                break;
            default:
                if (tokens.PeekSecond == ":")
                    Label();
                else
                    Statement();
                break;
        }
    }

    private void Declare(PtxVariable variable)
    {
        _scopes[^1][variable.Name] = variable;
        tokens.Expect(";");
    }

    private void Label()
    {
        int line = tokens.Line;
        string name = tokens.Take();
        tokens.Expect(":");
        if (tokens.TryTake(".branchtargets"))
        {
            var targets = new List<string>();
            do
                targets.Add(tokens.Take());
            while (tokens.TryTake(","));
            tokens.Expect(";");
            _branchTargets[name] = [.. targets];
        }
        else if (!_labels.TryAdd(name, _statements.Count))
        {
            throw PtxFaultException.At(PtxFaultKind.Syntax, line, $"label {name} stands twice");
        }
    }

    private void Registers()
    {
        int line = tokens.Line;
        string word = tokens.Take();
        PtxType type = (word.Length > 1 ? PtxType.Find(word[1..]) : null)
            ?? throw PtxFaultException.At(PtxFaultKind.Syntax, line, $"{word} is no type of registers that the machine knows");
        do
        {
            string name = tokens.Take();
            if (tokens.TryTake("<"))
            {
                int count = tokens.TakeInteger();
                tokens.Expect(">");
                for (int i = 0; i < count; i++)
                    _slots.Declare(name + i.ToString(CultureInfo.InvariantCulture), type);
            }
            else
            {
                _slots.Declare(name, type);
            }
        }
        while (tokens.TryTake(","));
        tokens.Expect(";");
    }

    private void Statement()
    {
        int line = tokens.Line;
        string? guard = null;
        bool negated = false;
        var words = new List<string>();
        if (tokens.TryTake("@"))
        {
            negated = tokens.TryTake("!");
            guard = tokens.Take();
        }

        string operation = tokens.Take();
        while (tokens.Peek != ";")
            words.Add(tokens.Take());
        tokens.Take();
        _statements.Add(new PtxStatement(line, guard, negated, operation, words, _scopes[^1]));
    }
}

/// <summary>An instruction as written.</summary>
/// <param name="Line">Line of the text, from 1.</param>
/// <param name="Guard">The predicate that allows it, or null.</param>
/// <param name="GuardNegated">True where the predicate must be false.</param>
/// <param name="Operation">Its name with all suffixes.</param>
/// <param name="Words">The words of its operands, commas and brackets among them.</param>
/// <param name="Variables">Variables that it can name.</param>
internal sealed record PtxStatement(
    int Line, string? Guard, bool GuardNegated, string Operation, IReadOnlyList<string> Words, IReadOnlyDictionary<string, PtxVariable> Variables)
{
    /// <summary>The instruction in one line.</summary>
    public string Text
    {
        get
        {
            string operands = string.Concat(Words.Select(word => word == "," ? ", " : word));
            return operands.Length == 0 ? Operation : $"{Operation} {operands}";
        }
    }
}
