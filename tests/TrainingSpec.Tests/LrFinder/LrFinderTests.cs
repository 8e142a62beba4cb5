using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.LrFinder;
using Loop = TrainingSpec.Training.TrainingLoop;

namespace TrainingSpec.Tests.LrFinder;

internal sealed class LrFinderTests
{
    private static readonly Real64[] Decades = [0.0001, 0.001, 0.01, 0.1, 1, 10];

    [Rule("LR-FINDER-1")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(SweepCases)])]
    public bool A_sweep_rises_from_end_to_end_by_one_factor(SweepRange c)
    {
        Real64[] lr = LearningRateFinder.Sweep<Real64>(c.Least, c.Largest, c.Count);
        double ratio = Math.Log(c.Largest / c.Least) / (c.Count - 1);

        // A rate errs by a few units, and by the rounding of its exponent times the whole logarithm.
        double allowed = 8 * Real64.UnitRoundoff * (4 + Math.Log(c.Largest / c.Least));
        return lr.Length == c.Count && Over.SameBits(lr[0], c.Least) && Over.SameBits(lr[^1], c.Largest)
            && Enumerable.Range(1, c.Count - 1).All(i => Math.Abs(Math.Log(lr[i] / lr[i - 1]) - ratio) <= allowed);
    }

    [Rule("LR-FINDER-1")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(SweepCases)])]
    public bool A_sweep_in_other_units_is_the_sweep_scaled(SweepRange c, sbyte power)
    {
        Real64[] lr = LearningRateFinder.Sweep<Real64>(c.Least, c.Largest, c.Count);
        Real64[] scaled = LearningRateFinder.Sweep<Real64>(Math.ScaleB(c.Least, power), Math.ScaleB(c.Largest, power), c.Count);
        return Over.SameBits([scaled], [Array.ConvertAll(lr, x => new Real64(Math.ScaleB(x.Value, power)))]);
    }

    [Rule("LR-FINDER-2")]
    [Law(MaxTest = 1800)]
    public bool A_flat_loss_keeps_its_bits_and_suggests_no_descent(short loss, ushort smoothing)
    {
        double value = 0.1 + Math.Abs((double)loss);
        RateSuggestion<Real64> found = LearningRateFinder.Suggest(Decades, Array.ConvertAll(Decades, _ => new Real64(value)), smoothing / 65536.0);
        return Array.TrueForAll(found.Smoothed, x => Over.SameBits(x, value)) && found.Steepest is null && found.BeforeDivergence == 5;
    }

    [Rule("LR-FINDER-2")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool The_average_is_the_debiased_one(LossCurve c)
    {
        // By its definition: Σ sᵗ⁻ᵏ·L_k / Σ sᵗ⁻ᵏ.
        Bounded<Real64> average = Bounded<Real64>.Exact(0);
        DoubleDouble sum = 0, weights = 0;
        for (int t = 0; t < c.Losses.Length; t++)
        {
            average = Formula.Smoothed(average, Bounded<Real64>.Exact(c.Losses[t]), Bounded<Real64>.Exact(c.Smoothing), Bounded<Real64>.Exact(t + 1));
            sum = c.Smoothing * sum + c.Losses[t];
            weights = c.Smoothing * weights + 1;
            if (!Over.Covers(average, sum / weights))
                return false;
        }

        return true;
    }

    [Rule("LR-FINDER-3")]
    [Rule("LR-FINDER-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool Losses_in_other_units_suggest_the_same_rates(LossCurve c, sbyte power)
    {
        RateSuggestion<Real64> found = Suggest(c.Losses, c.Smoothing), scaled = Suggest(Array.ConvertAll(c.Losses, x => Math.ScaleB(x, power)), c.Smoothing);
        return found.Steepest == scaled.Steepest && found.BeforeDivergence == scaled.BeforeDivergence;
    }

    [Rule("LR-FINDER-7")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool A_loss_that_never_rises_never_diverges_whatever_its_sign(LossCurve c, short shift)
    {
        double[] falling = [.. c.Losses.Where(double.IsFinite).Select(x => x + shift).OrderDescending()];
        return falling.Length == 0 || Suggest(falling, c.Smoothing).BeforeDivergence == falling.Length - 1;
    }

    [Rule("LR-FINDER-7")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool Losses_of_any_sign_in_other_units_suggest_the_same_rates(LossCurve c, short shift, sbyte power)
    {
        double[] shifted = Array.ConvertAll(c.Losses, x => x + shift);
        RateSuggestion<Real64> found = Suggest(shifted, c.Smoothing), scaled = Suggest(Array.ConvertAll(shifted, x => Math.ScaleB(x, power)), c.Smoothing);
        return found.Steepest == scaled.Steepest && found.BeforeDivergence == scaled.BeforeDivergence;
    }

    [TestCase(-1, -1, 2)]
    [TestCase(-1, -3, 6)]
    [TestCase(5, -1, 14)]
    [TestCase(5, 0, 15)]
    [TestCase(-5, -7, 14)]
    [TestCase(0, 0, 0)]
    [Rule("LR-FINDER-7")]
    public void A_loss_at_the_bound_is_none_that_diverged_and_one_above_it_is(double first, double smallest, double bound) => Assert.Multiple(() =>
    {
        Assert.That(Suggest([first, smallest, bound], 0).BeforeDivergence, Is.EqualTo(2));
        Assert.That(Suggest([first, smallest, Math.BitIncrement(bound)], 0).BeforeDivergence, Is.EqualTo(1));
    });

    [Rule("LR-FINDER-5")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool What_comes_after_a_divergence_changes_nothing(LossCurve c, byte at, short later)
    {
        int diverged = at % c.Losses.Length;
        double[] first = [.. c.Losses[..diverged], double.NaN, .. c.Losses[(diverged + 1)..]];
        double[] second = [.. c.Losses[..diverged], double.PositiveInfinity, .. c.Losses[(diverged + 1)..].Select(_ => (double)later)];
        RateSuggestion<Real64> a = Suggest(first, c.Smoothing), b = Suggest(second, c.Smoothing);
        return a.Steepest == b.Steepest && a.BeforeDivergence == b.BeforeDivergence && (a.BeforeDivergence ?? -1) < diverged;
    }

    [Rule("LR-FINDER-3")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(SweepCases)])]
    public bool The_steepest_rate_is_interior_sound_and_falls(LossCurve c)
    {
        RateSuggestion<Real64> found = Suggest(c.Losses, c.Smoothing);
        double[] m = Array.ConvertAll(found.Smoothed, x => x.Value);
        return found.Steepest is { } i
            ? i >= 1 && i < found.BeforeDivergence && m[i + 1] < m[i - 1]
            : Enumerable.Range(1, Math.Max(0, (found.BeforeDivergence ?? 0) - 1)).All(k => m[k + 1] >= m[k - 1]);
    }

    [Test]
    [Rule("LR-FINDER-4")]
    public void Short_and_diverged_sweeps_suggest_what_there_is() => Assert.Multiple(() =>
    {
        Assert.That(Suggest([double.NaN, 1, 1], 0) is { Steepest: null, BeforeDivergence: null });
        Assert.That(Suggest([1], 0) is { Steepest: null, BeforeDivergence: 0 });
        Assert.That(Suggest([1, double.PositiveInfinity], 0.5) is { Steepest: null, BeforeDivergence: 0 });
        Assert.That(Suggest([2, 1, 4, 4.5], 0) is { BeforeDivergence: 2 }, "exactly four times is no divergence");
        Assert.That(Suggest([3, 2, 1], 0) is { Steepest: 1, BeforeDivergence: 2 });
    });

    [Test]
    [Rule("LR-FINDER-6")]
    public void A_sweep_leaves_weights_and_state_as_they_were([Values] bool failing)
    {
        TokenBatch batch = new([[0, 1, 2], [3, 1, 1]], [[1, 2, 3], [0, 2, 2]]);
        (string Name, IRestorableOptimizer<Real64> Optimizer, Func<string?> State)[] all = Optimizers();
        foreach ((string name, IRestorableOptimizer<Real64> optimizer, Func<string?> state) in all)
        {
            var model = new BigramModel<Real64>(4);
            for (int i = 0; i < 3; i++)
                Loop.Step(model, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), optimizer, batch, 0.1);
            long[] weights = Over.Bits(model.Weights.Values);
            string? before = state();
            TokenBatch Batches(int i) => failing && i == 4 ? throw new InvalidOperationException("no more data") : batch;
            void Sweep() => LearningRateFinder.Run(
                model, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), optimizer, Batches, [.. LearningRateFinder.Sweep<Real64>(0.01, 10, 8).Select(x => x.Value)]);
            if (failing)
                Assert.That(Sweep, Throws.InvalidOperationException, name);
            else
                Sweep();
            Assert.That(Over.Bits(model.Weights.Values), Is.EqualTo(weights), name);
            Assert.That(state(), Is.EqualTo(before), name);
            Assert.That(before, Is.Not.Null, name);
        }
    }

    [Test]
    [Rule("LR-FINDER-6")]
    public void A_sweep_trains_as_the_loop_does_and_measures_after_each_update()
    {
        TokenBatch batch = new([[0, 1, 2]], [[1, 2, 3]]);
        var model = new BigramModel<Real64>(4);
        var optimizer = new SgdTraining<Real64>(new SgdOptions { LearningRate = 0 });
        RateSweep<Real64> sweep = LearningRateFinder.Run(model, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), optimizer, _ => batch, [0.1, 1, 2]);
        TrainingStep<Real64>[] steps = [.. new[] { 0.1, 1, 2, 0 }.Select(rate =>
            Loop.Step(model, new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), optimizer, batch, rate))];
        Assert.That(sweep.Losses, Is.EqualTo(steps.Skip(1).Select(s => s.Loss)), "the loss after a rate is the loss before the next");
        Assert.That(sweep.Rates, Is.EqualTo(new[] { 0.1, 1, 2 }));
    }

    [TestCase(4, 0, 2, double.PositiveInfinity)]
    [TestCase(0, 2, 1, double.NaN)]
    [Rule("LR-FINDER-6")]
    public void A_sweep_ends_where_nothing_is_finite_any_more(int badLoss, int badGradient, int length, double last)
    {
        // Each rate asks twice for a loss and once for a gradient.
        TokenBatch batch = new([[0, 1, 2]], [[1, 2, 3]]);
        var model = new BigramModel<Real64>(4);
        long[] weights = Over.Bits(model.Weights.Values);
        var optimizer = new SgdTraining<Real64>(new SgdOptions { LearningRate = 0, Momentum = 0.5 });
        RateSweep<Real64> sweep = LearningRateFinder.Run(
            model, new Exploding(badLoss, badGradient), new GlobalNormClipping<Real64>(1), optimizer, _ => batch, [0.1, 1, 1, 1]);
        Assert.That(sweep.Rates, Has.Length.EqualTo(length));
        Assert.That(sweep.Losses, Has.Length.EqualTo(length));
        Assert.That(sweep.Losses[^1].Value, Is.EqualTo(last));
        Assert.That(Over.Bits(model.Weights.Values), Is.EqualTo(weights));
        Assert.That(optimizer.State, Is.Null);
    }

    [Test]
    [Rule("LR-FINDER-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => LearningRateFinder.Sweep<Real64>(0, 1, 3), "lr_min", "lr_min = 0 is outside (0, lr_max)");
        Refused(() => LearningRateFinder.Sweep<Real64>(1, 1, 3), "lr_min", "lr_min = 1");
        Refused(() => LearningRateFinder.Sweep<Real64>(double.NaN, 1, 3), "lr_min", "lr_min = NaN");
        Refused(() => LearningRateFinder.Sweep<Real64>(1, double.PositiveInfinity, 3), "lr_max", "lr_max = Infinity");
        Refused(() => LearningRateFinder.Sweep<Real64>(0.1, 1, 1), "count", "count = 1 is outside [2, inf)");
        Refused(() => LearningRateFinder.Suggest<Real64>([1, 2], [1, 2], 1), "smoothing", "smoothing = 1 is outside [0, 1)");
        Refused(() => LearningRateFinder.Suggest<Real64>([1, 2], [1]), "loss", "loss has 1 entries, lr has 2");
        Refused(() => LearningRateFinder.Suggest<Real64>([], []), "lr", "lr = []");
        Refused(() => LearningRateFinder.Suggest<Real64>([0, 1], [1, 1]), "lr", "lr[0] = 0 is outside finite rates above 0");
        Refused(() => LearningRateFinder.Suggest<Real64>([1, 1], [1, 1]), "lr", "lr[1] = 1 is outside finite rates above lr[0] = 1");
        Refused(() => LearningRateFinder.Suggest<Real64>([1, double.NaN], [1, 1]), "lr", "lr[1] = NaN");
    });

    private static (string, IRestorableOptimizer<Real64>, Func<string?>)[] Optimizers()
    {
        var sgd = new SgdTraining<Real64>(new SgdOptions { LearningRate = 0, Momentum = 0.9 });
        var adam = new AdamTraining<Real64>(AdamOptions.AdamW(0));
        var lars = new LarsTraining<Real64>(new LarsOptions { LearningRate = 0 });
        var lamb = new LambTraining<Real64>(new LambOptions { LearningRate = 0 });
        return [("sgd", sgd, () => sgd.State?.ToJson()), ("adam", adam, () => adam.State?.ToJson()), ("lars", lars, () => lars.State?.ToJson()), ("lamb", lamb, () => lamb.State?.ToJson())];
    }

    private static RateSuggestion<Real64> Suggest(double[] losses, double smoothing) =>
        LearningRateFinder.Suggest([.. Enumerable.Range(0, losses.Length).Select(i => new Real64(Math.ScaleB(1e-5, i)))], Over.Row<Real64>(losses), smoothing);

    /// <summary>A loss that is infinite when it is asked for the given time, and a gradient that is no number.</summary>
    private sealed class Exploding(int badLoss, int badGradient) : ITrainingLoss<Real64>
    {
        private readonly TokenLossTraining<Real64> _sound = new();
        private int _losses;
        private int _gradients;

        public Real64 Loss(Real64[] logits, int[][] targets) => ++_losses == badLoss ? double.PositiveInfinity : _sound.Loss(logits, targets);

        public Real64[] Gradient(Real64[] logits, int[][] targets) =>
            ++_gradients == badGradient ? Array.ConvertAll(logits, _ => new Real64(double.NaN)) : _sound.Gradient(logits, targets);
    }
}
