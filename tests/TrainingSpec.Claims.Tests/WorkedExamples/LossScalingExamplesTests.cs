namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Loss scaling against the language's own half precision, and a scale followed by hand.</summary>
public class LossScalingExamplesTests
{
    [Test]
    public void Gradients_survive_as_the_languages_own_halves_say()
    {
        WorkedDocument document = WorkedDocument.Of("loss-scaling/Underflow");
        (string Name, double Gradient)[] gradients =
        [
            ("1E-08", 1e-8), ("3E-09", 3e-9), ("2^-24", Math.Pow(2, -24)), ("just above 2^-25", Math.Pow(2, -25) * (1 + Math.Pow(2, -52))), ("2^-25", Math.Pow(2, -25)),
            ("just above 2^-35", Math.Pow(2, -35) * (1 + Math.Pow(2, -52))), ("2^-35", Math.Pow(2, -35)), ("63.96875", 63.96875), ("70", 70),
        ];
        foreach ((string name, double gradient) in gradients)
        {
            var scaled = (Half)(gradient * 1024);
            Assert.That(document[name + ".float16"], Is.EqualTo((double)(Half)gradient), name);
            Assert.That(document[name + ".scaled, float16"], Is.EqualTo((double)scaled), name);
            Assert.That(document[name + ".unscaled in float16"], Is.EqualTo((double)(scaled / (Half)1024)), name);
            Assert.That((float)document[name + ".unscaled in float32"], Is.EqualTo((float)scaled / 1024), name);
            Assert.That(document.Truth(name + ".found infinity"), Is.EqualTo(Half.IsInfinity(scaled)), name);
        }
    }

    [Test]
    public void The_documents_small_gradients_vanish_live_and_vanish_again_where_they_are_unscaled_in_float16()
    {
        WorkedDocument document = WorkedDocument.Of("loss-scaling/Underflow");
        foreach (string gradient in new[] { "1E-08", "3E-09" })
        {
            Assert.That(document[gradient + ".float16"], Is.Zero);
            Assert.That(document[gradient + ".unscaled in float16"], Is.Zero);
            Assert.That(document[gradient + ".unscaled in float32"], Is.EqualTo(double.Parse(gradient, System.Globalization.CultureInfo.InvariantCulture)).Within(1).Percent);
        }

        Assert.That(document.Truth("70.found infinity"), Is.True, "70·1024 is beyond 65504");
    }

    [Test]
    public void The_scale_backs_off_after_each_overflow_and_grows_after_two_good_steps()
    {
        WorkedDocument document = WorkedDocument.Of("loss-scaling/DynamicScale");
        double[] Every(string key) => [.. Enumerable.Range(1, 9).Select(t => document[$"step {t}.{key}"])];
        Assert.Multiple(() =>
        {
            Assert.That(Every("scale"), Is.EqualTo(new[] { 65536, 32768, 32768, 65536, 32768, 32768, 65536, 32768, 32768 }));
            Assert.That(Every("next scale"), Is.EqualTo(new[] { 32768, 32768, 65536, 32768, 32768, 65536, 32768, 32768, 65536 }));
            Assert.That(Every("good steps"), Is.EqualTo(new[] { 0, 1, 0, 0, 1, 0, 0, 1, 0 }));
            Assert.That(Every("optimizer steps"), Is.EqualTo(new[] { 0, 1, 2, 2, 3, 4, 4, 5, 6 }));
            Assert.That(Enumerable.Range(1, 9).Where(t => document.Truth($"step {t}.skipped")), Is.EqualTo(new[] { 1, 4, 7 }));
        });
    }

    [Test]
    public void Clipped_steps_have_the_length_of_the_threshold_and_skipped_ones_leave_weights_and_momentum()
    {
        // Buffers 1, 1.5, then 0.5·1.5 + 0.25 = 1, 0.75, 0.625, 0.5625; the rate is an eighth.
        double[] weights = [1, 0.875, 0.6875, 0.6875, 0.5625, 0.46875, 0.46875, 0.390625, 0.3203125];
        WorkedDocument document = WorkedDocument.Of("loss-scaling/DynamicScale");
        for (int t = 1; t <= 9; t++)
            Assert.That(document.Row($"step {t}.weights")[0], Is.EqualTo(weights[t - 1]), $"step {t}");
        Assert.That(document["step 2.gradient norm"], Is.EqualTo(1.5));
        Assert.That(document["step 2.clipping factor"], Is.EqualTo(2.0 / 3).Within(1e-7));
        Assert.That(document["step 5.clipping factor"], Is.EqualTo(1));
    }
}
