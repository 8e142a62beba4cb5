namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Adam's worked examples against exact fractions, plain arithmetic and the digits that D1 prints.</summary>
public class AdamExamplesTests
{
    // 1 − 0.999ᵗ carries an error of 2⁻⁵² at most, beside 0.001 at least: 2.3·10⁻¹³ of relative error in v̂, half of it in the root.
    private const double AfterCorrection = 3e-13;

    [Test]
    public void Moments_and_their_corrections_are_the_exact_ones()
    {
        WorkedDocument document = WorkedDocument.Of("adam/Steps");
        Rational beta1 = Rational.Of(document["beta1"]), beta2 = Rational.Of(document["beta2"]);
        for (int j = 0; j < 3; j++)
        {
            Rational m = 0, v = 0, power1 = 1, power2 = 1;
            for (int t = 1; t <= 4; t++)
            {
                string key = $"step {t}.";
                Rational g = Rational.Of(document.Row(key + "gradient")[j]);
                m = beta1 * m + (1 - beta1) * g;
                v = beta2 * v + (1 - beta2) * g * g;
                (power1, power2) = (power1 * beta1, power2 * beta2);
                Near(document.Row(key + "m")[j], m, 1e-14);
                Near(document.Row(key + "v")[j], v, 1e-14);
                Near(document.Row(key + "m hat")[j], m / (1 - power1), 1e-14);
                Near(document.Row(key + "v hat")[j], v / (1 - power2), AfterCorrection);
            }
        }
    }

    [Test]
    public void A_steady_gradient_moves_by_the_rate_but_for_eps_and_a_lone_one_keeps_moving()
    {
        WorkedDocument document = WorkedDocument.Of("adam/Steps");
        double alone = 1;
        for (int t = 1; t <= 4; t++)
        {
            double[] parameters = document.Row($"step {t}.parameters"), mHat = document.Row($"step {t}.m hat"), vHat = document.Row($"step {t}.v hat");
            Assert.That(parameters[0], Is.EqualTo(1 - t * 0.125 * 2 / (2 + 1e-8)).Within(1e-13));
            alone -= 0.125 * mHat[2] / (Math.Sqrt(vHat[2]) + 1e-8);
            Assert.That(parameters[2], Is.EqualTo(alone).Within(1e-15).And.LessThan(t == 1 ? 1 : document.Row($"step {t - 1}.parameters")[2]));
        }
    }

    [TestCase("A", "D1-067")]
    [TestCase("B", "D1-069")]
    public void Both_places_of_eps_round_to_the_update_that_D1_prints(string parameter, string claim)
    {
        WorkedDocument document = WorkedDocument.Of("adam/ParametersAAndB");
        PrintedNumber printed = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim(claim).PrintedNumber("update");
        Assert.That(printed.IsRounded(Rational.Of(document[parameter + ".update, eps inside the root"])), Is.True);
        Assert.That(printed.IsRounded(Rational.Of(document[parameter + ".update, eps beside the root"])), Is.True);
        Assert.That(printed.IsRounded(Rational.Of(document[parameter + ".first update, uncorrected"])), Is.False, "the formula as printed steps three times as far");
    }

    [TestCase("A", 10)]
    [TestCase("B", 0.01)]
    [TestCase("gradient 0.0001", 1e-4)]
    [TestCase("gradient 1E-05", 1e-5)]
    public void Updates_are_those_of_plain_arithmetic(string parameter, double g)
    {
        WorkedDocument document = WorkedDocument.Of("adam/ParametersAAndB");
        Assert.That(document[parameter + ".update, eps beside the root"], Is.EqualTo(-0.001 * g / (g + 1e-8)).Within(8).Ulps);
        Assert.That(document[parameter + ".update, eps inside the root"], Is.EqualTo(-0.001 / Math.Sqrt(1 + 1e-8 / (g * g))).Within(8).Ulps);
        Assert.That(document[parameter + ".first update, uncorrected"], Is.EqualTo(-0.001 * 0.1 * g / Math.Sqrt(0.001 * g * g + 1e-8)).Within(AfterCorrection * 100).Percent);
    }

    [Test]
    public void Without_correction_steps_are_too_long_longest_at_step_12()
    {
        WorkedDocument document = WorkedDocument.Of("adam/WithoutBiasCorrection");
        static double Size(int t) => (1 - Math.Pow(0.9, t)) / Math.Sqrt(1 - Math.Pow(0.999, t));
        double[] sizes = [.. Enumerable.Range(1, 1000).Select(Size)];
        Assert.Multiple(() =>
        {
            Assert.That(document["largest at step"], Is.EqualTo(1 + Array.IndexOf(sizes, sizes.Max())).And.EqualTo(12));
            Assert.That(document["largest"], Is.EqualTo(sizes.Max()).Within(1e-11).Percent);
            Assert.That(document.Row("steps 1 to 20"), Is.EqualTo(sizes[..20]).Within(1e-11).Percent);
            Assert.That(document["step 100"], Is.EqualTo(sizes[99]).Within(1e-11).Percent);
            Assert.That(document["step 1000"], Is.EqualTo(sizes[999]).Within(1e-11).Percent);
            Assert.That(sizes.Min(), Is.GreaterThan(1));
        });
    }

    [Test]
    public void In_single_precision_the_steps_are_off_by_roundings_and_a_rounded_beta2_by_more()
    {
        WorkedDocument document = WorkedDocument.Of("adam/WithoutBiasCorrection");
        // 1 − β is derived before it is rounded, so that three roundings of 6·10⁻⁸ are all; 1 − 0.999f alone would be off by 1.3·10⁻⁵ of itself.
        double off = document.Row("single precision.steps 1 to 20")[0] / document.Row("steps 1 to 20")[0] - 1;
        Assert.That(off, Is.Zero.Within(1.8e-7));
        Assert.That(document["beta2 correction at step 100"], Is.EqualTo(1 - Math.Pow(0.999, 100)).Within(1e-14));
        Assert.That(document["beta2 correction at step 100, single precision"], Is.EqualTo(1 - Math.Pow(0.999f, 100)).Within(1e-7));
    }

    private static void Near(double value, Rational exact, double relative) =>
        Assert.That(value, Is.EqualTo(exact.ToDouble()).Within(relative * Math.Abs(exact.ToDouble())));
}
