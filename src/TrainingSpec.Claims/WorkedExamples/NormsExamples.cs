using System.Globalization;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Norms of plain, extreme and narrow tensors.</summary>
public static class NormsExamples
{
    /// <summary>Pythagorean rows, rows whose squares would overflow or underflow, special values, and several tensors together.</summary>
    /// <remarks>D2-067: 1024 float16 gradients of 10 have the norm 320, although their sum of squares is beyond float16.</remarks>
    [GoldenSource]
    public static GoldenDocument Rows()
    {
        (string Name, Real64[] Row)[] rows =
        [
            ("3, 4", [3, 4]), ("-2, 3, 6", [-2, 3, 6]), ("3e200, 4e200", [3e200, 4e200]), ("3e-200, 4e-200", [3e-200, 4e-200]), ("1e16, 1", [1e16, 1]),
            ("3 and 4 times the least double", [3 * double.Epsilon, 4 * double.Epsilon]), ("the largest double", [double.MaxValue]), ("the largest double, twice", [double.MaxValue, double.MaxValue]),
            ("none", []), ("0", [0]), ("infinity, 1", [double.PositiveInfinity, 1]), ("NaN, 1", [double.NaN, 1]), ("a hundred times 0.1", [.. Enumerable.Repeat(new Real64(0.1), 100)]),
        ];
        var document = new GoldenDocument("norms", "Rows");
        foreach ((string name, Real64[] row) in rows)
            document.Add(name, Norms.L2<Real64>(row).Value);
        Real32[] large = [3e30f, 4e30f];
        return document.Add("together: 3, 4 and 12", Norms.Global<Real64>([[3, 4], [12]]).Value)
            .Add("together: 3e200 and 4e-200", Norms.Global<Real64>([[3e200], [4e-200]]).Value)
            .Add("together: 3e-200 and 4e-200", Norms.Global<Real64>([[3e-200], [4e-200]]).Value)
            .Add("single precision: 3e30, 4e30", Norms.L2<Real32>(large).Value)
            .Add("single precision: their plain sum of squares", Reduction.SumOfSquares<Real32>(large).Value)
            .Add("float16: 1024 times 10", Norms.L2<Float16>([.. Enumerable.Repeat(Float16.Of(10), 1024)]).Value)
            .Add("float16: their plain sum of squares", Reduction.SumOfSquares<Float16>([.. Enumerable.Repeat(Float16.Of(10), 1024)]).Value)
            .Add("bfloat16: 1024 times 10", Norms.L2<BFloat16>([.. Enumerable.Repeat(BFloat16.Of(10), 1024)]).Value);
    }

    /// <summary>Norms of several orders, of one tensor and of two together, of elements whose powers leave the range, and what two orders of clipping leave of a gradient.</summary>
    [GoldenSource]
    public static GoldenDocument Orders()
    {
        double[] orders = [1, 1.5, 2, 3, 8, 1000, double.PositiveInfinity];
        var document = new GoldenDocument("norms", "Orders").Add("orders", orders)
            .WithNorms("3, -4", orders, [3, -4]).WithNorms("1, 2 and -2", orders, [1, 2], [-2]).WithNorms("three ones and 0", orders, [1, 1, 1, 0])
            .WithNorms("3e200, 4e200", orders, [3e200, 4e200]).WithNorms("3e-200, 4e-200", orders, [3e-200, 4e-200]).WithNorms("infinity, 1", orders, [double.PositiveInfinity, 1]);
        foreach (double order in new[] { 1, double.PositiveInfinity })
        {
            GlobalNormClip<Real64> clip = GradientClipping.ByGlobalNorm<Real64>([[3, -4], [1]], 2, order: order);
            document.Add($"clipped at 2 by order {order.ToString(CultureInfo.InvariantCulture)}: 3, -4 and 1", clip.Gradients.SelectMany(ExampleNumbers.Doubles));
        }

        return document.Add("single precision: 3e30, 4e30, order 3", Norms.P<Real32>([[3e30f, 4e30f]], 3).Value);
    }

    private static GoldenDocument WithNorms(this GoldenDocument document, string name, double[] orders, params Real64[][] tensors) =>
        document.Add(name, orders.Select(order => Norms.P(tensors, order)));
}
