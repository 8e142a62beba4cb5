using System.Runtime.CompilerServices;
using System.Text.Json;
using TrainingSpec.Battery;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>β₁ is given another domain, default, symbol and unit in its one place, in a copy of the assemblies; whatever speaks of β₁ must say the new ones.</summary>
/// <remarks>Every method runs in an <see cref="IsolatedCopy"/> alone: here β₁ stays what it is.</remarks>
internal static class PlantedHyperparameter
{
    private const string Step = "\"params\": [[0]], \"grads\": [[1]], \"lr\": 1, \"bias_correction\": false";

    /// <summary>Changes the copy's β₁; called first.</summary>
    public static void Plant() => Change(Hyperparameters.Beta1, Hyperparameters.Beta1 with { Domain = Domain.Parse("[0.25, 0.5]"), Otherwise = 0.375, TeX = @"\gamma", Unit = "share" });

    public static void Options_take_the_new_default_and_refuse_with_the_new_domain() => Assert.Multiple(() =>
    {
        Assert.That(AdamOptions.Adam(1).Beta1, Is.EqualTo(0.375));
        Assert.That(new LambOptions { LearningRate = 1 }.Beta1, Is.EqualTo(0.375));
        Assert.That(() => AdamOptions.Adam(1) with { Beta1 = 0.9 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo("beta1 = 0.9 is outside [0.25, 0.5]"));
        Assert.That(() => AdamOptions.Adam(1) with { Beta1 = 0.5 }, Throws.Nothing);
    });

    public static void The_oracle_takes_the_new_default_and_refuses_with_the_new_domain() => Assert.Multiple(() =>
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

    public static void Formulas_and_the_battery_take_the_new_domain_and_symbol() => Assert.Multiple(() =>
    {
        Formula formula = FormulaCatalog.Find("adam.first_moment");
        Assert.That(formula.Parameters[2].Domain.ToString(), Is.EqualTo("[0.25, 0.5]"));
        Assert.That(() => formula.Require([0, 0, 0.9]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("outside [0.25, 0.5]"));
        Assert.That(FormulaSamples.Of(formula, 200).Select(args => args[2]), Is.All.InRange(0.25, 0.5));
        Assert.That(FormulaCatalog.Of(typeof(Adam)).Single(f => f.Id == "adam.first_moment").TeX, Is.EqualTo(@"m_t = \gamma \, m_{t-1} + \left(1 - \gamma\right) \, g_t"));
        Assert.That(FormulaCatalog.Of(typeof(Adam)).Single(f => f.Id == "adam.step_bound").Parameters[0].Domain.ToString(), Is.EqualTo("(0.25, 0.5]"));
    });

    public static void Chapters_and_protocol_are_seen_to_be_out_of_date() => Assert.Multiple(() =>
    {
        const string Row = "`beta1` | γ | [0.25, 0.5] | 0.375 | share";
        Assert.That(HyperparameterTable.Row(Hyperparameters.Beta1), Is.EqualTo(Row));
        string chapters = Spec.Cli.Commands.ChapterFolder.Find();
        foreach (string topic in new[] { "adam", "adamw", "lamb" })
        {
            ChapterBlock table = ChapterParser.Parse(topic, File.ReadAllText(Path.Combine(chapters, topic + ".md"))).Blocks.Single(b => b.Kind == ChapterBlockKind.Hyperparameters);
            Assert.That(HyperparameterTable.Of(HyperparameterTable.Named(table.Name)), Does.Contain(Row).And.Not.EqualTo(table.Code), topic);
        }

        (string text, int at, string computed) = HyperparameterTableTests.Table();
        Assert.That(computed, Does.Contain(Row).And.Not.EqualTo(text[at..]));
    });

    public static void Devices_take_the_new_domain()
    {
        using var device = new TrainingSpec.Devices.CpuDevice(threads: 1);
        AdamCoefficients<Real32> c = TrainingSpec.Devices.DeviceInputs.Coefficients(1, DecayKind.Old);
        Assert.That(
            () => device.AdamStep(new float[1], new float[1], new float[1], new float[1], c),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo("Beta1 = 0.9 is outside [0.25, 0.5]"));
    }

    public static void A_step_takes_the_lower_end_of_the_new_domain() =>
        Assert.That(Ask.Number(Ask.Result("adam.step", "{" + Step + ", \"beta1\": 0.25}").GetProperty("state").GetProperty("m")[0][0]), Is.EqualTo(0.75));

    public static void The_oracle_reads_domain_and_default_of_this_entry(string op, string name)
    {
        Hyperparameter entry = Hyperparameters.All[name], before = entry with { };
        string request = HyperparameterTableTests.RequestOf(op, entry);
        System.Text.Json.Nodes.JsonNode? given = System.Text.Json.Nodes.JsonNode.Parse(request)![entry.Name];
        double value = given is System.Text.Json.Nodes.JsonArray list ? list[0]!.GetValue<double>() : given?.GetValue<double>() ?? entry.Otherwise ?? 1;
        try
        {
            // What the request has is the last that is legal, and the next larger one of the old domain is not.
            Change(entry, before with { Domain = before.Domain with { High = value, HighOpen = false } });
            Assert.That(Ask.Op(op, HyperparameterTableTests.With(request, entry.Name, value)).GetProperty("ok").GetBoolean(), Is.True, request);
            double beyond = before.Whole || double.IsInfinity(before.Domain.High) ? value + 1 : (value + before.Domain.High) / 2;
            if (before.Domain.Contains(beyond))
            {
                JsonElement answer = Ask.Op(op, HyperparameterTableTests.With(request, entry.Name, beyond));
                Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", entry.Name)));
                Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.EndWith($" is outside {entry.Domain}"));
            }

            if (before.Otherwise is not { } otherwise)
                return;
            double other = before.Whole ? otherwise + 1 : before.Domain.Contains(otherwise / 2 + 0.25) ? otherwise / 2 + 0.25 : 2 * otherwise + 1;
            Change(entry, before with { Otherwise = other });
            Assert.That(Ask.Op(op, HyperparameterTableTests.Without(request, entry.Name)).GetRawText(), Is.EqualTo(Ask.Op(op, HyperparameterTableTests.With(request, entry.Name, other)).GetRawText()));
        }
        finally
        {
            Change(entry, before);
        }
    }

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
