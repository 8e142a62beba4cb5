using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 2: Loss Not Decreasing".</summary>
internal static class Problem2
{
    private static readonly string[] Planted = ["rate too low", "rate too high", "model too small", "too few data", "bug in backpropagation"];

    private static readonly GptConfig Config = new() { Vocabulary = 8, Width = 8, Layers = 1, Heads = 1, Context = 6, MlpRatio = 2 };

    /// <summary>The four losses: no trend; and the exercise's, which has one.</summary>
    [Claim("D1-151")]
    [Turn("printed/300", "4.4673", Verdict.Erratum)]
    [Turn("D1/flat log/rows/3/1", "2.0", Verdict.Erratum)]
    internal static Finding Log(Claim claim, Document document)
    {
        double[] losses = [.. document.Facts["flat log"]["rows"].Rows.Select(r => r[1].Exact.ToDouble())], exercise = document["D1-182"].GivenRow("losses");
        bool stalls = Working.Holds("these losses have no trend that could be told from noise", Symptoms.FlatLoss(new RunRecord { TrainingLoss = losses }));
        bool falls = Working.Holds("those of exercise 1 do", !Symptoms.FlatLoss(new RunRecord { TrainingLoss = exercise }));
        double change = Working.Value("change from the first to the last", losses[^1] - losses[0]);
        return Judge.All([
            .. claim.GivenTexts("steps").Select((step, i) => Judge.Number(claim, step, Rational.Of(losses[i]))),
            Judge.Holds(stalls && falls, Say($"{change:F4}"), Say($"over 300 steps the loss changes by {change:F4}, which is no trend among its own ups and downs; exercise 1's losses are one"), "the loss has a trend")]);
    }

    /// <summary>Each cause planted in the smallest language model: which leave the loss where it starts.</summary>
    [Claim("D1-152")]
    [Turn("facts/causes", "[\"rate too low\", \"bug in backpropagation\"]", Verdict.Erratum)]
    [Turn("facts/causes/0", "rate too high", Verdict.Erratum, AndPlace = "facts/causes/3", AndValue = "model too small")]
    [Turn("facts/causes/1", "rate too low", Verdict.Confirmed, AndPlace = "facts/causes/2", AndValue = "bug in backpropagation")]
    [Turn("printed/causes", "5", Verdict.Erratum)]
    internal static Finding Causes(Claim claim)
    {
        string[] causes = claim.Facts["causes"].Texts;
        if (causes.FirstOrDefault(c => !Planted.Contains(c)) is { } unknown)
            throw claim.Bad($"facts/causes = {unknown}");
        double start = Working.Value("loss at the start, ln 8", Math.Log(8));
        (string Cause, double End)[] ends = [.. causes.Select(cause => (cause, Working.Value($"loss after 300 steps of descent, {cause}", Kept.Of(cause, static cause => Bigram(cause)))))];
        string[] flat = [.. ends.Where(e => Math.Abs(e.End - start) < 0.02).Select(e => e.Cause)];
        Tally stalls = new Tally("planted causes that leave the loss within 0.02 of its start").AddAll(ends.Select(e => Math.Abs(e.End - start) < 0.02)).Shown();
        return Judge.All(
            Judge.Number(claim, "causes", causes.Length),
            Judge.Conditional(
                stalls.Always,
                flat.Length > 0,
                $"when the cause is {string.Join(" or ", flat)}",
                $"{stalls} causes",
                Say($"from ln 8 = {start:F3} the training loss goes to {And(ends.Select(e => Say($"{e.End:F3} ({e.Cause})")))}")));
    }

    /// <summary>The listing's loop on a parameter without a gradient.</summary>
    [Claim("D1-153")]
    [Turn("D1/gradient check listing/after the message", "continue", Verdict.Confirmed)]
    internal static Finding NormOfNothing(Document document)
    {
        string after = document.Facts["gradient check listing"]["after the message"].Text;
        (int reported, int crashed) = (0, 0);
        foreach (double[]? gradient in (double[]?[])[[3, 4], null, [1]])
        {
            if (gradient is null)
                reported++;
            if (gradient is null && after == "continue")
                continue;
            // A method that reads a field through a nil pointer panics.
            crashed += gradient is null ? 1 : 0;
            if (crashed > 0)
                break;
        }

        Working.Value("parameters without a gradient that are reported, one of three", reported);
        Working.Value("after which the loop panics", crashed);
        return Judge.Holds(
            crashed == 0,
            $"{reported} reported, {crashed} panic",
            "a parameter without a gradient is reported and passed over",
            "at the first parameter without a gradient, which it is to find, the check prints its message and then calls a method of the missing gradient: it panics");
    }

    /// <summary>What the first variable of a range is, over a slice and over a map.</summary>
    [Claim("D1-154")]
    [Turn("facts/first variable here", "_", Verdict.Erratum)]
    internal static Finding RangedAsNames(Claim claim, Document document)
    {
        (string here, string elsewhere) = (claim.Facts["first variable here"].Text, document.Facts["gradient stats listing"]["first variable"].Text);
        string type = document.Facts["project files"]["type of Parameters()"].Text;
        string printed = type.StartsWith("[]", StringComparison.Ordinal) ? "%!s(int=0)" : "a name";
        Working.Tried($"first variable of the range here: {here}; in exercise 3: {elsewhere}; Parameters() of the project that was looked up gives {type}, whose range gives whole numbers first, and %s prints the first as {printed}");
        return Judge.Holds(
            here == "name" && elsewhere == "_",
            $"{here} and {elsewhere}",
            $"here the first variable of the range is taken for a {here}, elsewhere it is left out; over a slice it is an index, and %s prints {printed}",
            $"the first variable is {here} here and {elsewhere} elsewhere")
            .AndYet($"the project's own Parameters() is a slice ({type}): there the listing prints {printed} in place of the parameter's name");
    }

    /// <summary>A small GPT on one batch for the stated number of steps, at the document's rate and at ten times that.</summary>
    [Claim("D1-155")]
    [Turn("printed/loss", "unchanged", Verdict.Erratum)]
    [Turn("printed/loss", "exactly zero", Verdict.Erratum)]
    [Turn("printed/iterations", "10", Verdict.Erratum)]
    internal static Finding OverfitsOneBatch(Claim claim, Document document)
    {
        double rate = document["D1-031"].GivenNumber("base_lr");
        int steps = (int)claim.PrintedNumber("iterations").Value.ToDouble();
        (double own, double least) = Kept.Of((rate, steps), static x => OneBatch(x.rate, x.steps));
        (double faster, _) = Kept.Of((10 * rate, steps), static x => OneBatch(x.Item1, x.steps));
        Working.Value($"loss of a small GPT after {steps} steps on one batch at rate {rate}, ln 8 at the start", own);
        Working.Value("at ten times that rate", faster);
        Working.Value("least possible, where the same text goes on in two ways", least);
        static string Word(double loss, double least) => loss - least < 0.05 ? "nearly zero" : loss - least > 1.5 ? "unchanged" : "neither";
        string stated = claim.PrintedText("loss");
        return Judge.Conditional(
            stated == Word(own, least),
            stated == Word(faster, least),
            Say($"at the rate {10 * rate}"),
            Say($"{own:F3} and {faster:F3}"),
            Say($"after {steps} steps on one batch the loss of a small GPT is {own:F3} at rate {rate} and {faster:F3} at ten times that, the least possible being {least:F3}: {Word(own, least)} and {Word(faster, least)}"));
    }

    /// <summary>The listing's loop on a parabola, with its gradients kept from step to step.</summary>
    [Claim("D1-156")]
    [Turn("D1/one batch listing/body", "[\"forward\", \"backward\", \"step\", \"zero gradients\"]", Verdict.Confirmed)]
    internal static Finding NeverZeroed(Document document)
    {
        string[] body = document.Facts["one batch listing"]["body"].Texts;
        (double w, double stored, double late) = (1, 0, 0);
        for (int step = 0; step < 1000; step++)
        {
            foreach (string stage in body)
            {
                if (stage == "backward")
                    stored += w;
                if (stage == "step")
                    w = Sgd.Update<Real64>(w, stored, 0.01).Value;
                if (stage == "zero gradients")
                    stored = 0;
            }

            late = step >= 900 ? Math.Max(late, Math.Abs(w)) : 0;
        }

        Working.Uses("sgd.update");
        Working.Value("largest |w| in the last 100 of 1000 steps on w^2/2 from 1, rate 0.01", late);
        return Judge.Holds(
            late < 0.01,
            Say($"{late:G2}"),
            Say($"with {string.Join(", ", body)} a parabola is at {late:G2} after 1000 steps"),
            Say($"the loop ({string.Join(", ", body)}) never zeroes: each step takes the sum of all gradients so far, and a parabola swings between the same two sides for ever ({late:G2} of its start in the last 100 of 1000 steps), so that the test fails for a sound model"));
    }

    /// <summary>Rates as the format prints them.</summary>
    [Claim("D1-157")]
    [Turn("facts/format", "%g", Verdict.Erratum)]
    internal static Finding SixDecimals(Claim claim)
    {
        string format = claim.Facts["format"].Text;
        string Print(double rate) => format == "%f" ? rate.ToString("F6", System.Globalization.CultureInfo.InvariantCulture) : rate.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        int decimals = Working.Value($"decimals that {format} prints of 0.0001", Print(0.0001).Length - 2);
        Working.Tried($"{format} prints 0.0001 as {Print(0.0001)}, 6e-7 as {Print(6e-7)}, 4e-7 as {Print(4e-7)}");
        return Judge.Holds(
            Print(0.0001) == "0.000100" && Print(4e-7) == "0.000000",
            $"{decimals} decimals",
            $"{format} prints {decimals} decimals: 0.0001 as {Print(0.0001)}",
            $"{format} does not print six decimals: 0.0001 as {Print(0.0001)}")
            .AndYet("every rate below 5e-7, as in a finder's sweep, is printed as zero");
    }

    /// <summary>The larger model against the former one.</summary>
    [Claim("D1-158")]
    [Turn("given/layers", "[4, 2]", Verdict.Erratum)]
    internal static Finding MoreCapacity(Claim claim, Document document)
    {
        Claim model = document["D1-159"];
        double[] layers = claim.GivenRow("layers"), widths = claim.GivenRow("embed");
        long[] counts = [.. layers.Zip(widths, (l, d) => Working.Value($"parameters with {l} layers of width {d}", Problem5.Shape(model.GivenInteger("V"), model.GivenInteger("T"), (int)l, (int)d).CountParameters()))];
        double blocks = Working.Value("factor of the blocks' matrices, L d^2", layers[1] * widths[1] * widths[1] / (layers[0] * widths[0] * widths[0]));
        return Judge.All(
            Judge.Row(claim, "NumLayers", [(Rational)(int)layers[1], (Rational)(int)layers[0]]),
            Judge.Row(claim, "EmbedDim", [(Rational)(int)widths[1], (Rational)(int)widths[0]]),
            Judge.Holds(counts[1] > counts[0], Say($"{counts[0]} to {counts[1]}"), Say($"the parameters go from {counts[0]} to {counts[1]}, those of the blocks by a factor of {blocks:G2}"), "the model does not get larger"));
    }

    // A softmax table of successors, or of frequencies alone, after 300 steps of descent on 400 pairs, or on 10: the training loss.
    private static double Bigram(string cause)
    {
        const int V = 8;
        var draws = new Draws(1152);
        double[,] pairs = KeyTakeaways.Bigrams(draws, cause == "too few data" ? 10 : 400);
        (var table, var bias) = (new double[V, V], new double[V]);
        double rate = cause switch { "rate too low" => 0.0005, "rate too high" => 200, _ => 0.5 }, loss = 0;
        for (int step = 0; step <= 300; step++)
        {
            loss = 0;
            (var gradient, var biasGradient) = (new double[V, V], new double[V]);
            for (int i = 0; i < V; i++)
            {
                var p = new Real64[V];
                Softmax.Probabilities<Real64>([.. Enumerable.Range(0, V).Select(j => (Real64)(table[i, j] + bias[j]))], p);
                double row = Enumerable.Range(0, V).Sum(j => pairs[i, j]);
                for (int j = 0; j < V; j++)
                {
                    loss -= pairs[i, j] * Math.Max(-700, Real64.Log(p[j]).Value);
                    gradient[i, j] = cause == "bug in backpropagation" ? 0 : row * p[j].Value - pairs[i, j];
                    biasGradient[j] += gradient[i, j];
                }
            }

            for (int j = 0; j < V; j++)
            {
                bias[j] -= rate * biasGradient[j];
                for (int i = 0; i < V; i++)
                    table[i, j] -= cause == "model too small" ? 0 : rate * gradient[i, j];
            }
        }

        return loss;
    }

    private static (double Loss, double Least) OneBatch(double rate, int steps)
    {
        var gpt = new Gpt<Real64>(Config, GptInitialization.Normal<Real64>(Config, 155));
        (int[][] inputs, int[][] targets) = SmallGpt.Text(new Draws(1155), Config.Vocabulary, 4, Config.Context);
        SmallGpt.Train(gpt, AdamOptions.Adam(rate), steps, _ => SmallGpt.Batch((inputs, targets)), _ => rate);
        // The entropy of what follows a text, over the texts that the batch has from its starts on.
        (string Text, int Next)[] all = [.. inputs.Zip(targets, (x, y) => Enumerable.Range(0, x.Length).Select(i => (string.Join(' ', x[..(i + 1)]), y[i]))).SelectMany(p => p)];
        double least = all.GroupBy(p => p.Text).Sum(g => g.GroupBy(p => p.Next).Sum(n => -n.Count() * Math.Log((double)n.Count() / g.Count()))) / all.Length;
        return (gpt.Loss(inputs, targets).Value, least);
    }
}
