#if !WRITE_CHAPTERS
// What is written while chapters are written must come of the descriptors themselves, never of planted ones.
using System.Runtime.CompilerServices;
using System.Text.Json;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>β₁ is given another domain, default, symbol, name and unit in its one place; whatever speaks of β₁ must say the new ones.</summary>
[NonParallelizable]
internal sealed class PlantedHyperparameterTests
{
    private const string Step = "\"params\": [[0]], \"grads\": [[1]], \"lr\": 1, \"bias_correction\": false";
    private Hyperparameter _before = null!;

    [SetUp]
    public void Plant()
    {
        _before = Hyperparameters.Beta1 with { };
        Change(Hyperparameters.Beta1, _before with { Domain = Domain.Parse("[0.25, 0.5]"), Otherwise = 0.375, TeX = @"\gamma", Unit = "share" });
    }

    [TearDown]
    public void Restore() => Change(Hyperparameters.Beta1, _before);

    [Test]
    public void Options_take_the_new_default_and_refuse_with_the_new_domain() => Assert.Multiple(() =>
    {
        Assert.That(AdamOptions.Adam(1).Beta1, Is.EqualTo(0.375));
        Assert.That(new LambOptions { LearningRate = 1 }.Beta1, Is.EqualTo(0.375));
        Assert.That(() => AdamOptions.Adam(1) with { Beta1 = 0.9 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo("beta1 = 0.9 is outside [0.25, 0.5]"));
        Assert.That(() => AdamOptions.Adam(1) with { Beta1 = 0.5 }, Throws.Nothing);
    });

    [Test]
    public void The_oracle_takes_the_new_default_and_refuses_with_the_new_domain() => Assert.Multiple(() =>
    {
        foreach (string op in new[] { "adam.step", "adamw.step", "lamb.step" })
        {
            string more = op == "lamb.step" ? "" : ", \"bias_correction\": false";
            string args = "\"params\": [[0]], \"grads\": [[1]], \"lr\": 1" + more;
            Assert.That(Ask.Number(Ask.Result(op, "{" + args + "}").GetProperty("state").GetProperty("m")[0][0]), Is.EqualTo(0.625), op);
            JsonElement answer = Ask.Op(op, "{" + args + ", \"beta1\": 0.9}");
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", "beta1")));
            Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("beta1 = 0.9 is outside [0.25, 0.5]"));
        }
    });

    [Test]
    public void Formulas_and_the_battery_take_the_new_domain_and_symbol() => Assert.Multiple(() =>
    {
        Formula formula = FormulaCatalog.Find("adam.first_moment");
        Assert.That(formula.Parameters[2].Domain.ToString(), Is.EqualTo("[0.25, 0.5]"));
        Assert.That(() => formula.Require([0, 0, 0.9]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("outside [0.25, 0.5]"));
        Assert.That(FormulaSamples.Of(formula, 200).Select(args => args[2]), Is.All.InRange(0.25, 0.5));
        Assert.That(FormulaCatalog.Of(typeof(Adam)).Single(f => f.Id == "adam.first_moment").TeX, Is.EqualTo(@"m_t = \gamma \, m_{t-1} + \left(1 - \gamma\right) \, g_t"));
        Assert.That(FormulaCatalog.Of(typeof(Adam)).Single(f => f.Id == "adam.step_bound").Parameters[0].Domain.ToString(), Is.EqualTo("(0.25, 0.5]"));
    });

    [Test]
    public void Chapters_and_protocol_are_seen_to_be_out_of_date() => Assert.Multiple(() =>
    {
        const string Row = "`beta1` | γ | [0.25, 0.5] | 0.375 | share";
        Assert.That(HyperparameterTable.Row(Hyperparameters.Beta1), Is.EqualTo(Row));
        string chapters = Spec.Cli.Commands.ChapterFolder.Find();
        foreach (string topic in new[] { "adam", "adamw", "lamb" })
        {
            ChapterBlock table = ChapterParser.Parse(topic, File.ReadAllText(Path.Combine(chapters, topic + ".md"))).Blocks.Single(b => b.Kind == ChapterBlockKind.Hyperparameters);
            Assert.That(HyperparameterTable.Of(HyperparameterTable.Named(table.Name)), Does.Contain(Row).And.Not.EqualTo(table.Code), topic);
        }

        Assert.That(() => new HyperparameterTableTests().The_table_is_written_from_the_descriptors(), Throws.InstanceOf<AssertionException>());
    });

    [Test]
    public void Devices_take_the_new_domain()
    {
        using var device = new TrainingSpec.Devices.CpuDevice(threads: 1);
        AdamCoefficients<Real32> c = TrainingSpec.Devices.DeviceInputs.Coefficients(1, DecayKind.Old);
        Assert.That(
            () => device.AdamStep(new float[1], new float[1], new float[1], new float[1], c),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo("Beta1 = 0.9 is outside [0.25, 0.5]"));
    }

    [Test]
    public void A_step_is_refused_where_its_default_leaves_the_domain_of_old() =>
        Assert.That(Ask.Number(Ask.Result("adam.step", "{" + Step + ", \"beta1\": 0.25}").GetProperty("state").GetProperty("m")[0][0]), Is.EqualTo(0.75));

    private static void Change(Hyperparameter entry, Hyperparameter to)
    {
        Domain(entry) = to.Domain;
        Otherwise(entry) = to.Otherwise;
        TeX(entry) = to.TeX;
        Unit(entry) = to.Unit;

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Domain>k__BackingField")]
        static extern ref Domain Domain(Hyperparameter entry);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Otherwise>k__BackingField")]
        static extern ref double? Otherwise(Hyperparameter entry);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<TeX>k__BackingField")]
        static extern ref string TeX(Hyperparameter entry);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Unit>k__BackingField")]
        static extern ref string Unit(Hyperparameter entry);
    }
}
#endif
