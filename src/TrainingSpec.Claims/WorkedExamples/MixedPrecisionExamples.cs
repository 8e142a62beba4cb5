using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Twelve steps of a small GPT in mixed precision.</summary>
public static class MixedPrecisionExamples
{
    /// <summary>Losses and scales in binary16 from a scale that overflows, and losses in bfloat16.</summary>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        var half = new LossScaler(1L << 24, new LossScaleOptions { Interval = 3 });
        var scales = new List<double>();
        double[] losses = Losses<Float16>(half, () => scales.Add(half.Scale.Value));
        return new GoldenDocument("mixed-precision", "Steps").Add("float16.loss", losses).Add("float16.scale", scales).Add("bfloat16.loss", Losses<BFloat16>(new LossScaler(1), () => { }));
    }

    private static double[] Losses<TFormat>(LossScaler scaler, Action stepped)
        where TFormat : IBinaryFormat<TFormat>
    {
        var config = new GptConfig { Vocabulary = 7, Width = 8, Layers = 2, Heads = 2, Context = 4 };
        var text = new TokenText([.. Enumerable.Range(0, 60).Select(i => i * i % 7)], 4, "text");
        var trainer = new MixedPrecisionTrainer<TFormat>(new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 5, 0.3)), AdamOptions.Adam(0.01), 1, scaler);
        return [.. Enumerable.Range(1, 12).Select(step =>
        {
            double loss = trainer.Step([text.Batch(1, step, 2)], 0.01).Loss.Value;
            stepped();
            return loss;
        })];
    }
}
