using System.Runtime.CompilerServices;

namespace TrainingSpec.Formulas;

/// <summary>Numbered values that can be read: a span, or a device's memory, where spans do not exist.</summary>
/// <remarks>Static members, since kernels cannot call instance members through an interface.</remarks>
/// <typeparam name="TSelf">The cells themselves.</typeparam>
/// <typeparam name="T">The number.</typeparam>
public interface IReadCells<TSelf, T>
    where TSelf : IReadCells<TSelf, T>, allows ref struct
{
    /// <summary>The value of cell <paramref name="index"/>, counted from 0.</summary>
    static abstract T Read(TSelf cells, int index);

    /// <summary>The same values from cell <paramref name="start"/> on, which is cell 0 of the result.</summary>
    static abstract TSelf From(TSelf cells, int start);
}

/// <summary>Numbered values that can be read and written.</summary>
/// <typeparam name="TSelf">The cells themselves.</typeparam>
/// <typeparam name="T">The number.</typeparam>
public interface ICells<TSelf, T> : IReadCells<TSelf, T>
    where TSelf : ICells<TSelf, T>, allows ref struct
{
    /// <summary>Replaces the value of cell <paramref name="index"/>, counted from 0.</summary>
    static abstract void Write(TSelf cells, int index, T value);
}

/// <summary>A span as cells.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="span">The values.</param>
public readonly ref struct SpanCells<T>(Span<T> span) : ICells<SpanCells<T>, T>
{
    private readonly Span<T> _span = span;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read(SpanCells<T> cells, int index) => cells._span[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SpanCells<T> From(SpanCells<T> cells, int start) => new(cells._span[start..]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(SpanCells<T> cells, int index, T value) => cells._span[index] = value;
}

/// <summary>A span that is only read, as cells.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="span">The values.</param>
public readonly ref struct ReadOnlySpanCells<T>(ReadOnlySpan<T> span) : IReadCells<ReadOnlySpanCells<T>, T>
{
    private readonly ReadOnlySpan<T> _span = span;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read(ReadOnlySpanCells<T> cells, int index) => cells._span[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpanCells<T> From(ReadOnlySpanCells<T> cells, int start) => new(cells._span[start..]);
}
