using MathNet.Numerics.Distributions;
using TrainingSpec.Checking;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.HyperparameterSearch;

internal sealed class BayesianSearchTests
{
    private const int Seeds = 60, Trials = 20;

    private static readonly SearchSpace Space = new(new LogUniformAxis("lr", 1e-5, 1e-1), new LinearAxis("momentum", 0, 1));

    [Test]
    [Rule("SEARCH-8")]
    public void Every_trial_has_candidates_of_its_own()
    {
        var search = new BayesianSearch(Space, 5, new BayesianSearchOptions { InitialTrials = 2, Candidates = 1 });
        List<double> rates = [];
        for (int t = 0; t < 6; t++)
        {
            double[] point = search.Next().Point;
            rates.Add(point[0]);
            search.Observe(point, t);
        }

        Assert.That(rates, Is.Unique);
    }

    [Test]
    [Category(Deep.Category)]
    [Rule("SEARCH-8")]
    public void Bayesian_search_finds_lower_losses_than_random_search_with_as_many_trials()
    {
        // The sign test at one in a million asks for 50 wins of 60; a search that wins nine times in ten gets as many in 98 cases of 100.
        const double level = 1e-6;
        int wins = Enumerable.Range(0, Seeds).Count(seed => BestByModel((ulong)seed) < BestAtRandom((ulong)seed + 1000));
        int luck = Enumerable.Range(0, Seeds).Count(seed => BestAtRandom((ulong)seed) < BestAtRandom((ulong)seed + 1000));
        ProportionResult model = ProportionTest.Test(wins, Seeds, 0.5), random = ProportionTest.Test(luck, Seeds, 0.5);
        TestContext.Out.WriteLine($"Bayesian search is better: {model}; random search than itself: {random}; power {ProportionTest.Power(Seeds, 0.5, 0.9, level):0.000}");
        Assert.Multiple(() =>
        {
            Assert.That(ProportionTest.Power(Seeds, 0.5, 0.9, level), Is.GreaterThan(0.95));
            Assert.That(model.Passed(level), Is.False, model.ToString());
            Assert.That(wins, Is.GreaterThan(Seeds / 2));

            // The same comparison finds nothing where there is nothing.
            Assert.That(random.Passed(0.01), random.ToString());
        });
    }

    [Rule("SEARCH-8")]
    [Law(MaxTest = 150, Arbitrary = [typeof(SearchCases)])]
    public bool The_same_seed_and_losses_give_the_same_trials_inside_the_space(SearchCase c)
    {
        var options = new BayesianSearchOptions { InitialTrials = 2, Candidates = 8 };
        BayesianSearch first = new(c.Space, c.Seed, options), second = new(c.Space, c.Seed, options);
        for (int t = 0; t < 5; t++)
        {
            Proposal proposal = first.Next();
            if (!proposal.Point.SequenceEqual(second.Next().Point) || !first.Next().Point.SequenceEqual(proposal.Point) || (t < 2) != (proposal.ExpectedImprovement is null)
                || !(proposal.ExpectedImprovement is null or >= 0) || (t < 2 && !proposal.Point.SequenceEqual(c.Space.RandomPoint(c.Seed, (ulong)t))))
                return false;
            double loss = c.Space.PositionsOf(proposal.Point).Sum(u => u * u);
            first.Observe(proposal.Point, loss);
            second.Observe(proposal.Point, loss);
        }

        return true;
    }

    [Test]
    [Rule("SEARCH-8")]
    public void The_unit_of_the_loss_changes_no_trial()
    {
        // Powers of two, so that dividing by the deviation gives the same bits.
        double[][] points = Run(7, (_, loss) => loss);
        Assert.Multiple(() =>
        {
            Assert.That(Run(7, (_, loss) => 1024 * loss), Is.EqualTo(points));
            Assert.That(Run(7, (_, loss) => Math.ScaleB(loss, -900)), Is.EqualTo(points));
            Assert.That(Run(8, (_, loss) => loss), Is.Not.EqualTo(points));
        });
    }

    [Test]
    [Rule("SEARCH-9")]
    public void A_diverged_trial_counts_as_the_worst_finite_one()
    {
        // Trials 1 and 6 diverge in three ways, and once have the worst of the finite losses so far.
        double worst = double.NaN;
        double Diverging(int trial, double loss, double instead)
        {
            if (trial is not (1 or 6))
                worst = double.IsNaN(worst) ? loss : Math.Max(worst, loss);
            return trial is 1 or 6 ? instead : loss;
        }

        double[][] nan = Run(3, (t, loss) => Diverging(t, loss, double.NaN));
        double[][] infinite = Run(3, (t, loss) => Diverging(t, loss, double.PositiveInfinity));
        double[][] negative = Run(3, (t, loss) => Diverging(t, loss, double.NegativeInfinity));
        Assert.Multiple(() =>
        {
            Assert.That(infinite, Is.EqualTo(nan));
            Assert.That(negative, Is.EqualTo(nan), "−∞ is no success");
        });

        var search = new BayesianSearch(Space, 3);
        var counted = new BayesianSearch(Space, 3);
        double[] losses = [2, double.NaN, 1, 5, double.NegativeInfinity, 3];
        for (int t = 0; t < losses.Length; t++)
        {
            double[] point = Space.RandomPoint(9, (ulong)t);
            search.Observe(point, losses[t]);
            counted.Observe(point, double.IsFinite(losses[t]) ? losses[t] : 5);
        }

        Assert.Multiple(() =>
        {
            Assert.That(search.Next().Point, Is.EqualTo(counted.Next().Point));
            Assert.That(search.BestLoss, Is.EqualTo(1));
            Assert.That(search.BestPoint, Is.EqualTo(Space.RandomPoint(9, 2)));
        });
    }

    [Test]
    [Rule("SEARCH-9")]
    public void Where_every_trial_diverged_the_search_goes_on_at_random()
    {
        var search = new BayesianSearch(Space, 3);
        for (int t = 0; t < 8; t++)
        {
            Proposal next = search.Next();
            Assert.That(next.ExpectedImprovement, Is.Null);
            Assert.That(next.Point, Is.EqualTo(Space.RandomPoint(3, (ulong)t)));
            search.Observe(next.Point, double.NaN);
        }

        Assert.That(search.BestLoss, Is.Null);
        Assert.That(search.BestPoint, Is.Null);
    }

    [Test]
    [Rule("SEARCH-8")]
    public void Equal_losses_and_repeated_points_are_no_obstacle()
    {
        var search = new BayesianSearch(new SearchSpace(new ChoiceAxis("batch", 32, 64)), 1);
        for (int t = 0; t < 10; t++)
        {
            Proposal next = search.Next();
            search.Observe(next.Point, 1e300);
            Assert.That(next.ExpectedImprovement is null or >= 0, Is.True);
        }

        Assert.That(search.BestLoss, Is.EqualTo(1e300));
    }

    [Test]
    [Rule("SEARCH-8")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = new BayesianSearchOptions { InitialTrials = 1 }, "initial_trials", "initial_trials = 1 is outside [2, inf)");
        Refused(() => _ = new BayesianSearchOptions { Candidates = 0 }, "candidates", "candidates = 0 is outside [1, inf)");
        Refused(() => _ = new BayesianSearchOptions { Noise = 0 }, "noise", "noise = 0 is outside (0, inf)");
        Refused(() => new BayesianSearch(Space, 1).Observe([1e-3], 1), "point", "point has 1 elements, axes has 2");
        Refused(() => new BayesianSearch(Space, 1).Observe([1, 0.5], 1), "lr", "lr = 1 is outside [1E-05, 0.1]");
    });

    [Test]
    [Rule("SEARCH-1")]
    public void Where_one_axis_matters_random_trials_come_nearer_than_a_grid_more_often_than_not()
    {
        // 3·6 points test three values of the one axis that matters, 18 random trials 18. The optimum is drawn anew each time.
        const int repetitions = 1000;
        var space = new SearchSpace(new LinearAxis("x", 0, 1), new LinearAxis("y", 0, 1));
        double[] levels = [.. space.Grid(3, 6).Select(p => p[0]).Distinct()];
        double grid = 0, random = 0;
        int better = 0;
        var draw = new SplitMix(5);
        for (ulong r = 0; r < repetitions; r++)
        {
            double optimum = draw.Uniform();
            double byGrid = levels.Min(x => Math.Abs(x - optimum));
            double byRandom = Enumerable.Range(0, 18).Min(t => Math.Abs(space.RandomPoint(r, (ulong)t)[0] - optimum));
            grid += byGrid / repetitions;
            random += byRandom / repetitions;
            better += byRandom < byGrid ? 1 : 0;
        }

        // A grid of 0, ½, 1 is 1/8 away on average, evenly between 0 and ¼; the nearest of n uniform numbers at most 1/(n + 1), which it is for an optimum at an end.
        // A thousand repetitions at one in a million tell a distance that is off by 7.3 of its 1/(4√12·√1000), and 62 wins of 100 from none.
        const double level = 1e-6, power = 0.99;
        double deviation = 0.25 / Math.Sqrt(12 * repetitions);
        Assert.Multiple(() =>
        {
            Assert.That(levels, Has.Length.EqualTo(3));
            Assert.That(grid, Is.EqualTo(0.125).Within(-Normal.InvCDF(0, 1, level / 2) * deviation));
            Assert.That((Normal.InvCDF(0, 1, power) - Normal.InvCDF(0, 1, level / 2)) * deviation, Is.LessThan(0.125 - 1.0 / 19), "the two distances can be told apart");
            Assert.That(random, Is.LessThan(1.0 / 19));
            Assert.That(better, Is.LessThan(repetitions), "an optimum on the grid is found by the grid");
            Assert.That(better, Is.GreaterThan(ProportionTest.Critical(repetitions, 0.5, level).Most));
            Assert.That(ProportionTest.Detectable(repetitions, 0.5, level, power), Is.LessThan(0.12));
        });
    }

    // A smooth valley, tilted against the axes, least at lr = 10⁻³·², momentum 0.7.
    private static double Loss(double[] point)
    {
        double x = (Math.Log10(point[0]) + 3.2) / 4, y = point[1] - 0.7;
        return 4 * x * x + 2 * x * y + y * y + 0.1 * Math.Sin(6 * x);
    }

    private static double BestByModel(ulong seed)
    {
        var search = new BayesianSearch(Space, seed, new BayesianSearchOptions { Candidates = 64 });
        for (int t = 0; t < Trials; t++)
        {
            double[] point = search.Next().Point;
            search.Observe(point, Loss(point));
        }

        return search.BestLoss!.Value;
    }

    private static double BestAtRandom(ulong seed) => Enumerable.Range(0, Trials).Min(t => Loss(Space.RandomPoint(seed, (ulong)t)));

    private static double[][] Run(ulong seed, Func<int, double, double> observed)
    {
        var search = new BayesianSearch(Space, seed, new BayesianSearchOptions { Candidates = 32 });
        var points = new double[12][];
        for (int t = 0; t < points.Length; t++)
        {
            points[t] = search.Next().Point;
            search.Observe(points[t], observed(t, Loss(points[t])));
        }

        return points;
    }
}
