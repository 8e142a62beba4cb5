namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against exact fractions, the random numbers of their own document, and how scaling carries through linear layers.</summary>
public class InitializationExamplesTests
{
    private const double Unit = 1.0 / (1L << 53);

    [TestCase(300, 500)]
    [TestCase(784, 10)]
    [TestCase(10, 784)]
    [TestCase(64, 64)]
    [TestCase(64, 27)]
    [TestCase(256, 64)]
    public void Moments_are_the_fractions(int fanIn, int fanOut)
    {
        WorkedDocument document = WorkedDocument.Of("initialization/Laws");
        double At(string name) => document[$"{fanIn} to {fanOut}.{name}"];
        double xavier = ((Rational)2 / (fanIn + fanOut)).ToDouble(), he = ((Rational)2 / fanIn).ToDouble();
        Assert.Multiple(() =>
        {
            Assert.That(At("Xavier variance"), Is.EqualTo(xavier));
            Assert.That(At("He variance"), Is.EqualTo(he));
            Assert.That(At("Xavier deviation"), Is.EqualTo(Math.Sqrt(2.0 / (fanIn + fanOut))));
            Assert.That(At("He deviation"), Is.EqualTo(Math.Sqrt(2.0 / fanIn)));
            Assert.That(At("Xavier limit"), Is.EqualTo(Math.Sqrt(3) * Math.Sqrt(xavier)).Within(2).Ulps);
            Assert.That(At("He limit"), Is.EqualTo(Math.Sqrt(3) * Math.Sqrt(he)).Within(2).Ulps);
            Assert.That(At("Xavier variance from the limit"), Is.EqualTo(xavier).Within(4).Ulps);

            // Forward and backward gain add up to 2, and part from 1 by |in − out|/(in + out).
            Assert.That(At("Xavier gain forward") + At("Xavier gain backward"), Is.EqualTo(2).Within(2).Ulps);
            Assert.That(Math.Abs(At("Xavier gain forward") - 1), Is.EqualTo(((Rational)Math.Abs(fanIn - fanOut) / (fanIn + fanOut)).ToDouble()).Within(4 * Unit));
            Assert.That(At("He gain through ReLU"), Is.EqualTo(1).Within(2).Ulps);
            Assert.That(At("Xavier gain through ReLU"), Is.EqualTo(((Rational)fanIn / (fanIn + fanOut)).ToDouble()).Within(2).Ulps);
        });
    }

    [Test]
    public void A_kernels_fan_counts_all_that_it_reads()
    {
        WorkedDocument document = WorkedDocument.Of("initialization/Laws");
        double right = document["convolution.He deviation"], taken = document["convolution.He deviation of D2's fan"];
        Assert.Multiple(() =>
        {
            Assert.That(document["convolution.fan in"], Is.EqualTo(27));
            Assert.That(right, Is.EqualTo(Math.Sqrt(2.0 / 27)));
            Assert.That(right * right / (taken * taken), Is.EqualTo(64.0 / 27).Within(8).Ulps);
        });
    }

    [TestCase(1)]
    [TestCase(12)]
    [TestCase(24)]
    [TestCase(48)]
    public void Residual_branches_add_up_to_the_same_variance_at_any_depth(int layers)
    {
        WorkedDocument document = WorkedDocument.Of("initialization/Laws");
        Assert.That(document[$"residual, {layers} layers.deviation"], Is.EqualTo(0.02 / Math.Sqrt(2 * layers)));
        Assert.That(document[$"residual, {layers} layers.variance of 2N branches"], Is.EqualTo(0.0004).Within(4).Ulps);
    }

    [Test]
    public void ReLU_halves_the_mean_square_and_not_the_variance()
    {
        WorkedDocument document = WorkedDocument.Of("initialization/Laws");
        Assert.That(document["ReLU of a standard normal.mean square"], Is.EqualTo(0.5));
        Assert.That(document["ReLU of a standard normal.variance"], Is.EqualTo(0.5 - 1 / (2 * Math.PI)).Within(2).Ulps);
    }

    [Test]
    public void First_weights_are_the_streams_numbers_scaled()
    {
        WorkedDocument document = WorkedDocument.Of("initialization/FirstWeights"), random = WorkedDocument.Of("random/FirstNumbers");
        double[] u = random.Row("seed 1, stream 0.uniform"), z = random.Row("seed 1, stream 0.normal");
        (string Scheme, double Deviation)[] deviations =
            [("XavierUniform", 0.5), ("XavierNormal", 0.5), ("HeUniform", Math.Sqrt(2.0 / 3)), ("HeNormal", Math.Sqrt(2.0 / 3)), ("GptNormal", 0.02), ("GptResidual", 0.02 / Math.Sqrt(24))];
        foreach ((string scheme, double deviation) in deviations)
        {
            bool uniform = scheme.EndsWith("Uniform", StringComparison.Ordinal);
            double[] expected = [.. (uniform ? u.Select(x => (2 * x - 1) * Math.Sqrt(3) * deviation) : z.Select(x => x * deviation))];
            double[] weights = document.Row(scheme + ".weights"), single = document.Row(scheme + ".weights in single precision");
            Assert.That(document[scheme + ".deviation"], Is.EqualTo(deviation), scheme);
            Assert.That(weights, Is.EqualTo(expected).Within(4).Ulps, scheme);

            // In single precision a normal number itself is off by up to 64 roundings of its radius, which is below 6.
            for (int i = 0; i < single.Length; i++)
                Assert.That(single[i], Is.EqualTo(expected[i]).Within(64 * 6 * deviation / (1 << 24)), scheme);
            if (uniform)
                Assert.That(weights.Max(Math.Abs), Is.LessThan(document[scheme + ".limit"]), scheme);
        }

        // Passed as a deviation of 0.25 in place of 0.5, the variance draws weights half as large.
        Assert.That(document.Row("XavierNormal.weights of the variance taken for a deviation"), Is.EqualTo(document.Row("XavierNormal.weights").Select(w => w / 2)));
    }

    [Test]
    public void Layers_multiply_the_mean_square_as_the_formulas_say()
    {
        WorkedDocument document = WorkedDocument.Of("initialization/SignalThroughLayers");
        double[] Squares(string stack) => document.Row(stack + ".mean squares");
        double[] one = Squares("linear, deviation 1"), xavier = Squares("linear, Xavier"), small = Squares("linear, deviation 0.01"), he = Squares("ReLU, He"), half = Squares("ReLU, Xavier");
        Assert.Multiple(() =>
        {
            for (int layer = 0; layer < one.Length; layer++)
            {
                // The draws are the same: deviations of 1 and 1/8 differ by powers of two, exactly; others by rounding, 64 products and some a layer.
                Assert.That(one[layer], Is.EqualTo(xavier[layer] * Math.Pow(64, layer)), $"{layer}");
                Assert.That(small[layer] * Math.Pow(1e4, layer), Is.EqualTo(one[layer]).Within(200 * (layer + 1) * Unit * one[layer]), $"{layer}");
                Assert.That(half[layer] * Math.Pow(2, layer), Is.EqualTo(he[layer]).Within(200 * (layer + 1) * Unit * he[layer]), $"{layer}");
            }

            // A layer of 64 units has a factor of relative variance 2/64 at most, 5/64 through ReLU: four deviations over all layers.
            int layers = one.Length - 1;
            Assert.That(Math.Abs(Math.Log(xavier[^1] / xavier[0])), Is.LessThan(4 * Math.Sqrt(layers * 2.0 / 64)));
            Assert.That(Math.Abs(Math.Log(he[^1] / he[0])), Is.LessThan(4 * Math.Sqrt(layers * 5.0 / 64)));
        });
    }

    [Test]
    public void Equal_units_stay_equal_and_drawn_ones_do_not()
    {
        WorkedDocument document = WorkedDocument.Of("initialization/Symmetry");
        Assert.Multiple(() =>
        {
            for (int step = 0; step < 3; step++)
            {
                foreach (string name in new[] { "hidden weights", "hidden gradient" })
                {
                    double[] zeros = document.Row($"zeros, step {step}.{name}"), constant = document.Row($"constant, step {step}.{name}"), drawn = document.Row($"drawn, step {step}.{name}");
                    Assert.That(zeros, Is.All.Zero, name);
                    Assert.That(constant.AsSpan(0, 2).SequenceEqual(constant.AsSpan(2)), name);
                    Assert.That(drawn.AsSpan(0, 2).SequenceEqual(drawn.AsSpan(2)), Is.False, name);
                }
            }

            // x = (1, −2) through weights of 0.5: h = tanh(−0.5), and ∂/∂W = 0.5·(1 − h²)·x.
            double h = Math.Tanh(-0.5), back = 0.5 * (1 - h * h);
            Assert.That(document.Row("constant, step 0.output gradient"), Is.EqualTo(new[] { h, h }).Within(2).Ulps);
            Assert.That(document.Row("constant, step 0.hidden gradient"), Is.EqualTo(new[] { back, -2 * back, back, -2 * back }).Within(4).Ulps);
            Assert.That(document.Row("constant, step 1.output weights"), Is.EqualTo(new[] { 0.5 - 0.1 * h, 0.5 - 0.1 * h }).Within(2).Ulps);
        });
    }
}
