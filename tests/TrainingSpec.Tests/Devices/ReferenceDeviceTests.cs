using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

[TestFixture]
public class ReferenceDeviceTests : DeviceEquality
{
    protected override IDevice Open() => new ReferenceDevice();

    [Test]
    public void The_rows_are_those_of_the_cross_entropy_formula()
    {
        const int classes = 130;
        float[] logits = DeviceInputs.Logits(8, classes, seed: 41);
        int[] targets = DeviceInputs.Targets(8, classes, seed: 42);
        float[] losses = new float[8], gradient = new float[logits.Length];
        Device.SoftmaxCrossEntropy(logits, targets, classes, losses, gradient, GradientOf.EachRow);
        for (int row = 0; row < targets.Length; row++)
        {
            Real32[] x = Array.ConvertAll(logits[(row * classes)..((row + 1) * classes)], value => new Real32(value));
            var expected = new Real32[classes];
            Real32 loss = TrainingSpec.Formulas.CrossEntropy.Row(x, targets[row], 0, expected);
            Assert.That(DeviceCheck.Bits(losses[row]), Is.EqualTo(DeviceCheck.Bits(loss)));
            Assert.That(
                Array.ConvertAll(gradient[(row * classes)..((row + 1) * classes)], DeviceCheck.Bits),
                Is.EqualTo(Array.ConvertAll(expected, value => DeviceCheck.Bits(value))));
        }
    }

    [Test]
    public void A_device_that_is_wrong_in_one_bit_of_one_value_is_found()
    {
        using var wrong = new OneBitOff();
        DeviceCheckResult result = DeviceCheck.Run(wrong);
        Assert.Multiple(() =>
        {
            Assert.That(result.Passed, Is.False);
            Assert.That(result.Differences, Is.EqualTo(OneBitOff.Sizes));
            Assert.That(result.First!.ToString(), Does.Contain("losses[4]"));
        });
    }

    [Test]
    public void A_device_that_adds_in_another_shape_is_found()
    {
        using var wrong = new Sequential();
        DeviceCheckResult result = DeviceCheck.Run(wrong);
        Assert.That(result.First?.Operation, Does.StartWith("sum of squares"));
    }

    [Test]
    public void A_disposed_device_refuses_work()
    {
        var device = new ReferenceDevice();
        device.Dispose();
        device.Dispose();
        Assert.That(() => device.SumOfSquares(new float[3]), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_formula_that_is_off_in_one_value_is_seen_and_no_other()
    {
        using var device = new OneFormulaOff();
        DeviceCheckResult result = DeviceCheck.Run(device, FormulaCatalog.Find("adam.update"));
        Assert.That(result.Passed, Is.False);
        Assert.That(result.First!.Operation, Does.StartWith("adam.update of "));
        Assert.That(result.First.Tensor, Is.EqualTo("results in double precision"));
        Assert.That(DeviceCheck.Run(device, FormulaCatalog.Find("softmax")).First!.ToString(), Does.StartWith("softmax of 7 rows of 65: results in single precision[454] is "));
        Assert.That(DeviceCheck.Run(device, FormulaCatalog.Find("sgd.update")).Passed);
        Assert.That(DeviceCheck.Run(device, FormulaCatalog.Find("log_softmax")).Passed);
        Assert.That(DeviceCheck.Run(device, FormulaCatalog.Find("adam.update"), exact: false).Passed);
    }

    private sealed class OneBitOff() : Wrong("one-bit-off")
    {
        // Two of the check's cases have five rows.
        public const int Sizes = 2;

        protected override void RunSoftmaxCrossEntropy(
            ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
        {
            base.RunSoftmaxCrossEntropy(logits, targets, classes, losses, gradient, of);
            if (losses.Length == 5)
                losses.Span[4] = MathF.BitIncrement(losses.Span[4]);
        }
    }

    private sealed class Sequential() : Wrong("sequential")
    {
        protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
        {
            float sum = 0;
            foreach (float value in x.Span)
                sum += value * value;
            return sum;
        }
    }

    private sealed class OneFormulaOff() : Wrong("one-formula-off")
    {
        protected override void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results)
        {
            base.RunRows(formula, rows, width, results);
            if (formula.Id == "softmax" && width == 65)
                results.Span[^1] = MathF.BitIncrement(results.Span[^1]);
        }

        protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results)
        {
            base.RunFormula(formula, arguments, results);
            if (formula.Id == "adam.update")
                results.Span[^1] = Math.BitIncrement(results.Span[^1]);
        }
    }

    private abstract class Wrong(string name) : Device(name, DeviceKind.Cpu, "wrong on purpose")
    {
        private readonly ReferenceDevice _right = new();

        protected override ITensorOperations<Real32> NewOperations() => _right.Operations;

        protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) => _right.Evaluate(formula, arguments, results);

        protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) => _right.Evaluate(formula, arguments, results);

        protected override void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results) => _right.EvaluateRows(formula, rows, width, results);

        protected override void RunRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results) => _right.EvaluateRows(formula, rows, width, results);

        protected override void RunAdamStep(
            Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients) =>
            _right.AdamStep(theta, m, v, gradient, coefficients);

        protected override void RunSoftmaxCrossEntropy(
            ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of) =>
            _right.SoftmaxCrossEntropy(logits, targets, classes, losses, gradient, of);

        protected override float RunSumOfSquares(ReadOnlyMemory<float> x) => _right.SumOfSquares(x);

        protected override void Dispose(bool disposing)
        {
            _right.Dispose();
            base.Dispose(disposing);
        }
    }
}
