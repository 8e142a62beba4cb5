using TrainingSpec.Claims.Experiments;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Loss Visualization": the drawn curve as numbers, its axis, and where a loss can end.</summary>
internal static class LossFigure
{
    /// <summary>The halving length of the drawn curve, and an exponential through it within the grid of characters.</summary>
    [Claim("D4-145")]
    [Turn("D4/loss figure/rows/1", "[\"3\", 6, 6]", Verdict.Erratum)]
    internal static Finding ExponentialShape(Document document)
    {
        Row[] rows = Rows(document);
        Row[] positive = [.. rows.Where(r => r.Level > 0)];
        Row start = positive[0], end = positive[^1];
        double halving = (end.Column - start.Column) / Math.Log2(start.Level / end.Level);
        double worst = positive.Max(r => Math.Abs(start.Column + halving * Math.Log2(start.Level / r.Level) - r.Column));
        double steps = Math.Log2(start.Level / end.Level);
        // The last row shows all levels that are nearer to 0 than to the row above.
        double enters = start.Column + halving * Math.Log2(start.Level / (end.Level / 2));
        bool last = Math.Abs(enters - rows[^1].First) <= 0.5;
        foreach (Row row in rows)
            Working.Value(Say($"level {row.Level}: columns"), new[] { row.First, row.Last });
        Working.Value("halving length (end - start)/log2(level at start/level at end), in columns", halving);
        Working.Value("largest distance of a row from the exponential, in columns", worst);
        Working.Value("column at which the exponential falls below half the last level", enters);
        return Judge.Holds(
            worst <= 0.5 && last && rows[^1].Level == 0,
            Say($"halving every {halving:G3} columns"),
            Say($"from {start.Level} to {end.Level} the curve halves {steps:G3} times, every {halving:G3} columns; an exponential meets every row within {worst:F2} columns, less than half a character, and falls below the last drawn level at column {enters:F1}, where the row of 0 begins"),
            Say($"an exponential with halving length {halving:G3} misses a row by {worst:F2} columns and enters the last row at column {enters:F1}, which begins at {rows[^1].First}"));
    }

    /// <summary>The labels of the drawn rows, and the distances of the levels that they stand for.</summary>
    [Claim("D4-146")]
    [Turn("facts/labels", """["4", "3", "2", "1", "0"]""", Verdict.Erratum)]
    internal static Finding AxisPitch(Claim claim, Document document)
    {
        string[] said = claim.Facts["labels"].Texts, drawn = [.. document.Facts["loss figure"]["rows"].Rows.Select(r => r[0].Text)];
        Row[] rows = Rows(document);
        double[] pitch = [.. rows.Skip(1).Select((r, i) => rows[i].Level - r.Level)];
        Working.Value("labels of the rows, from the top", drawn.Select(l => l.Length == 0 ? "none" : l));
        Working.Value("distances between neighbours", pitch);
        Finding labels = Judge.Holds(
            said.SequenceEqual(drawn),
            string.Join(", ", drawn.Select(l => l.Length == 0 ? "none" : l)),
            Say($"the {drawn.Length} rows carry these labels"),
            Say($"the {drawn.Length} rows carry the labels {string.Join(", ", drawn.Select(l => l.Length == 0 ? "none" : l))}"));
        return pitch.Distinct().Count() == 1 ? labels : labels.AndYet(Say($"the axis is not to scale: its rows are {And(pitch.Select(p => Say($"{p}")))} apart"));
    }

    /// <summary>The loss on fresh draws of a source with known entropy, and on one batch that is shown again and again.</summary>
    [Claim("D4-147")]
    [Turn("facts/converges to", "1.2", Verdict.Confirmed)]
    [Turn("facts/converges to", "4", Verdict.Erratum)]
    internal static Finding ConvergesToZero(Claim claim, Document document)
    {
        var draws = new Draws(547);
        double[] source = [0.5, 0.25, 0.125, 0.125];
        double entropy = CrossEntropy.OfDistributions<Real64>([.. source.Select(p => new Real64(p))], [.. source.Select(p => new Real64(p))]);
        const int Batch = 16, Steps = 400;
        double[] expected = Train(document, Steps, [[1]], Batch, () => [.. Enumerable.Range(0, Batch).Select(_ => Symbol(draws.Uniform(0, 1)))], source);
        int[] fixedTargets = [.. Enumerable.Range(0, 4)];
        double[] memorised = Train(document, Steps, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], 4, () => fixedTargets, null);
        double said = claim.Facts["converges to"].Number, half = Rows(document).Where(r => r.Level > 0).Min(r => r.Level) / 2;
        bool bounded = expected.All(l => l >= entropy - Closeness.Roundoff(64, entropy));
        // As near as the figure can show: within half of its lowest label above 0.
        bool fresh = Math.Abs(expected[^1] - said) < half, repeated = Math.Abs(memorised[^1] - said) < half;
        Working.Value("the source's probabilities", source);
        Working.Uses("cross_entropy.term");
        Working.Value("its entropy H", entropy);
        Working.Tried(Say($"softmax regression under AdamW, {Steps} steps of {Batch} fresh draws (seed 547), and the same on one batch of 4 shown again and again"));
        Working.Value("expected loss after the last step on fresh draws", expected[^1]);
        Working.Holds("it never was below the entropy", bounded);
        Working.Value("loss after the last step on one batch", memorised[^1]);
        return Judge.Conditional(
            fresh,
            bounded && repeated,
            "where the model can memorise what it is trained on",
            Say($"{expected[^1]:F3} against H = {entropy:F3}; {memorised[^1]:F3} on one batch"),
            Say($"on a source of entropy {entropy:F4} the expected loss ends at {expected[^1]:F4} and was never below it in {Steps} steps; on one batch shown again and again it ends at {memorised[^1]:F4}"));

        int Symbol(double u)
        {
            int i = 0;
            for (double sum = source[0]; u >= sum; sum += source[++i])
            {
            }

            return i;
        }
    }

    // Softmax regression under the listing's optimizer; returns the expected loss under the source, or the batch's own loss, after every step.
    private static double[] Train(Document document, int steps, Real64[][] contexts, int batch, Func<int[]> targets, double[]? source)
    {
        const int Classes = 4;
        Real64[][] features = contexts.Length == batch ? contexts : [.. Enumerable.Repeat(contexts[0], batch)];
        var model = new LinearModel(features, Classes);
        var optimizer = new AdamWListing<Real64>(document) { LearningRate = 0.05, WeightDecay = 0 };
        optimizer.Initialize(model.Parameters);
        var losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            int[] drawn = targets();
            optimizer.Step(model.Backward(CrossEntropyListing.Backward(model.Forward(), [drawn])), model.Parameters);
            losses[step] = source is null
                ? CrossEntropyListing.Loss(model.Forward(), [drawn])
                : Enumerable.Range(0, Classes).Sum(c => source[c] * CrossEntropyListing.Loss([[model.Forward()[0][0]]], [[c]]));
        }

        return losses;
    }

    // A row without a label lies half way between its neighbours.
    private static Row[] Rows(Document document)
    {
        IReadOnlyList<Facts> drawn = document.Facts["loss figure"]["rows"].Rows;
        double[] labels = [.. drawn.Select(r => double.TryParse(r[0].Text, System.Globalization.CultureInfo.InvariantCulture, out double label) ? label : double.NaN)];
        return [.. drawn.Select((r, i) => new Row(
            double.IsNaN(labels[i]) ? (labels[i - 1] + labels[i + 1]) / 2 : labels[i], r[1].Integer, r[2].Integer))];
    }

    private readonly record struct Row(double Level, int First, int Last)
    {
        public double Column => (First + Last) / 2.0;
    }
}
