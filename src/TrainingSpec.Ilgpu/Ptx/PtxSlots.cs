using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Where a function keeps registers, constants and special registers: one numbered place each, so that every operand is a place.</summary>
internal sealed class PtxSlots
{
    private readonly Dictionary<string, (int Slot, PtxType Type)> _registers = [];
    private readonly Dictionary<ulong, int> _constants = [];
    private readonly Dictionary<string, int> _special = [];
    private readonly List<ulong> _initial = [];

    public IReadOnlyList<(int Slot, string Name)> Special => [.. _special.Select(pair => (pair.Value, pair.Key))];

    public ulong[] Initial() => [.. _initial];

    public void Declare(string name, PtxType type)
    {
        if (!_registers.TryAdd(name, (_initial.Count, type)))
            throw new PtxFaultException(PtxFaultKind.Syntax, $"register {name} is declared twice");
        _initial.Add(0);
    }

    /// <summary>The place of a declared register.</summary>
    /// <param name="name">As written.</param>
    /// <param name="type">What the instruction takes.</param>
    /// <param name="wider">True where the register may be wider than the type.</param>
    public int Register(string name, PtxType type, bool wider = false)
    {
        if (!_registers.TryGetValue(name, out (int Slot, PtxType Type) register))
            throw new PtxFaultException(PtxFaultKind.Syntax, $"{name} is no register of this function");
        bool fits = wider ? register.Type.Size >= type.Size && register.Type.Size > 0 : register.Type.Size == type.Size;
        if (!fits)
            throw new PtxFaultException(PtxFaultKind.Syntax, $"register {name} of type {register.Type.Name} does not fit {type.Name}");
        return register.Slot;
    }

    public bool IsRegister(string name) => _registers.ContainsKey(name);

    public int Constant(ulong bits)
    {
        if (!_constants.TryGetValue(bits, out int slot))
        {
            slot = _constants[bits] = _initial.Count;
            _initial.Add(bits);
        }

        return slot;
    }

    public int SpecialRegister(string name)
    {
        if (!_special.TryGetValue(name, out int slot))
        {
            slot = _special[name] = _initial.Count;
            _initial.Add(0);
        }

        return slot;
    }

    /// <summary>The bits of a number as written, for an operand of the type.</summary>
    public static ulong Literal(string word, PtxType type)
    {
        if (word.StartsWith("0f", StringComparison.OrdinalIgnoreCase) && word.Length == 10 && type.Size == 4)
            return uint.Parse(word[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (word.StartsWith("0d", StringComparison.OrdinalIgnoreCase) && word.Length == 18 && type.Size == 8)
            return ulong.Parse(word[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string digits = word.TrimEnd('U', 'u');
        Int128 value;
        bool known = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? Int128.TryParse("0" + digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value)
            : Int128.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        if (!known || type.IsFloat)
            throw new PtxFaultException(PtxFaultKind.Syntax, $"{word} is no constant of type {type.Name}");
        Int128 least = -(Int128.One << (8 * type.Size - 1)), most = (Int128.One << (8 * type.Size)) - 1;
        if (type.Size > 0 && (value < least || value > most))
            throw new PtxFaultException(PtxFaultKind.Syntax, $"{word} does not fit {type.Name}");
        return type.Size == 0 ? (value != 0 ? 1UL : 0) : PtxBits.Truncate(unchecked((ulong)value), type.Size);
    }
}
