using ILGPU;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The kernels of every formula of numbers, which a source generator makes of the formulas themselves.</summary>
internal static partial class FormulaKernels
{
    private static readonly Dictionary<string, (Action<ArrayView<Real32>, ArrayView<Real32>> Single, Action<ArrayView<Real64>, ArrayView<Real64>> Double)> ById = [];

    static FormulaKernels() => AddAll();

    /// <summary>The ids of the formulas that have kernels.</summary>
    public static IReadOnlyCollection<string> Ids => ById.Keys;

    /// <summary>A formula's kernel in single precision.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static Action<ArrayView<Real32>, ArrayView<Real32>> Single(Formula formula) => Find(formula).Single;

    /// <summary>A formula's kernel in double precision.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static Action<ArrayView<Real64>, ArrayView<Real64>> Double(Formula formula) => Find(formula).Double;

    private static (Action<ArrayView<Real32>, ArrayView<Real32>> Single, Action<ArrayView<Real64>, ArrayView<Real64>> Double) Find(Formula formula) =>
        ById.TryGetValue(formula.Id, out var kernels) ? kernels : throw new NotSupportedException($"formula = {formula.Id} is outside the formulas that have kernels");

    private static void Add(string id, Action<ArrayView<Real32>, ArrayView<Real32>> single, Action<ArrayView<Real64>, ArrayView<Real64>> exact) => ById.Add(id, (single, exact));

    static partial void AddAll();
}
