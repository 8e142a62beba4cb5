using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Gpt;

/// <summary>Which token a number of [0, 1) draws.</summary>
public sealed class TokenSamplingTests
{
    // Probabilities 1/8, 4/8, 1/8, 2/8 by powers of two: logits are multiples of ln 2.
    private static readonly Real32[] Logits = [.. new[] { 0, 2, 0, 1 }.Select(n => (Real32)(float)(n * Math.Log(2)))];

    [TestCase(1.0, 4, new[] { 4, 1, 1, 2 }, 8)]
    [TestCase(0.5, 4, new[] { 16, 1, 1, 4 }, 22)]
    [TestCase(1.0, 2, new[] { 4, 0, 0, 2 }, 6)]
    [TestCase(1.0, 3, new[] { 4, 1, 0, 2 }, 7)]
    [TestCase(1.0, 1, new[] { 4, 0, 0, 0 }, 4)]
    public void Each_token_has_the_share_of_its_weight(double temperature, int most, int[] weights, int sum)
    {
        const int Each = 1000;
        var drawn = new int[4];
        for (int i = 0; i < sum * Each; i++)
            drawn[TokenSampling.Draw(Logits, temperature, most, (i + 0.5) / (sum * Each))]++;
        int[] expected = [weights[1], weights[0], weights[2], weights[3]];
        Assert.That(drawn.Zip(expected).Select(p => Math.Abs(p.First - (p.Second * Each))), Is.All.LessThanOrEqualTo(1), string.Join(" ", drawn));
    }

    [Test]
    public void Bad_values_are_refused_by_name()
    {
        Assert.That(() => TokenSampling.Draw(Logits, 0, 4, 0.5), Throws.TypeOf<OutsideDomainException>().With.Message.Contains("temperature = 0"));
        Assert.That(() => TokenSampling.Draw(Logits, 1, 0, 0.5), Throws.TypeOf<OutsideDomainException>().With.Message.Contains("most = 0"));
        Assert.That(() => TokenSampling.Draw(Logits, 1, 1, 1), Throws.TypeOf<OutsideDomainException>().With.Message.Contains("uniform = 1"));
    }

    [Test]
    public void A_text_goes_on_the_same_way_with_the_same_seed_and_sees_no_more_than_its_context()
    {
        var config = new GptConfig { Vocabulary = 7, Width = 4, Layers = 1, Heads = 2, Context = 4 };
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 5, deviation: 0.5));
        int[] first = TokenSampling.Continue(gpt, [1, 2], 30, 1, 7, 9);
        Assert.That(first, Has.Length.EqualTo(30).And.All.InRange(0, 6));
        Assert.That(TokenSampling.Continue(gpt, [1, 2], 30, 1, 7, 9), Is.EqualTo(first));
        Assert.That(TokenSampling.Continue(gpt, [1, 2], 30, 1, 7, 10), Is.Not.EqualTo(first));
        Assert.That(TokenSampling.Continue(gpt, [5, 5, 6, 0, 1, 2, 3], 1, 1, 7, 9), Is.EqualTo(TokenSampling.Continue(gpt, [0, 1, 2, 3], 1, 1, 7, 9)));
    }
}
