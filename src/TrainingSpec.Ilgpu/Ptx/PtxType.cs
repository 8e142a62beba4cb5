namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>A fundamental type of PTX.</summary>
/// <param name="Name">As written after the dot, such as "f32".</param>
/// <param name="Size">Bytes; 0 for a predicate.</param>
internal sealed record PtxType(string Name, int Size)
{
    /// <summary>A truth value.</summary>
    public static readonly PtxType Pred = new("pred", 0);

    private static readonly Dictionary<string, PtxType> ByName = new[]
    {
        Pred, new("b8", 1), new("s8", 1), new("u8", 1), new("b16", 2), new("s16", 2), new("u16", 2), new("b32", 4), new("s32", 4), new("u32", 4),
        new("f32", 4), new("b64", 8), new("s64", 8), new("u64", 8), new PtxType("f64", 8),
    }.ToDictionary(type => type.Name);

    /// <summary>True for f32 and f64.</summary>
    public bool IsFloat => Name[0] == 'f';

    /// <summary>True for s8 to s64.</summary>
    public bool IsSigned => Name[0] == 's';

    /// <summary>The type of that name, or null: f16, bf16 and vectors of them are not known.</summary>
    public static PtxType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The type of that name.</summary>
    public static PtxType Of(string name) => ByName[name];
}
