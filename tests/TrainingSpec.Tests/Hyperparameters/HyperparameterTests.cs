using System.Text.RegularExpressions;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Hyperparameters;

/// <summary>One descriptor per hyperparameter, and no second copy of what it says.</summary>
[TestFixture]
public class HyperparameterTests
{
    private static readonly IReadOnlyDictionary<string, Hyperparameter> All = Formulas.Hyperparameters.All;

    private static IEnumerable<string> Names => All.Keys;

    // 2⁻¹²⁶, binary32's smallest normal, and 2⁻¹⁴⁹, its smallest, have all of their digits; 3·2⁻¹⁵⁰ lies between two subnormals.
    [TestCase(0, true)]
    [TestCase(0.1, true)]
    [TestCase(1.1754943508222875E-38, true)]
    [TestCase(1.401298464324817E-45, true)]
    [TestCase(2.1019476964872256E-45, false)]
    [TestCase(1e-40, false)]
    [TestCase(1e-46, false)]
    [TestCase(5e-324, false)]
    public void A_number_that_is_made_subnormal_or_0_has_lost_digits(double value, bool single) => Assert.Multiple(() =>
    {
        Assert.That(Hyperparameter.HasDigits<Real32>(value), Is.EqualTo(single));
        Assert.That(Hyperparameter.HasDigits<Real64>(value), Is.True);
    });

    [TestCaseSource(nameof(Names))]
    public void A_value_outside_is_refused_in_one_line_that_names_the_argument_once(string name)
    {
        Hyperparameter entry = All[name];
        double outside = double.IsInfinity(entry.Domain.Low) ? (entry.Domain.HighOpen ? entry.Domain.High : entry.Domain.High + 1) : entry.Domain.LowOpen ? entry.Domain.Low : entry.Domain.Low - 1;
        Exception refused = Assert.Catch<ArgumentOutOfRangeException>(() => entry.Require(outside))!;
        Assert.Multiple(() =>
        {
            Assert.That(((ArgumentException)refused).ParamName, Is.EqualTo(entry.Name));
            Assert.That(refused.Message, Is.EqualTo($"{entry.Name} = {outside:R} is outside {entry.Domain}"));
            Assert.That(() => entry.Require(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(entry.Otherwise is not { } otherwise || (entry.Domain.Contains(otherwise) && (!entry.Whole || otherwise == Math.Floor(otherwise))));
            Assert.That(() => entry.Default, entry.Otherwise is null ? Throws.InvalidOperationException : Is.EqualTo(entry.Otherwise!.Value));
            Assert.That(entry.Symbol, Is.Not.Empty.And.Not.Contains("\\").And.Not.Contains("{"));
            Assert.That(entry.Unit, Is.Not.Empty);
        });
    }

    [TestCase("Beta1", "β₁")]
    [TestCase("MaximumRate", "η_max")]
    [TestCase("FanIn", "n_in")]
    [TestCase("NewBatch", "B′")]
    [TestCase("LengthScale", "ℓ")]
    public void A_symbol_has_a_plain_text(string name, string symbol) => Assert.That(All[name].Symbol, Is.EqualTo(symbol));

    [Test]
    public void A_value_that_a_number_cannot_hold_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(Formulas.Hyperparameters.LearningRate.Rounded<Real32>(0.1).Value, Is.EqualTo(0.1f));
        Assert.That(Formulas.Hyperparameters.LearningRate.Rounded<Real32>(1e-46).Value, Is.Zero);
        Assert.That(Formulas.Hyperparameters.Epsilon.Rounded<Real32>(0).Value, Is.Zero);
        Assert.That(Formulas.Hyperparameters.Epsilon.Rounded<Real32>(1e-45).Value, Is.EqualTo(float.Epsilon));
        Refused(() => Formulas.Hyperparameters.Epsilon.Rounded<Real32>(1e-46), "eps = 1E-46 is outside [0, inf) when rounded to float32");
        Refused(() => Formulas.Hyperparameters.LayerNormEpsilon.Rounded<Float16>(1e-9), "eps = 1E-09 is outside [0, inf) when rounded to float16");
        Refused(() => Formulas.Hyperparameters.WeightDecay.Rounded<BFloat16>(1e39), "weight_decay = 1E+39 is outside [0, inf) when rounded to bfloat16");
        Assert.That(Formulas.Hyperparameters.MaxNorm.Rounded<Real32>(double.PositiveInfinity).Value, Is.EqualTo(float.PositiveInfinity));
        Assert.That(Formulas.Hyperparameters.Epsilon.Rounded<Real64>(5e-324).Value, Is.EqualTo(5e-324));
    });

    [Test]
    public void Every_epsilon_has_the_domain_of_the_first() => Assert.Multiple(() =>
    {
        // That of a plateau divides nothing: it is the least change of a rate; that of adaptive clipping is what a norm counts as at least.
        Hyperparameter[] all = [.. All.Where(h => h.Value.Name == "eps" && h.Key is not (nameof(Formulas.Hyperparameters.PlateauEpsilon) or nameof(Formulas.Hyperparameters.WeightFloor))).Select(h => h.Value)];
        Assert.That(all, Has.Length.EqualTo(8));
        Assert.That(all.Select(h => (h.Domain, h.Divides)), Is.All.EqualTo((Domain.Parse("[0, inf)"), true)));
    });

    [Test]
    public void Checks_name_an_argument_once()
    {
        // The base class would name it a second time behind the message.
        string[] files =
        [
            .. Directory.GetFiles(Path.Combine(Spec(), "..", "src", "TrainingSpec", "Checking"), "*.cs", SearchOption.AllDirectories),
            .. Directory.GetFiles(Path.Combine(Spec(), "..", "src", "TrainingSpec.Conformance"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
        ];
        Assert.That(files, Has.Length.GreaterThan(80));
        string[] found = [.. files.Where(f => File.ReadAllText(f).Contains("new ArgumentOutOfRangeException(", StringComparison.Ordinal))];
        Assert.That(found, Is.Empty);
        Assert.That(() => TrainingSpec.Checking.MomentTest.Mean([1], double.NaN, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo("mean = NaN is outside (-inf, inf)"));
    }

    [Test]
    public void A_bound_by_another_value_stands_in_the_message() => Assert.Multiple(() =>
    {
        Refused(() => Formulas.Hyperparameters.MinimumRate.RequireUpTo(2, 1, "lr_max"), "lr_min = 2 is outside [0, lr_max]");
        Refused(() => Formulas.Hyperparameters.SweepMinimum.RequireUpTo(1, 1, "lr_max", open: true), "lr_min = 1 is outside (0, lr_max)");
        Refused(() => Formulas.Hyperparameters.MinimumRate.RequireUpTo(double.NaN, 1, "lr_max"), "lr_min = NaN is outside [0, lr_max]");
        Refused(() => Formulas.Hyperparameters.Warmup.RequireUpTo(-1L, 5, "total = 5"), "warmup = -1 is outside [0, total = 5]");
        Assert.That(Formulas.Hyperparameters.Warmup.RequireUpTo(5L, 5, "total = 5"), Is.EqualTo(5));
    });

    [Test]
    public void An_unknown_name_is_no_attribute() =>
        Assert.That(() => new DomainAttribute("Beta3"), Throws.ArgumentException.With.Message.Contains("Beta3 is no entry of Hyperparameters"));

    [Test]
    public void Formulas_state_no_hyperparameter_of_their_own()
    {
        // What is called by the name of a hyperparameter is that hyperparameter.
        string[] names = ["lr", "lrMax", "lrMin", "beta", "beta1", "beta2", "eps", "lambda", "momentum", "dampening", "trust", "smoothing", "gamma", "every", "total", "warmup", "decayStart", "classes", "maxNorm", "minDelta", "fanIn", "fanOut", "decay"];
        string[] copies = [.. from formula in FormulaCatalog.All from parameter in formula.Parameters where parameter.Hyperparameter is null && names.Contains(parameter.Name) select $"{formula.Id}: {parameter.Name}"];
        Assert.That(copies, Is.Empty);
        Assert.That(FormulaCatalog.All.SelectMany(f => f.Parameters).Select(p => p.Hyperparameter).OfType<Hyperparameter>().Distinct().Count(), Is.GreaterThan(40));
    }

    [Test]
    public void The_code_holds_no_second_domain_and_no_second_default()
    {
        string known = string.Join('|', All.Values.Select(h => Regex.Escape(h.Name)).Where(n => n is not ("steps" or "count" or "step")).Distinct());
        string withDefault = string.Join('|', All.Values.Where(h => h.Otherwise is not null).Select(h => Regex.Escape(h.Name)).Distinct());
        Regex[] copies =
        [
            new($@"Domain\.(Require|Parse|Outside)\(""[^""]*"", [^;]*?""({known})""\)"),
            new($@"<c>({known})</c>[^<]*? in [\[(]"),
            new($@"Number\(""({withDefault})"", (otherwise: )?[^)]*?-?\b[0-9][0-9.]*(e-?[0-9]+)?( :|\))"),
            new(@"Require\(value\); \} = [0-9]"),
        ];
        string root = Path.Combine(Spec(), "..", "src");
        string[] files = [.. Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];
        Assert.That(files, Has.Length.GreaterThan(300));
        string[] found = [.. from file in files from line in File.ReadLines(file) from copy in copies where copy.IsMatch(line) select $"{Path.GetFileName(file)}: {line.Trim()}"];
        Assert.That(found, Is.Empty);
    }

    [TestCase("""return Domain.Require("[0, 1)", value, "beta1");""", 0)]
    [TestCase("""/// <summary><c>beta1</c>, in [0, 1).</summary>""", 1)]
    public void A_copy_would_be_found(string line, int pattern)
    {
        Regex[] copies = [new(@"Domain\.(Require|Parse|Outside)\(""[^""]*"", [^;]*?""(beta1)""\)"), new(@"<c>(beta1)</c>[^<]*? in [\[(]")];
        Assert.That(copies[pattern].IsMatch(line));
    }

    private static void Refused(Action action, string message) =>
        Assert.That(action, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo(message));

    private static string Spec()
    {
        DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Spec.sln")))
            at = at.Parent;
        return Path.Combine(at!.FullName, "spec");
    }
}
