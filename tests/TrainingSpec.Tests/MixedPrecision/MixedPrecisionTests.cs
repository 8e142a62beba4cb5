using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.MixedPrecision;

/// <summary>Mixed precision trains master weights in single precision from passes in a narrow format; without a loss scale small gradients are lost, with one they are not, and what overflows is skipped.</summary>
public sealed class MixedPrecisionTests
{
    private static readonly GptConfig Config = new() { Vocabulary = 7, Width = 8, Layers = 2, Heads = 2, Context = 4 };
    private static readonly TokenText Text = new([.. Enumerable.Range(0, 60).Select(i => (i * i) % 7)], 4, "text");

    [Test]
    [Rule("MIXED-PRECISION-4")]
    public void Both_formats_train_nearly_as_single_precision_does()
    {
        double single = Trained(g => Step(new GptTrainer<Real32>(g, Options, 1)));
        double half = Trained(g => Step(new MixedPrecisionTrainer<Float16>(g, Options, 1, new LossScaler(1024, new LossScaleOptions()))));
        double brain = Trained(g => Step(new MixedPrecisionTrainer<BFloat16>(g, Options, 1, new LossScaler(1))));
        Assert.That(single, Is.LessThan(0.7), "it learns");
        Assert.That(half, Is.Not.EqualTo(single).And.EqualTo(single).Within(0.05));
        Assert.That(brain, Is.Not.EqualTo(single).And.Not.EqualTo(half).And.EqualTo(single).Within(0.15));

        static Action<TokenBatch> Step<TTrainer>(TTrainer trainer) => trainer switch
        {
            GptTrainer<Real32> t => batch => t.Step(batch, 0.01),
            MixedPrecisionTrainer<Float16> t => batch => t.Step([batch], 0.01),
            _ => batch => ((MixedPrecisionTrainer<BFloat16>)(object)trainer!).Step([batch], 0.01),
        };
    }

    [Test]
    [Rule("MIXED-PRECISION-1")]
    public void Passes_see_narrow_numbers_alone_and_the_masters_stay_wide()
    {
        var seen = new Seen();
        Gpt<Real32> gpt = new(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3), seen);
        new MixedPrecisionTrainer<Float16>(gpt, Options, 1, new LossScaler(1)).Step([Text.Batch(1, 1, 2)], 0.01);
        Assert.That(seen.Inputs, Is.GreaterThan(500));
        Assert.That(seen.Wide, Is.Zero, "what goes into a matrix product is rounded");
        Assert.That(gpt.Weights["wte"].Count(w => (float)(Half)w.Value == w.Value), Is.LessThan(6), "masters are not rounded");
    }

    [Test]
    [Rule("MIXED-PRECISION-2")]
    public void A_gradient_below_half_of_the_least_number_needs_the_scale()
    {
        // Gains so small that the gradients below the final norm are below 2⁻²⁵.
        Assert.That(NonZero(1), Is.Zero);
        Assert.That(NonZero(65536), Is.GreaterThan(50));

        static int NonZero(double scale)
        {
            OrderedDictionary<string, Real32[]> weights = GptInitialization.Normal<Real32>(Config, 5, 0.3);
            Array.Fill(weights["lnf.g"], (Real32)1e-7f);
            Real32[] before = [.. weights["h.0.mlp.fc.w"]];
            var gpt = new Gpt<Real32>(Config, weights);
            new MixedPrecisionTrainer<Float16>(gpt, Options, double.PositiveInfinity, new LossScaler(scale)).Step([Text.Batch(1, 1, 2)], 0.01);
            return before.Zip(gpt.Weights["h.0.mlp.fc.w"]).Count(pair => pair.First != pair.Second);
        }
    }

    [Test]
    [Rule("MIXED-PRECISION-3")]
    public void An_overflow_is_skipped_and_the_scale_backs_off_until_it_fits()
    {
        Gpt<Real32> gpt = new(Config, GptInitialization.Normal<Real32>(Config, 5, 0.3));
        Real32[] before = [.. gpt.Weights["wte"]];
        var trainer = new MixedPrecisionTrainer<Float16>(gpt, Options, 1, new LossScaler(1L << 24, new LossScaleOptions { Interval = 2 }));
        TrainingStep<Real32> first = trainer.Step([Text.Batch(1, 1, 2)], 0.01);
        Assert.That((first.Scale.Value, trainer.Skipped, trainer.Scaler.Scale.Value, trainer.State), Is.EqualTo((0f, 1L, (float)(1 << 23), (AdamState<Real32>?)null)));
        Assert.That(gpt.Weights["wte"], Is.EqualTo(before));
        for (int step = 2; trainer.State is null; step++)
            trainer.Step([Text.Batch(1, step, 2)], 0.01);
        Assert.That(trainer.State!.Step, Is.EqualTo(1));
        Assert.That(gpt.Weights["wte"], Is.Not.EqualTo(before));
        float scale = trainer.Scaler.Scale.Value;
        trainer.Step([Text.Batch(1, 90, 2)], 0.01);
        Assert.That(trainer.Scaler.Scale.Value, Is.EqualTo(2 * scale), "two steps in a row without overflow");
        Assert.That(new LossScaler(8, new LossScaleOptions { Interval = 2 }, 1).Tracker, Is.EqualTo(1));
    }

    private static AdamOptions Options => AdamOptions.Adam(0.01);

    private static double Trained(Func<Gpt<Real32>, Action<TokenBatch>> stepOf)
    {
        var gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 5, 0.1), new CpuOperations(1));
        Action<TokenBatch> step = stepOf(gpt);
        for (int n = 1; n <= 60; n++)
            step(Text.Batch(1, n, 4));
        TokenBatch batch = Text.Batch(1, 1, 8);
        return gpt.Loss(batch.Inputs, batch.Targets).Value;
    }

    private sealed class Seen() : WrappedOperations<Real32>(new ReferenceOperations<Real32>())
    {
        public int Inputs { get; private set; }

        public int Wide { get; private set; }

        public override void Linear(Real32[] x, Real32[] weight, Real32[] bias, Real32[] y, int inputs, int outputs)
        {
            Look(x, weight, bias);
            base.Linear(x, weight, bias, y, inputs, outputs);
        }

        public override void LinearWeightGradient(Real32[] dy, Real32[] x, Real32[] dWeight, int inputs, int outputs)
        {
            Look(dy, x);
            base.LinearWeightGradient(dy, x, dWeight, inputs, outputs);
        }

        // The system's own half says which numbers are narrow.
        private void Look(params Real32[][] tensors)
        {
            Inputs += tensors.Sum(t => t.Length);
            Wide += tensors.Sum(t => t.Count(x => (float)(Half)x.Value != x.Value));
        }
    }
}
