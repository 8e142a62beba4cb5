namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>The linear scaling rule against exact fractions and the digits that D2 prints.</summary>
public class LinearScalingExamplesTests
{
    [Test]
    public void Four_times_the_batch_is_what_D2_prints()
    {
        WorkedDocument document = WorkedDocument.Of("linear-scaling/OtherBatches");
        Assert.That(TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D2-027").PrintedNumber("new_lr").Value, Is.EqualTo(Rational.Parse("4e-4")));
        Assert.That(document["batch 1024.learning rate"], Is.EqualTo(4e-4));
        Assert.That(document["batch 1024.factor"], Is.EqualTo(4));
        Assert.That(document["batch 1024.warmup steps"], Is.EqualTo(2000));
    }

    [TestCase(1024)]
    [TestCase(384)]
    [TestCase(32)]
    [TestCase(1000)]
    [TestCase(2048)]
    public void Rate_and_warmup_grow_with_the_batch_and_the_share_of_the_warmup_with_its_square(int batch)
    {
        WorkedDocument document = WorkedDocument.Of("linear-scaling/OtherBatches");
        var k = new Rational(batch, 256);
        Assert.That(document[$"batch {batch}.factor"], Is.EqualTo(k.ToDouble()));
        Assert.That(document[$"batch {batch}.learning rate"], Is.EqualTo((k * Rational.Parse("1e-4")).ToDouble()).Within(2).Ulps);
        Assert.That(document[$"batch {batch}.learning rate, single precision"], Is.EqualTo((k * Rational.Parse("1e-4")).ToDouble()).Within(2.4e-5).Percent);
        Assert.That(document[$"batch {batch}.warmup steps"], Is.EqualTo((k * 500).ToDouble()));
        Assert.That(document[$"batch {batch}.steps for as many epochs"], Is.EqualTo((10000 / k).ToDouble()).Within(1).Ulps);
        Assert.That(document[$"batch {batch}.share of the warmup"], Is.EqualTo((k * k * 500 / 10000).ToDouble()).Within(4).Ulps);
    }

    [Test]
    public void Eight_times_the_batch_has_no_run_left_after_the_warmup() =>
        Assert.That(WorkedDocument.Of("linear-scaling/OtherBatches")["batch 2048.share of the warmup"], Is.GreaterThan(1));
}
