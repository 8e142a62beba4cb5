using System.Reflection;
using TrainingSpec.Formulas;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The kernels of every formula, which a source generator makes of the formulas themselves.</summary>
internal static partial class FormulaKernels
{
    private static readonly Dictionary<string, (MethodInfo Single, MethodInfo Double)> ById = [];

    static FormulaKernels() => AddAll();

    /// <summary>The ids of the formulas that have kernels.</summary>
    public static IReadOnlyCollection<string> Ids => ById.Keys;

    /// <summary>A formula's kernel in single precision.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static MethodInfo Single(Formula formula) => Find(formula).Single;

    /// <summary>A formula's kernel in double precision.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static MethodInfo Double(Formula formula) => Find(formula).Double;

    private static (MethodInfo Single, MethodInfo Double) Find(Formula formula) =>
        ById.TryGetValue(formula.Id, out var kernels) ? kernels : throw new NotSupportedException($"formula = {formula.Id} is outside the formulas that have kernels");

    private static void Add(string id, string name) => ById.Add(id, (typeof(FormulaKernels).GetMethod(name + "Single")!, typeof(FormulaKernels).GetMethod(name + "Double")!));

    static partial void AddAll();
}
