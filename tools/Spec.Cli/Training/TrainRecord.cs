using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>A training in double precision as lines of JSON that another library can repeat: shape, optimizer and first weights; a line for each step with its batch, rate, loss and norm; the last weights.</summary>
internal static class TrainRecord
{
    /// <summary>Trains, and writes.</summary>
    /// <param name="settings">What is trained; the bits are those of the reference.</param>
    /// <param name="steps">The first so many steps of the run.</param>
    /// <param name="writer">Receives the lines.</param>
    /// <param name="stepped">Told of each step.</param>
    public static void Write(TrainSettings settings, int steps, TextWriter writer, Action stepped)
    {
        GptPreset preset = settings.Preset;
        GptConfig config = settings.Config;
        var gpt = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, settings.Seed, scaleResidual: preset.ScalesResidual));
        var trainer = new GptTrainer<Real64>(gpt, preset.Options, preset.MaxNorm, preset.DecaysMatricesAlone);
        Schedule schedule = preset.Schedule(settings.Steps);
        TokenText text = settings.Texts().Training;
        Line(writer, new
        {
            config = new
            {
                vocab = config.Vocabulary,
                width = config.Width,
                layers = config.Layers,
                heads = config.Heads,
                context = config.Context,
                mlp_ratio = config.MlpRatio,
                bias = config.Bias,
                tied = config.Tied,
                learned_positions = config.LearnedPositions,
                activation = config.Activation switch { Activation.Relu => "relu", Activation.Gelu => "gelu", _ => "gelu_tanh" },
                eps = config.Epsilon,
            },
            optimizer = new
            {
                beta1 = preset.Options.Beta1,
                beta2 = preset.Options.Beta2,
                eps = preset.Options.Epsilon,
                weight_decay = preset.Options.WeightDecay,
                decays_matrices_alone = preset.DecaysMatricesAlone,
                max_norm = double.IsFinite(preset.MaxNorm) ? preset.MaxNorm : (double?)null,
            },
            weights = Weights(gpt),
        });
        for (long step = 1; step <= steps; step++)
        {
            double rate = schedule.At(step - 1);
            TokenBatch batch = text.Batch(settings.Seed, step, preset.Sequences);
            TrainingStep<Real64> made = trainer.Step(batch, rate);
            Line(writer, new { inputs = batch.Inputs, targets = batch.Targets, rate, loss = made.Loss.Value, norm = made.GradientNorm.Value });
            stepped();
        }

        Line(writer, new { weights = Weights(gpt) });
    }

    private static Dictionary<string, double[]> Weights(Gpt<Real64> gpt) => gpt.Weights.ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, v => v.Value));

    private static void Line(TextWriter writer, object line) => writer.Write(JsonSerializer.Serialize(line) + "\n");
}
