using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims.D4;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims;

/// <summary>D4's worked examples in full precision as golden files, each in the folder of its topic.</summary>
/// <remarks>The inputs are those of D4's claims; the numbers that the document prints stand in the claims and are judged there.</remarks>
public static class WorkedExampleGoldens
{
    private static readonly (string Name, string Row, string Loss)[] Positions = [("position 0", "D4-093", "D4-094"), ("position 1", "D4-095", "D4-096")];

    /// <summary>D4 "From Logits to Loss" and "Compute Loss": softmax of the worked rows.</summary>
    [GoldenSource]
    public static GoldenDocument SoftmaxRows()
    {
        var document = new GoldenDocument("softmax", "WorkedRows");
        (string Name, string Id)[] rows = [("six logits", "D4-021"), .. Positions.Select(p => (p.Name, p.Row))];
        foreach ((string name, string id) in rows)
        {
            Real64[] logits = Row(id, "logits"), probabilities = new Real64[logits.Length], logs = new Real64[logits.Length];
            Softmax.Probabilities<Real64>(logits, probabilities);
            Softmax.LogProbabilities<Real64>(logits, logs);
            document.Add(name + ".logits", Doubles(logits)).Add(name + ".exponentials", logits.Select(x => Softmax.Exponential<Real64>(x, 0).Value))
                .Add(name + ".probabilities", Doubles(probabilities)).Add(name + ".log probabilities", Doubles(logs)).Add(name + ".log-sum-exp", Softmax.LogSumExp<Real64>(logits).Value);
        }

        return document;
    }

    /// <summary>D4 "Compute Loss" and "Compute Gradients": losses, their mean, the gradients of each and of the mean, the perplexity.</summary>
    [GoldenSource]
    public static GoldenDocument LossAndGradients()
    {
        var document = new GoldenDocument("cross-entropy", "WorkedStep");
        Real64[][] rows = [.. Positions.Select(p => Row(p.Row, "logits"))];
        int[] targets = [.. Positions.Select(p => Elsewhere.Claim(p.Loss).GivenInteger("target"))];
        for (int i = 0; i < rows.Length; i++)
        {
            var gradient = new Real64[rows[i].Length];
            double loss = CrossEntropy.Row(rows[i], targets[i], 0, gradient);
            document.Add(Positions[i].Name + ".target", targets[i]).Add(Positions[i].Name + ".loss", loss).Add(Positions[i].Name + ".gradient of its own loss", Doubles(gradient));
        }

        CrossEntropyResult<Real64> mean = Training.CrossEntropyLoss.Evaluate(rows, targets);
        document.Add("mean loss", mean.Loss.Value).Add("perplexity", Perplexity.Of(mean.Loss).Value);
        for (int i = 0; i < rows.Length; i++)
            document.Add(Positions[i].Name + ".gradient of the mean loss", Doubles(mean.Gradient[i]));
        return document;
    }

    /// <summary>D4 "AdamW Update (for one parameter)": the scalar step by hand, by the formula and in the order of the class.</summary>
    [GoldenSource]
    public static GoldenDocument AdamWStep()
    {
        Claim example = Elsewhere.Claim("D4-104");
        Real64 Given(string key) => example.GivenNumber(key);
        (Real64 w, Real64 g, Real64 lr, Real64 lambda, Real64 eps) = (Given("w"), Given("g"), Given("lr"), Given("lam"), Given("eps"));
        Real64 m = Adam.FirstMoment<Real64>(0, g, Given("beta1")), v = Adam.SecondMoment<Real64>(0, g, Given("beta2"));
        Real64 mHat = Adam.Corrected(m, Adam.BiasCorrection(Given("beta1"), Given("t"))), vHat = Adam.Corrected(v, Adam.BiasCorrection(Given("beta2"), Given("t")));
        return new GoldenDocument("adamw", "WorkedStep")
            .Add("w", w.Value).Add("g", g.Value).Add("m", m.Value).Add("v", v.Value).Add("m hat", mHat.Value).Add("v hat", vHat.Value)
            .Add("update", -Adam.Update(0, mHat, vHat, lr, eps).Value).Add("decay", AdamW.Decay(w, lr, lambda).Value)
            .Add("new weight", AdamW.Update(w, mHat, vHat, lr, eps, lambda).Value)
            .Add("new weight, decaying the updated one", AdamW.DecayUpdated(Adam.Update(w, mHat, vHat, lr, eps), lr, lambda).Value);
    }

    /// <summary>D4 "Numeric Example" of the schedule, and the learning rates of the log.</summary>
    [GoldenSource]
    public static IEnumerable<GoldenDocument> LearningRates()
    {
        var example = new GoldenDocument("schedules", "WorkedSteps");
        foreach (string id in new[] { "D4-067", "D4-071", "D4-074" })
        {
            Claim claim = Elsewhere.Claim(id);
            (int step, int warmup, int total) = (claim.GivenInteger("step"), claim.GivenInteger("warmup_steps"), claim.GivenInteger("total_steps"));
            string key = Invariant($"step {step}");
            if (step > warmup)
            {
                Real64 progress = Schedules.Progress<Real64>(warmup, total, step);
                example.Add(key + ".progress", progress.Value).Add(key + ".cosine", Schedules.CosineRate<Real64>(1, -1, progress).Value);
            }

            example.Add(key + ".rate", Schedules.WarmupCosine<Real64>(claim.GivenNumber("max_lr"), 0, warmup, total, step).Value);
        }

        (double peak, int logWarmup, int logTotal) = LogRates.Configuration(Elsewhere.Claim("D4-163"));
        var log = new GoldenDocument("schedules", "LoggedRates").Add("peak", peak).Add("warmup", logWarmup).Add("total", logTotal);
        foreach (LoggedLine line in LoggedLine.All())
            log.Add(Invariant($"step {line.Step}"), Schedules.WarmupCosine<Real64>(peak, 0, logWarmup, logTotal, line.Step).Value);
        return [example, log];
    }

    /// <summary>D4 "Try It Yourself": the parameters of the shape that has the printed number, tensor by tensor.</summary>
    [GoldenSource]
    public static GoldenDocument Parameters()
    {
        GptConfig config = ModelSize.Matching(Elsewhere.Claim("D4-154"));
        var document = new GoldenDocument("gpt-parameters", "LoggedModel")
            .Add("vocabulary", config.Vocabulary).Add("width", config.Width).Add("layers", config.Layers).Add("biases", config.Bias).Add("tied", config.Tied)
            .Add("learned positions", config.LearnedPositions).Add("parameters", config.Shape.CountParameters());
        foreach (WeightShape shape in config.Weights())
            document.Add(shape.Name, [shape.Rows, shape.Columns]);
        return document;
    }

    /// <summary>D4 "Max Norm Clipping": two tensors of the worked kind, clipped by their global norm.</summary>
    [GoldenSource]
    public static GoldenDocument ClippedTensors()
    {
        const string Id = "D4-079";
        GlobalNormClip<Real64> clip = Training.GradientClipping.ByGlobalNorm<Real64>([Row(Id, "a"), Row(Id, "b")], Elsewhere.Claim(Id).GivenNumber("max_norm"));
        return new GoldenDocument("clipping", "WorkedTensors")
            .Add("norm", clip.TotalNorm.Value).Add("scale", clip.Scale.Value).Add("a", Doubles(clip.Gradients[0])).Add("b", Doubles(clip.Gradients[1]));
    }

    /// <summary>What D4's trace leaves out: one whole step of the reference GPT at the worked sizes, from weights to weights.</summary>
    [GoldenSource]
    public static GoldenDocument CompleteStep()
    {
        Claim sizes = Elsewhere.Claim("D4-090"), ids = Elsewhere.Claim("D4-091"), example = Elsewhere.Claim("D4-104");
        var config = new GptConfig
        {
            Vocabulary = sizes.GivenInteger("V"),
            Width = sizes.GivenInteger("d"),
            Layers = 1,
            Heads = 1,
            Context = sizes.GivenInteger("S"),
        };
        int[][] inputs = Batch(ids, "input_ids", config.Context), targets = Batch(ids, "targets", config.Context);
        var gpt = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, seed: 4, deviation: 0.5));
        var document = new GoldenDocument("training-loop", "CompleteStep");
        foreach ((string name, Real64[] values) in gpt.Weights)
            document.Add("weight." + name, Doubles(values));
        GptRun<Real64> run = gpt.Forward(inputs);
        (Real64 loss, GptGradients<Real64> back) = gpt.LossAndGradients(inputs, targets);
        document.Add("h_trans", Doubles(run.TransformerHidden)).Add("h_norm", Doubles(run.NormalizedHidden)).Add("logits", Doubles(run.Logits)).Add("loss", loss.Value)
            .Add("gradient.logits", Doubles(back.Logits)).Add("gradient.h_norm", Doubles(back.NormalizedHidden)).Add("gradient.h_trans", Doubles(back.TransformerHidden));
        foreach ((string name, Real64[] values) in back.Parameters)
            document.Add("gradient." + name, Doubles(values));
        TrainingStep<Real64> step = TrainingLoop.Step(
            new GptTraining<Real64>(gpt),
            new TokenLossTraining<Real64>(),
            new GlobalNormClipping<Real64>(Elsewhere.Claim("D4-087").PrintedNumber("max_norm").Value.ToDouble()),
            new AdamTraining<Real64>(AdamOptions.AdamW(0) with { WeightDecay = example.GivenNumber("lam") }),
            new TokenBatch(inputs, targets),
            example.GivenNumber("lr"));
        document.Add("gradient norm", step.GradientNorm.Value).Add("clipping scale", step.Scale.Value).Add("learning rate", step.LearningRate);
        foreach ((string name, Real64[] values) in gpt.Weights)
            document.Add("new weight." + name, Doubles(values));
        return document.Add("loss after the step", gpt.Loss(inputs, targets).Value);
    }

    private static int[][] Batch(Claim claim, string key, int length) => [.. claim.GivenRow(key).Select(x => (int)x).Chunk(length)];

    private static Real64[] Row(string id, string key) => [.. Elsewhere.Claim(id).GivenRow(key).Select(x => new Real64(x))];

    private static IEnumerable<double> Doubles(Real64[] values) => values.Select(x => x.Value);
}
