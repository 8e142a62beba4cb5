namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>An instruction that computes one result from registers.</summary>
/// <param name="Result">Type of the result.</param>
/// <param name="Sources">Types of the operands.</param>
/// <param name="Compute">The result's bits from the operands' bits; operands beyond <paramref name="Sources"/> are 0.</param>
internal sealed record PtxOperation(PtxType Result, IReadOnlyList<PtxType> Sources, Func<ulong, ulong, ulong, ulong> Compute)
{
    private static readonly Dictionary<string, PtxOperation> All = Collect();

    /// <summary>Names of all of them.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The operation of that full name, such as "fma.rn.f32"; null where the machine knows none.</summary>
    public static PtxOperation? Find(string name) => All.GetValueOrDefault(name);

    private static Dictionary<string, PtxOperation> Collect()
    {
        var all = new Dictionary<string, PtxOperation>();
        PtxIntegerOperations.AddTo(all);
        PtxFloatOperations.AddTo(all);
        PtxComparisons.AddTo(all);
        PtxConversions.AddTo(all);
        return all;
    }
}
