using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using Traps = TrainingSpec.Checking.CompilerTraps;

namespace TrainingSpec.Tests.CompilerTraps;

/// <summary>No number's arithmetic is written otherwise by the compiler: what stands beside this in rows.jsonl was computed with fractions, by rows.py.</summary>
public sealed class CompilerTrapTests
{
    private static readonly IReadOnlyList<Row> Rows = Read();

    [Test]
    [Rule("CHECKING-11")]
    public void Real32_has_the_value_of_what_is_written() => RequireFormat<Real32>("binary32");

    [Test]
    public void Real64_has_the_value_of_what_is_written() => RequireFormat<Real64>("binary64");

    [Test]
    public void Float16_has_the_value_of_what_is_written() => RequireFormat<Float16>("binary16");

    [Test]
    public void BFloat16_has_the_value_of_what_is_written() => RequireFormat<BFloat16>("bfloat16");

    [Test]
    public void Lanes_have_the_value_of_what_is_written() => Require<Lanes>("binary32", x => Lanes.Everywhere((float)x), x => x.Value[0], x => Same(Enumerable.Range(0, Lanes.Count).Select(i => (double)x.Value[i])));

    [Test]
    public void Wide_lanes_have_the_value_of_what_is_written() => Require<WideLanes>("binary32", x => WideLanes.Everywhere((float)x), x => x.Value[0], x => Same(Enumerable.Range(0, WideLanes.Count).Select(i => (double)x.Value[i])));

    [Test]
    public void Lanes_of_binary64_have_the_value_of_what_is_written() => Require<Lanes64>("binary64", x => new(new Vector<double>(x)), x => x.Value[0], x => Same(Enumerable.Range(0, Vector<double>.Count).Select(i => x.Value[i])));

    [Test]
    public void Wide_lanes_of_binary64_have_the_value_of_what_is_written() => Require<WideLanes64>("binary64", x => new(Vector512.Create(x)), x => x.Value[0], x => Same(Enumerable.Range(0, Vector512<double>.Count).Select(i => x.Value[i])));

    [Test]
    public void Threads_have_the_value_of_what_is_written() =>
        Parallel.For(0, 7, _ => RequireFormat<Real64>("binary64"));

    [Test]
    public void Every_trap_has_rows_in_every_format_and_every_row_its_trap()
    {
        string[] names = [.. Traps.Over<Real64>().Select(t => t.Key)];
        string[] methods = [.. typeof(Traps).GetMethods().Where(m => m.IsStatic && m.Name != nameof(Traps.Over)).Select(m => m.Name)];
        Assert.That(names, Is.EquivalentTo(methods));
        Assert.That(Rows.Select(r => r.Trap).Distinct(), Is.EquivalentTo(names));
        foreach (string format in new[] { "binary16", "bfloat16", "binary32", "binary64" })
            Assert.That(names.Except(Rows.Where(r => r.Format == format).Select(r => r.Trap)).Except(["SumOfTenths"]), Is.Empty, format);
    }

    [Test]
    public void A_number_that_fuses_a_product_and_a_sum_is_found() =>
        Assert.That(() => Require<double>("binary64", "SumOfProduct", (a, b, c) => Math.FusedMultiplyAdd(a, b, c), x => x, x => x), Throws.TypeOf<AssertionException>());

    private static void RequireFormat<T>(string format)
        where T : IBinaryFormat<T> => Require<T>(format, T.Of, T.ToDouble);

    private static void Require<T>(string format, Func<double, T> of, Func<T, double> value, Func<T, bool>? whole = null)
        where T : IReal<T>
    {
        foreach ((string trap, Func<T, T, T, T> method) in Traps.Over<T>())
            Require(format, trap, method, of, value, whole);
    }

    private static void Require<T>(string format, string trap, Func<T, T, T, T> method, Func<double, T> of, Func<T, double> value, Func<T, bool>? whole = null)
    {
        foreach (Row row in Rows.Where(r => r.Format == format && r.Trap == trap))
        {
            T[] x = [.. row.Operands.Concat([1.0, 1.0]).Take(3).Select(of)];
            T answered = method(x[0], x[1], x[2]);
            double actual = value(answered);
            if (!Same([actual, row.Value]) || whole?.Invoke(answered) == false)
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{trap} of {string.Join(", ", row.Operands)} in {format} is {actual:R}, by fractions {row.Value:R}"));
        }
    }

    // 0 and −0 are not the same, all NaN are.
    private static bool Same(IEnumerable<double> values) => values.Select(v => double.IsNaN(v) ? double.NaN : v).Select(BitConverter.DoubleToInt64Bits).Distinct().Count() == 1;

    private static Row[] Read() => [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(GoldenFolder.Find().Root)!, "tests", "TrainingSpec.Tests", "CompilerTraps", "rows.jsonl")).Select(line =>
    {
        using JsonDocument row = JsonDocument.Parse(line);
        return new Row(
            row.RootElement.GetProperty("trap").GetString()!,
            row.RootElement.GetProperty("format").GetString()!,
            [.. row.RootElement.GetProperty("operands").EnumerateArray().Select(o => Number(o.GetString()!))],
            Number(row.RootElement.GetProperty("value").GetString()!));
    })];

    private static double Number(string bits) => bits == "nan" ? double.NaN : BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private sealed record Row(string Trap, string Format, double[] Operands, double Value);
}
