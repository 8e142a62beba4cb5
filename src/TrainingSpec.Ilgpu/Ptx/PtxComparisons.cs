namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>setp and testp: comparisons that set a predicate.</summary>
/// <remarks>Source: PTX ISA 8.0, "Comparison and Selection Instructions".</remarks>
internal static class PtxComparisons
{
    public static void AddTo(Dictionary<string, PtxOperation> all)
    {
        foreach (string name in new[] { "b16", "b32", "b64", "s16", "s32", "s64", "u16", "u32", "u64" })
            AddWhole(all, PtxType.Of(name));
        foreach (string name in new[] { "f32", "f64" })
            AddFloat(all, PtxType.Of(name));
    }

    private static void AddWhole(Dictionary<string, PtxOperation> all, PtxType type)
    {
        void Compare(string name, Func<int, bool> holds) =>
            Add(all, name, type, (a, b) => holds(PtxBits.Whole(a, type).CompareTo(PtxBits.Whole(b, type))));

        Compare("eq", c => c == 0);
        Compare("ne", c => c != 0);

        // Bare bits have no order.
        if (type.Name[0] == 'b')
            return;
        Compare("lt", c => c < 0);
        Compare("le", c => c <= 0);
        Compare("gt", c => c > 0);
        Compare("ge", c => c >= 0);
        if (type.IsSigned)
            return;
        Compare("lo", c => c < 0);
        Compare("ls", c => c <= 0);
        Compare("hi", c => c > 0);
        Compare("hs", c => c >= 0);
    }

    private static void AddFloat(Dictionary<string, PtxOperation> all, PtxType type)
    {
        Func<ulong, double> value = type.Size == 4 ? bits => PtxBits.Single(bits) : PtxBits.Double;
        void Compare(string name, Func<double, double, bool> holds) => Add(all, name, type, (a, b) => holds(value(a), value(b)));

        foreach ((string name, Func<double, double, bool> holds) in new (string, Func<double, double, bool>)[]
        {
            ("eq", (a, b) => a == b), ("ne", (a, b) => a < b || a > b), ("lt", (a, b) => a < b), ("le", (a, b) => a <= b), ("gt", (a, b) => a > b), ("ge", (a, b) => a >= b),
        })
        {
            Compare(name, holds);

            // The unordered form also holds where either is NaN.
            Compare(name + "u", (a, b) => double.IsNaN(a) || double.IsNaN(b) || holds(a, b));
        }

        Compare("num", (a, b) => !double.IsNaN(a) && !double.IsNaN(b));
        Compare("nan", (a, b) => double.IsNaN(a) || double.IsNaN(b));

        double smallestNormal = type.Size == 4 ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022);
        void Test(string name, Func<double, bool> holds) =>
            all[$"testp.{name}.{type.Name}"] = new(PtxType.Pred, [type], (a, _, _) => holds(value(a)) ? 1UL : 0);

        Test("finite", double.IsFinite);
        Test("infinite", double.IsInfinity);
        Test("number", x => !double.IsNaN(x));
        Test("notanumber", double.IsNaN);
        Test("normal", x => double.IsFinite(x) && Math.Abs(x) >= smallestNormal);
        Test("subnormal", x => x != 0 && Math.Abs(x) < smallestNormal);
    }

    private static void Add(Dictionary<string, PtxOperation> all, string name, PtxType type, Func<ulong, ulong, bool> holds)
    {
        PtxType pred = PtxType.Pred;
        all[$"setp.{name}.{type.Name}"] = new(pred, [type, type], (a, b, _) => holds(a, b) ? 1UL : 0);
        all[$"setp.{name}.and.{type.Name}"] = new(pred, [type, type, pred], (a, b, c) => (holds(a, b) ? 1UL : 0) & c);
        all[$"setp.{name}.or.{type.Name}"] = new(pred, [type, type, pred], (a, b, c) => (holds(a, b) ? 1UL : 0) | c);
        all[$"setp.{name}.xor.{type.Name}"] = new(pred, [type, type, pred], (a, b, c) => (holds(a, b) ? 1UL : 0) ^ c);
    }
}
