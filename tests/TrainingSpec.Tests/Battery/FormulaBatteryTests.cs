using TrainingSpec.Battery;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Tests.Battery;

/// <summary>The standard battery: runs for every formula of the catalog by itself.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class FormulaBatteryTests
{
    private static IEnumerable<string> Ids => FormulaCatalog.All.Select(f => f.Id);

    [TestCaseSource(nameof(Ids))]
    public void Error_in_double_stays_below_the_derived_bound(string id) => Passes(BatteryCheck.Error<Real64>(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Error_in_single_stays_below_the_derived_bound(string id) => Passes(BatteryCheck.Error<Real32>(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Error_in_half_precision_stays_below_the_derived_bound(string id) => Assert.Multiple(() =>
    {
        Formula formula = FormulaCatalog.Find(id);
        Passes(BatteryCheck.Error<Float16>(formula, 120), 0.5, "error in Float16", id);
        Passes(BatteryCheck.Error<BFloat16>(formula, 120), 0.5, "error in BFloat16", id);
    });

    [TestCaseSource(nameof(Continuous))]
    public void Derivative_by_dual_numbers_is_that_by_differences(string id) => Passes(BatteryCheck.Derivative(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Continuous))]
    public void Derivative_by_the_complex_step_is_that_by_dual_numbers(string id) => Passes(BatteryGradients.ByComplexStep(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Continuous))]
    public void Gradient_by_the_record_is_that_by_dual_numbers(string id) => Passes(BatteryGradients.ByVariable(FormulaCatalog.Find(id)), 0.5, "gradient by the record", id);

    [TestCaseSource(nameof(Ids))]
    public void Tree_over_symbols_gives_the_same_bits(string id) => Assert.Multiple(() =>
    {
        Passes(BatteryCheck.Tree<Real64>(FormulaCatalog.Find(id)), 0.5);
        Passes(BatteryCheck.Tree<Real32>(FormulaCatalog.Find(id)), 0.5);
        Passes(BatteryCheck.Tree<Float16>(FormulaCatalog.Find(id)), 0.5);
        Passes(BatteryCheck.Tree<BFloat16>(FormulaCatalog.Find(id)), 0.5);
    });

    [TestCaseSource(nameof(Ids))]
    public void Lanes_give_the_bits_of_the_scalar_formula(string id) => Passes(BatteryCheck.LanesAreScalar(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Intervals_enclose_the_formula(string id) => Passes(BatteryCheck.Encloses(FormulaCatalog.Find(id)), 0.5);

    // Of whole numbers alone there is no derivative.
    private static IEnumerable<string> Continuous => FormulaCatalog.All.Where(f => f.Parameters.Any(p => !p.Whole)).Select(f => f.Id);

    private static IEnumerable<string> WithHyperparameters => FormulaCatalog.All.Where(f => BatteryRefusal.Hyperparameters(f).Length > 0).Select(f => f.Id);

    [TestCaseSource(nameof(WithHyperparameters))]
    public void Hyperparameters_outside_their_domain_are_refused_by_what_users_call(string id) => Passes(BatteryRefusal.Check(FormulaCatalog.Find(id), EntryPoints.All), 1);

    [Test]
    public void Every_hyperparameter_has_an_entry_point() => Assert.Multiple(() =>
    {
        // These are read by the oracle alone, or stand for two others.
        string[] others = [nameof(Known.Batch), nameof(Known.NewBatch), nameof(Known.Beta)];
        Assert.That(Known.All.Keys.Except(others).Except(EntryPoints.All.Keys), Is.Empty);
        Assert.That(EntryPoints.All.Values, Has.None.Empty);
        Assert.That(WithHyperparameters.Count(), Is.GreaterThan(50));
    });

    [TestCaseSource(nameof(Ids))]
    public void Names_of_the_parameters_differ(string id) =>
        Assert.That(FormulaCatalog.Find(id).Parameters.Select(p => p.TeX), Is.Unique);

    private static IEnumerable<string> WithExceptions => FormulaCatalog.All.Where(f => f.Exception is not null).Select(f => f.Id);

    // At θ = 0, v̂ = 1, ε = 0 and α = 1 the quotient is m̂.
    [Test]
    public void An_exception_takes_the_range_of_the_format() => Assert.Multiple(() =>
    {
        AccuracyException exception = FormulaCatalog.Find("adam.update").Exception!;
        Real64[] small = [0, Math.ScaleB(1, -20), 1, 1, 0], large = [0, 40000, 1, 1, 0];
        Assert.That(exception.Unit<Real64, Float16>(small).Value, Is.EqualTo(Math.ScaleB(1, -14)));
        Assert.That(exception.Unit<Real64, BFloat16>(small).Value, Is.EqualTo(Math.ScaleB(1, -20)));
        Assert.That(exception.Unit<Real64, Float16>(large).Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(exception.Unit<Real64, Real32>(large).Value, Is.EqualTo(40000));
        Assert.That(exception.Unit<Real64, Real64>([0, 1.7e308, 1, 1, 0]).Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(exception.Unit<Real64, Real64>([0, 8.9e307, 1, 1, 0]).Value, Is.EqualTo(8.9e307));
        Assert.That(exception.TeX, Does.Contain(@"\omega").And.Contain(@"\Omega"));
        Assert.That(exception.Sentence, Does.EndWith("; ω is the smallest normal number of the format and Ω the largest."));
    });

    [TestCaseSource(nameof(WithExceptions))]
    public void A_stated_exception_leaves_most_of_the_domain_to_be_right_about(string id) => Passes(BatteryCheck.StatedException(FormulaCatalog.Find(id)), 0.5);

    [Test]
    public void The_battery_has_formulas_to_run_for() => Assert.Multiple(() =>
    {
        Assert.That(Ids.Count(), Is.GreaterThan(150));
        Assert.That(Continuous.Count(), Is.GreaterThan(130));
    });

    [Test]
    public void Where_few_cases_are_decided_a_formula_and_a_reason_are_named() => Assert.Multiple(() =>
    {
        Assert.That(FewDecided.Entries.Select(entry => entry.Formula).Except(Ids), Is.Empty);
        Assert.That(FewDecided.Entries.Select(entry => entry.Reason), Has.None.Empty);
        Assert.That(FewDecided.Entries.Select(entry => entry.Check).Where(check => !FewDecided.IsCheck(check)), Is.Empty);
        Assert.That(() => FewDecided.Problem("error in float16", "cast.largest", new BatteryResult(120, 120, 0, null), 60), Throws.ArgumentException.With.Message.Contain("check = error in float16"));
        Assert.That(FewDecided.Problem("error in Float16", "cast.unit_roundoff", new BatteryResult(400, 41, 0, null), 200), Does.Contain("to be measured again"), "as many of other cases are another share");
    });

    [TestCase("cast.unit_roundoff", 41, null)]
    [TestCase("cast.unit_roundoff", 28, null)]
    [TestCase("cast.unit_roundoff", 27, "to be measured again")]
    [TestCase("cast.unit_roundoff", 60, "the entry is to be taken out")]
    [TestCase("gpt_parameters.count", 35, "to be measured again")]
    [TestCase("cast.largest", 60, null)]
    [TestCase("cast.largest", 59, "59 of 120 decided")]
    public void How_many_cases_are_decided_is_as_measured(string id, int decided, string? problem) =>
        Assert.That(FewDecided.Problem("error in Float16", id, new BatteryResult(120, decided, 0, null), 60), problem is null ? Is.Null : Does.Contain(problem));

    [Test]
    public void Every_method_that_is_marked_as_a_formula_is_one() => Assert.That(FormulaCatalog.Errors, Is.Empty);

    [Test]
    public Task The_TeX_of_all_formulas_is_golden() => GoldenFile.Verify(FormulaGoldens.TeX());

    [TestCaseSource(nameof(Ids))]
    public void The_whole_domain_is_right_in_every_format(string id) => IsRight(id, 12);

    [TestCaseSource(nameof(Ids))]
    [Category(Deep.Category)]
    public void The_whole_domain_is_right_in_every_format_at_more_places(string id) => IsRight(id, 80);

    private static void IsRight(string id, int values)
    {
        Formula formula = FormulaCatalog.Find(id);
        WholeDomainResult[] results =
        [
            WholeDomain.Check<Real64>(formula, values), WholeDomain.Check<Real32>(formula, values), WholeDomain.Check<Float16>(formula, values), WholeDomain.Check<BFloat16>(formula, values),
        ];
        TestContext.Out.WriteLine($"{id}: {string.Join(", ", results.Select(r => $"{r.Decided}/{r.Values}"))} decided");
        Assert.That(Array.TrueForAll(results, r => r.Passed), string.Join("\n", results.Select(r => r.ToString())));
    }

    private static void Passes(BatteryResult result, double leastDecided, string check = "", string id = "")
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Failure, Is.Null);
        Assert.That(result.Cases, Is.Positive);

        // A check that could not have failed for most arguments has shown nothing.
        Assert.That(FewDecided.Problem(check, id, result, leastDecided * result.Cases), Is.Null);
    }
}
