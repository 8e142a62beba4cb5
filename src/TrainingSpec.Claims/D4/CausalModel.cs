using TrainingSpec.Claims.Experiments;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Language Modeling Objective" and "The Training Signal": what the model's logits depend on, and their axes.</summary>
internal static class CausalModel
{
    private static readonly GptConfig Config = new() { Vocabulary = 7, Width = 8, Layers = 2, Heads = 2, Context = 6, MlpRatio = 2 };

    /// <summary>Another token changes the logits of its own and of later positions alone; no gradient reaches a later token's embedding.</summary>
    [Claim("D4-003")]
    [Turn("facts/logits depend on", "all tokens", Verdict.Erratum)]
    internal static Finding LaterTokensDontCount(Claim claim)
    {
        var draws = new Draws(403);
        Gpt<Real64> gpt = SmallGpt.Random<Real64>(Config, draws);
        int[] ids = SmallGpt.Ids(draws, Config.Vocabulary, 1, Config.Context)[0];
        GptRun<Real64> run = gpt.Forward([ids]);
        Tally silent = new("later tokens (j > i) without either effect"), reaching = new("later tokens with both effects"), reached = new("other tokens (j <= i) with both effects");
        for (int i = 0; i < ids.Length; i++)
        {
            var only = new Real64[run.Logits.Length];
            draws.Row(Config.Vocabulary).CopyTo(only, i * Config.Vocabulary);
            Real64[] embedded = run.Backward(only).Embedded;
            for (int j = 0; j < ids.Length; j++)
            {
                int[] other = [.. ids];
                other[j] = (ids[j] + 1) % Config.Vocabulary;
                bool moves = !Row(gpt.Forward([other]).Logits, i, Config.Vocabulary).SequenceEqual(Row(run.Logits, i, Config.Vocabulary));
                bool gradient = Row(embedded, j, Config.Width).Any(g => g != 0);
                if (j <= i)
                    reached.Add(moves && gradient);
                else if (!silent.Add(!moves && !gradient))
                    reaching.Add(moves && gradient);
            }
        }

        Working.Value(Say($"token ids of a random GPT with {Config.Layers} blocks, {Config.Heads} heads, width {Config.Width} (seed 403)"), ids);
        Working.Tried("for each position i and token j: whether another token at j changes a bit of the logits at i, and whether the gradient of the logits at i reaches the embedding at j");
        silent.Shown();
        reached.Shown();
        return Judge.OneOf(
            claim,
            "logits depend on",
            [("the tokens up to the position", silent.Always && reached.Always), ("all tokens", silent.Never && reaching.Always && reached.Always)],
            Say($"{silent} later tokens without effect"),
            Say($"{silent} later tokens change no bit of the logits and have gradient 0, and {reached} others do both"),
            Say($"{silent} later tokens have no effect, and {reached} others have one"));
    }

    /// <summary>The axes in the order in which they are named: a batch's logits are its sequences' logits one after the other, each position by position.</summary>
    [Claim("D4-006")]
    [Turn("D4/logits axes/axes", "[\"seq_len\", \"batch\", \"vocab_size\"]", Verdict.Erratum)]
    internal static Finding AxesOfLogits(Document document)
    {
        string[] axes = document.Facts["logits axes"]["axes"].Texts;
        var draws = new Draws(406);
        (int B, int S)[] shapes = [(1, 5), (2, 3), (4, 1), (3, 6)];
        var right = new Tally("shapes in which every entry stands where the axes say");
        foreach ((int batch, int length) in shapes)
        {
            Gpt<Real64> gpt = SmallGpt.Random<Real64>(Config, draws);
            int[][] ids = SmallGpt.Ids(draws, Config.Vocabulary, batch, length);
            right.Add(HasAxes(gpt, ids, axes));
        }

        Working.Tried($"random GPTs on batches of (B, S) = {string.Join(", ", shapes)}: every entry of the batch's logits, laid out along the named axes, against the logits of its prefix alone, bit for bit");
        right.Shown();
        return Judge.Holds(
            right.Always,
            Say($"{right} shapes"),
            Say($"for {right} shapes the logits have the axes {string.Join(", ", axes)}: entry (b, s, v) is what prefix s of sequence b gives by itself to token v"),
            Say($"the axes {string.Join(", ", axes)} fit {right} shapes"));
    }

    /// <summary>True where the logits are laid out along the named axes; each entry is compared with the prefix that alone decides it.</summary>
    internal static bool HasAxes(Gpt<Real64> gpt, int[][] ids, string[] axes)
    {
        (int batch, int length, int vocabulary) = (ids.Length, ids[0].Length, gpt.Config.Vocabulary);
        int[] sizes = [.. axes.Select(Size)];
        GptRun<Real64> run = gpt.Forward(ids);
        if (axes.Distinct().Count() != 3 || sizes.Contains(0) || run.Logits.Length != sizes.Aggregate(1, (a, b) => a * b))
            return false;
        for (int b = 0; b < batch; b++)
        {
            for (int s = 0; s < length; s++)
            {
                Real64[] alone = gpt.Forward([ids[b][..(s + 1)]]).Logits;
                for (int v = 0; v < vocabulary; v++)
                {
                    int at = 0;
                    for (int axis = 0; axis < axes.Length; axis++)
                        at = at * sizes[axis] + Index(axes[axis], b, s, v);
                    if (run.Logits[at] != alone[s * vocabulary + v])
                        return false;
                }
            }
        }

        return true;

        int Size(string axis) => Index(axis, batch, length, vocabulary);

        static int Index(string axis, int b, int s, int v) => axis switch
        {
            "batch" => b,
            "seq" or "seq_len" => s,
            "V" or "vocab_size" => v,
            _ => 0,
        };
    }

    private static Real64[] Row(Real64[] values, int row, int width) => values[(row * width)..((row + 1) * width)];
}
