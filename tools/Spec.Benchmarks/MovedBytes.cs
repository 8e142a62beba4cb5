using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Spec.Benchmarks;

/// <summary>How many bytes a benchmark reads and writes for each element; what caches fetch beyond that is not counted.</summary>
/// <param name="perElement">Bytes.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MovedBytesAttribute(int perElement) : Attribute
{
    /// <summary>Bytes for each element.</summary>
    public int PerElement { get; } = perElement;
}

/// <summary>Bytes moved for each element, as a column.</summary>
internal sealed class BytesColumn : IColumn
{
    public string Id => nameof(BytesColumn);

    public string ColumnName => "B/element";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Bytes read and written for each element";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => Of(benchmarkCase).ToString(CultureInfo.InvariantCulture);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public static int Of(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Descriptor.WorkloadMethod.GetCustomAttribute<MovedBytesAttribute>()!.PerElement;
}

/// <summary>Billions of bytes moved in a second, from the median time, as a column.</summary>
internal sealed class ThroughputColumn : IColumn
{
    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "B/element times elements, by the median time; 1 GB = 10^9 bytes";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics)
            return "?";
        var elements = (int)benchmarkCase.Parameters[nameof(AdamWBenchmarks.Elements)];
        return ((double)BytesColumn.Of(benchmarkCase) * elements / statistics.Median).ToString("F1", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
