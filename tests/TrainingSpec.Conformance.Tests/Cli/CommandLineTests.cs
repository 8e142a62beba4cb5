using System.Text.Json;
using Spec.Cli;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>Exit codes, the one line on standard error, and what is written.</summary>
[NonParallelizable]
public sealed class CommandLineTests
{
    private TemporaryCheckout _checkout = null!;
    private string? _ci;

    [SetUp]
    public void Stand_in_a_checkout_of_our_own()
    {
        _ci = Environment.GetEnvironmentVariable("CI");
        _checkout = new TemporaryCheckout();
        Environment.SetEnvironmentVariable("CI", null);
    }

    [TearDown]
    public void Leave_it()
    {
        Environment.SetEnvironmentVariable("CI", _ci);
        _checkout.Dispose();
    }

    [TestCase("D4-999", "verify", "--claim", "D4-999")]
    [TestCase("nonsense", "verify", "--claim", "nonsense")]
    [TestCase("D4-071", "verify", "--document", "D3", "--claim", "D4-071")]
    [TestCase("D9", "verify", "--document", "D9")]
    [TestCase("D9", "--document", "D9")]
    [TestCase("--threads", "verify", "--threads")]
    [TestCase("frobnicate", "frobnicate")]
    [TestCase("NOPE-1", "explain", "NOPE-1")]
    [TestCase("adam.nothing", "explain", "adam.nothing")]
    [TestCase("tan", "exhaustive", "tan")]
    [TestCase("xx-nowhere", "verify", "--culture", "xx-nowhere")]
    [TestCase("no-such-statement", "prove", "no-such-statement")]
    [TestCase("adam-right", "oracle", "--wrong", "adam-right")]
    [TestCase("--claim", "verify", "--claim")]
    [TestCase("nowhere", "verify", "--claim", "D4-071", "--json", "nowhere/verdicts.json")]
    [TestCase("golden", "verify", "--claim", "D4-071", "--json", "golden")]
    [TestCase("nowhere", "verify", "--claim", "D4-071", "--svg", "nowhere/verdicts.svg")]
    [TestCase("nowhere", "bench", "--json", "nowhere/figures.json")]
    [TestCase("--json", "bench", "--check", "--json", "figures.json")]
    public void Bad_input_is_one_line_that_names_the_culprit_and_exit_code_2(string culprit, params string[] args)
    {
        (int code, string output, string error) = Run(args);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(output, Is.Empty);
        Assert.That(error.TrimEnd(), Does.StartWith("spec: ").And.Contains(culprit).And.Match("see spec( [a-z]+)* --help$|See spec( [a-z]+)* --help$").And.Not.Contains("\n").And.Not.Contains("Parameter '"));
        Assert.That(Directory.Exists("nowhere"), Is.False);
    }

    [TestCase("prove", "COSINE-FALLS")]
    [TestCase("exhaustive", "BFloat16", "--stride", "4000000001")]
    [TestCase("train", "gpt", "--preset", "D1", "--precision", "BFloat16", "--memory", "--corpus", "spec/claims/D4.json")]
    public void Ids_may_be_typed_in_any_case(params string[] args)
    {
        (int code, _, string error) = Run(args);
        Assert.That(code, Is.Zero, error);
    }

    [Test]
    public void A_verdict_that_is_not_the_accepted_one_is_exit_code_1_and_says_from_what_to_what()
    {
        Accept("confirmed");
        (int code, string output, _) = Run("verify", "--claim", "D4-071");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("D4-071 changed: confirmed -> imprecise"));

        Accept("imprecise");
        Assert.That(Run("verify", "--claim", "D4-071").Code, Is.Zero);
    }

    [Test]
    public void An_accepted_verdict_that_is_no_longer_reached_is_a_change()
    {
        File.WriteAllText(Path.Combine("golden", "claims", "D0.verdicts.verified.txt"), """{"D0-001": {"verdict": "erratum", "recomputed": ""}}""");
        (int code, string output, _) = Run("verify", "--claim", "D0-001");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("D0-001 changed: erratum -> confirmed"));
    }

    [Test]
    public void Damaged_accepted_verdicts_are_named()
    {
        File.WriteAllText(Path.Combine("golden", "claims", "D4.verdicts.verified.txt"), "{");
        (int code, _, string error) = Run("verify", "--claim", "D4-071");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("D4.verdicts.verified.txt").And.EndsWith("\n"));
    }

    [Test]
    public void Damaged_claims_are_named()
    {
        string file = Path.Combine("spec", "claims", "D3.json"), whole = File.ReadAllText(file);
        File.WriteAllText(file, whole[..(whole.Length / 2)]);
        (int code, _, string error) = Run("verify", "--document", "D3");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("D3.json").And.Contain("damaged at line"));
    }

    [Test]
    public void The_JSON_has_the_members_that_are_promised_and_replaces_what_was_there()
    {
        Accept("imprecise");
        File.WriteAllText("verdicts.json", "old");
        Assert.That(Run("verify", "--claim", "D4-071", "--json", "verdicts.json").Code, Is.Zero);
        JsonElement claim = JsonDocument.Parse(File.ReadAllText("verdicts.json")).RootElement.GetProperty("claims")[0];
        Assert.That(claim.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "id", "document", "verdict", "given", "printed", "recomputed", "why" }));
        Assert.That(claim.GetProperty("verdict").GetString(), Is.EqualTo("imprecise"));
        Assert.That(Directory.GetFiles(".").Select(Path.GetFileName), Is.EquivalentTo(new[] { "Spec.sln", "verdicts.json" }), "nothing is left beside it");
    }

    [Test]
    public void Away_from_a_terminal_there_is_no_colour_and_no_progress()
    {
        Accept("imprecise");
        // Ordinal: a culture takes the escape character for nothing and finds it everywhere.
        Assert.That(Run("verify", "--claim", "D4-071").Output.Contains('\u001b', StringComparison.Ordinal), Is.False);
    }

    [Test]
    public void Nothing_is_accepted_in_continuous_integration()
    {
        Environment.SetEnvironmentVariable("CI", "true");
        (int code, _, string error) = Run("golden", "accept");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("continuous integration"));
    }

    [Test]
    public void Help_has_examples_and_the_version_is_a_version()
    {
        (int code, string output, _) = Run("--help");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("Examples:").And.Contains("spec verify --document D4"));
        foreach (string command in new[] { "verify", "errata", "explain", "list", "golden", "oracle", "trace", "devices", "exhaustive", "plots" })
            Assert.That(output, Does.Contain("\n  " + command));
        (code, output, _) = Run("--version");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public void A_formula_is_explained_step_by_step()
    {
        (int code, string output, _) = Run("explain", "weight_decay.l2_gradient");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain(@"g_t = g + \lambda \, \theta"));
        Assert.That(output, Does.Contain(@"g = 0.5, \theta = 0.75, \lambda = 3"));
        Assert.That(output, Does.Contain(@"\lambda \, \theta = 2.25"));
        Assert.That(output, Does.Contain("g + 2.25 = 2.75"));
    }

    [Test]
    public void A_claim_is_explained_with_what_decides()
    {
        (int code, string output, _) = Run("explain", "D4-071");
        Assert.That(code, Is.Zero, "a claim needs no chapters");
        Assert.That(output, Does.Contain("verdict: imprecise").And.Contains("given:").And.Contains("printed:").And.Contains("recomputed:").And.Contains("why:"));
    }

    private static void Accept(string verdict) => File.WriteAllText(
        Path.Combine("golden", "claims", "D4.verdicts.verified.txt"),
        """{"D4-071": {"verdict": "VERDICT", "recomputed": "1.76e-4"}}""".Replace("VERDICT", verdict, StringComparison.Ordinal));

    [Test]
    public void A_picture_that_the_library_does_not_compute_is_noticed()
    {
        Directory.CreateDirectory(Path.Combine("spec", "plots"));
        Assert.That(Run("plots").Code, Is.Zero);
        string[] pictures = [.. Directory.GetFiles(Path.Combine("spec", "plots")).Select(f => Path.GetFileNameWithoutExtension(f))];
        File.WriteAllLines(Path.Combine("spec", "all.md"), pictures.Select(name => $"![it](plots/{name}.svg)"));
        Assert.That(Run("plots", "--check", "--culture", "ar-SA").Code, Is.Zero);

        string adam = Path.Combine("spec", "plots", "adam.svg");
        File.WriteAllText(adam, File.ReadAllText(adam).Replace("70.0", "70.1", StringComparison.Ordinal));
        File.WriteAllLines(Path.Combine("spec", "all.md"), pictures.Skip(1).Append("none").Select(name => $"![it](plots/{name}.svg)"));
        (int code, string output, _) = Run("plots", "--check");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("adam.svg is not what").And.Contain($"nothing shows spec/plots/{pictures[0]}.svg").And.Contain("none.svg, which nothing draws"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
