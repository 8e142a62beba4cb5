using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Flat tensors as numbers of lanes: the whole ones in place, and what is left at the end in one that is filled up.</summary>
internal static class LaneSpans
{
    /// <summary>How many elements whole numbers of lanes take.</summary>
    public static int Done<T>(int length)
        where T : unmanaged, ILanes<T> => length - length % T.Count;

    /// <summary>What is left at the end. Lanes beyond it hold 0, and what comes of them is dropped.</summary>
    public static T Load<T>(ReadOnlySpan<float> x)
        where T : unmanaged, ILanes<T>
    {
        T lanes = T.Of(0);
        x.CopyTo(MemoryMarshal.Cast<T, float>(new Span<T>(ref lanes)));
        return lanes;
    }

    /// <summary>As many lanes as there are elements, back.</summary>
    public static void Store<T>(T lanes, Span<float> x)
        where T : unmanaged, ILanes<T> => MemoryMarshal.Cast<T, float>(new ReadOnlySpan<T>(in lanes))[..x.Length].CopyTo(x);

    /// <summary>The whole numbers of lanes, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Vectors<T>(Span<float> x)
        where T : unmanaged, ILanes<T> => MemoryMarshal.Cast<float, T>(x);

    /// <inheritdoc cref="Vectors{T}(Span{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Vectors<T>(ReadOnlySpan<float> x)
        where T : unmanaged, ILanes<T> => MemoryMarshal.Cast<float, T>(x);

    /// <inheritdoc cref="Vectors{T}(Span{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Vectors<T>(Span<Real32> x)
        where T : unmanaged, ILanes<T> => MemoryMarshal.Cast<Real32, T>(x);

    /// <inheritdoc cref="Vectors{T}(Span{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Vectors<T>(ReadOnlySpan<Real32> x)
        where T : unmanaged, ILanes<T> => MemoryMarshal.Cast<Real32, T>(x);

    /// <summary>Floats as numbers, in place.</summary>
    public static Span<Real32> Scalars(Span<float> x) => MemoryMarshal.Cast<float, Real32>(x);

    /// <inheritdoc cref="Scalars(Span{float})"/>
    public static ReadOnlySpan<Real32> Scalars(ReadOnlySpan<float> x) => MemoryMarshal.Cast<float, Real32>(x);
}
