using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using Recorded = TrainingSpec.Numbers.Variable<TrainingSpec.Numbers.Real64>;

namespace TrainingSpec.Tests.Numbers;

/// <summary>Training asks numbers that carry a record or an interval the questions that it asks plain ones: which is less, whether it is finite.</summary>
[TestFixture]
public class AskedNumbersTests
{
    private static readonly Real64[] Rates = [1e-3, 1e-2, 1e-1, 1], Losses = [2, 1.5, 1, 40];

    [Test]
    public void Less_and_equal_are_those_of_the_values_over_every_number() => Assert.Multiple(() =>
    {
        Asked<Real64>();
        Asked<Real32>();
        Asked<Float16>();
        Asked<BFloat16>();
        Asked<DoubleDouble>();
        Asked<BigReal>();
        Asked<Dual<Real64>>();
        Asked<ComplexStep<Real64>>();
        Asked<Bounded<Real64>>();
        Asked<Interval>();
        Asked<Recorded>();
        Asked<Variable<Dual<Real32>>>();
        Asked<Lanes>();
        Asked<Lanes64>();
        Asked<WideLanes>();
        Asked<WideLanes64>();
    });

    [Test]
    public void One_lane_decides() => Assert.Multiple(() =>
    {
        float[] steps = [.. Enumerable.Range(0, Lanes.Count).Select(i => (float)i)];
        Lanes rising = new(new System.Numerics.Vector<float>(steps));
        Assert.That(Lanes.AllLess(rising, Lanes.Of(Lanes.Count)), Is.True);
        Assert.That(Lanes.AllLess(rising, Lanes.Of(Lanes.Count - 1)), Is.False);
        Assert.That(Lanes.AllEqual(rising, Lanes.Of(0)), Is.False);
        Assert.That(Lanes.AllEqual(rising, rising), Is.True);
    });

    [Test]
    public void An_interval_answers_for_all_of_its_points() => Assert.Multiple(() =>
    {
        Interval x = new(1, 2);
        Assert.That(Interval.AllLess(x, new(2, 3)), Is.False, "2 is in both");
        Assert.That(Interval.AllLess(x, new(2.5, 3)), Is.True);
        Assert.That(Interval.AllEqual(x, x), Is.False, "1 and 2 are two points of it");
        Assert.That(Interval.AllLess(Interval.Nowhere, Interval.Of(double.PositiveInfinity)), Is.False);
        Assert.That(Interval.AllEqual(Interval.Sqrt(new(-1, 0)), Interval.Of(0)), Is.False, "it has no value at −1");
    });

    [Test]
    public void A_bounded_value_answers_where_its_bound_leaves_nothing_open() => Assert.Multiple(() =>
    {
        var third = Bounded<Real64>.Of(1) / Bounded<Real64>.Of(3);
        Assert.That(Bounded<Real64>.AllLess(third, Bounded<Real64>.Of(0.34)), Is.True);
        Assert.That(Bounded<Real64>.AllLess(third, Bounded<Real64>.Of(Math.BitIncrement(third.Value.Value)) / Bounded<Real64>.Of(1)), Is.False, "both are known to half a unit");
        Assert.That(Bounded<Real64>.AllEqual(third, third), Is.False);
    });

    // g = (3, 4) clipped to the norm 1 is g/5; ∂(gᵢ/‖g‖)/∂gⱼ = δᵢⱼ/5 − gᵢ·gⱼ/125.
    [Test]
    public void A_clipped_gradient_has_its_derivatives()
    {
        Recorded[] g = [Input(3), Input(4)];
        GlobalNormClip<Recorded> clip = GradientClipping.ByGlobalNorm<Recorded>([g], 1);
        clip.Gradients[0][0].Backward();
        double tolerance = ErrorBound.Gamma(40, Real64.UnitRoundoff) * (1.0 / 5 + 9.0 / 125);
        Assert.Multiple(() =>
        {
            Assert.That(clip.TotalNorm.Value.Value, Is.EqualTo(5));
            Assert.That(Values(clip.Gradients[0]), Is.EqualTo(GradientClipping.ByGlobalNorm<Real64>([[3, 4]], 1).Gradients[0]));
            Assert.That(g[0].Gradient.Value, Is.EqualTo(16.0 / 125).Within(tolerance));
            Assert.That(g[1].Gradient.Value, Is.EqualTo(-12.0 / 125).Within(tolerance));
            Assert.That(GradientClipping.ByGlobalNorm<Recorded>([g], 10).Gradients[0], Is.EqualTo(g), "where nothing is clipped, the very numbers come back");
            Assert.That(Values(GradientClipping.ByTensorNorm<Recorded>([g], 1).Gradients[0]), Is.EqualTo(Values(clip.Gradients[0])));
        });
    }

    [Test]
    public void A_norm_that_is_not_finite_is_found_over_every_number() => Assert.Multiple(() =>
    {
        Recorded[] g = [Input(double.NaN), Input(4)];
        Assert.That(() => GradientClipping.ByGlobalNorm<Recorded>([g], 1), Throws.TypeOf<NonFiniteException>());
        Assert.That(Values(GradientClipping.ByGlobalNorm<Recorded>([g], 1, NonFinitePolicy.Skip).Gradients[0]), Is.All.EqualTo(Real64.Of(0)));
        Assert.That(() => GradientClipping.ByGlobalNorm<Interval>([[new(0, double.PositiveInfinity)]], 1), Throws.TypeOf<NonFiniteException>());
    });

    [Test]
    public void A_box_of_gradients_is_clipped_to_a_box_that_holds_each_clipped_one()
    {
        GlobalNormClip<Interval> box = GradientClipping.ByGlobalNorm<Interval>([[new(3, 3.25), new(-4.25, -4)]], 1);
        Assert.Multiple(() =>
        {
            Assert.That(box.Gradients[0].Max(x => x.Width), Is.LessThan(0.25));
            foreach ((double x, double y) in new[] { (3.0, -4.0), (3, -4.25), (3.25, -4), (3.25, -4.25), (3.125, -4.125) })
            {
                // The true values, in more digits than the interval's ends have.
                DoubleDouble norm = DoubleDouble.Sqrt((DoubleDouble)x * x + (DoubleDouble)y * y);
                Assert.That(box.Gradients[0][0].Contains(x / norm) && box.Gradients[0][1].Contains(y / norm), $"({x}, {y})");
            }
        });
    }

    [Test]
    public void Accumulation_keeps_a_mean_that_is_finite_and_its_derivatives()
    {
        Recorded[] g = [Input(1e308), Input(1.5e308), Input(1e308), Input(0.5e308)];
        Recorded mean = GradientAccumulator.Mean<Recorded>([.. g.Select(x => new[] { new[] { x } })])[0][0];
        mean.Backward();
        Assert.Multiple(() =>
        {
            Assert.That(mean.Value, Is.EqualTo(GradientAccumulator.Mean<Real64>([[[1e308]], [[1.5e308]], [[1e308]], [[0.5e308]]])[0][0]));
            Assert.That(g.Select(x => x.Gradient.Value), Is.All.EqualTo(0.25));
            Assert.That(() => GradientAccumulator.Mean<Recorded>([[[g[0]]]], [0]), Throws.TypeOf<InvalidArgumentException>());
        });
    }

    [Test]
    public void A_schedule_is_rounded_once_and_refused_over_a_record_as_without() => Assert.Multiple(() =>
    {
        // Above the middle between 1 and the next single: rounding the high part alone gives 1.
        DoubleDouble above = DoubleDouble.Sum(1 + Math.ScaleB(1, -24), Math.ScaleB(1, -70));
        Assert.That(above.To<Variable<Real32>>().Value.Value, Is.EqualTo(MathF.BitIncrement(1)));
        Assert.That(new ConstantSchedule(0.1).At<Variable<Real32>>(3).Value.Value, Is.EqualTo(0.1f));
        Assert.That(() => new ConstantSchedule(1e39).At<Variable<Real32>>(0), Throws.TypeOf<OutsideDomainException>());
    });

    [Test]
    public void A_sweep_points_to_the_same_rates_over_records_and_points() => Assert.Multiple(() =>
    {
        RateSuggestion<Real64> expected = LearningRateFinder.Suggest(Rates, Losses, 0.5);
        RateSuggestion<Recorded> recorded = LearningRateFinder.Suggest(Constants(Rates), Constants(Losses), 0.5);
        Assert.That((recorded.Steepest, recorded.BeforeDivergence), Is.EqualTo((expected.Steepest, expected.BeforeDivergence)));
        Assert.That(Values(recorded.Smoothed), Is.EqualTo(expected.Smoothed));
        Assert.That(() => LearningRateFinder.Suggest(Constants([2, 1]), Constants([1, 1])), Throws.TypeOf<InvalidArgumentException>());
        RateSuggestion<Interval> points = LearningRateFinder.Suggest(Array.ConvertAll(Rates, r => Interval.Of(r.Value)), Array.ConvertAll(Losses, l => Interval.Of(l.Value)), 0.5);
        Assert.That((points.Steepest, points.BeforeDivergence), Is.EqualTo((expected.Steepest, expected.BeforeDivergence)));
    });

    [Test]
    public void Early_stopping_sees_what_improves()
    {
        EarlyStoppingOptions options = new() { Patience = 2 };
        EarlyStoppingResult<Interval> stopped = EarlyStopper<Interval>.Run([new(3, 3.125), new(2, 2.125), new(2.5, 2.625), new(2.0625, 2.25), Interval.Of(1)], options);
        Assert.That((stopped.StopAt, stopped.BestEpoch, stopped.Best), Is.EqualTo((4L, 2L, new Interval(2, 2.125))));
    }

    [Test]
    public void Statistics_count_what_is_not_finite() =>
        Assert.That(GradientStatistics.Of<Recorded>([[Input(1), Input(double.NaN), Input(double.NegativeInfinity)]]).NonFinite, Is.EqualTo(2));

    [Test]
    public void A_loss_over_a_record_has_the_bits_of_the_plain_one_and_the_gradient_that_is_stated()
    {
        double[] row = [0.5, -1, 2];
        Recorded[] logits = [.. row.Select(Input)];
        CrossEntropyResult<Real64> expected = CrossEntropyLoss.Evaluate<Real64>([[.. row.Select(Real64.Of)]], [1]);
        CrossEntropyResult<Recorded> loss = CrossEntropyLoss.Evaluate<Recorded>([logits], [1]);
        loss.Loss.Backward();
        Assert.Multiple(() =>
        {
            Assert.That(loss.Loss.Value, Is.EqualTo(expected.Loss));
            Assert.That(Values(loss.Gradient[0]), Is.EqualTo(expected.Gradient[0]));
            for (int i = 0; i < row.Length; i++)
                Assert.That(logits[i].Gradient.Value, Is.EqualTo(expected.Gradient[0][i].Value).Within(ErrorBound.Gamma(40, Real64.UnitRoundoff)));
            Assert.That(WeightedCrossEntropy.OfClasses<Recorded>([logits], [1], Constants([1, 2, 1]), new CrossEntropyOptions()).Loss.Value, Is.EqualTo(expected.Loss), "the one row's weight cancels");
        });
    }

    [Test]
    public void One_value_is_told_exactly_and_by_its_formats_name() => Assert.Multiple(() =>
    {
        Assert.That(DoubleDouble.ValueOf<Real32>(0.1f), Is.EqualTo((DoubleDouble)13421773 / 134217728));
        Assert.That(DoubleDouble.ValueOf(Recorded.Constant(1)), Is.Null, "its derivative would be lost");
        Assert.That(DoubleDouble.ValueOf(Interval.Of(1)), Is.Null);
        Assert.That(new IScalar[] { Real64.Of(1), Real32.Of(1), Float16.Of(1), BFloat16.Of(1), DoubleDouble.One }.Select(x => x.DataType), Is.EqualTo(new[] { "float64", "float32", "float16", "bfloat16", "float64" }));
    });

    [Test]
    public void A_state_in_half_precision_is_saved_and_one_over_records_is_refused()
    {
        SgdOptions options = new() { LearningRate = 0.5, Momentum = 0.5 };
        SgdState<Float16> state = SgdOptimizer.Step<Float16>([[Float16.Of(1), Float16.Of(2)]], [[Float16.Of(1.0 / 3), Float16.Of(65504)]], null, options).State;
        SgdState<Recorded> recorded = SgdOptimizer.Step<Recorded>([[Input(1)]], [[Input(2)]], null, options).State;
        Assert.Multiple(() =>
        {
            Assert.That(SgdState<Float16>.FromJson(state.ToJson()).ToJson(), Is.EqualTo(state.ToJson()));
            Assert.That(state.ToJson(), Does.Contain("\"float16\"").And.Contain("65504").And.Contain("0.333251953125"));
            Assert.That(recorded.ToJson, Throws.TypeOf<NotSupportedException>().With.Message.Contains("not one value"));
        });
    }

    private static void Asked<T>()
        where T : IReal<T>
    {
        T one = T.Of(1), two = T.Of(2), nan = T.Of(double.NaN), infinity = T.Of(double.PositiveInfinity);
        string name = typeof(T).Name;
        Assert.That((T.AllLess(one, two), T.AllLess(two, one), T.AllLess(one, one)), Is.EqualTo((true, false, false)), name);
        Assert.That((T.AllEqual(one, two), T.AllEqual(one, one), T.AllEqual(T.Of(0), T.Of(-0.0))), Is.EqualTo((false, true, true)), name);
        Assert.That((T.AllLess(one, nan), T.AllLess(nan, one), T.AllEqual(nan, nan)), Is.EqualTo((false, false, false)), name);
        Assert.That((T.AllLess(one, infinity), T.AllLess(T.Abs(-infinity), infinity)), Is.EqualTo((true, false)), name);
    }

    private static Recorded Input(double value) => Recorded.Input(value);

    private static Recorded[] Constants(Real64[] values) => Array.ConvertAll(values, Recorded.Constant);

    private static Real64[] Values(Recorded[] values) => Array.ConvertAll(values, v => v.Value);
}
