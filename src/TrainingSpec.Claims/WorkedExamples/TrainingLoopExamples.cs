using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>A training step from weights to weights.</summary>
public static class TrainingLoopExamples
{
    /// <summary>What D4's trace leaves out: one whole step of the reference GPT at the worked sizes, from weights to weights.</summary>
    [GoldenSource]
    public static GoldenDocument CompleteStep()
    {
        Claim sizes = ExampleNumbers.Claim("D4-090"), ids = ExampleNumbers.Claim("D4-091"), example = ExampleNumbers.Claim("D4-104");
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
            document.Add("weight." + name, ExampleNumbers.Doubles(values));
        GptRun<Real64> run = gpt.Forward(inputs);
        (Real64 loss, GptGradients<Real64> back) = gpt.LossAndGradients(inputs, targets);
        document.Add("h_trans", ExampleNumbers.Doubles(run.TransformerHidden)).Add("h_norm", ExampleNumbers.Doubles(run.NormalizedHidden)).Add("logits", ExampleNumbers.Doubles(run.Logits)).Add("loss", loss.Value)
            .Add("gradient.logits", ExampleNumbers.Doubles(back.Logits)).Add("gradient.h_norm", ExampleNumbers.Doubles(back.NormalizedHidden)).Add("gradient.h_trans", ExampleNumbers.Doubles(back.TransformerHidden));
        foreach ((string name, Real64[] values) in back.Parameters)
            document.Add("gradient." + name, ExampleNumbers.Doubles(values));
        TrainingStep<Real64> step = TrainingLoop.Step(
            new GptTraining<Real64>(gpt),
            new TokenLossTraining<Real64>(),
            new GlobalNormClipping<Real64>(ExampleNumbers.Claim("D4-087").PrintedNumber("max_norm").Value.ToDouble()),
            new AdamTraining<Real64>(AdamOptions.AdamW(0) with { WeightDecay = example.GivenNumber("lam") }),
            new TokenBatch(inputs, targets),
            example.GivenNumber("lr"));
        document.Add("gradient norm", step.GradientNorm.Value).Add("clipping scale", step.Scale.Value).Add("learning rate", step.LearningRate);
        foreach ((string name, Real64[] values) in gpt.Weights)
            document.Add("new weight." + name, ExampleNumbers.Doubles(values));
        return document.Add("loss after the step", gpt.Loss(inputs, targets).Value);
    }

    private static int[][] Batch(Claim claim, string key, int length) => [.. claim.GivenRow(key).Select(x => (int)x).Chunk(length)];
}
