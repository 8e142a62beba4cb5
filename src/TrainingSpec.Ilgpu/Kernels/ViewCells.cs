using System.Runtime.CompilerServices;
using ILGPU;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>A part of a device's memory as cells.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="view">The memory.</param>
/// <param name="start">Index of cell 0.</param>
/// <param name="stride">How far cells lie apart: as many as there are threads, so that threads side by side take cells side by side.</param>
internal readonly struct ViewCells<T>(ArrayView<T> view, int start, int stride = 1) : ICells<ViewCells<T>, T>
    where T : unmanaged
{
    private readonly ArrayView<T> _view = view;
    private readonly int _start = start;
    private readonly int _stride = stride;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read(ViewCells<T> cells, int index) => cells._view[cells._start + index * cells._stride];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ViewCells<T> From(ViewCells<T> cells, int start) => new(cells._view, cells._start + start * cells._stride, cells._stride);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ViewCells<T> cells, int index, T value) => cells._view[cells._start + index * cells._stride] = value;
}

/// <summary>A part of a device's memory as cells that read each element divided by a power of two.</summary>
/// <param name="view">The memory.</param>
/// <param name="start">Index of cell 0.</param>
/// <param name="scale">The power of two.</param>
internal readonly struct ScaledCells(ArrayView<Real32> view, int start, Real32 scale) : IReadCells<ScaledCells, Real32>
{
    private readonly ArrayView<Real32> _view = view;
    private readonly int _start = start;
    private readonly Real32 _scale = scale;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Real32 Read(ScaledCells cells, int index) => cells._view[cells._start + index] / cells._scale;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScaledCells From(ScaledCells cells, int start) => new(cells._view, cells._start + start, cells._scale);
}
