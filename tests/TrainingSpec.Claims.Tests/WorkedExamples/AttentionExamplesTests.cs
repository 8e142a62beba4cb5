using TrainingSpec.Checking;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against plain loops over heads and positions, and differences of them.</summary>
public class AttentionExamplesTests
{
    private const int Length = 3, Heads = 2, Depth = 2, Width = Heads * Depth, Row = 3 * Width;
    private const double Unit = 1.0 / (1L << 53);

    private static readonly WorkedDocument Document = WorkedDocument.Of("attention/TwoHeads");

    private static double[] Qkv => [.. Enumerable.Range(0, Length).SelectMany(i => Document.Row($"position {i}.query, key, value"))];

    [Test]
    public void Scores_are_products_over_the_root_of_the_heads_width()
    {
        // 1·0.5 + 0·1 by √2; the last query of head 0 is (2, 1), against keys (0.5, 1), (1, −1), (−0.5, 2).
        Assert.Multiple(() =>
        {
            Assert.That(Document.Row("head 0, position 0.scores"), Is.EqualTo(new[] { 0.5 / Math.Sqrt(2) }).Within(1).Ulps);
            Assert.That(Document.Row("head 0, position 2.scores"), Is.EqualTo(new[] { 2, 1, 1 }.Select(p => p / Math.Sqrt(2))).Within(1).Ulps);
            Assert.That(Document.Row("head 0, position 2.scores by the whole width"), Is.EqualTo(new[] { 1, 0.5, 0.5 }));
        });
    }

    [Test]
    public void Weights_and_output_are_those_of_plain_loops()
    {
        (double[][] weights, double[] output) = Attend(Qkv);
        for (int i = 0; i < Heads * Length; i++)
        {
            string key = $"head {i / Length}, position {i % Length}";
            double[] row = Document.Row(key + ".weights");
            Assert.That(row, Is.EqualTo(weights[i]).Within(16 * Unit), key);
            Assert.That(row.Sum(), Is.EqualTo(1).Within(4 * Unit), key);
            Assert.That(row[(i % Length + 1)..], Is.All.Zero, key);
        }

        // Values up to 4, weighted.
        Assert.That(Document.Row("output"), Is.EqualTo(output).Within(4 * 24 * Unit));
        Assert.That(Document.Row("output in single precision"), Is.EqualTo(output).Within(4 * 24.0 / (1 << 24)));
    }

    [Test]
    public void Gradients_are_those_of_differences()
    {
        double[] qkv = Qkv, dy = Document.Row("output gradient");
        double[] gradient = [.. Enumerable.Range(0, Length).SelectMany(i => Document.Row($"position {i}.gradient of query, key, value"))];
        for (int at = 0; at < qkv.Length; at++)
        {
            double Loss(double value) => Attend([.. qkv[..at], value, .. qkv[(at + 1)..]]).Output.Zip(dy, (y, d) => y * d).Sum();
            Ridders.Estimate estimate = Ridders.DerivativeFrom(Loss, qkv[at], 0.25, 12 * 4 * 24 * Unit);
            Assert.That(gradient[at], Is.EqualTo(estimate.Value).Within(estimate.Error + 256 * Unit), $"{at}");
            Assert.That(estimate.Error, Is.LessThan(1e-9), "the check would notice nothing");
        }
    }

    [Test]
    public void Earlier_positions_never_read_later_ones_and_large_scores_pick_one_value()
    {
        double[] output = Document.Row("output"), changed = Document.Row("output after the last position changed");
        Assert.Multiple(() =>
        {
            Assert.That(changed[..(2 * Width)], Is.EqualTo(output[..(2 * Width)]));
            Assert.That(changed[(2 * Width)..], Is.Not.EqualTo(output[(2 * Width)..]));

            // The largest score of each row wins by more than 745: the others underflow to 0.
            Assert.That(Document.Row("queries and keys times 50.head 1, position 1.weights"), Is.EqualTo(new[] { 0, 1, 0 }));
            Assert.That(Document.Row("queries and keys times 50.output"), Is.EqualTo(new[] { 1, 2, 3, 4, 1, 2, 1, 2, 1, 2, 3, 4 }));
        });
    }

    private static (double[][] Weights, double[] Output) Attend(double[] qkv)
    {
        var weights = new double[Heads * Length][];
        var output = new double[Length * Width];
        for (int head = 0; head < Heads; head++)
        {
            for (int i = 0; i < Length; i++)
            {
                double At(int position, int part, int k) => qkv[position * Row + part * Width + head * Depth + k];
                double[] exponentials = [.. Enumerable.Range(0, Length).Select(j => j > i ? 0 : Math.Exp(Enumerable.Range(0, Depth).Sum(k => At(i, 0, k) * At(j, 1, k)) / Math.Sqrt(Depth)))];
                double[] row = weights[head * Length + i] = [.. exponentials.Select(e => e / exponentials.Sum())];
                for (int k = 0; k < Depth; k++)
                    output[i * Width + head * Depth + k] = Enumerable.Range(0, Length).Sum(j => row[j] * At(j, 2, k));
            }
        }

        return (weights, output);
    }
}
