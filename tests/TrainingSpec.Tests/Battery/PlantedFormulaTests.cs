using TrainingSpec.Battery;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Known = TrainingSpec.Formulas.Hyperparameters;

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

    [TestCase("planted.cancels")]
    [TestCase("planted.overflows_on_the_way")]
    [TestCase("planted.underflows_on_the_way")]
    [TestCase("planted.infinite")]
    public void The_check_of_the_whole_domain_reports_what_is_lost_on_the_way_in_every_format(string id)
    {
        Formula formula = Planted.Single(f => f.Id == id);
        Assert.That(WholeDomain.Check<Real64>(formula, 200).Failures, Is.Positive);
        Assert.That(WholeDomain.Check<Real32>(formula, 200).Failures, Is.Positive);
        Assert.That(WholeDomain.Check<Float16>(formula, 200).Failures, Is.Positive);
        Assert.That(WholeDomain.Check<BFloat16>(formula, 200).Failures, Is.Positive);
    }

    [TestCase("planted.right", "")]
    [TestCase("planted.rounds_hyperparameter", "Real64 Real32")]
    [TestCase("planted.loses_count", "Real64 Real32 Float16 BFloat16")]
    [TestCase("planted.rounds_twice", "Float16 BFloat16")]
    public void The_check_of_the_whole_domain_reports_the_formats_in_which_a_digit_is_lost(string id, string failing)
    {
        Formula formula = Planted.Single(f => f.Id == id);
        (string Name, WholeDomainResult Result)[] found =
        [
            ("Real64", WholeDomain.Check<Real64>(formula, 200)), ("Real32", WholeDomain.Check<Real32>(formula, 200)),
            ("Float16", WholeDomain.Check<Float16>(formula, 200)), ("BFloat16", WholeDomain.Check<BFloat16>(formula, 200)),
        ];
        Assert.That(string.Join(" ", found.Where(f => !f.Result.Passed).Select(f => f.Name)), Is.EqualTo(failing), string.Join("\n", found.Select(f => f.Result)));
    }

    [TestCase("planted.right", "")]
    [TestCase("planted.breaks_scaling", "scaled")]
    [TestCase("planted.breaks_scaling_by_digits", "scaled, scaled within bounds")]
    [TestCase("planted.breaks_sign", "flipped")]
    [TestCase("planted.breaks_shift", "shifted")]
    [TestCase("planted.breaks_order", "reordered")]
    public void A_broken_twin_is_reported_by_its_kind(string id, string failing)
    {
        Formula formula = Planted.Single(f => f.Id == id);
        (string Name, BatteryResult Result)[] found =
        [
            ("scaled", BatteryTwins.Scaled<Real32>(formula)), ("scaled within bounds", BatteryTwins.ScaledWithinBounds<Real32>(formula)), ("flipped", BatteryTwins.Flipped<Real32>(formula)), ("shifted", BatteryTwins.Shifted<Real32>(formula)),
            ("reordered", formula.Shape == FormulaShape.Scalar ? new BatteryResult(0, 0, 0, null) : BatteryTwins.Reordered<Real32>(formula)),
        ];
        Assert.That(string.Join(", ", found.Where(f => f.Result.Failure is not null).Select(f => f.Name)), Is.EqualTo(failing));
    }

    [Test]
    public void An_exception_of_everything_is_seen()
    {
        BatteryResult found = BatteryCheck.StatedException(Planted.Single(f => f.Id == "planted.excepted"));
        Assert.That((found.Cases > 0, found.Decided), Is.EqualTo((true, 0)));
    }

    private static readonly Dictionary<string, Action<double>> Guards = new()
    {
        ["right"] = beta => Known.Beta1.Require(beta),
        ["takes anything"] = _ => { },
        ["takes the upper end"] = beta => _ = Domain.Parse("[0, 1]").Contains(beta) ? beta : throw Known.Beta1.Outside(BatteryCheck.Text(beta)),
        ["refuses what is inside"] = beta => throw Known.Beta1.Outside(BatteryCheck.Text(beta)),
        ["names another"] = beta => Known.Beta2.Require(beta),
        ["another kind of exception"] = beta => _ = Known.Beta1.Domain.Contains(beta) ? beta : throw new InvalidOperationException("beta1"),
        ["names it twice"] = beta => _ = Known.Beta1.Domain.Contains(beta) ? beta : throw new ArgumentOutOfRangeException("beta1", $"beta1 = {BatteryCheck.Text(beta)} is outside [0, 1)"),
        ["leaves out the value"] = beta => _ = Known.Beta1.Domain.Contains(beta) ? beta : throw new OutsideDomainException("beta1", "beta1 is outside [0, 1)"),
        ["leaves out the domain"] = beta => _ = Known.Beta1.Domain.Contains(beta) ? beta : throw new OutsideDomainException("beta1", $"beta1 = {BatteryCheck.Text(beta)} is wrong"),
    };

    [TestCase("right", null)]
    [TestCase("takes anything", "takes NaN, which is outside [0, 1)")]
    [TestCase("takes the upper end", "takes 1, which is outside [0, 1)")]
    [TestCase("refuses what is inside", "refuses 0.5: beta1 = 0.5 is outside [0, 1)")]
    [TestCase("names another", "names beta2 at NaN")]
    [TestCase("another kind of exception", "throws InvalidOperationException at NaN")]
    [TestCase("names it twice", "says 'beta1 = NaN is outside [0, 1) (Parameter 'beta1')' at NaN")]
    [TestCase("leaves out the value", "says 'beta1 is outside [0, 1)' at NaN")]
    [TestCase("leaves out the domain", "says 'beta1 = NaN is wrong' at NaN")]
    public void A_guard_is_reported_by_what_it_does_wrong(string guard, string? failure)
    {
        Formula formula = Planted.Single(f => f.Id == "planted.guarded");
        Assert.That(
            BatteryRefusal.Check(formula, new Dictionary<string, Action<double>[]> { ["Beta1"] = [Guards["right"], Guards[guard]] }).Failure,
            Is.EqualTo(failure is null ? null : "planted.guarded: entry point 1 of Beta1 " + failure));
    }

    [Test]
    public void A_hyperparameter_that_nothing_takes_is_reported()
    {
        Formula formula = Planted.Single(f => f.Id == "planted.guarded");
        Assert.That(BatteryRefusal.Check(formula, new Dictionary<string, Action<double>[]>()).Failure, Is.EqualTo("planted.guarded: nothing that users call takes Beta1"));
    }

    [Test]
    public void A_formula_refuses_arguments_of_its_own() => Assert.Multiple(() =>
    {
        Formula formula = Planted.Single(f => f.Id == "planted.right");
        Assert.That(() => formula.Require([1, 0.5]), Throws.Nothing);
        Assert.That(() => formula.Require([0, 0.5]), Throws.InstanceOf<OutsideDomainException>().With.Message.EqualTo("x = 0 is outside (0, inf)"));
        Assert.That(() => formula.Require([1, 1]), Throws.InstanceOf<OutsideDomainException>().With.Message.EqualTo("a = 1 is outside [0, 1)"));
        Assert.That(() => formula.Require([double.NaN, 0.5]), Throws.InstanceOf<OutsideDomainException>().With.Message.EqualTo("x = NaN is outside (0, inf)"));
        Assert.That(() => formula.Require([1]), Throws.ArgumentException);
    });

    [TestCase(typeof(Undescribed), "Undescribed.Of is no formula: parameter x carries no [Domain]")]
    [TestCase(typeof(NoInterval), "NoInterval.Of is no formula: '[0; 1)' is no interval such as [0, 1)")]
    [TestCase(typeof(NoNumber), "NoNumber.Of is no formula: The input string 'one' was not in a correct format.")]
    [TestCase(typeof(EmptyInterval), "EmptyInterval.Of is no formula: the domain [1, 0) of parameter x is empty")]
    [TestCase(typeof(UnknownHyperparameter), "UnknownHyperparameter.Of is no formula: Betta is no entry of Hyperparameters (Parameter 'hyperparameter')")]
    [TestCase(typeof(NoGenericMethod), "NoGenericMethod.Of is no formula: it is no static method with one type parameter")]
    [TestCase(typeof(NoNumbers), "NoNumbers.Of is no formula: it neither takes one to eight numbers nor a row")]
    [TestCase(typeof(MisspeltId), "MisspeltId.Of is no formula: its id 'Planted-1' is not topic.name in lower case with underscores")]
    [TestCase(typeof(Twice), "Twice.Of is no formula: PlantedFormulas.Right has the id planted.right, too")]
    public void A_method_that_is_no_formula_is_told_by_its_name(Type type, string error) =>
        Assert.That(() => FormulaCatalog.Of(typeof(PlantedFormulas), type), Throws.InvalidOperationException.With.Message.EqualTo(error));

    [Test]
    public void All_that_are_none_are_told_at_once() =>
        Assert.That(() => FormulaCatalog.Of(typeof(Undescribed), typeof(MisspeltId)), Throws.InvalidOperationException.With.Message.Matches("MisspeltId.*\n.*Undescribed"));

    [Test]
    public void An_unknown_id_is_told_with_those_near_it() =>
        Assert.That(() => FormulaCatalog.Find("adam.updat"), Throws.ArgumentException.With.Message.Contains("adam.update"));

    private static class Undescribed
    {
        [Formula("undescribed")]
        public static T Of<T>(T x)
            where T : IReal<T> => x;
    }

    private static class NoInterval
    {
        [Formula("no_interval")]
        public static T Of<T>([Domain("x", "[0; 1)")] T x)
            where T : IReal<T> => x;
    }

    private static class NoNumber
    {
        [Formula("no_number")]
        public static T Of<T>([Domain("x", "[0, one)")] T x)
            where T : IReal<T> => x;
    }

    private static class EmptyInterval
    {
        [Formula("empty_interval")]
        public static T Of<T>([Domain("x", "[1, 0)")] T x)
            where T : IReal<T> => x;
    }

    private static class UnknownHyperparameter
    {
        [Formula("unknown_hyperparameter")]
        public static T Of<T>([Domain("Betta")] T x)
            where T : IReal<T> => x;
    }

    private static class NoGenericMethod
    {
        [Formula("no_generic_method")]
        public static double Of([Domain("x", "[0, 1)")] double x) => x;
    }

    private static class NoNumbers
    {
        [Formula("no_numbers")]
        public static T Of<T>([Domain("x", "[0, 1)")] T[] x)
            where T : IReal<T> => x[0];
    }

    private static class MisspeltId
    {
        [Formula("Planted-1")]
        public static T Of<T>([Domain("x", "[0, 1)")] T x)
            where T : IReal<T> => x;
    }

    private static class Twice
    {
        [Formula("planted.right")]
        public static T Of<T>([Domain("x", "(0, inf)")] T x)
            where T : IReal<T> => x;
    }
}
