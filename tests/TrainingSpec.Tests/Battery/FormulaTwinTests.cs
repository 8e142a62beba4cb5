using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>The exact twins of every formula that has any, beside its check over the whole domain.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class FormulaTwinTests
{
    // Right to the last places, not to the bit: a power with a broken exponent takes a factor 2ᵏ with a rounding, and so does a logarithm; shares of a sum and norms near the end of the range go another way than their twins.
    private static readonly HashSet<string> ToTheLastPlaces = ["lr_finder.rate", "hessian.escape_steps", "ewc.resting_point", "lars.local_rate"];

    private static readonly IReadOnlyList<(Formula Formula, Symmetries Symmetries)> All = [.. FormulaCatalog.All.Select(f => (f, Symmetries.Of(f)))];

    private static IEnumerable<string> WithScalings => All.Where(f => f.Symmetries.Scalings.Count > 0).Select(f => f.Formula.Id);

    private static IEnumerable<string> WithFlips => All.Where(f => BatteryTwins.Flips(f.Formula).Any()).Select(f => f.Formula.Id);

    private static IEnumerable<string> WithShifts => All.Where(f => f.Symmetries.Shifts.Count > 0).Select(f => f.Formula.Id);

    private static IEnumerable<string> Rows => All.Where(f => f.Formula.Shape != FormulaShape.Scalar).Select(f => f.Formula.Id);

    [TestCaseSource(nameof(WithScalings))]
    public void Powers_of_two_pass_through(string id)
    {
        if (!ToTheLastPlaces.Contains(id))
        {
            Passes(id, BatteryTwins.Scaled<Real64>, BatteryTwins.Scaled<Real32>, BatteryTwins.Scaled<BFloat16>);
            return;
        }

        Assert.That(BatteryTwins.Scaled<Real64>(FormulaCatalog.Find(id), 60).Failure, Is.Not.Null, "it passes now, and leaves the list");
        Passes(id, BatteryTwins.ScaledWithinBounds<Real64>, BatteryTwins.ScaledWithinBounds<Real32>, BatteryTwins.ScaledWithinBounds<BFloat16>);
    }

    [TestCaseSource(nameof(WithFlips))]
    public void Signs_pass_through(string id) => Passes(id, BatteryTwins.Flipped<Real64>, BatteryTwins.Flipped<Real32>, BatteryTwins.Flipped<Float16>, BatteryTwins.Flipped<BFloat16>);

    [TestCaseSource(nameof(WithShifts))]
    public void What_is_added_to_all_drops_out(string id)
    {
        Passes(id, BatteryTwins.Shifted<Real64>, BatteryTwins.Shifted<Real32>, BatteryTwins.Shifted<Float16>);

        // 8 bits hold the sum of no row.
        if (!Rows.Contains(id))
            Passes(id, BatteryTwins.Shifted<BFloat16>);
    }

    [TestCaseSource(nameof(Rows))]
    public void The_order_does_not_count_where_the_shape_of_a_sum_allows_it(string id) => Passes(id, BatteryTwins.Reordered<Real64>, BatteryTwins.Reordered<Real32>);

    [Test]
    public void The_formulas_say_what_they_allow() => Assert.Multiple(() =>
    {
        Assert.That(WithScalings.Count(), Is.GreaterThan(90), string.Join(" ", WithScalings));
        Assert.That(WithFlips.Count(), Is.GreaterThan(50), string.Join(" ", WithFlips));
        Assert.That(WithShifts.Count(), Is.GreaterThan(8), string.Join(" ", WithShifts));
        Assert.That(Rows.Count(), Is.GreaterThan(12));
    });

    [TestCase("norms.l2", "x^1 -> 1")]
    [TestCase("monitoring.variance", "x^1 -> 2")]
    [TestCase("softmax", "")]
    [TestCase("layer_wise_rates.plain", @"\lVert \theta_l \rVert^1 \lVert g_l \rVert^1 -> 0; \eta^1 -> 1")]
    [TestCase("sgd.update", @"\theta_{t-1}^1 d_t^1 -> 1; \theta_{t-1}^1 \eta^1 -> 1")]
    [TestCase("initialization.deviation", @"\sigma^2^1 -> 0.5")]
    public void Factors_are_found_in_the_formula(string id, string expected)
    {
        Formula formula = FormulaCatalog.Find(id);
        IEnumerable<string> found = Symmetries.Of(formula).Scalings.Select(s =>
            string.Join(" ", formula.Parameters.Select((p, i) => (p.TeX, Degree: s.Degrees[i])).Where(p => p.Degree != 0).Select(p => $"{p.TeX}^{p.Degree}")) + $" -> {s.Result}");
        Assert.That(string.Join("; ", found), Is.EqualTo(expected));
    }

    private static void Passes(string id, params Func<Formula, int, BatteryResult>[] checks) => Assert.Multiple(() =>
    {
        foreach (Func<Formula, int, BatteryResult> check in checks)
        {
            BatteryResult result = check(FormulaCatalog.Find(id), 60);
            TestContext.Out.WriteLine(result);
            Assert.That(result.Failure, Is.Null);
            Assert.That(FewDecided.Problem($"{check.Method.Name} twins in {check.Method.GetGenericArguments()[0].Name}", id, result, 10), Is.Null);
        }
    });
}
