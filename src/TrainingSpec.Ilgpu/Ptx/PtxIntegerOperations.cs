using System.Numerics;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Arithmetic of whole numbers, logic, shifts, moves.</summary>
/// <remarks>Source: PTX ISA 8.0, "Integer Arithmetic Instructions", "Logic and Shift Instructions", "mov".</remarks>
internal static class PtxIntegerOperations
{
    private static readonly PtxType ShiftAmount = PtxType.Of("u32");

    public static void AddTo(Dictionary<string, PtxOperation> all)
    {
        foreach (string name in new[] { "s16", "u16", "s32", "u32", "s64", "u64" })
            AddArithmetic(all, PtxType.Of(name));
        foreach (string name in new[] { "b16", "b32", "b64" })
            AddLogic(all, PtxType.Of(name));
        foreach (string name in new[] { "b16", "s16", "u16", "b32", "s32", "u32", "f32", "b64", "s64", "u64", "f64" })
        {
            PtxType type = PtxType.Of(name);
            all[$"mov.{name}"] = new(type, [type], (a, _, _) => a);
            all[$"selp.{name}"] = new(type, [type, type, PtxType.Pred], (a, b, c) => c != 0 ? a : b);
        }

        PtxType pred = PtxType.Pred;
        all["mov.pred"] = new(pred, [pred], (a, _, _) => a);
        all["and.pred"] = new(pred, [pred, pred], (a, b, _) => a & b);
        all["or.pred"] = new(pred, [pred, pred], (a, b, _) => a | b);
        all["xor.pred"] = new(pred, [pred, pred], (a, b, _) => a ^ b);
        all["not.pred"] = new(pred, [pred], (a, _, _) => a ^ 1);
    }

    private static void AddArithmetic(Dictionary<string, PtxOperation> all, PtxType type)
    {
        void Add(string name, Func<Int128, Int128, Int128> compute) =>
            all[$"{name}.{type.Name}"] = new(type, [type, type], (a, b, _) => Low(compute(PtxBits.Whole(a, type), PtxBits.Whole(b, type)), type.Size));

        Add("add", (a, b) => a + b);
        Add("sub", (a, b) => a - b);
        Add("mul.lo", (a, b) => unchecked(a * b));
        Add("mul.hi", (a, b) => High(a, b, type));
        Add("div", (a, b) => a / NotZero(b));
        Add("rem", (a, b) => a % NotZero(b));
        Add("min", Int128.Min);
        Add("max", Int128.Max);
        all[$"mad.lo.{type.Name}"] = new(
            type, [type, type, type], (a, b, c) => Low(unchecked(PtxBits.Whole(a, type) * PtxBits.Whole(b, type) + PtxBits.Whole(c, type)), type.Size));
        if (type.IsSigned)
        {
            all[$"neg.{type.Name}"] = new(type, [type], (a, _, _) => Low(-PtxBits.Whole(a, type), type.Size));
            all[$"abs.{type.Name}"] = new(type, [type], (a, _, _) => Low(Int128.Abs(PtxBits.Whole(a, type)), type.Size));
        }

        if (type.Size < 8)
        {
            PtxType wide = PtxType.Of($"{type.Name[0]}{16 * type.Size}");
            all[$"mul.wide.{type.Name}"] = new(wide, [type, type], (a, b, _) => Low(PtxBits.Whole(a, type) * PtxBits.Whole(b, type), wide.Size));
            all[$"mad.wide.{type.Name}"] = new(
                wide, [type, type, wide], (a, b, c) => Low(PtxBits.Whole(a, type) * PtxBits.Whole(b, type) + PtxBits.Whole(c, wide), wide.Size));
        }

        // The shift fills with the sign, and an amount beyond the width acts as the width.
        all[$"shr.{type.Name}"] = new(type, [type, ShiftAmount], (a, b, _) => Low(PtxBits.Whole(a, type) >> Amount(b, type), type.Size));
    }

    private static void AddLogic(Dictionary<string, PtxOperation> all, PtxType type)
    {
        all[$"and.{type.Name}"] = new(type, [type, type], (a, b, _) => a & b);
        all[$"or.{type.Name}"] = new(type, [type, type], (a, b, _) => a | b);
        all[$"xor.{type.Name}"] = new(type, [type, type], (a, b, _) => a ^ b);
        all[$"not.{type.Name}"] = new(type, [type], (a, _, _) => PtxBits.Truncate(~a, type.Size));
        all[$"shl.{type.Name}"] = new(type, [type, ShiftAmount], (a, b, _) => Low((Int128)a << Amount(b, type), type.Size));
        all[$"shr.{type.Name}"] = new(type, [type, ShiftAmount], (a, b, _) => Low((Int128)a >> Amount(b, type), type.Size));
        if (type.Size >= 4)
        {
            PtxType count = PtxType.Of("u32");
            all[$"popc.{type.Name}"] = new(count, [type], (a, _, _) => (ulong)BitOperations.PopCount(a));
            all[$"clz.{type.Name}"] = new(count, [type], (a, _, _) => (ulong)(BitOperations.LeadingZeroCount(a) - 64 + 8 * type.Size));
        }
    }

    // .NET takes a shift's amount modulo the width; PTX clamps it to the width.
    private static int Amount(ulong amount, PtxType type) => (int)Math.Min((uint)amount, (uint)(8 * type.Size));

    private static ulong Low(Int128 value, int size) => PtxBits.Truncate(unchecked((ulong)value), size);

    // The product of 64-bit numbers may pass 127 bits, so it is taken in two steps.
    private static Int128 High(Int128 a, Int128 b, PtxType type) =>
        (Int128)(((BigInteger)a * (BigInteger)b) >> (8 * type.Size));

    private static Int128 NotZero(Int128 divisor) =>
        divisor != 0 ? divisor : throw new PtxFaultException(PtxFaultKind.Division, "division by zero has no defined result");
}
