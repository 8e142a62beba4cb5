using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D3's catastrophic forgetting: a character model on one text, then on another, with and without elastic weight consolidation.</summary>
internal static class Forgetting
{
    private const double Rate = 0.1;
    private const int BatchSize = 16;
    private static readonly double[] Strengths = [0, 1, 10];
    private static readonly PairedDesign Design = new(new PairedMeasure("rise of the loss on the first text", Effect: 1, Deviation: 0.27, "nats"));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "forgetting",
        Question = "How much of a first text does the character model forget while it learns a second one, with EWC and without?",
        Source = "D3, Catastrophic Forgetting (D3-066 to D3-068)",
        Topic = "ewc",
        Design = Design,
        Mistake = "the strength of the penalty is 0 in all runs",
        Full = $"2048 examples of each text in place of 256, and {Design.Full}",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        (int seeds, int examples) = (Design.RunsAt(size), size == ExperimentSize.Full ? 2048 : 256);
        Outcome[][] all = [.. Enumerable.Range(0, seeds).Select(seed => Trained(seed, examples, planted))];
        double before = all.Average(a => a[0].FirstBefore);
        (double First, double Second)[] ends = [.. Strengths.Select((_, i) => (all.Average(a => a[i].First[^1]), all.Average(a => a[i].Second)))];
        double[][] forgotten = [.. Strengths.Select((_, i) => all.Select(a => a[i].First[^1] - a[i].FirstBefore).ToArray())];
        ExperimentTest test = Design.Compare(Say($"with a strength of {Strengths[^1]} less without a penalty"), forgotten[^1], forgotten[0]);
        string finding = test.Direction < 0 ? "with EWC less is forgotten" : test.Direction > 0 ? "with EWC more is forgotten" : "what EWC changes may be chance";
        return new ExperimentResult(
            new ExperimentTable("after", ["loss on the first text", "loss on the second"], [new("the first text", before, all.Average(a => a[0].SecondBefore)), .. Strengths.Select((s, i) => new ExperimentRow(Say($"the second, strength {s}"), ends[i].First, ends[i].Second))]),
            finding,
            Say($"{finding}: the second text takes the loss on the first from {before:F3} to {ends[0].First:F3} without a penalty and to {ends[^1].First:F3} with a strength of {Strengths[^1]}, and its own loss ends at {ends[0].Second:F3} and {ends[^1].Second:F3}; {test.P}, {seeds} seeds"),
            new ExperimentChart("The first text's loss while the second is learnt", new("epoch"), new("loss (nats)"), [.. Strengths.Select((s, i) => ExperimentLine.Over(Say($"strength {s}"), all[0][i].First))]))
        {
            Tests = [test],
        };
    }

    private static Outcome[] Trained(int seed, int examples, bool planted)
    {
        Example[] first = CharText.Windows(1, examples), second = CharText.Windows(1, examples, lawSeed: 37);
        CharModel start = CharModel.Start("He", seed);
        Descend(start, first, new Draws(seed), 20, _ => { }, _ => { });
        Real64[] anchor = [.. start.Theta.Select(w => new Real64(w))], fisher = Fisher(start, first, new Draws(seed));
        return [.. Strengths.Select(strength =>
        {
            CharModel model = start.Copy();
            List<double> losses = [];
            Descend(model, second, new Draws(seed), 10, gradient =>
            {
                for (int i = 0; i < gradient.Length; i++)
                    gradient[i] += Ewc.Gradient<Real64>(model.Theta[i], anchor[i], fisher[i], planted ? 0 : strength).Value;
            }, m => losses.Add(m.Mean(first)));
            return new Outcome(start.Mean(first), start.Mean(second), [.. losses], model.Mean(second));
        })];
    }

    private static void Descend(CharModel model, Example[] text, Draws draws, int epochs, Action<double[]> penalize, Action<CharModel> after)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (Example[] batch in TrainerListing.CreateBatches([.. text], BatchSize, draws))
            {
                double[] gradient = model.GradientOf(batch);
                penalize(gradient);
                for (int i = 0; i < gradient.Length; i++)
                    model.Theta[i] = Sgd.Update<Real64>(model.Theta[i], gradient[i], Rate).Value;
            }

            after(model);
        }
    }

    // Labels are drawn from the model: those of the data would give the empirical one.
    private static Real64[] Fisher(CharModel model, Example[] text, Draws draws) => FisherInformation.MeanOfSquares<Real64>([.. text.Select(example =>
    {
        double u = draws.Uniform(0, 1);
        int label = 0;
        while (label < model.Vocabulary - 1 && (u -= Real64.Exp(-model.Loss(example with { Target = label })).Value) >= 0)
            label++;
        return (Real64[][])[[.. model.GradientOf([example with { Target = label }]).Select(g => new Real64(g))]];
    })])[0];

    private sealed record Outcome(double FirstBefore, double SecondBefore, double[] First, double Second);
}
