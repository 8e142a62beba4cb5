using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>The battery reports every planted formula by the check that it is wrong for, and passes the right one.</summary>
internal sealed class PlantedFormulaTests
{
    private static readonly IReadOnlyList<Formula> Planted = FormulaCatalog.Of(typeof(PlantedFormulas));

    private static readonly Dictionary<string, Func<Formula, BatteryResult>> Checks = new()
    {
        ["error in double"] = f => BatteryCheck.Error<Real64>(f),
        ["error in single"] = f => BatteryCheck.Error<Real32>(f),
        ["error in half"] = f => BatteryCheck.Error<Float16>(f),
        ["derivative"] = f => BatteryCheck.Derivative(f),
        ["complex step"] = f => BatteryGradients.ByComplexStep(f),
        ["record"] = f => BatteryGradients.ByVariable(f),
        ["tree"] = f => BatteryCheck.Tree<Real64>(f),
        ["lanes"] = f => BatteryCheck.LanesAreScalar(f),
        ["interval"] = f => BatteryCheck.Encloses(f),
        ["refusal"] = f => BatteryCheck.Refusal(f),
    };

    [TestCase("planted.right", "")]
    [TestCase("planted.wrong_value_in_double", "error in double, tree")]
    [TestCase("planted.wrong_value_in_single", "error in single, lanes")]
    [TestCase("planted.wrong_value_in_half", "error in half")]
    [TestCase("planted.outside_its_bound", "error in double, error in single, derivative, interval")]
    [TestCase("planted.wrong_derivative", "derivative, complex step, record")]
    [TestCase("planted.wrong_complex_step", "complex step")]
    [TestCase("planted.wrong_record", "record")]
    [TestCase("planted.wrong_tree", "tree")]
    [TestCase("planted.wrong_lanes", "lanes")]
    [TestCase("planted.wrong_interval", "interval")]
    [TestCase("planted.wrong_row", "derivative, complex step, record")]
    public void Each_wrong_formula_is_reported_by_the_checks_it_breaks(string id, string failing)
    {
        Formula formula = Planted.Single(f => f.Id == id);
        var reported = Checks.Where(c => c.Value(formula).Failure is not null).Select(c => c.Key);
        Assert.That(string.Join(", ", reported), Is.EqualTo(failing));
    }

    [Test]
    public void A_guard_that_takes_anything_is_reported() =>
        Assert.That(BatteryCheck.Refusal(Planted.Single(f => f.Id == "planted.right"), _ => { }).Failure, Does.Contain("takes x = NaN"));

    [Test]
    public void A_formula_without_domains_and_two_with_one_id_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => FormulaCatalog.Of(typeof(Undescribed)), Throws.InvalidOperationException.With.Message.Contains("x carries no [Domain]"));
        Assert.That(() => FormulaCatalog.Of(typeof(PlantedFormulas), typeof(Twice)), Throws.InvalidOperationException.With.Message.Contains("planted.right"));
        Assert.That(() => FormulaCatalog.Find("adam.updat"), Throws.ArgumentException.With.Message.Contains("adam.update"));
    });

    private static class Undescribed
    {
        [Formula("undescribed")]
        public static T Of<T>(T x)
            where T : IReal<T> => x;
    }

    private static class Twice
    {
        [Formula("planted.right")]
        public static T Of<T>([Domain("x", "(0, inf)")] T x)
            where T : IReal<T> => x;
    }
}
