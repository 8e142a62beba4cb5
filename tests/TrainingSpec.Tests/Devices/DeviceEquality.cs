using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

/// <summary>What every device must do: the reference's bits, and the same refusals. One fixture derives for each device.</summary>
public abstract class DeviceEquality
{
    private IDevice? _device;

    protected IDevice Device => _device!;

    /// <summary>Null, or why this device cannot be opened here.</summary>
    protected virtual string? LeftOut => null;

    protected abstract IDevice Open();

    [OneTimeSetUp]
    public void OpenDevice()
    {
        if (LeftOut is string reason)
            Assert.Ignore(reason);
        _device = Open();
    }

    [OneTimeTearDown]
    public void CloseDevice() => _device?.Dispose();

    [Test]
    public void Sums_of_squares_have_the_bits_of_the_reference([Values(0, 1, 63, 64, 65, 4095, 4096, 4097, 20011)] int size)
    {
        using var reference = new ReferenceDevice();
        foreach (float[] x in new[] { DeviceInputs.Ordinary(size, seed: 11), DeviceInputs.Values(size, seed: 12) })
            Assert.That(DeviceCheck.Bits(Device.SumOfSquares(x)), Is.EqualTo(DeviceCheck.Bits(reference.SumOfSquares(x))));
        Assert.That(float.IsFinite(Device.SumOfSquares(DeviceInputs.Ordinary(size, seed: 11))), "an overflow would hide differences");
    }

    [Test]
    public void Squares_are_added_with_one_rounding([Values(0, 5, 14, 31, 63)] int accumulator) =>
        Assert.That(Device.SumOfSquares(DeviceInputs.Tie(accumulator)), Is.EqualTo(1 + MathF.ScaleB(1, -11) + MathF.ScaleB(1, -23)));

    // Of several blocks in one form: how an element is updated does not depend on how many there are.
    private static IEnumerable<TestCaseData> AdamSteps() =>
        from size in new[] { 0, 1, 63, 64, 65, 4095, 4096, 4097, 20011 }
        from decay in Enum.GetValues<DecayKind>()
        from epsilonInsideRoot in new[] { 0, 1 }
        where size < 20011 || (decay, epsilonInsideRoot) is (DecayKind.Old, 0)
        select new TestCaseData(size, decay, epsilonInsideRoot);

    [TestCaseSource(nameof(AdamSteps))]
    public void Adam_steps_have_the_bits_of_the_reference(int size, DecayKind decay, int epsilonInsideRoot)
    {
        using var reference = new ReferenceDevice();
        float[][] expected = State(size);
        float[][] actual = State(size);
        for (int step = 1; step <= 3; step++)
        {
            float[] gradient = DeviceInputs.Values(size, seed: (ulong)(20 + step));
            AdamCoefficients<Real32> coefficients = DeviceInputs.Coefficients(step, decay, epsilonInsideRoot);
            reference.AdamStep(expected[0], expected[1], expected[2], gradient, coefficients);
            Device.AdamStep(actual[0], actual[1], actual[2], gradient, coefficients);
        }

        for (int i = 0; i < expected.Length; i++)
            Assert.That(Array.ConvertAll(actual[i], DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expected[i], DeviceCheck.Bits)));
    }

    /// <summary>Which formulas are compared here where compiling takes long; <c>spec devices --check</c> compares all, in both precisions.</summary>
    protected virtual Compared OfFormulas => Compared.All;

    /// <summary>How many formulas of a topic are compared, and in which precisions.</summary>
    protected enum Compared
    {
        /// <summary>All, in single and double precision.</summary>
        All,

        /// <summary>The first of each topic, in both; rows up to 129 elements, as in what follows.</summary>
        FirstOfTopic,

        /// <summary>The first of each topic, in single precision.</summary>
        FirstOfTopicSingle,
    }

    private static IEnumerable<string> Topics => FormulaCatalog.All.Select(Topic).Distinct();

    private static string Topic(Formula formula) => formula.Id.Split('.')[0];

    [TestCaseSource(nameof(Topics))]
    public void Formulas_have_the_bits_of_the_reference(string topic)
    {
        Formula[] formulas = [.. FormulaCatalog.All.Where(formula => Topic(formula) == topic)];

        // A formula of numbers and one of a row, where the topic has both.
        HashSet<Formula> first = [.. formulas.GroupBy(formula => formula.Shape == FormulaShape.Scalar).Select(shape => shape.First())];
        Formula[] single = OfFormulas is Compared.All ? formulas : [.. first];
        HashSet<Formula> both = OfFormulas switch { Compared.All => [.. formulas], Compared.FirstOfTopicSingle => [], _ => first };
        if (OfFormulas != Compared.All)
            TestContext.Out.WriteLine($"{Device.Name}: {single.Length} of {formulas.Length} formulas of {topic} in single precision, {both.Count} in double; `spec devices --check` compares all, in both");
        Assert.Multiple(() =>
        {
            foreach (Formula formula in single)
            {
                DeviceCheckResult result = DeviceCheck.Run(Device, formula, both.Contains(formula), OfFormulas == Compared.All ? int.MaxValue : 129);
                Assert.That(result.Passed, $"{formula.Id}: {result.Differences} of {result.Values} values differ; {result.First}");
            }
        });
    }

    [Test]
    public void Formulas_of_other_shapes_strange_lengths_and_overlaps_are_refused_by_name()
    {
        Formula relu = FormulaCatalog.Find("activations.relu");
        var x = new float[4];
        Assert.That(() => Device.Evaluate(FormulaCatalog.Find("softmax"), x, x), Throws.ArgumentException.With.Message.StartsWith("formula = softmax is outside"));
        Assert.That(() => Device.EvaluateRows(relu, x, 2, x), Throws.ArgumentException.With.Message.StartsWith("formula = activations.relu is outside"));
        Assert.That(() => Device.EvaluateRows(FormulaCatalog.Find("softmax"), x, 3, x), Throws.ArgumentException.With.Message.StartsWith("rows has 4 elements, which is outside multiples of 3"));
        Assert.That(() => Device.EvaluateRows(FormulaCatalog.Find("softmax"), x, 0, x), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("width = 0 is outside"));
        Assert.That(() => Device.EvaluateRows(FormulaCatalog.Find("softmax"), x, 2, x), Throws.ArgumentException.With.Message.StartsWith("results overlaps"));
        Assert.That(() => Device.EvaluateRows(FormulaCatalog.Find("norms.l2"), x, 2, new float[4]), Throws.ArgumentException.With.Message.StartsWith("results has 4 elements, 2 are needed"));
        Assert.That(() => Device.Evaluate(relu, x.AsMemory(), new float[3]), Throws.ArgumentException.With.Message.StartsWith("arguments has 4 elements, 3 results of activations.relu need 3"));
        Assert.That(() => Device.Evaluate(relu, x, x), Throws.ArgumentException.With.Message.StartsWith("results overlaps"));
    }

    [Test]
    public void Softmax_rows_have_the_bits_of_the_reference(
        [Values(1, 2, 63, 64, 65, 4095, 4096, 4097, 20011)] int classes, [Values] GradientOf of)
    {
        int rows = classes > 1000 ? 2 : 6;
        using var reference = new ReferenceDevice();
        float[] logits = DeviceInputs.Logits(rows, classes, seed: 31);
        int[] targets = DeviceInputs.Targets(rows, classes, seed: 32);
        float[] expectedLosses = new float[rows], losses = new float[rows];
        float[] expectedGradient = new float[rows * classes], gradient = new float[rows * classes];
        reference.SoftmaxCrossEntropy(logits, targets, classes, expectedLosses, expectedGradient, of);
        Device.SoftmaxCrossEntropy(logits, targets, classes, losses, gradient, of);
        Assert.That(Array.ConvertAll(losses, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedLosses, DeviceCheck.Bits)));
        Assert.That(Array.ConvertAll(gradient, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedGradient, DeviceCheck.Bits)));
    }

    // The others of the row are small, so that 1 + R loses digits of R: which of two equal entries R leaves out is seen in the bits, in the target's gradient most of all.
    [TestCase(0f, -0f)]
    [TestCase(-0f, 0f)]
    [TestCase(0f, 0f)]
    [TestCase(-2.5f, -2.5f)]
    public void Of_equal_largest_logits_the_first_is_left_out_of_the_rest(float first, float second)
    {
        const int classes = 77;
        using var reference = new ReferenceDevice();
        foreach (int at in new[] { 0, 5, 15, 16, 40, 70 })
        {
            float[] logits = Array.ConvertAll(DeviceInputs.Ordinary(2 * classes, seed: 33), x => first - 7 - MathF.Abs(x));
            (logits[at], logits[at + 6], logits[classes + at], logits[classes + at + 6]) = (first, second, first, second);
            int[] targets = [at, at + 6];
            float[] expectedLosses = new float[2], losses = new float[2], expectedGradient = new float[2 * classes], gradient = new float[2 * classes];
            reference.SoftmaxCrossEntropy(logits, targets, classes, expectedLosses, expectedGradient, GradientOf.EachRow);
            Device.SoftmaxCrossEntropy(logits, targets, classes, losses, gradient, GradientOf.EachRow);
            Assert.That(Array.ConvertAll(losses, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedLosses, DeviceCheck.Bits)));
            Assert.That(Array.ConvertAll(gradient, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedGradient, DeviceCheck.Bits)));
        }
    }

    [Test]
    public void The_check_of_the_command_line_passes()
    {
        DeviceCheckResult result = DeviceCheck.Run(Device);
        Assert.That(result.First, Is.Null);
        Assert.That(result.Cases, Is.GreaterThan(80));
        Assert.That(result.Values, Is.GreaterThan(50_000));
    }

    [Test]
    public void Empty_tensors_are_legal()
    {
        Device.AdamStep(Memory<float>.Empty, Memory<float>.Empty, Memory<float>.Empty, ReadOnlyMemory<float>.Empty, DeviceInputs.Coefficients(1, DecayKind.Old));
        Device.SoftmaxCrossEntropy(ReadOnlyMemory<float>.Empty, ReadOnlyMemory<int>.Empty, 5, Memory<float>.Empty, Memory<float>.Empty, GradientOf.Mean);
        Assert.That(DeviceCheck.Bits(Device.SumOfSquares(ReadOnlyMemory<float>.Empty)), Is.Zero);
    }

    [Test]
    public void Bad_arguments_are_refused_by_name_and_change_nothing()
    {
        float[] theta = [1, 2, 3];
        AdamCoefficients<Real32> good = DeviceInputs.Coefficients(1, DecayKind.Old);
        AdamCoefficients<Real32> bad = good with { Share2 = Real32.Of(0) }, negative = good with { Beta1 = Real32.Of(-1) };
        Assert.Multiple(() =>
        {
            Assert.That(() => Device.AdamStep(theta, new float[2], new float[3], new float[3], good), Throws.ArgumentException.With.Message.Contains("m has 2 elements, 3 are needed"));
            Assert.That(() => Device.AdamStep(theta, new float[3], new float[3], new float[4], good), Throws.ArgumentException.With.Message.Contains("gradient has 4 elements"));
            Assert.That(() => Device.AdamStep(theta, theta, new float[3], new float[3], good), Throws.ArgumentException.With.Message.Contains("overlaps"));
            Assert.That(() => Device.AdamStep(theta, new float[3], new float[3], new float[3], bad), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Share2 = 0 is outside (0, 1]"));
            Assert.That(() => Device.AdamStep(theta, new float[3], new float[3], new float[3], negative), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Beta1 = -1 is outside [0, 1]"));
            Assert.That(
                () => Device.SoftmaxCrossEntropy(new float[6], new[] { 0, 3 }, 3, new float[2], new float[6], GradientOf.Mean),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("targets[1] = 3 is outside [0, 2]"));
            Assert.That(
                () => Device.SoftmaxCrossEntropy(new float[6], new[] { 0, -1 }, 3, new float[2], new float[6], GradientOf.Mean),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("targets[1] = -1 is outside [0, 2]"));
            Assert.That(
                () => Device.SoftmaxCrossEntropy(new float[5], new[] { 0, 1 }, 3, new float[2], new float[6], GradientOf.Mean),
                Throws.ArgumentException.With.Message.Contains("logits has 5 elements"));
            Assert.That(
                () => Device.SoftmaxCrossEntropy(new float[6], new[] { 0, 1 }, 0, new float[2], new float[6], GradientOf.Mean),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("classes = 0 is outside"));
            Assert.That(theta, Is.EqualTo(new float[] { 1, 2, 3 }));
        });
    }

    private static float[][] State(int size) =>
        [DeviceInputs.Values(size, seed: 13), DeviceInputs.Values(size, seed: 14), Array.ConvertAll(DeviceInputs.Values(size, seed: 15), MathF.Abs)];
}
