using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.EarlyStopping;

internal sealed class EarlyStoppingTests
{
    [Rule("EARLY-STOPPING-1")]
    [Rule("EARLY-STOPPING-2")]
    [Rule("EARLY-STOPPING-3")]
    [Law(MaxTest = 6000, Arbitrary = [typeof(RegularizationCases)])]
    public bool It_stops_at_the_first_gap_of_patience_between_records(LossSeries s)
    {
        // By hand: list the epochs of all records of the whole series, then look for the first gap that is as long as the patience.
        var records = new List<int> { 0 };
        double best = double.PositiveInfinity;
        for (int t = 1; t <= s.Losses.Length; t++)
        {
            if (best - s.Losses[t - 1] > s.MinDelta)
            {
                records.Add(t);
                best = s.Losses[t - 1];
            }
        }

        int ends = records.FindIndex(r => !records.Exists(next => next > r && next - r <= s.Patience));
        int? stop = records[ends] + s.Patience <= s.Losses.Length ? records[ends] + s.Patience : null;
        EarlyStoppingResult<Real64> result = Run(s);
        return result.StopAt == stop && (result.BestEpoch ?? 0) == records[ends] && result.Best?.Value is var found
            && (records[ends] == 0 ? found is null : found == s.Losses[records[ends] - 1]);
    }

    [Rule("EARLY-STOPPING-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool What_comes_after_the_stop_changes_nothing(LossSeries s, double[] more)
    {
        EarlyStoppingResult<Real64> result = Run(s);
        return result.StopAt is null || Run(s with { Losses = [.. s.Losses, .. more] }) == result;
    }

    [Rule("EARLY-STOPPING-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool More_patience_never_stops_earlier(LossSeries s) =>
        (Run(s).StopAt ?? long.MaxValue) < (Run(s with { Patience = s.Patience + 1 }).StopAt ?? long.MaxValue) || Run(s).StopAt is null;

    [Rule("EARLY-STOPPING-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Shifted_and_scaled_losses_stop_at_the_same_epochs(LossSeries s, short by, byte power)
    {
        // On the grid of eighths both are exact.
        double factor = Math.ScaleB(1, power % 20);
        EarlyStoppingResult<Real64> here = Run(s), shifted = Run(s with { Losses = Array.ConvertAll(s.Losses, l => l + by) });
        EarlyStoppingResult<Real64> scaled = Run(s with { Losses = Array.ConvertAll(s.Losses, l => factor * l), MinDelta = factor * s.MinDelta });
        return shifted == here with { Best = here.Best is { } best ? best + new Real64(by) : null }
            && scaled == here with { Best = here.Best is { } b ? new Real64(factor) * b : null };
    }

    [Rule("EARLY-STOPPING-5")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Repeating_the_best_loss_is_as_bad_as_a_worse_one(LossSeries s)
    {
        double best = double.PositiveInfinity;
        double[] worse = Array.ConvertAll(s.Losses, l =>
        {
            bool tie = l == best;
            best = l < best ? l : best;
            return tie ? l + 1 : l;
        });
        return Run(s with { Losses = worse, MinDelta = 0 }) == Run(s with { MinDelta = 0 });
    }

    [Rule("EARLY-STOPPING-6")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool NaN_counts_as_infinity(LossSeries s) =>
        Run(s with { Losses = Array.ConvertAll(s.Losses, l => double.IsNaN(l) ? double.PositiveInfinity : l) }) == Run(s);

    [Rule("EARLY-STOPPING-7")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_weights_kept_are_those_of_the_best_epoch_whatever_happens_to_them_later(LossSeries s)
    {
        var stopper = new EarlyStopper<Real64>(new EarlyStoppingOptions { Patience = s.Patience, MinDelta = s.MinDelta });
        Real64[][] weights = [[0]];
        foreach (double loss in s.Losses)
        {
            weights[0][0] += 1;
            if (stopper.Observe(loss, weights))
                break;
        }

        Real64[][]? kept = stopper.BestParameters();
        kept?[0].AsSpan().Clear();
        return stopper.BestParameters()?[0][0].Value == stopper.BestEpoch;
    }

    [Rule("EARLY-STOPPING-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool D0_and_D2_stop_where_the_rules_say_for_their_margins(LossSeries s)
    {
        long? d0 = Run(s with { MinDelta = 0 }).StopAt;
        return StoppingListing.D0Function.StopAt(s.Losses, s.Patience) == d0 && StoppingListing.D0Loop.StopAt(s.Losses, s.Patience) == d0
            && StoppingListing.D2Class.StopAt(s.Losses, s.Patience) == Run(s with { MinDelta = 1e-4 }).StopAt;
    }

    [Rule("EARLY-STOPPING-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool D1_counts_losses_above_its_first_best_over_the_whole_run(LossSeries s, byte first)
    {
        double best = first / 32.0;
        int[] above = [.. Enumerable.Range(1, s.Losses.Length).Where(t => s.Losses[t - 1] > best)];
        long? stop = above.Length > s.Patience ? above[s.Patience] : null;
        return StoppingListing.D1Snippet.StopAt(s.Losses, s.Patience, best) == stop
            && StoppingListing.D1Snippet.StopAt(s.Losses, s.Patience) is null;
    }

    [Test]
    [Rule("EARLY-STOPPING-1")]
    public void The_listings_on_the_series_that_tell_them_apart() => Assert.Multiple(() =>
    {
        double[] flat = [.. Enumerable.Repeat(2.0, 30)];
        Assert.That(StoppingListing.D2Class.StopAt(flat, StoppingListing.D2Class.Patience!.Value), Is.EqualTo(11));
        Assert.That(StoppingListing.D0Function.StopAt(flat, StoppingListing.D0Function.Patience!.Value), Is.EqualTo(6));
        Assert.That(StoppingListing.D1Snippet.StopAt(flat, 5, firstBest: 2), Is.Null);

        // Patience 0 stops D0's function after an improvement too, its loop at the first epoch without one.
        Assert.That(StoppingListing.D0Function.StopAt([3, 2, 2], 0), Is.EqualTo(1));
        Assert.That(StoppingListing.D0Loop.StopAt([3, 2, 2], 0), Is.EqualTo(3));

        // Steps of 10⁻⁵ are improvements to D0, and to D2 once they have added up to more than 10⁻⁴: every eleventh, too late for its patience of 10.
        double[] slow = [.. Enumerable.Range(0, 40).Select(k => 3 - k * 1e-5)];
        Assert.That(StoppingListing.D0Function.StopAt(slow, 5), Is.Null);
        Assert.That(StoppingListing.D2Class.StopAt(slow, 10), Is.EqualTo(11));
        Assert.That(StoppingListing.D2Class.StopAt(slow, 11), Is.Null);
        Assert.That(StoppingListing.D2Class.Answers([1, 1, 1, 0.5, 0.5], 2), Is.EqualTo(new[] { false, false, true, false, false }));
    });

    [Test]
    [Rule("EARLY-STOPPING-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new EarlyStoppingOptions { Patience = -1 }, "patience", "patience = -1 is outside [0, inf)");
        Refused(() => _ = new EarlyStoppingOptions { Patience = 1, MinDelta = -1 }, "min_delta", "min_delta = -1 is outside [0, inf)");
        Refused(() => _ = new EarlyStoppingOptions { Patience = 1, MinDelta = double.NaN }, "min_delta", "min_delta = NaN");
        Refused(() => EarlyStopper<Real64>.Run([], new EarlyStoppingOptions { Patience = 1 }), "losses", "losses = []");
        Refused(() => StoppingListing.D0Loop.Answers([1], -1), "patience", "patience = -1");
        var stopper = new EarlyStopper<Real64>(new EarlyStoppingOptions { Patience = 1 });
        Assert.That(stopper.Observe(1), Is.False);
        Assert.That(stopper.Observe(2), Is.True);
        Assert.That(() => stopper.Observe(0), Throws.InvalidOperationException.With.Message.Contains("after epoch 2"));
    });

    private static EarlyStoppingResult<Real64> Run(LossSeries s) =>
        EarlyStopper<Real64>.Run(Over.Row<Real64>(s.Losses), new EarlyStoppingOptions { Patience = s.Patience, MinDelta = s.MinDelta });

    [TestCase(false, false, new[] { 3.0, 2, 2.5, 1, 4 }, 4L)]
    [TestCase(true, false, new[] { 3.0, 2, 4, 4.5, 1 }, 3L)]
    [TestCase(false, true, new[] { 8.0, 7, 6, 5, 5 }, 3L)]
    [TestCase(true, true, new[] { -8.0, -7, -5, -4.5, -9 }, 3L)]
    [Rule("EARLY-STOPPING-8")]
    [Rule("EARLY-STOPPING-9")]
    public void The_best_is_that_of_its_mode(bool maximize, bool relative, double[] values, long epoch)
    {
        var options = new EarlyStoppingOptions { Patience = 9, MinDelta = relative ? 0.2 : 0.75, Maximize = maximize, Relative = relative };
        EarlyStoppingResult<Real64> result = EarlyStopper<Real64>.Run(Array.ConvertAll(values, v => (Real64)v), options);
        Assert.That((result.BestEpoch, result.Best?.Value), Is.EqualTo(((long?)epoch, (double?)values[epoch - 1])));
    }

    [Test]
    [Rule("EARLY-STOPPING-10")]
    public void Without_patience_the_first_bad_epoch_is_the_last() => Assert.Multiple(() =>
    {
        Assert.That(EarlyStopper<Real64>.Run([3, 2, 1], new() { Patience = 0 }).StopAt, Is.Null);
        Assert.That(EarlyStopper<Real64>.Run([3, 2, 2, 1], new() { Patience = 0 }).StopAt, Is.EqualTo(3));
        Assert.That(EarlyStopper<Real64>.Run([double.NaN, 2], new() { Patience = 0 }).StopAt, Is.EqualTo(1));
    });
}
