using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Rows of the kinds of number that golden documents hold in full.</summary>
internal static class GoldenRows
{
    /// <summary>Adds binary64 numbers in full, on one line.</summary>
    public static GoldenDocument Add(this GoldenDocument document, string key, IEnumerable<Real64> values) => document.Add(key, values.Select(x => x.Value));

    /// <summary>Adds binary32 numbers in full, on one line.</summary>
    public static GoldenDocument Add(this GoldenDocument document, string key, IEnumerable<Real32> values) => document.Add(key, values.Select(x => x.Value));

    /// <summary>Adds truth values as 0 and 1, on one line.</summary>
    public static GoldenDocument Add(this GoldenDocument document, string key, IEnumerable<bool> values) => document.Add(key, values.Select(x => x ? 1 : 0));

    /// <summary>Numbers of a row over another kind.</summary>
    public static T[] Over<T>(params ReadOnlySpan<double> values)
        where T : IReal<T>
    {
        var row = new T[values.Length];
        for (int i = 0; i < row.Length; i++)
            row[i] = T.Of(values[i]);
        return row;
    }
}
