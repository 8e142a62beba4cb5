namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Arithmetic of floating-point numbers, rounded to nearest, ties to even, with subnormals: what PTX promises bit by bit.</summary>
/// <remarks>Source: PTX ISA 8.0, "Floating Point Instructions". A form that leaves bits open (.approx, .full, .ftz, no rounding mode) is not here, so it is refused.</remarks>
internal static class PtxFloatOperations
{
    private static readonly PtxType F32 = PtxType.Of("f32");
    private static readonly PtxType F64 = PtxType.Of("f64");

    public static void AddTo(Dictionary<string, PtxOperation> all)
    {
        AddSingle(all);
        AddDouble(all);
        foreach (PtxType type in new[] { F32, F64 })
        {
            ulong sign = 1UL << (8 * type.Size - 1);
            all[$"neg.{type.Name}"] = new(type, [type], (a, _, _) => a ^ sign);
            all[$"abs.{type.Name}"] = new(type, [type], (a, _, _) => a & ~sign);

            // The sign is the first operand's, the magnitude the second's.
            all[$"copysign.{type.Name}"] = new(type, [type, type], (a, b, _) => (a & sign) | (b & ~sign));
        }
    }

    private static void AddSingle(Dictionary<string, PtxOperation> all)
    {
        void Binary(string name, Func<float, float, float> compute) =>
            all[name] = new(F32, [F32, F32], (a, b, _) => PtxBits.Bits(compute(PtxBits.Single(a), PtxBits.Single(b))));

        Binary("add.rn.f32", (a, b) => a + b);
        Binary("sub.rn.f32", (a, b) => a - b);
        Binary("mul.rn.f32", (a, b) => a * b);
        Binary("div.rn.f32", (a, b) => a / b);
        Binary("min.f32", float.MinNumber);
        Binary("max.f32", float.MaxNumber);
        Binary("min.NaN.f32", MathF.Min);
        Binary("max.NaN.f32", MathF.Max);
        all["rcp.rn.f32"] = new(F32, [F32], (a, _, _) => PtxBits.Bits(1 / PtxBits.Single(a)));
        all["sqrt.rn.f32"] = new(F32, [F32], (a, _, _) => PtxBits.Bits(MathF.Sqrt(PtxBits.Single(a))));
        all["fma.rn.f32"] = new(F32, [F32, F32, F32], (a, b, c) => PtxBits.Bits(MathF.FusedMultiplyAdd(PtxBits.Single(a), PtxBits.Single(b), PtxBits.Single(c))));
    }

    private static void AddDouble(Dictionary<string, PtxOperation> all)
    {
        void Binary(string name, Func<double, double, double> compute) =>
            all[name] = new(F64, [F64, F64], (a, b, _) => PtxBits.Bits(compute(PtxBits.Double(a), PtxBits.Double(b))));

        Binary("add.rn.f64", (a, b) => a + b);
        Binary("sub.rn.f64", (a, b) => a - b);
        Binary("mul.rn.f64", (a, b) => a * b);
        Binary("div.rn.f64", (a, b) => a / b);
        Binary("min.f64", double.MinNumber);
        Binary("max.f64", double.MaxNumber);
        all["rcp.rn.f64"] = new(F64, [F64], (a, _, _) => PtxBits.Bits(1 / PtxBits.Double(a)));
        all["sqrt.rn.f64"] = new(F64, [F64], (a, _, _) => PtxBits.Bits(Math.Sqrt(PtxBits.Double(a))));
        all["fma.rn.f64"] = new(F64, [F64, F64, F64], (a, b, c) => PtxBits.Bits(Math.FusedMultiplyAdd(PtxBits.Double(a), PtxBits.Double(b), PtxBits.Double(c))));
    }
}
