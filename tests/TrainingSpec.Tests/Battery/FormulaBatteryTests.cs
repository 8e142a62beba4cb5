using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

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
        // A count of parameters soon passes 65504, the largest number of half precision.
        Formula formula = FormulaCatalog.Find(id);
        Passes(BatteryCheck.Error<Float16>(formula, 120), formula.Parameters.All(p => p.Whole) ? 0.1 : 0.5);
        Passes(BatteryCheck.Error<BFloat16>(formula, 120), 0.5);
    });

    [TestCaseSource(nameof(Ids))]
    public void Derivative_by_dual_numbers_is_that_by_differences(string id) => Passes(BatteryCheck.Derivative(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Derivative_by_the_complex_step_is_that_by_dual_numbers(string id) => Passes(BatteryGradients.ByComplexStep(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Gradient_by_the_record_is_that_by_dual_numbers(string id) => Passes(BatteryGradients.ByVariable(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Tree_over_symbols_gives_the_same_bits(string id) => Assert.Multiple(() =>
    {
        Passes(BatteryCheck.Tree<Real64>(FormulaCatalog.Find(id)), 1);
        Passes(BatteryCheck.Tree<Real32>(FormulaCatalog.Find(id)), 1);
        Passes(BatteryCheck.Tree<Float16>(FormulaCatalog.Find(id)), 1);
        Passes(BatteryCheck.Tree<BFloat16>(FormulaCatalog.Find(id)), 1);
    });

    [TestCaseSource(nameof(Ids))]
    public void Lanes_give_the_bits_of_the_scalar_formula(string id) => Passes(BatteryCheck.LanesAreScalar(FormulaCatalog.Find(id)), 1);

    [TestCaseSource(nameof(Ids))]
    public void Intervals_enclose_the_formula(string id) => Passes(BatteryCheck.Encloses(FormulaCatalog.Find(id)), 0.5);

    [TestCaseSource(nameof(Ids))]
    public void Arguments_outside_their_domain_are_refused(string id) => Passes(BatteryCheck.Refusal(FormulaCatalog.Find(id)), 1);

    [TestCaseSource(nameof(Ids))]
    public void Names_of_the_parameters_differ(string id) =>
        Assert.That(FormulaCatalog.Find(id).Parameters.Select(p => p.TeX), Is.Unique);

    [Test]
    public void Every_method_that_is_marked_as_a_formula_is_one() => Assert.That(FormulaCatalog.Errors, Is.Empty);

    [Test]
    public Task The_TeX_of_all_formulas_is_golden() => GoldenFile.Verify(FormulaGoldens.TeX());

    [TestCaseSource(nameof(Ids))]
    public void The_whole_domain_is_right_in_every_format(string id)
    {
        Formula formula = FormulaCatalog.Find(id);
        WholeDomainResult[] results =
        [
            WholeDomain.Check<Real64>(formula, 60), WholeDomain.Check<Real32>(formula, 60), WholeDomain.Check<Float16>(formula, 60), WholeDomain.Check<BFloat16>(formula, 60),
        ];
        Assert.That(Array.TrueForAll(results, r => r.Passed), string.Join("\n", results.Select(r => r.ToString())));
    }

    private static void Passes(BatteryResult result, double leastDecided)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Failure, Is.Null);

        // A formula of whole numbers alone has no derivative to check; any other must be decided for most arguments.
        Assert.That(result.Decided, Is.GreaterThanOrEqualTo(leastDecided * result.Cases));
    }
}
