namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against counting: every index once, every subset of a batch, the printed sizes of the corpus.</summary>
public class BatchesExamplesTests
{
    [Test]
    public void An_epoch_deals_every_example_once_and_each_in_an_order_of_its_own()
    {
        WorkedDocument document = WorkedDocument.Of("batches/Epochs");
        double[][] orders = [.. Enumerable.Range(0, 3).Select(e => Enumerable.Range(0, 3).SelectMany(b => document.Row($"epoch {e}.batch {b}")).ToArray())];
        Assert.Multiple(() =>
        {
            Assert.That(document["batches"], Is.EqualTo(3));
            Assert.That(document["full batches"], Is.EqualTo(2));
            for (int e = 0; e < 3; e++)
            {
                Assert.That(orders[e].Order(), Is.EqualTo(Enumerable.Range(0, 10)), $"{e}");
                Assert.That(Enumerable.Range(0, 3).Select(b => document.Row($"epoch {e}.batch {b}").Length), Is.EqualTo(new[] { 4, 4, 2 }), $"{e}");
                Assert.That(document.Row($"epoch {e}.examples of full batches"), Is.EqualTo(orders[e][..8]), $"{e}");
            }

            Assert.That(orders[0], Is.Not.EqualTo(orders[1]));
            Assert.That(orders[1], Is.Not.EqualTo(orders[2]));

            // The first epoch's order is the permutation of its seed and stream.
            Assert.That(orders[0], Is.EqualTo(WorkedDocument.Of("random/Orders").Row("seed 1, stream 0.permutation of 10")));
        });
    }

    [Test]
    public void Parts_are_floors_of_decimals_and_D4_and_D0_round_other_sides()
    {
        WorkedDocument document = WorkedDocument.Of("batches/Epochs");
        Claim train = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-150"), validation = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D4-151");
        Assert.Multiple(() =>
        {
            Assert.That(train.PrintedNumber("train").IsRounded(Rational.Of(document["corpus.training by D4"])));
            Assert.That(validation.PrintedNumber("val").IsRounded(Rational.Of(document["corpus.validation by D4"])));
            Assert.That(document["corpus.validation by D0"], Is.EqualTo(1115394 / 10));
            Assert.That(document["corpus.training by D0"], Is.EqualTo(document["corpus.training by D4"] + 1));
            Assert.That(document["corpus.validation by D4"], Is.EqualTo(document["corpus.validation by D0"] + 1));
            Assert.That(document["0.29 of 100"], Is.EqualTo(29));
            Assert.That(document["0.9 of 10"], Is.EqualTo(9));
            Assert.That(document["all of 7"], Is.EqualTo(7));
            double[] held = document.Row("split.validation");
            Assert.That(held, Has.Length.EqualTo(1));
            Assert.That(document.Row("split.training").Concat(held).Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        });
    }

    [Test]
    public void Targets_are_the_inputs_one_token_on()
    {
        WorkedDocument document = WorkedDocument.Of("batches/Epochs");
        double[] tokens = document.Row("tokens");
        Assert.Multiple(() =>
        {
            for (int step = 0; step < 2; step++)
            {
                for (int row = 0; row < 3; row++)
                {
                    double[] input = document.Row($"step {step}, window {row}.input");
                    int start = (int)Math.Sqrt(input[0]);
                    Assert.That(input, Is.EqualTo(tokens[start..(start + 4)]));
                    Assert.That(document.Row($"step {step}, window {row}.target"), Is.EqualTo(tokens[(start + 1)..(start + 5)]));
                }
            }
        });
    }

    [Test]
    public void The_variances_are_those_of_all_batches_there_are([Range(1, 6)] int size)
    {
        WorkedDocument document = WorkedDocument.Of("batches/MeanGradient");
        long[] gradients = [.. document.Row("gradients").Select(g => (long)g)];
        int n = gradients.Length;
        List<long> draws = [], subsets = [];
        for (int code = 0; code < (int)Math.Pow(n, size); code++)
        {
            int[] picked = [.. Enumerable.Range(0, size).Select(i => code / (int)Math.Pow(n, i) % n)];
            long sum = picked.Sum(i => gradients[i]);
            draws.Add(sum);
            if (picked.Zip(picked.Skip(1)).All(p => p.First < p.Second))
                subsets.Add(sum);
        }

        Assert.Multiple(() =>
        {
            Assert.That(document["mean"], Is.EqualTo(2));
            Assert.That(document[$"batch of {size}.independent draws"], Is.EqualTo(VarianceOfMean(draws, size).ToDouble()).Within(4).Ulps);
            Assert.That(document[$"batch of {size}.without repetition"], Is.EqualTo(VarianceOfMean(subsets, size).ToDouble()).Within(6).Ulps);
        });
    }

    private static Rational VarianceOfMean(List<long> sums, int size)
    {
        Rational mean = new(sums.Sum(), sums.Count), square = new(sums.Sum(s => s * s), sums.Count);
        return (square - mean * mean) / (size * size);
    }
}
