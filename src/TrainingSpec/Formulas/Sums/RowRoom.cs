using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Room that a formula of a row is given beside the row and its result: cells for a reduction, then rows of its own.</summary>
public static class RowRoom
{
    /// <summary>The most rows that a formula of the catalogue keeps.</summary>
    public const int MostRows = 2;

    /// <summary>Cells of room for a row of <paramref name="count"/> elements.</summary>
    /// <param name="count">Elements of the row, at least 0.</param>
    /// <param name="rows">How many rows of room.</param>
    public static int Cells(int count, int rows = MostRows) => Reduction.Room(count) + rows * count;

    /// <summary>The row of room with this number, counted from 0, as cells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TRoom Row<T, TRoom>(TRoom room, int count, int number)
        where T : IReal<T>
        where TRoom : ICells<TRoom, T>, allows ref struct => TRoom.From(room, Reduction.Room(count) + number * count);

    /// <summary>New room, as cells.</summary>
    internal static SpanCells<T> Of<T>(int count, int rows) => new(new T[Cells(count, rows)]);
}
