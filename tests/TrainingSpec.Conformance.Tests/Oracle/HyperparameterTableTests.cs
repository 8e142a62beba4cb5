using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainingSpec.Formulas;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The protocol's table of hyperparameters says what the one descriptor of each says, and the oracle does what the table says.</summary>
internal sealed class HyperparameterTableTests
{
    private const string Start = "<!-- hyperparameters\n", End = "-->\n";

    // A request that each operation answers, with every hyperparameter that has no default.
    private static readonly Dictionary<string, string> Requests = new()
    {
        ["cross_entropy"] = """{"logits": [[1, 2, 4]], "targets": [0]}""",
        ["smooth_labels"] = """{"targets": [1], "num_classes": 3, "smoothing": 0.25}""",
        ["huber"] = """{"predictions": [1, 8], "targets": [0.5, 1]}""",
        ["smooth_l1"] = """{"predictions": [1, 8], "targets": [0.5, 1]}""",
        ["bce_with_logits"] = """{"logits": [[1, -2]], "targets": [[1, 0]]}""",
        ["sgd.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adam.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adamw.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["lars.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["lamb.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["rmsprop.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adagrad.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adadelta.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adamax.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["nadam.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["radam.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["amsgrad.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["lion.step"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["sparse_adam.step"] = """{"params": [[1, 2], [3, 4]], "rows": [1], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["muon.step"] = """{"params": [[1, 2]], "shapes": [[2, 1]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["adafactor.step"] = """{"params": [[1, 2, 3, 4]], "shapes": [[2, 2]], "grads": [[0.5, 0.25, 0, 1]]}""",
        ["average.weights"] = """{"params": [[1, 2]]}""",
        ["layerwise.ratio"] = """{"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.125}""",
        ["llrd"] = """{"lr": 0.125, "decay": 0.5, "layers": 3}""",
        ["linear_scaling"] = """{"lr": 0.125, "batch": 2, "new_batch": 4, "warmup": 5}""",
        ["lr_finder.sweep"] = """{"lr_min": 0.125, "lr_max": 8, "count": 4}""",
        ["lr_finder.suggest"] = """{"lr": [1, 2, 4], "loss": [3, 2, 1]}""",
        ["init.moments"] = """{"scheme": "he_normal", "fan_in": 3, "fan_out": 4, "layers": 2}""",
        ["init.sample"] = """{"scheme": "he_normal", "fan_in": 3, "fan_out": 4, "layers": 2, "seed": 1, "count": 2}""",
        ["init.truncated"] = """{"std": 0.5}""",
        ["init.truncated_sample"] = """{"std": 0.5, "seed": 1, "count": 8}""",
        ["init.orthogonal"] = """{"rows": 2, "columns": 3, "seed": 1}""",
        ["init.fans"] = """{"shape": [12, 3]}""",
        ["init.gain"] = """{"nonlinearity": "leaky_relu"}""",
        ["norm.p"] = """{"tensors": [[3, 4]], "p": 3}""",
        ["clip.adaptive"] = """{"params": [[1, 2]], "grads": [[3, 4]]}""",
        ["clip.global_norm"] = """{"grads": [[3, 4]], "max_norm": 1}""",
        ["clip.per_tensor_norm"] = """{"grads": [[3, 4]], "max_norm": 1}""",
        ["clip.value"] = """{"grads": [[3, 4]], "limit": 1}""",
        ["dropout"] = """{"x": [1, 2], "p": 0.5, "seed": 1}""",
        ["dropout.backward"] = """{"grad": [1], "mask": [1], "p": 0.5}""",
        ["l2_penalty"] = """{"params": [[1]], "lambda": 0.5}""",
        ["ewc"] = """{"params": [[1]], "anchor": [[2]], "fisher": [[1]], "lambda": 0.5}""",
        ["early_stopping"] = """{"losses": [3, 2, 1, 1, 1], "patience": 2}""",
        ["loss_scale.unscale"] = """{"grads": [[3]], "scale": 4}""",
        ["loss_scale.update"] = """{"scale": 4, "tracker": 1999, "found_inf": false}""",
        ["checkpointing.plan"] = """{"layers": 5}""",
        ["batches"] = """{"count": 5, "batch_size": 2, "seed": 1, "epoch": 0}""",
        ["gpt.count"] = """{"vocab": 5, "width": 4, "layers": 2, "context": 3}""",
        ["activation"] = """{"kind": "elu", "x": [-1, 2]}""",
        ["layer_norm"] = """{"x": [[1, 2]], "gain": [1, 1], "bias": [0, 0]}""",
        ["rms_norm"] = """{"x": [[1, 2]], "gain": [1, 1]}""",
        ["attention"] = """{"q": [[1, 2]], "k": [[1, 2]], "v": [[1, 2]]}""",
    };

    // Each kind of schedule with the hyperparameters that it takes.
    private static readonly string[] Schedules =
    [
        """{"kind": "step_decay", "steps": [3], "lr": 0.5, "gamma": 0.5, "every": 2}""",
        """{"kind": "linear_decay", "steps": [3], "lr": 0.5, "total": 4}""",
        """{"kind": "warmup_hold_cosine", "steps": [3], "lr_max": 0.5, "warmup": 1, "decay_start": 2, "total": 4}""",
    ];

    // Where a name stands for another hyperparameter in another kind: the kind that takes this one.
    private static readonly Dictionary<Hyperparameter, string> OfOneKind = new()
    {
        [Hyperparameters.RateBound] = """{"kind": "exponential", "steps": [3], "lr": 0.5, "gamma": 0.5, "lr_end": 0.25}""",
        [Hyperparameters.ExponentialEvery] = """{"kind": "exponential", "steps": [3], "lr": 0.5, "gamma": 0.5, "every": 2}""",
        [Hyperparameters.RateDecay] = """{"kind": "inverse_time", "steps": [3], "lr": 0.5, "lr_decay": 0.5}""",
        [Hyperparameters.MilestoneGamma] = """{"kind": "multi_step", "steps": [3], "lr": 0.5, "milestones": [2]}""",
        [Hyperparameters.Power] = """{"kind": "polynomial", "steps": [3], "lr_max": 0.5, "total": 4}""",
        [Hyperparameters.WarmupFactor] = """{"kind": "warmup_linear", "steps": [0, 3], "lr_max": 0.5, "warmup": 1, "total": 4}""",
        [Hyperparameters.Timescale] = """{"kind": "inverse_sqrt", "steps": [3], "lr_max": 0.5, "warmup": 1, "timescale": 4}""",
        [Hyperparameters.FirstPeriod] = """{"kind": "cosine_restarts", "steps": [3], "lr_max": 0.5, "t_0": 2}""",
        [Hyperparameters.PeriodFactor] = """{"kind": "cosine_restarts", "steps": [3], "lr_max": 0.5, "t_0": 2}""",
        [Hyperparameters.PeakShare] = OneCycle,
        [Hyperparameters.DivFactor] = OneCycle,
        [Hyperparameters.FinalDivFactor] = OneCycle,
        [Hyperparameters.StepsUp] = Cyclic,
        [Hyperparameters.StepsDown] = Cyclic,
        [Hyperparameters.CycleGamma] = Cyclic,
        [Hyperparameters.BaseMomentum] = Momentum,
        [Hyperparameters.MaxMomentum] = Momentum,
        [Hyperparameters.ConstantFactor] = """{"kind": "constant_factor", "steps": [3], "lr": 0.5, "total": 4}""",
        [Hyperparameters.StartFactor] = LinearFactor,
        [Hyperparameters.EndFactor] = LinearFactor,
        [Hyperparameters.PlateauFactor] = Plateau,
        [Hyperparameters.PlateauPatience] = Plateau,
        [Hyperparameters.PlateauThreshold] = Plateau,
        [Hyperparameters.Cooldown] = Plateau,
        [Hyperparameters.PlateauEpsilon] = Plateau,
    };

    private const string OneCycle = """{"kind": "one_cycle", "steps": [3], "lr_max": 0.5, "total": 9}""", Cyclic = """{"kind": "cyclic", "steps": [3], "lr_max": 0.5, "step_size_up": 2, "step_size_down": 3, "gamma": 0.5, "mode": "exp_range"}""",
        Momentum = """{"kind": "one_cycle", "steps": [3], "lr_max": 0.5, "total": 9, "cycle_momentum": true, "base_momentum": 0, "max_momentum": 0.95}""",
        LinearFactor = """{"kind": "linear_factor", "steps": [3], "lr": 0.5, "total": 4, "end_factor": 0.5}""", Plateau = """{"kind": "plateau", "steps": [3], "lr": 0.5, "metrics": [1, 1, 1]}""";

    private static string ProtocolPath => Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "protocol", "oracle.md");

    /// <summary>Every operation with each of its hyperparameters.</summary>
    internal static IEnumerable<TestCaseData> Entries =>
        from line in Groups(File.ReadAllText(ProtocolPath)).Named.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let cut = line.IndexOf(':', StringComparison.Ordinal)
        from entry in line[(cut + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select new TestCaseData(line[..cut], entry);

    [Test]
    public void The_table_is_written_from_the_descriptors()
    {
        (string text, int at, string computed) = Table();
#if WRITE_CHAPTERS
        var change = new TrainingSpec.Checking.Golden.AtomicFiles(Path.GetDirectoryName(ProtocolPath)!);
        change.Write(ProtocolPath, text[..at] + computed);
        change.Commit();
#else
        Assert.That(text[at..], Is.EqualTo(computed));
#endif
    }

    /// <summary>The protocol's text, where its table begins, and the table as the descriptors have it.</summary>
    internal static (string Text, int At, string Computed) Table()
    {
        string text = File.ReadAllText(ProtocolPath);
        (string named, int at) = Groups(text);
        string computed = "| op | argument | symbol | domain | default | unit |\n|---|---|---|---|---|---|\n";
        foreach (string line in named.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int cut = line.IndexOf(':', StringComparison.Ordinal);
            foreach (Hyperparameter entry in HyperparameterTable.Named(line[(cut + 1)..]))
                computed += $"| `{line[..cut]}` | {HyperparameterTable.Row(entry)} |\n";
        }

        return (text, at, computed);
    }

    [TestCaseSource(nameof(Entries))]
    public void A_default_in_the_text_is_the_descriptors(string op, string name)
    {
        Hyperparameter entry = Hyperparameters.All[name];
        var written = new Regex($@"`{Regex.Escape(entry.Name)} = ([0-9.e-]+)`");
        string cells = " | `" + entry.Name + "` | ";
        IEnumerable<string> rows = File.ReadLines(ProtocolPath).Where(line =>
            (line.StartsWith($"| `{op}`", StringComparison.Ordinal) || line.StartsWith($"`{op}`", StringComparison.Ordinal)) && !line.Contains(cells, StringComparison.Ordinal));
        foreach (Match match in rows.SelectMany(row => written.Matches(row)))
            Assert.That(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), Is.EqualTo(entry.Otherwise), $"{op}: {match.Value}");
    }

    [TestCaseSource(nameof(Entries))]
    public void The_oracle_keeps_domain_and_default(string op, string name)
    {
        Hyperparameter entry = Hyperparameters.All[name];
        string request = RequestOf(op, entry);
        Assert.That(Ask.Op(op, request).GetProperty("ok").GetBoolean(), Is.True, request);
        if (entry.Otherwise is { } otherwise)
            Assert.That(Ask.Op(op, With(request, entry.Name, otherwise)).GetRawText(), Is.EqualTo(Ask.Op(op, Without(request, entry.Name)).GetRawText()));
        else if (op is not ("init.moments" or "init.sample") && (op, name) is not (("linear_scaling", "Warmup") or ("schedule", "Timescale" or "StepsDown" or "BaseMomentum" or "MaxMomentum" or "RateBound") or ("lamb.step", "MostNorm" or "MostRatio") or ("average.weights", "UpdatesSoFar")))
            Assert.That(Ask.Fault(Ask.Op(op, Without(request, entry.Name))), Is.EqualTo(("invalid-argument", entry.Name)));
        foreach (double outside in Outside(entry))
        {
            JsonElement answer = Ask.Op(op, With(request, entry.Name, outside));
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", entry.Name)), $"{outside}");
            string message = answer.GetProperty("error").GetProperty("message").GetString()!;
            Assert.That(Regex.Count(message, $@"\b{Regex.Escape(entry.Name)}\b"), Is.EqualTo(1), message);

            // Another argument, or what can be answered, may stand for the upper end.
            string domain = entry.Domain.ToString();
            Assert.That(message, entry.Whole && outside == 2.5 ? Does.Contain("2.5 is no 64-bit whole number") : Does.Contain($" = {outside:R} is outside {domain[..(domain.IndexOf(',', StringComparison.Ordinal) + 1)]}"));
        }
    }

    [Test]
    public void Every_descriptor_stands_in_the_book_or_the_protocol()
    {
        string book = string.Concat(Directory.GetFiles(Spec.Cli.Commands.ChapterFolder.Find(), "*.md").Append(ProtocolPath).SelectMany(File.ReadLines).Where(l => l.Contains("hyperparameters ", StringComparison.Ordinal) || l.Contains(": ", StringComparison.Ordinal)).Select(l => l + " "));

        // A step of an optimizer is no argument: the state counts it; β stands for both betas.
        string[] missing = [.. Hyperparameters.All.Keys.Where(name => !Regex.IsMatch(book, $@"[ :]{name}\b")).Except([nameof(Hyperparameters.Update), nameof(Hyperparameters.Beta)])];
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void No_operation_reads_a_hyperparameter_by_a_name_of_its_own()
    {
        var read = new Regex(@"(?<!answer\.)\b(?:Integer|IntegerOrNull|Integers|Share|NumberOrInfinity)\(""([a-z_0-9]+)""");
        string[] names = [.. Hyperparameters.All.Values.Select(h => h.Name).Where(n => n is not ("count" or "steps" or "layers" or "rows")).Distinct()];
        string source = Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "src", "TrainingSpec.Conformance", "Oracle", "Operations");
        IEnumerable<string> found = Directory.GetFiles(source, "*.cs").SelectMany(f => read.Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value);
        Assert.That(found.Intersect(names), Is.Empty);
    }

    /// <summary>A request that an operation answers, in which a hyperparameter has its place.</summary>
    internal static string RequestOf(string op, Hyperparameter entry) => op == "activation" && entry == Hyperparameters.NegativeSlope
        ? """{"kind": "leaky_relu", "x": [-1, 2]}"""
        : op != "schedule" ? Requests[op]
        : OfOneKind.TryGetValue(entry, out string? request) ? request
        : Schedules.First(s => s.Contains($"\"{entry.Name}\"", StringComparison.Ordinal) || entry.Name == "lr_min" && s.Contains("cosine", StringComparison.Ordinal));

    private static (string Named, int Table) Groups(string text)
    {
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length, end = text.IndexOf(End, start, StringComparison.Ordinal);
        return (text[start..end], end + End.Length);
    }

    private static IEnumerable<double> Outside(Hyperparameter entry)
    {
        if (double.IsFinite(entry.Domain.Low))
            yield return entry.Domain.LowOpen ? entry.Domain.Low : entry.Domain.Low - 1;
        if (entry.Whole)
            yield return 2.5;
        if (double.IsFinite(entry.Domain.High))
            yield return entry.Domain.HighOpen ? entry.Domain.High : entry.Domain.High + 1;
    }

    internal static string With(string request, string name, double value)
    {
        JsonNode args = JsonNode.Parse(request)!;
        args[name] = args[name] is JsonArray ? new JsonArray(value) : value;
        return args.ToJsonString();
    }

    internal static string Without(string request, string name)
    {
        var args = (JsonObject)JsonNode.Parse(request)!;
        args.Remove(name);
        return args.ToJsonString();
    }
}
