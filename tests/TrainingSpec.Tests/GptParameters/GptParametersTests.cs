using TrainingSpec.Checking;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.GptParameters;

internal sealed class GptParametersTests
{
    [Test]
    public void Counts_end_where_whole_numbers_do()
    {
        // One block of width 1 has 4 + 2 + 4 parameters, the last normalization 2.
        const long others = 12;
        var shape = new GptShape { Vocabulary = (1L << 53) - 1 - others, Width = 1, Layers = 1, Context = 1, MlpRatio = 1, Bias = false, LearnedPositions = false };
        Assert.That(shape.CountParameters(), Is.EqualTo((1L << 53) - 1));
        Assert.That(() => (shape with { Vocabulary = shape.Vocabulary + 1 }).CountParameters(), Throws.InstanceOf<OverflowException>());
    }

    [Rule("GPT-PARAMETERS-1")]
    [Law(MaxTest = 21_600)]
    public bool The_count_is_the_sum_of_the_sizes_of_the_tensors(byte vocabulary, byte width, byte layers, byte context, byte ratio, byte flags)
    {
        var shape = new GptShape
        {
            Vocabulary = 1 + vocabulary,
            Width = 1 + width,
            Layers = 1 + layers % 12,
            Context = 1 + context,
            MlpRatio = 1 + ratio % 6,
            Bias = (flags & 1) != 0,
            Tied = (flags & 2) != 0,
            LearnedPositions = (flags & 4) != 0,
        };
        return shape.CountParameters() == Sizes(shape).Sum();
    }

    [Test]
    [Rule("GPT-PARAMETERS-1")]
    public void The_smallest_published_model_has_its_published_size() => Assert.That(
        new GptShape { Vocabulary = 50257, Width = 768, Layers = 12, Context = 1024 }.CountParameters(),
        Is.EqualTo(Sizes(new GptShape { Vocabulary = 50257, Width = 768, Layers = 12, Context = 1024 }).Sum()).And.EqualTo(124_439_808));

    [Test]
    [Rule("GPT-PARAMETERS-1")]
    public void Bad_sizes_are_refused_by_name() => Assert.Multiple(() =>
    {
        GptShape shape = new() { Vocabulary = 65, Width = 128, Layers = 4, Context = 64 };
        Refused(() => shape = shape with { Width = 0 }, "width", "width = 0 is outside [1, inf)");
        Refused(() => shape = shape with { Vocabulary = -1 }, "vocab", "vocab = -1");
        Refused(() => shape = shape with { Layers = 0 }, "layers", "layers = 0");
        Refused(() => shape = shape with { Context = 0 }, "context", "context = 0");
        Refused(() => shape = shape with { MlpRatio = 0 }, "mlp_ratio", "mlp_ratio = 0");
        Assert.That(() => (shape with { Width = 1L << 31 }).CountParameters(), Throws.TypeOf<OverflowException>());
    });

    private static IEnumerable<long> Sizes(GptShape s)
    {
        long c = s.Width, hidden = s.MlpRatio * c;
        yield return s.Vocabulary * c;
        if (s.LearnedPositions)
            yield return s.Context * c;
        for (int layer = 0; layer < s.Layers; layer++)
        {
            yield return 2 * c;
            yield return 3 * c * c;
            yield return c * c;
            yield return 2 * c;
            yield return hidden * c;
            yield return c * hidden;
            if (s.Bias)
                yield return 3 * c + c + hidden + c;
        }

        yield return 2 * c;
        if (!s.Tied)
            yield return s.Vocabulary * c;
    }
}
