using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Complete Training Step": the figure's five stages.</summary>
internal static class StepFigure
{
    private static readonly GptConfig Config = new() { Vocabulary = 7, Width = 8, Layers = 1, Heads = 2, Context = 6, MlpRatio = 2 };
    private static readonly (int B, int S)[] Shapes = [(1, 4), (2, 3), (5, 6)];

    /// <summary>What train_step is given and the log prints, against what the figure names; the rate can stay away only where the optimizer has its own.</summary>
    [Claim("D4-083")]
    [Turn("D4/train_step arguments", "[\"model\", \"optimizer\", \"inputs\", \"targets\", \"max_grad_norm\"]", Verdict.Confirmed)]
    internal static Finding EverythingInOneStep(Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] arguments = facts["train_step arguments"].Texts;
        string[] missing = [.. arguments.Except(Second(facts, "step figure names"))];
        string[] stages = [.. Second(facts, "train_step calls").Except(Second(facts, "step figure"))];
        string[] defaults = [.. PythonSignature.Read(document.Facts, "AdamW.step").Parameters.Where(p => p.Default is not null).Select(p => p.Name)];
        int logged = missing.Count(m => Second(facts, "logged").Contains(m.Replace('_', ' ')));
        Working.Value("arguments of train_step that the figure does not name", missing);
        Working.Value("calls of train_step that the figure does not have", stages);
        Working.Value("arguments that the optimizer has a default for", defaults);
        Working.Value("missing arguments that the log prints", logged);
        return Judge.Conditional(
            missing.Length == 0 && stages.Length == 0,
            stages.Length == 0 && missing.All(defaults.Contains),
            "where the rate never changes and is the optimizer's own",
            missing.Length == 0 ? "nothing missing" : Say($"missing: {string.Join(", ", missing)}"),
            Say($"the figure has all {Second(facts, "train_step calls").Length} calls of train_step and {arguments.Length - missing.Length} of its {arguments.Length} arguments; missing: {(missing.Length == 0 ? "none" : string.Join(", ", missing))}, of which the log prints {logged} at every line"));
    }

    /// <summary>Ids (batch, seq) give logits (batch, seq, V), by the names of the axes in the figure.</summary>
    [Claim("D4-084")]
    [Turn("D4/step figure shapes/logits", "[333, \"seq\", \"batch\", \"V\"]", Verdict.Erratum)]
    internal static Finding ForwardShapes(Document document)
    {
        Facts shapes = document.Facts["step figure shapes"];
        string[] inputs = Axes(shapes, "inputs"), logits = Axes(shapes, "logits");
        var draws = new Draws(484);
        int right = Shapes.Count(shape => inputs.SequenceEqual(logits.SkipLast(1)) && CausalModel.HasAxes(
            SmallGpt.Random<Real64>(Config, draws), SmallGpt.Ids(draws, Config.Vocabulary, shape.B, shape.S), logits));
        Working.Tried($"random GPTs on batches of (B, S) = {string.Join(", ", Shapes)} (seed 484): every logit, laid out along the figure's axes, against that of its prefix alone, bit for bit");
        Working.Counted("shapes in which they are the same", right, Shapes.Length);
        return Judge.Holds(
            right == Shapes.Length,
            Say($"{right} of {Shapes.Length} shapes"),
            Say($"the reference model maps ids of shape ({string.Join(", ", inputs)}) to logits of shape ({string.Join(", ", logits)}) in {right} of {Shapes.Length} shapes"),
            Say($"ids ({string.Join(", ", inputs)}) and logits ({string.Join(", ", logits)}) fit {right} of {Shapes.Length} shapes"));
    }

    /// <summary>A scalar: the mean of the positions' losses, by the reference and by the listing.</summary>
    [Claim("D4-085")]
    [Turn("D4/step figure shapes/targets", "[339, \"batch\"]", Verdict.Erratum)]
    internal static Finding LossIsAMean(Document document)
    {
        Facts shapes = document.Facts["step figure shapes"];
        bool scalar = Axes(shapes, "loss").Length == 0 && Axes(shapes, "targets").SequenceEqual(Axes(shapes, "logits").SkipLast(1));
        var draws = new Draws(485);
        var right = new Tally("shapes in which all three agree");
        foreach ((int batch, int length) in Shapes)
        {
            Precise[][][] logits = [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ =>
                draws.Row(Config.Vocabulary, 3).Select(x => Precise.Of(x)).ToArray()).ToArray())];
            int[][] targets = SmallGpt.Ids(draws, Config.Vocabulary, batch, length);
            Precise sum = Precise.Zero;
            for (int b = 0; b < batch; b++)
            {
                for (int s = 0; s < length; s++)
                    sum += CrossEntropy.Row(logits[b][s], targets[b][s], 0, new Precise[Config.Vocabulary]);
            }

            Precise mean = sum / Precise.Of(batch * length);
            Precise reference = TokenLoss.Evaluate<Precise>([.. logits.SelectMany(b => b).SelectMany(r => r)], [.. targets.SelectMany(t => t)]).Loss;
            right.Add(Near(mean, reference) && Near(mean, CrossEntropyListing.Loss(logits, targets)));
        }

        Working.Uses("cross_entropy.term");
        Working.Tried($"random logits and targets of shapes (B, S) = {string.Join(", ", Shapes)} (seed 485): the mean of the positions' losses against the reference's loss and the listing's, to 88 bits");
        Working.Holds("the figure gives the loss no axes, and the targets those of the logits but the last", scalar);
        right.Shown();
        return Judge.Holds(
            scalar && right.Always,
            Say($"{right} shapes"),
            Say($"logits (batch, seq, V) and targets (batch, seq) give one number, the mean over batch*seq positions, in {right} shapes, in the listing as in the reference"),
            Say($"a scalar: {scalar}; the mean over all positions in {right} shapes"));
    }

    /// <summary>The names and lengths of gradients and parameters, for every kind of model; what the listing does with a missing name.</summary>
    [Claim("D4-086")]
    [Turn("facts/gradients come back for", "a part of the parameters", Verdict.Erratum)]
    internal static Finding GradientPerParameter(Claim claim, Document document)
    {
        var draws = new Draws(486);
        GptConfig[] kinds = [Config, Config with { Tied = false }, Config with { Bias = false }, Config with { LearnedPositions = false }];
        int names = 0;
        var same = new Tally("kinds of model in which they agree");
        foreach (GptConfig kind in kinds)
        {
            Gpt<Real64> gpt = SmallGpt.Random<Real64>(kind, draws);
            int[][] ids = SmallGpt.Ids(draws, kind.Vocabulary, 2, 4);
            OrderedDictionary<string, Real64[]> gradients = gpt.LossAndGradients(ids, ids).Gradients.Parameters;
            same.Add(gradients.Keys.ToHashSet().SetEquals(gpt.Weights.Keys) && gradients.All(g => g.Value.Length == gpt.Weights[g.Key].Length && g.Value.Any(x => x != 0)));
            names += gradients.Count;
        }

        var optimizer = new AdamWListing<Real64>(document);
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["kept"] = new FloatArray<Real64>(1), ["lost"] = new FloatArray<Real64>(1) };
        optimizer.Initialize(parameters);
        optimizer.Step(new Dictionary<string, Real64[]> { ["kept"] = [1] }, parameters);
        bool silent = parameters["lost"].Values[0] == 1 && parameters["kept"].Values[0] != 1;
        Working.Tried("GPTs with a tied head, an untied one, without biases, without learned positions (seed 486): names and lengths of gradients against those of parameters, and that none is all zeros");
        same.Shown();
        Working.Value("names compared", names);
        Working.Value("kinds of model", kinds.Length);
        Working.Holds("the class's optimizer passes over a parameter without a gradient in silence", silent);
        return Judge.OneOf(
            claim,
            "gradients come back for",
            [("every parameter", same.Always), ("a part of the parameters", same.Never)],
            Say($"{names} names in {kinds.Length} models"),
            Say($"in {same} kinds of model the backward pass returns a gradient other than 0 for every parameter's name, and for no other name ({names} names)"),
            Say($"names of gradients and parameters agree in {same} kinds of model"))
            .With(Say($"the class's optimizer passes over a parameter without a gradient in silence: {silent}"));
    }

    /// <summary>The threshold against train_step's default; the norm that reaches the optimizer.</summary>
    [Claim("D4-087")]
    [Turn("printed/max_norm", "2.0", Verdict.Conflicts)]
    internal static Finding ClipBeforeUpdate(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        Rational listed = facts["defaults"]["train_step"]["max_grad_norm"].Exact;
        string[] figure = Second(facts, "step figure");
        double limit = claim.PrintedNumber("max_norm").Value.ToDouble(), seen = double.NaN;
        var draws = new Draws(487);
        var model = new LinearModel([draws.Row(3, 20), draws.Row(3, 20)], 3);
        PythonSignature own = PythonSignature.Read(document.Facts, "AdamW.step");
        var step = new TrainStepListing(document.Facts, own with { Parameters = [.. own.Parameters.Where(p => p.Name != "parameters")] });
        double before = double.NaN;
        PythonError? error = PythonException.Of(() => step.Run(
            model,
            [[0, 1]],
            gradients =>
            {
                GlobalNormClip<Real64> clipped = Training.GradientClipping.ByGlobalNorm<Real64>([gradients["weight"]], limit);
                before = clipped.TotalNorm;
                return new() { ["weight"] = clipped.Gradients[0] };
            },
            gradients => seen = Norms.L2<Real64>(gradients["weight"])));
        Working.Value("the call of the optimizer raises", error?.ToString() ?? "nothing");
        bool order = Array.IndexOf(figure, "backward") < Array.IndexOf(figure, "clip") && Array.IndexOf(figure, "clip") < Array.IndexOf(figure, "update")
            && step.Calls.SequenceEqual(figure);
        Working.Uses("clipping.scale");
        Working.Tried("the listing on a linear model with large features (seed 487)");
        Working.Value("calls in order", step.Calls);
        Working.Value("norm of the gradient before the clip", before);
        Working.Value("norm that reaches the optimizer", seen);
        return Judge.All(
            Judge.SameNumber(claim, "max_norm", listed, "the default of train_step, line 652"),
            Judge.Holds(
                order && before > limit && Math.Abs(seen - limit) <= 1e-12 * limit,
                Say($"norm {before:G3} before, {seen:G3} at the update"),
                Say($"the clip stands between backward and update, and a norm of {before:G3} reaches the optimizer as {seen:G3}"),
                Say($"clip between backward and update: {order}; a norm of {before:G3} reaches the optimizer as {seen:G3}")));
    }

    /// <summary>The figure's four parts of the update against the class's statements, and against the formula, which decays the old weight.</summary>
    [Claim("D4-088")]
    [Turn("D4/update figure/3/0", "367", Verdict.Confirmed, AndPlace = "D4/update listing/3/0", AndValue = "580")]
    internal static Finding OrderOfUpdate(Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] figure = Second(facts, "update figure"), listing = Second(facts, "update listing");
        Claim example = document["D4-128"];
        Precise theta = Exact.Of(example.GivenExact("w"));
        bool last = Array.IndexOf(figure, "decay") > Array.IndexOf(figure, "parameters");
        Rational byFigure = Run(last ? DecayKind.Updated : DecayKind.Old), byFormula = Run(DecayKind.Old);
        Working.Uses("adamw.update");
        Working.Uses("adamw.decay_updated");
        Working.Value("the worked weight after a step in the figure's order", byFigure);
        Working.Value("after a step by the formula of line 197", byFormula);
        Working.Value("their difference", byFigure - byFormula);
        return Judge.All(
            Judge.Holds(
                figure.SequenceEqual(listing),
                string.Join(" → ", listing),
                $"the class's statements have the figure's order: {string.Join(", ", listing)}",
                $"the class's statements are {string.Join(", ", listing)}, the figure has {string.Join(", ", figure)}"),
            Judge.Agrees(
                byFigure == byFormula,
                "D4-050",
                Say($"figure - formula = {(byFigure - byFormula).ToDouble():G2}"),
                Say($"a step in the figure's order, decay {(last ? "last" : "first")}, ends at {byFigure.ToDouble():G12} for the worked weight, the formula of line 197 at {byFormula.ToDouble():G12}")));

        Rational Run(DecayKind kind) => Exact.Value(new AdamRun<Precise>(theta)
        {
            LearningRate = Exact.Of(example.GivenExact("lr")),
            WeightDecay = Exact.Of(example.GivenExact("lam")),
            Decay = kind,
        }.Step(Exact.Of(example.GivenExact("g"))));
    }

    private static string[] Second(DocumentFacts facts, string list) => [.. facts[list].Rows.OrderBy(row => row[0].Integer).Select(row => row[1].Text)];

    private static string[] Axes(Facts shapes, string name) => [.. shapes[name].Rows.Skip(1).Select(a => a.Text)];
}
