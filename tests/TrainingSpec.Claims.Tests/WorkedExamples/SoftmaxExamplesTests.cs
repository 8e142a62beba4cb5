namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Softmax of D4's rows against the platform's exponential.</summary>
public class SoftmaxExamplesTests
{
    [TestCase("six logits")]
    [TestCase("position 0")]
    [TestCase("position 1")]
    public void Rows_are_those_of_plain_arithmetic(string row)
    {
        WorkedDocument document = WorkedDocument.Of("softmax/WorkedRows");
        double[] z = document.Row(row + ".logits"), exponentials = [.. z.Select(Math.Exp)];
        double sum = exponentials.Sum();
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(row + ".exponentials"), Is.EqualTo(exponentials).Within(2).Ulps);
            Assert.That(document.Row(row + ".probabilities"), Is.EqualTo(exponentials.Select(e => e / sum)).Within(1e-15));
            Assert.That(document.Row(row + ".log probabilities"), Is.EqualTo(z.Select(x => x - Math.Log(sum))).Within(2e-15));
            Assert.That(document[row + ".log-sum-exp"], Is.EqualTo(Math.Log(sum)).Within(2e-15));
        });
    }
}
