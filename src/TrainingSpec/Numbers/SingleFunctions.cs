using System.Runtime.CompilerServices;

namespace TrainingSpec.Numbers;

/// <summary>A function of one binary32 number, evaluated in binary64 so that one conversion to binary32 rounds as the exact value would.</summary>
/// <remarks>A type for each, so that lanes of every width share how they widen and narrow.</remarks>
internal interface ISingleFunction
{
    /// <summary>The function.</summary>
    static abstract T Of<T>(T x) where T : IBinary64<T>;
}

/// <summary><see cref="Elementary.ExpOfSingle"/>.</summary>
internal readonly struct SingleExp : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.ExpOfSingle(x);
}

/// <summary><see cref="Elementary.LogOfSingle"/>.</summary>
internal readonly struct SingleLog : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.LogOfSingle(x);
}

/// <summary><see cref="Elementary.CosOfSingle"/>.</summary>
internal readonly struct SingleCos : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.CosOfSingle(x);
}

/// <summary><see cref="Elementary.SinOfSingle"/>.</summary>
internal readonly struct SingleSin : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.SinOfSingle(x);
}

/// <summary><see cref="Elementary.TanhOfSingle"/>.</summary>
internal readonly struct SingleTanh : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.TanhOfSingle(x);
}

/// <summary><see cref="Elementary.ErfOfSingle"/>.</summary>
internal readonly struct SingleErf : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.ErfOfSingle(x);
}

/// <summary><see cref="Elementary.BinaryScale"/>.</summary>
internal readonly struct SingleBinaryScale : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.BinaryScale(x);
}

/// <summary><see cref="Elementary.Expm1OfSingle"/>.</summary>
internal readonly struct SingleExpm1 : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.Expm1OfSingle(x);
}

/// <summary><see cref="Elementary.Log1pOfSingle"/>.</summary>
internal readonly struct SingleLog1p : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.Log1pOfSingle(x);
}

/// <summary><see cref="Elementary.ErfcOfSingle"/>.</summary>
internal readonly struct SingleErfc : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.ErfcOfSingle(x);
}

/// <summary>The first of <see cref="Elementary.NormalOfSingle"/>.</summary>
internal readonly struct SingleNormalTwiceBelow : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.NormalOfSingle(x).TwiceBelow;
}

/// <summary><see cref="Elementary.NormalBellOfSingle"/>.</summary>
internal readonly struct SingleNormalBell : ISingleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IBinary64<T> => Elementary.NormalBellOfSingle(x);
}
