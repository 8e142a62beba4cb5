namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against whole-number counting over every plan, and a plain chain of tanh layers.</summary>
public class CheckpointingExamplesTests
{
    private const int Layers = 9, Width = 3;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(12)]
    [TestCase(16)]
    [TestCase(48)]
    [TestCase(100)]
    public void The_best_plan_is_the_best_of_all(int layers)
    {
        WorkedDocument document = WorkedDocument.Of("checkpointing/Plans");
        string key = $"{layers} layers";
        int[] peaks = [.. Enumerable.Range(1, layers).Select(k => k + (layers + k - 1) / k - 1)];
        int least = peaks.Min(), best = Array.LastIndexOf(peaks, least) + 1;
        int root = Enumerable.Range(1, 2 * layers).First(m => m * m >= 4 * layers);
        double[] lengths = document.Row(key + ".best plan.lengths");
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(key + ".peak by segments"), Is.EqualTo(peaks));
            Assert.That(document.Row(key + ".recomputed by segments"), Is.EqualTo(Enumerable.Range(1, layers).Select(k => layers - k)));
            Assert.That(document[key + ".least peak"], Is.EqualTo(least));
            Assert.That(least, Is.EqualTo(root - 1), "the theorem");
            Assert.That(document[key + ".best plan.segments"], Is.EqualTo(best));
            Assert.That(document[key + ".best plan.peak"], Is.EqualTo(least));
            Assert.That(document[key + ".best plan.recomputed"], Is.EqualTo(layers - best));
            Assert.That(lengths.Sum(), Is.EqualTo(layers));
            Assert.That(lengths.Max() - lengths.Min(), Is.LessThanOrEqualTo(1));
            Assert.That(document[key + ".best plan.additional work"], Is.EqualTo(new Rational(layers - best, 3 * layers).ToDouble()));
            Assert.That(document[key + ".additional work of one segment"], Is.EqualTo(new Rational(layers - 1, 3 * layers).ToDouble()));
        });
    }

    [Test]
    public void D3s_33_percent_is_the_whole_forward_again_and_not_the_best_plan()
    {
        WorkedDocument document = WorkedDocument.Of("checkpointing/Plans");
        Assert.Multiple(() =>
        {
            Assert.That(Math.Round(100 * document["100 layers.additional work of one segment"]), Is.EqualTo(33));
            Assert.That(Math.Round(100 * document["100 layers.best plan.additional work"]), Is.EqualTo(30));
            Assert.That(Math.Round(100 * document["12 layers.best plan.additional work"]), Is.EqualTo(22));
        });
    }

    [Test]
    public void The_chain_holds_and_evaluates_what_the_plan_says_and_its_gradients_keep_their_bits()
    {
        WorkedDocument document = WorkedDocument.Of("checkpointing/Chain");
        Assert.Multiple(() =>
        {
            for (int k = 1; k <= Layers; k++)
            {
                Assert.That(document[$"{k} segments.held"], Is.EqualTo(k + (Layers + k - 1) / k - 1), $"{k}");
                Assert.That(document[$"{k} segments.evaluated"], Is.EqualTo(2 * Layers - k), $"{k}");
                Assert.That(document.Truth($"{k} segments.gradients of the same bits"), Is.True, $"{k}");
            }
        });
    }

    [Test]
    public void The_chain_is_that_of_plain_loops()
    {
        WorkedDocument document = WorkedDocument.Of("checkpointing/Chain");
        double[][] weights = [.. Enumerable.Range(0, Layers).Select(i => document.Row($"layer {i}.weights"))];
        List<double[]> outputs = [document.Row("x")];
        foreach (double[] w in weights)
            outputs.Add([.. Enumerable.Range(0, Width).Select(i => Math.Tanh(Enumerable.Range(0, Width).Sum(j => w[i * Width + j] * outputs[^1][j])))]);
        double[] dy = outputs[^1];
        double[][] gradients = new double[Layers][];
        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            double[] inner = [.. dy.Zip(outputs[layer + 1], (d, y) => d * (1 - y * y))], w = weights[layer], input = outputs[layer];
            gradients[layer] = [.. Enumerable.Range(0, Width * Width).Select(at => inner[at / Width] * input[at % Width])];
            dy = [.. Enumerable.Range(0, Width).Select(j => Enumerable.Range(0, Width).Sum(i => inner[i] * w[i * Width + j]))];
        }

        // A layer adds a dozen roundings of numbers below 1, and magnifies earlier ones by its row sums forward and its column sums backward at most.
        double magnified = weights.Aggregate(1.0, (product, w) => product * Math.Max(1, Sums(w, Width, 1)) * Math.Max(1, Sums(w, 1, Width)));
        double bound = 2 * 12 * Layers * magnified / (1L << 53);
        Assert.Multiple(() =>
        {
            Assert.That(document.Row("output"), Is.EqualTo(outputs[^1]).Within(bound));
            Assert.That(document.Row("input gradient"), Is.EqualTo(dy).Within(bound));
            Assert.That(document.Row("gradient of the first layer"), Is.EqualTo(gradients[0]).Within(bound));
            Assert.That(document.Row("gradient of the last layer"), Is.EqualTo(gradients[^1]).Within(bound));
        });
    }

    private static double Sums(double[] w, int outer, int inner) =>
        Enumerable.Range(0, Width).Max(i => Enumerable.Range(0, Width).Sum(j => Math.Abs(w[i * outer + j * inner])));
}
