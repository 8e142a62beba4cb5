using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>A value in which a device differs from the reference.</summary>
/// <param name="Operation">The operation and its case, in words.</param>
/// <param name="Tensor">Which result.</param>
/// <param name="Index">Index in the flat tensor.</param>
/// <param name="Expected">The reference's value.</param>
/// <param name="Actual">The device's value.</param>
public sealed record DeviceDifference(string Operation, string Tensor, int Index, double Expected, double Actual)
{
    /// <summary>One line with values and, where the values' last places are those of single precision, its bits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Operation}: {Tensor}[{Index}] is {Text(Actual)}, the reference has {Text(Expected)}");

    private static string Text(double x) => (float)x == x
        ? string.Create(CultureInfo.InvariantCulture, $"{(float)x:R} (0x{BitConverter.SingleToUInt32Bits((float)x):X8})")
        : string.Create(CultureInfo.InvariantCulture, $"{x:R} (0x{BitConverter.DoubleToUInt64Bits(x):X16})");
}

/// <summary>What a comparison with the reference found.</summary>
/// <param name="Cases">How many calls were compared.</param>
/// <param name="Values">How many values were compared.</param>
/// <param name="Differences">How many of these differ.</param>
/// <param name="First">The first one that differs, or null.</param>
public sealed record DeviceCheckResult(int Cases, long Values, long Differences, DeviceDifference? First)
{
    /// <summary>True where values were compared and every bit agrees; nothing compared is nothing shown.</summary>
    public bool Passed => Values > 0 && Differences == 0;

    /// <summary>This comparison and another taken together.</summary>
    /// <param name="other">What the other found.</param>
    public DeviceCheckResult With(DeviceCheckResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new DeviceCheckResult(Cases + other.Cases, Values + other.Values, Differences + other.Differences, First ?? other.First);
    }
}

/// <summary>Compares a device with the reference bit by bit, on sizes around every boundary of the fixed shape and on special values.</summary>
/// <remarks>All NaN count as one value. Inputs are the same on every machine.</remarks>
public static class DeviceCheck
{
    // One beside every boundary: lanes, accumulators, blocks, and an odd number of blocks.
    private static readonly int[] Sizes = [0, 1, 7, 8, 9, 63, 64, 65, 4095, 4096, 4097, 20011];

    // Enough rows for each kind of values, also where a device takes several at once; few of the long ones.
    private static readonly (int Count, int Width)[] RowSizes =
    [
        (0, 5), (1, 1), (7, 1), (7, 2), (23, 3), (7, 7), (8, 8), (7, 9), (7, 31), (7, 32), (7, 33), (7, 63), (7, 64), (7, 65), (7, 127), (7, 128), (7, 129), (3, 4095), (3, 4096), (7, 4097), (2, 12289),
    ];

    /// <summary>Compares all operations; a simulator gets the smaller cases only.</summary>
    /// <param name="device">The device.</param>
    /// <param name="progress">Told the name of each case before it runs; may be null.</param>
    public static DeviceCheckResult Run(IDevice device, IProgress<string>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        int largest = device.Kind == DeviceKind.Simulator ? 4097 : int.MaxValue;
        using var reference = new ReferenceDevice();
        var comparison = new Comparison(reference, device, progress);
        foreach (int size in Sizes.Where(size => size <= largest))
        {
            comparison.SumOfSquares(size);
            foreach (DecayKind decay in Enum.GetValues<DecayKind>())
            {
                comparison.AdamStep(size, decay, epsilonInsideRoot: 0);
                comparison.AdamStep(size, decay, epsilonInsideRoot: 1);

                // Beside which the least second moments count.
                comparison.AdamStep(size, decay, epsilonInsideRoot: 0, eps: 1e-40);
            }
        }

        foreach (int accumulator in new[] { 0, 14, 63 })
            comparison.Tie(accumulator);
        foreach ((int rows, int classes) in new[] { (0, 5), (1, 1), (3, 2), (5, 65), (7, 130), (2, 4097), (1, 12289) })
        {
            if (classes > largest)
                continue;
            comparison.SoftmaxCrossEntropy(rows, classes, GradientOf.EachRow);
            comparison.SoftmaxCrossEntropy(rows, classes, GradientOf.Mean);
        }

        return comparison.Result;
    }

    /// <summary>Compares one formula, in single and, where asked, in double precision: ordinary arguments, the extremes of its domains, and NaN, infinities, zeros and subnormals in every place that does not count; rows of sizes around every boundary.</summary>
    /// <param name="device">The device.</param>
    /// <param name="formula">One of the catalogue.</param>
    /// <param name="exact">False for single precision alone.</param>
    /// <param name="widest">Rows are at most as long as this.</param>
    /// <exception cref="ArgumentException">The formula is none of the catalogue.</exception>
    /// <exception cref="InvalidOperationException">The device can't run it; the message says why.</exception>
    public static DeviceCheckResult Run(IDevice device, Formula formula, bool exact = true, int widest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(formula);
        using var reference = new ReferenceDevice();
        var comparison = new Comparison(reference, device, null);
        if (formula.Shape == FormulaShape.Scalar)
            comparison.Formula(formula, exact);
        else
            comparison.Rows(formula, exact, widest);
        return comparison.Result;
    }

    /// <summary>The bits by which values are compared: all NaN are one.</summary>
    public static uint Bits(float x) => float.IsNaN(x) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(x);

    private sealed class Comparison(IDevice reference, IDevice device, IProgress<string>? progress)
    {
        private int _cases;
        private long _values;
        private long _differences;
        private DeviceDifference? _first;

        public DeviceCheckResult Result => new(_cases, _values, _differences, _first);

        public void SumOfSquares(int size)
        {
            string name = Begin(string.Create(CultureInfo.InvariantCulture, $"sum of squares of {size}"));
            float[] x = DeviceInputs.Values(size, seed: 1);
            Compare(name, "sum", [reference.SumOfSquares(x)], [device.SumOfSquares(x)]);
            x = DeviceInputs.Ordinary(size, seed: 2);
            Compare(name, "sum", [reference.SumOfSquares(x)], [device.SumOfSquares(x)]);
        }

        public void Tie(int accumulator)
        {
            string name = Begin(string.Create(CultureInfo.InvariantCulture, $"sum of squares with a tie in accumulator {accumulator}"));
            float[] x = DeviceInputs.Tie(accumulator);
            Compare(name, "sum", [reference.SumOfSquares(x)], [device.SumOfSquares(x)]);
        }

        public void AdamStep(int size, DecayKind decay, int epsilonInsideRoot, double eps = 1e-8)
        {
            string place = epsilonInsideRoot != 0 ? "inside" : "outside";
            string name = Begin(string.Create(CultureInfo.InvariantCulture, $"Adam step of {size}, decay {decay}, epsilon {eps} {place} the root"));
            AdamCoefficients<Real32> coefficients = DeviceInputs.Coefficients(step: 3, decay, epsilonInsideRoot, eps);
            float[] gradient = DeviceInputs.Values(size, seed: 3);
            float[][] expected = [DeviceInputs.Values(size, seed: 4), DeviceInputs.Values(size, seed: 5), Array.ConvertAll(DeviceInputs.Values(size, seed: 6), MathF.Abs)];
            float[][] actual = Array.ConvertAll(expected, tensor => (float[])tensor.Clone());
            reference.AdamStep(expected[0], expected[1], expected[2], gradient, coefficients);
            device.AdamStep(actual[0], actual[1], actual[2], gradient, coefficients);
            string[] tensors = ["theta", "m", "v"];
            for (int i = 0; i < tensors.Length; i++)
                Compare(name, tensors[i], expected[i], actual[i]);
        }

        public void SoftmaxCrossEntropy(int rows, int classes, GradientOf of)
        {
            string name = Begin(string.Create(CultureInfo.InvariantCulture, $"softmax with cross-entropy of {rows} rows of {classes}, gradient of {of}"));
            float[] logits = DeviceInputs.Logits(rows, classes, seed: 7);
            int[] targets = DeviceInputs.Targets(rows, classes, seed: 8);
            float[] expectedLosses = new float[rows], actualLosses = new float[rows];
            float[] expectedGradient = new float[logits.Length], actualGradient = new float[logits.Length];
            reference.SoftmaxCrossEntropy(logits, targets, classes, expectedLosses, expectedGradient, of);
            device.SoftmaxCrossEntropy(logits, targets, classes, actualLosses, actualGradient, of);
            Compare(name, "losses", expectedLosses, actualLosses);
            Compare(name, "gradient", expectedGradient, actualGradient);
        }

        public void Formula(Formula formula, bool exact)
        {
            double[][] lists = DeviceInputs.Lists(formula);

            // One list, and a number of lists that no group, vector or block divides.
            foreach (int count in new[] { 0, 1, lists.Length })
            {
                string name = Begin(string.Create(CultureInfo.InvariantCulture, $"{formula.Id} of {count}"));
                double[] columns = [.. Enumerable.Range(0, formula.Parameters.Count).SelectMany(k => lists.Take(count).Select(list => list[k]))];
                float[] singles = Array.ConvertAll(columns, x => (float)x), expected = new float[count], actual = new float[count];
                reference.Evaluate(formula, singles, expected);
                device.Evaluate(formula, singles, actual);
                Compare(name, "results in single precision", expected, actual);
                if (!exact)
                    continue;
                double[] expectedExactly = new double[count], computed = new double[count];
                reference.Evaluate(formula, columns, expectedExactly);
                device.Evaluate(formula, columns, computed);
                Compare(name, "results in double precision", expectedExactly, computed);
            }
        }

        public void Rows(Formula formula, bool exact, int widest)
        {
            foreach ((int count, int width) in RowSizes.Where(size => size.Width <= widest))
            {
                string name = Begin(string.Create(CultureInfo.InvariantCulture, $"{formula.Id} of {count} rows of {width}"));
                float[] rows = DeviceInputs.Rows(count, width, seed: 9), expected = new float[formula.Shape == FormulaShape.RowToRow ? count * width : count], actual = new float[expected.Length];
                reference.EvaluateRows(formula, rows, width, expected);
                device.EvaluateRows(formula, rows, width, actual);
                Compare(name, "results in single precision", expected, actual);
                if (!exact)
                    continue;
                double[] wide = Array.ConvertAll(rows, x => x * 1.1), expectedExactly = new double[expected.Length], computed = new double[expected.Length];
                reference.EvaluateRows(formula, wide, width, expectedExactly);
                device.EvaluateRows(formula, wide, width, computed);
                Compare(name, "results in double precision", expectedExactly, computed);
            }
        }

        private string Begin(string name)
        {
            progress?.Report(name);
            _cases++;
            return name;
        }

        private void Compare(string operation, string tensor, float[] expected, float[] actual)
        {
            _values += expected.Length;
            for (int i = 0; i < expected.Length; i++)
            {
                if (Bits(expected[i]) == Bits(actual[i]))
                    continue;
                _differences++;
                _first ??= new DeviceDifference(operation, tensor, i, expected[i], actual[i]);
            }
        }

        private void Compare(string operation, string tensor, double[] expected, double[] actual)
        {
            _values += expected.Length;
            for (int i = 0; i < expected.Length; i++)
            {
                if (expected[i].Equals(actual[i]) && double.IsNegative(expected[i]) == double.IsNegative(actual[i]) || double.IsNaN(expected[i]) && double.IsNaN(actual[i]))
                    continue;
                _differences++;
                _first ??= new DeviceDifference(operation, tensor, i, expected[i], actual[i]);
            }
        }
    }
}
