using System.Runtime.CompilerServices;

namespace TrainingSpec.Formulas;

/// <summary>Numbered values that can be read: a span, or a device's memory, where spans do not exist.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface IReadCells<T>
{
    /// <summary>The value of cell <paramref name="index"/>, counted from 0.</summary>
    T Read(int index);
}

/// <summary>Numbered values that can be read and written.</summary>
/// <typeparam name="T">The number.</typeparam>
public interface ICells<T> : IReadCells<T>
{
    /// <summary>Replaces the value of cell <paramref name="index"/>, counted from 0.</summary>
    void Write(int index, T value);
}

/// <summary>A span as cells.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="span">The values.</param>
public readonly ref struct SpanCells<T>(Span<T> span) : ICells<T>
{
    private readonly Span<T> _span = span;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read(int index) => _span[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int index, T value) => _span[index] = value;
}

/// <summary>A span that is only read, as cells.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="span">The values.</param>
public readonly ref struct ReadOnlySpanCells<T>(ReadOnlySpan<T> span) : IReadCells<T>
{
    private readonly ReadOnlySpan<T> _span = span;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read(int index) => _span[index];
}
