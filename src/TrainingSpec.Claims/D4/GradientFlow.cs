using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Backpropagation" and "Gradient Flow Through GPT": the reference model's backward pass against exact forward derivatives.</summary>
internal static class GradientFlow
{
    private static readonly GptConfig Config = new() { Vocabulary = 4, Width = 4, Layers = 2, Heads = 2, Context = 3, MlpRatio = 1, Tied = false };
    private static readonly int[][] Inputs = [[1, 3, 1]], Targets = [[3, 1, 2]];

    /// <summary>Every parameter's gradient from one pass back, against a forward derivative taken parameter by parameter.</summary>
    [Claim("D4-028")]
    [Turn("facts/one pass back gives", "a part of the derivatives", Verdict.Erratum)]
    internal static Finding EveryParameter(Claim claim)
    {
        // One block holds every kind of parameter.
        GptConfig config = Config with { Layers = 1 };
        Gpt<Precise> gpt = SmallGpt.Random<Precise>(config, new Draws(428));
        List<string> order = [];
        GptRun<Precise> run = gpt.Forward(Inputs);
        GptGradients<Precise> back = run.Backward(TokenLoss.Evaluate<Precise>(run.Logits, Targets[0]).Gradient, order.Add);
        Dictionary<string, Dual<Precise>[]> weights = gpt.Weights.ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, Dual<Precise>.Constant), StringComparer.Ordinal);
        var forward = new Gpt<Dual<Precise>>(config, weights);
        int all = 0;
        var right = new Tally("parameters with the derivative");
        foreach ((string name, Dual<Precise>[] values) in weights)
        {
            for (int i = 0; i < values.Length; i++, all++)
            {
                Dual<Precise> kept = values[i];
                values[i] = Dual<Precise>.Variable(kept.Value);
                right.Add(Near(forward.Loss(Inputs, Targets).Derivative, back.Parameters[name][i]));
                values[i] = kept;
            }
        }

        Working.Tried("a random GPT of one block, width 4, 2 heads, 4 tokens (seed 428): each parameter's gradient from one pass back against the derivative of the loss by dual numbers in that parameter alone, to 88 bits");
        Working.Value("order in which the pass back first writes", order);
        right.Shown();
        bool fromLoss = order[0] == "logits" && order.IndexOf("embeddings") > order.Max(n => n.StartsWith("h.", StringComparison.Ordinal) ? order.IndexOf(n) : 0);
        return Judge.OneOf(
            claim,
            "one pass back gives",
            [("every derivative", right.Always && fromLoss), ("a part of the derivatives", !right.Always)],
            Say($"{right} parameters"),
            Say($"one pass from the loss back to the embeddings gives the derivative of the loss for {right} parameters, as {all} forward derivatives do"),
            Say($"the backward pass gives {right} derivatives, from the loss towards the inputs: {fromLoss}"));
    }

    /// <summary>The model cut at each of the figure's three tensors: what follows gives the same loss, and its derivative is what the backward pass has there.</summary>
    [Claim("D4-031")]
    [Turn("D4/gradient flow/cuts/0/0", "final norm", Verdict.Erratum)]
    internal static Finding Cuts(Document document)
    {
        Facts flow = document.Facts["gradient flow"];
        string[] stages = flow["forward row"]["stages forward"].Texts;
        string[][] cuts = [.. flow["cuts"].Rows.Select(c => c.Texts)];
        Gpt<Precise> gpt = SmallGpt.Random<Precise>(Config, new Draws(431));
        GptRun<Precise> run = gpt.Forward(Inputs);
        (Precise loss, Precise[] dLogits) = TokenLoss.Evaluate<Precise>(run.Logits, Targets[0]);
        GptGradients<Precise> back = run.Backward(dLogits);
        int entries = 0;
        var right = new Tally("cuts");
        List<string> wrong = [];
        foreach (string[] cut in cuts)
        {
            (Precise[] value, Precise[] gradient) = cut[2] switch
            {
                "logits" => (run.Logits, back.Logits),
                "h_norm" => (run.NormalizedHidden, back.NormalizedHidden),
                _ => (run.TransformerHidden, back.TransformerHidden),
            };
            string[] rest = stages[(Array.IndexOf(stages, cut[1]) + 1)..];
            bool fits = rest.Length > 0 && rest[0] == cut[0];
            for (int i = 0; i < value.Length && fits; i++, entries++)
            {
                Dual<Precise>? at = Rest(gpt, rest, [.. value.Select((v, k) => k == i ? Dual<Precise>.Variable(v) : Dual<Precise>.Constant(v))]);
                fits = at is { } reached && reached.Value == loss && Near(reached.Derivative, gradient[i]);
            }

            Working.Holds($"cut at {cut[2]}: from there on {string.Join(", ", rest)} give the same loss, and its derivatives are what the backward pass has there", fits);
            right.Add(fits);
            if (!fits)
                wrong.Add(cut[2]);
        }

        Working.Value("loss of the random GPT (seed 431)", loss);
        Working.Value("derivatives compared", entries);
        right.Shown();
        return Judge.Holds(
            right.Always,
            Say($"{right} cuts"),
            Say($"cut at {string.Join(", ", cuts.Select(c => c[2]))}, the stages {string.Join(", ", stages)} give the same loss from there on, and its derivatives are the backward pass's in all {entries} entries"),
            Say($"the figure's order does not give the loss or its derivatives at {string.Join(", ", wrong)}"));
    }

    /// <summary>The order of first writes in the backward pass, and the token table's gradient as a sum over the places of a repeated token.</summary>
    [Claim("D4-032")]
    [Turn("D4/gradient flow/backward row/left to right", "[\"h\", \"logits\", \"blocks\", \"embeddings\"]", Verdict.Erratum)]
    internal static Finding Order(Document document)
    {
        string[] figure = document.Facts["gradient flow"]["backward row"]["left to right"].Texts;
        (string[] untied, Gpt<Precise> gpt, GptGradients<Precise> back) = Trace(Config);
        string[] tied = Trace(Config with { Tied = true }).Order;
        string[] blocks = [.. untied.Where(n => n.StartsWith("h.", StringComparison.Ordinal) && n.Count(c => c == '.') == 1)];
        bool reversed = blocks.SequenceEqual(Enumerable.Range(0, Config.Layers).Reverse().Select(GptConfig.BlockName));
        int[] places = [.. figure.Select(n => Array.IndexOf(untied, n switch
        {
            "h" => "h_norm",
            "blocks" => blocks[0],
            _ => n,
        }))];
        bool ordered = places.All(p => p >= 0) && places.SequenceEqual(places.Order()) && Array.IndexOf(untied, blocks[^1]) < places[^1];
        int repeated = Inputs[0].GroupBy(t => t).MaxBy(g => g.Count())!.Key, times = Inputs[0].Count(t => t == repeated);
        var summed = new Tally(Say($"components in which token {repeated}'s gradient is the sum over its {times} places"));
        for (int c = 0; c < Config.Width; c++)
        {
            Precise sum = Inputs[0].Index().Where(t => t.Item == repeated).Aggregate(Precise.Zero, (s, t) => s + back.Embedded[t.Index * Config.Width + c]);
            summed.Add(Near(sum, back.Parameters["wte"][repeated * Config.Width + c]));
        }

        Working.Tried("a random GPT of two blocks, with and without a tied head (seed 432)");
        Working.Value("order in which the pass back first writes", untied);
        Working.Value("with a tied head", tied);
        Working.Value("blocks in the order of the pass back", blocks);
        Working.Holds("the figure's order", ordered);
        Working.Holds("blocks from the last to the first", reversed);
        summed.Shown();
        return Judge.Holds(
            ordered && reversed && summed.Always,
            $"{string.Join(" → ", figure.Select((n, i) => n == "blocks" ? string.Join(" → ", blocks) : n))}",
            Say($"the backward pass first writes {string.Join(", ", figure)} in this order, the blocks from the last to the first, and a token that occurs {times} times gets the sum of its {times} gradients"),
            Say($"in this order: {ordered}; blocks from the last to the first: {reversed}; sums for a repeated token: {summed}"))
            .With(Say($"with a tied head the token table is written twice: its first part comes as number {Array.IndexOf(tied, "wte") + 1} of {tied.Length}, right after the logits, its last part at the very end"));
    }

    private static (string[] Order, Gpt<Precise> Gpt, GptGradients<Precise> Back) Trace(GptConfig config)
    {
        Gpt<Precise> gpt = SmallGpt.Random<Precise>(config, new Draws(432));
        List<string> order = [];
        GptRun<Precise> run = gpt.Forward(Inputs);
        GptGradients<Precise> back = run.Backward(TokenLoss.Evaluate<Precise>(run.Logits, Targets[0]).Gradient, order.Add);
        return ([.. order], gpt, back);
    }

    // Runs stages from a tensor on; null where the last one is not the loss or a tensor does not fit its stage.
    private static Dual<Precise>? Rest(Gpt<Precise> gpt, string[] stages, Dual<Precise>[] x)
    {
        foreach (string stage in stages)
        {
            switch (stage)
            {
                case "final norm" when x.Length == Targets[0].Length * Config.Width:
                    var y = new Dual<Precise>[x.Length];
                    LayerNorm.Forward<Dual<Precise>>(
                        x, Constant("lnf.g"), Constant("lnf.b"), Dual<Precise>.Of(Config.Epsilon), y, new Dual<Precise>[x.Length], new Dual<Precise>[Targets[0].Length]);
                    x = y;
                    break;
                case "output linear" when x.Length == Targets[0].Length * Config.Width:
                    var logits = new Dual<Precise>[Targets[0].Length * Config.Vocabulary];
                    Linear.Forward<Dual<Precise>>(x, Constant("head.w"), [], logits, Config.Width, Config.Vocabulary);
                    x = logits;
                    break;
                case "loss":
                    return TokenLoss.Evaluate<Dual<Precise>>(x, Targets[0]).Loss;
                default:
                    return null;
            }
        }

        return null;

        Dual<Precise>[] Constant(string name) => Array.ConvertAll(gpt.Weights[name], Dual<Precise>.Constant);
    }
}
