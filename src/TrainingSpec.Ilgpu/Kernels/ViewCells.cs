using System.Runtime.CompilerServices;
using ILGPU;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>A stretch of a device's memory as cells.</summary>
/// <param name="view">The memory.</param>
/// <param name="offset">Index of cell 0.</param>
internal readonly struct ViewCells(ArrayView<Real32> view, int offset) : ICells<ViewCells, Real32>
{
    private readonly ArrayView<Real32> _view = view;
    private readonly int _offset = offset;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Read(ViewCells cells, int index) => cells._view[cells._offset + index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ViewCells cells, int index, Real32 value) => cells._view[cells._offset + index] = value;
}
