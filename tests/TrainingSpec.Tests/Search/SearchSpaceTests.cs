using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.HyperparameterSearch;

internal sealed class SearchSpaceTests
{
    private const double Level = 0.01, Power = 0.99;
    private const int Samples = 2000, Runs = 60;
    private static readonly double Detectable = KolmogorovSmirnov.Detectable(Samples, Level, Power);

    [Test]
    [Rule("SEARCH-2")]
    public void A_space_keeps_its_axes_whatever_happens_to_the_list()
    {
        SearchAxis kept = new LinearAxis("x", 0, 1);
        SearchAxis[] axes = [kept];
        var space = new SearchSpace(axes);
        axes[0] = new LinearAxis("y", 5, 6);
        Assert.That(space.Axes, Is.EqualTo(new[] { kept }));
    }

    [Rule("SEARCH-3")]
    [Law(MaxTest = 6000, Arbitrary = [typeof(SearchCases)])]
    public bool Every_value_is_one_of_its_axis(SearchCase c, byte sixteenth)
    {
        double[] point = c.Space.RandomPoint(c.Seed, c.Trial);
        return c.Axes.Select((axis, k) => Allows(axis, point[k])
            && Allows(axis, axis.At(0)) && Allows(axis, axis.At(1)) && Allows(axis, axis.At(Math.BitDecrement(1.0))) && Allows(axis, axis.At(sixteenth % 17 / 16.0))
            && Array.TrueForAll(axis.Levels(c.Levels[k]), x => Allows(axis, x))).All(inside => inside);
    }

    [Rule("SEARCH-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(SearchCases)])]
    public bool Values_rise_with_the_position_and_positions_give_their_values_back(SearchCase c, ushort first, ushort second) => Array.TrueForAll(c.Axes, axis =>
    {
        double low = Math.Min(first, second) / 65535.0, high = Math.Max(first, second) / 65535.0;
        double x = axis.At(low), y = axis.At(high), u = axis.PositionOf(x);
        if (axis is LinearAxis line && (axis.At(0) != line.Low || axis.At(1) != line.High))
            return false;
        if (axis is LogUniformAxis curve && (axis.At(0) != curve.Low || axis.At(1) != curve.High))
            return false;
        bool listed = axis is ChoiceAxis or WholeAxis;
        return u is >= 0 and <= 1 && (axis is ChoiceAxis ? axis.PositionOf(y) >= u : y >= x) && (!listed || axis.At(u) == x);
    });

    [Rule("SEARCH-2")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(SearchCases)])]
    public bool A_trial_is_a_function_of_seed_and_number_and_no_axis_moves_another(SearchCase c, byte turn)
    {
        int by = turn % c.Axes.Length;
        SearchAxis[] turned = [.. c.Axes[by..], .. c.Axes[..by]];
        double[] point = c.Space.RandomPoint(c.Seed, c.Trial), other = new SearchSpace(turned).RandomPoint(c.Seed, c.Trial);
        return point.SequenceEqual(new SearchSpace(c.Axes).RandomPoint(c.Seed, c.Trial))
            && other.SequenceEqual([.. point[by..], .. point[..by]])
            && new SearchSpace(c.Axes[by]).RandomPoint(c.Seed, c.Trial)[0] == point[by];
    }

    [Rule("SEARCH-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(SearchCases)])]
    public bool A_grid_has_every_combination_once_whatever_the_order_of_its_axes(SearchCase c, byte turn)
    {
        int by = turn % c.Axes.Length;
        double[][] grid = c.Space.Grid(c.Levels);
        double[][] turned = new SearchSpace([.. c.Axes[by..], .. c.Axes[..by]]).Grid([.. c.Levels[by..], .. c.Levels[..by]]);
        HashSet<string> points = [.. grid.Select(Generate.Show)];

        // Two neighbouring numbers are all that a narrow axis has: only there do levels coincide.
        int distinct = c.Axes.Select((axis, k) => axis.Levels(c.Levels[k]).Distinct().Count()).Aggregate((a, b) => a * b);
        return points.Count == distinct
            && grid.Length == c.Axes.Select((axis, k) => axis.Levels(c.Levels[k]).Length).Aggregate((a, b) => a * b)
            && points.SetEquals(turned.Select(p => Generate.Show([.. p[^by..], .. p[..^by]])));
    }

    [Test]
    [Rule("SEARCH-1")]
    public void The_grid_of_D2_runs_its_nested_loops()
    {
        var space = new SearchSpace(new ChoiceAxis("lr", 1e-4, 3e-4, 1e-3), new ChoiceAxis("batch", 32, 128, 512), new ChoiceAxis("decay", 0.01, 0.1));
        List<double[]> loops = [];
        foreach (double lr in new[] { 1e-4, 3e-4, 1e-3 })
            foreach (double batch in new[] { 32, 128, 512.0 })
                foreach (double decay in new[] { 0.01, 0.1 })
                    loops.Add([lr, batch, decay]);
        Assert.That(space.Grid(1, 1, 1), Is.EqualTo(loops));
    }

    [Test]
    [Rule("SEARCH-1")]
    public void Levels_are_spaced_as_the_axis_is() => Assert.Multiple(() =>
    {
        Assert.That(new LinearAxis("x", -1, 3).Levels(5), Is.EqualTo(new[] { -1.0, 0, 1, 2, 3 }));
        Assert.That(new LinearAxis("x", -1, 3).Levels(1), Is.EqualTo(new[] { 1.0 }));
        Assert.That(new LogUniformAxis("x", 1e-4, 1e-2).Levels(3), Is.EqualTo(new[] { 1e-4, 1e-3, 1e-2 }).Within(1e-15));
        Assert.That(new WholeAxis("x", 1, 12).Levels(3), Is.EqualTo(new[] { 1.0, 7, 12 }));
        Assert.That(new WholeAxis("x", 1, 3).Levels(9), Is.EqualTo(new[] { 1.0, 2, 3 }));
        Assert.That(new WholeAxis("x", 1, 3).Levels(1), Is.EqualTo(new[] { 2.0 }));
    });

    [Test]
    [Rule("SEARCH-4")]
    public void The_logarithm_of_a_log_uniform_value_is_uniform() => Assert.Multiple(() =>
    {
        // A position has 24 bits: the law's own steps lie far below what the test can see.
        Assert.That(Detectable, Is.InRange(0.01, 0.08), "the distance that the samples are enough for");
        foreach ((double low, double high) in new[] { (1e-5, 1e-2), (1e-3, 1.0), (0.5, 2.0), (1e-300, 1e300) })
        {
            double[] trials = Draw(new LogUniformAxis("lr", low, high), 1);
            Assert.That(LogLaw(trials, low, high).Passed(Level), Is.True, $"[{low}, {high}]: {LogLaw(trials, low, high)}");
        }
    });

    [Test]
    [Rule("SEARCH-4")]
    public void The_test_of_the_logarithm_has_the_power_it_states()
    {
        // Positions u^γ instead of u lie sup|G − F| away, γ chosen so that this is what the test can detect.
        double gamma = 1, distance = 0;
        while (distance < Detectable)
        {
            gamma += 0.01;
            distance = Enumerable.Range(0, 1001).Max(i => Math.Abs(Math.Pow(i / 1000.0, 1 / gamma) - i / 1000.0));
        }

        var axis = new LogUniformAxis("lr", 1e-5, 1e-2);
        LawCheck.Holds(
            Runs,
            Level,
            Power,
            run => Positions(run + 100),
            (_, positions) => Array.ConvertAll(positions, u => Math.Pow(u, gamma)),
            positions => LogLaw(Array.ConvertAll(positions, axis.At), 1e-5, 1e-2).Passed(Level),
            $"γ = {gamma:0.00}");
    }

    [Test]
    [Rule("SEARCH-4")]
    public void Bounds_taken_for_logarithms_leave_the_axis_as_in_wandb_507() => Assert.Multiple(() =>
    {
        // The bug: min and max of a log-uniform hyperparameter are used as exponents of e.
        double[] wrong = Array.ConvertAll(Positions(1), u => Math.Exp(Math.FusedMultiplyAdd(1e-2 - 1e-5, u, 1e-5)));
        var axis = new LogUniformAxis("lr", 1e-5, 1e-2);
        Assert.That(wrong.Count(x => Allows(axis, x)), Is.Zero);
        Assert.That(Draw(axis, 1).Count(x => Allows(axis, x)), Is.EqualTo(Samples));
        Assert.That(LogLaw(wrong, 1e-5, 1e-2).Distance, Is.EqualTo(1));
        Assert.That(LogLaw(wrong, 1e-5, 1e-2).Passed(Level), Is.False);

        // Bounds that both readings allow: from 1 to 5, the values of the bug reach e⁵.
        double[] far = Array.ConvertAll(Positions(1), u => Math.Exp(1 + 4 * u));
        Assert.That(far.Count(x => x > 5), Is.GreaterThan(Samples / 2));
        Assert.That(LogLaw(far, 1, 5).Passed(Level), Is.False);

        // Bounds respected is not enough: a uniform law keeps them too.
        double[] uniform = Array.ConvertAll(Positions(1), new LinearAxis("lr", 1e-5, 1e-2).At);
        Assert.That(Array.TrueForAll(uniform, x => Allows(axis, x)), Is.True);
        Assert.That(LogLaw(uniform, 1e-5, 1e-2).Passed(Level), Is.False);

        // Whoever hands over exponents is told so.
        Refused(() => _ = new LogUniformAxis("lr", -5, -2), "low", "low = -5 is outside (0, inf)");
    });

    [Test]
    [Rule("SEARCH-3")]
    public void Choices_and_whole_numbers_are_equally_likely()
    {
        // What rounding instead of cutting off does: both ends at half their share.
        double[] even = [0.2, 0.2, 0.2, 0.2, 0.2], halved = [0.125, 0.25, 0.25, 0.25, 0.125];
        int count = SizeAndPower.SamplesNeeded(Power, n => ChiSquare.Power(n, even, halved, Level));
        foreach (SearchAxis axis in new SearchAxis[] { new ChoiceAxis("batch", 32, 64, 128, 256, 512), new WholeAxis("layers", 1, 5) })
        {
            double[] values = axis.Levels(5);
            LawCheck.Holds(
                Runs,
                Level,
                Power,
                run => Draw(axis, run, count),
                (run, _) => Array.ConvertAll(Draw(new LinearAxis(axis.Name, 0, 4), run, count), x => values[(int)Math.Round(x)]),
                drawn => ChiSquare.Test(LawCheck.Counts(drawn.Select(x => Array.IndexOf(values, x)), 5), even).Passed(Level),
                $"{count} values of {axis.Name}, rounded");
        }
    }

    [Test]
    [Rule("SEARCH-2")]
    public void Axes_are_independent()
    {
        // Wrong: some trials take one number for both axes.
        const int side = 5;
        var space = new SearchSpace(new WholeAxis("x", 0, side - 1), new WholeAxis("y", 0, side - 1));
        double[] even = Copied(0);
        double delta = LawCheck.Detectable(Power, d => ChiSquare.Power(Samples, even, Copied(d), Level));
        LawCheck.Holds<double[][]>(
            Runs,
            Level,
            Power,
            run => [.. Enumerable.Range(0, Samples).Select(trial => space.RandomPoint(run, (ulong)trial))],
            (run, points) => [.. points.Zip(Positions(run), (p, u) => u < delta ? new[] { p[0], p[0] } : p)],
            points => ChiSquare.Test(LawCheck.Counts(points.Select(p => side * (int)p[0] + (int)p[1]), side * side), even).Passed(Level),
            $"{100 * delta:0.0} per cent with one number for both");

        static double[] Copied(double share) =>
            [.. Enumerable.Range(0, side * side).Select(c => (1 - share) / (side * side) + (c % (side + 1) == 0 ? share / side : 0))];
    }

    [Test]
    [Rule("SEARCH-5")]
    public void Random_search_hits_the_best_share_as_often_as_the_formula_says()
    {
        // A search that makes every trial twice has only ten of them.
        const int trials = 20;
        const double share = 0.05;
        double p = Search.HitProbability<Real64>(share, trials), fewer = Search.HitProbability<Real64>(share, trials / 2);
        int searches = SizeAndPower.SamplesNeeded(Power, n => ProportionTest.Power(n, p, fewer, Level));
        var space = new SearchSpace(new LinearAxis("x", 0, 1));
        long Hits(ulong run, Func<int, int> trial) =>
            Enumerable.Range(0, searches).LongCount(s => Enumerable.Range(0, trials).Any(t => space.RandomPoint(run * (ulong)searches + (ulong)s, (ulong)trial(t))[0] < share));
        LawCheck.Holds(
            Runs, Level, Power, run => Hits(run, t => t), (run, _) => Hits(run, t => t / 2), hits => ProportionTest.Test(hits, searches, p).Passed(Level), $"{searches} searches, every trial twice");
    }

    [Rule("SEARCH-5")]
    [Law(MaxTest = 3000)]
    public bool Enough_trials_are_just_enough(ushort p, ushort q)
    {
        double probability = p / 65536.0, share = (q + 1) / 65538.0;
        double needed = Math.Ceiling(Search.TrialsNeeded<Real64>(probability, share));

        // The logarithms of a tiny share are right to some 2⁻³⁶: a whole result may be off by one rounding.
        return Search.HitProbability<Real64>(share, needed) >= probability - 1e-9
            && (needed < 1 || Search.HitProbability<Real64>(share, needed - 1) <= probability + 1e-9);
    }

    [Test]
    [Rule("SEARCH-5")]
    public void Fifty_trials_find_the_best_twentieth_in_92_searches_of_100() => Assert.Multiple(() =>
    {
        Assert.That(Search.HitProbability<Real64>(0.05, 50).Value, Is.EqualTo(0.923).Within(5e-4));
        Assert.That(Math.Ceiling(Search.TrialsNeeded<Real64>(0.95, 0.05)), Is.EqualTo(59));
    });

    [Test]
    [Rule("SEARCH-3")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new LinearAxis(" ", 0, 1), "name", "name = ''");
        Refused(() => _ = new LinearAxis("x", double.NaN, 1), "low", "low = NaN");
        Refused(() => _ = new LinearAxis("x", 1, 1), "high", "1 is outside (low, inf) with low = 1");
        Refused(() => _ = new LinearAxis("x", -double.MaxValue, double.MaxValue), "high", "is outside (low, inf)");
        Refused(() => _ = new LogUniformAxis("x", 0, 1), "low", "low = 0 is outside (0, inf)");
        Refused(() => _ = new LogUniformAxis("x", 1, double.PositiveInfinity), "high", "high = Infinity");
        Refused(() => _ = new WholeAxis("x", 1, 0), "high", "high = 0");
        Refused(() => _ = new WholeAxis("x", 0, 65536), "high", "high = 65536");
        Refused(() => _ = new ChoiceAxis("x"), "values", "values has 0 entries");
        Refused(() => _ = new ChoiceAxis("x", 1, 2, 1), "values", "values[2] = 1");
        Refused(() => _ = new ChoiceAxis("x", double.NaN), "values", "values[0] = NaN");
        Refused(() => _ = new SearchSpace(), "axes", "axes = []");
        Refused(() => _ = new SearchSpace(new LinearAxis("x", 0, 1), new WholeAxis("x", 0, 1)), "axes", "axes[1] = x");
        var space = new SearchSpace(new LogUniformAxis("lr", 1e-5, 1e-2), new WholeAxis("layers", 1, 4), new ChoiceAxis("batch", 32, 64));
        Refused(() => space.Grid(1, 2), "levels", "levels has 2 elements, axes has 3");
        Refused(() => space.Grid(0, 2, 1), "count", "count = 0 is outside [1, 65536]");
        Refused(() => space.Grid(65537, 2, 1), "count", "count = 65537 is outside [1, 65536]");
        Refused(() => new SearchSpace(new LinearAxis("x", 0, 1), new LinearAxis("y", 0, 1)).Grid(65536, 65536), "levels", "levels give 4294967296 points");
        Refused(() => space.PositionsOf([1e-3, 1]), "point", "point has 2 elements, axes has 3");
        Refused(() => space.PositionsOf([1, 1, 32]), "lr", "lr = 1 is outside [1E-05, 0.01]");
        Refused(() => space.PositionsOf([1e-3, 1.5, 32]), "layers", "layers = 1.5 is outside whole numbers");
        Refused(() => space.PositionsOf([1e-3, 1, 33]), "batch", "batch = 33 is outside the listed values");
        Refused(() => space.Axes[0].At(1.5), "position", "position = 1.5 is outside [0, 1]");
    });

    [Test]
    [Rule("SEARCH-3")]
    public void Spaces_with_the_same_axes_are_equal() => Assert.Multiple(() =>
    {
        SearchSpace one = Make(64), same = Make(64);
        Assert.That(one, Is.EqualTo(same));
        Assert.That(one.GetHashCode(), Is.EqualTo(same.GetHashCode()));
        Assert.That(one, Is.Not.EqualTo(Make(65)));
    });

    private static SearchSpace Make(double last) => new(new LinearAxis("x", 0, 1), new ChoiceAxis("batch", 32, last));

    // Written without the axis's own code.
    private static bool Allows(SearchAxis axis, double x) => axis switch
    {
        LinearAxis a => x >= a.Low && x <= a.High,
        LogUniformAxis a => x >= a.Low && x <= a.High,
        WholeAxis a => x >= a.Low && x <= a.High && x == Math.Floor(x),
        ChoiceAxis a => a.Values.Contains(x),
        _ => false,
    };

    private static double[] Draw(SearchAxis axis, ulong seed, int count = Samples) =>
        [.. Enumerable.Range(0, count).Select(trial => new SearchSpace(axis).RandomPoint(seed, (ulong)trial)[0])];

    private static double[] Positions(ulong seed) => Draw(new LinearAxis("lr", 0, 1), seed);

    private static KolmogorovSmirnovResult LogLaw(double[] samples, double low, double high) =>
        KolmogorovSmirnov.Test(Array.ConvertAll(samples, Math.Log), x => Math.Clamp((x - Math.Log(low)) / (Math.Log(high) - Math.Log(low)), 0, 1));
}
