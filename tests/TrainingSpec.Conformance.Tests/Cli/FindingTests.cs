using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What is found by its name, in any case, and what is suggested where the name is mistyped.</summary>
[NonParallelizable]
public sealed partial class FindingTests
{
    private TemporaryCheckout _checkout = null!;

    [OneTimeSetUp]
    public void Stand_in_a_checkout_of_our_own() => _checkout = new TemporaryCheckout(accepted: true, whole: true);

    [OneTimeTearDown]
    public void Leave_it() => _checkout.Dispose();

    [TestCase("did you mean verify? See spec --help", "verfy")]
    [TestCase("did you mean explain? See spec --help", "--culture", "tr-TR", "explian")]
    [TestCase("did you mean --section? See spec verify --help", "verify", "--sectoin", "x")]
    [TestCase("did you mean D4-070 or D4-071", "verify", "--claim", "D4-07l")]
    [TestCase("did you mean D4-071", "explain", "d4-71")]
    [TestCase("did you mean erratum?", "verify", "--verdict", "errata")]
    [TestCase("did you mean adam.update", "explain", "adam.updte")]
    [TestCase("did you mean ADAM-3", "explain", "ADAM3")]
    [TestCase("did you mean adam-amsgrad?", "oracle", "--wrong", "adam-amsgrd")]
    [TestCase("did you mean rules?", "list", "rule")]
    [TestCase("did you mean forgetting?", "experiment", "forgeting")]
    [TestCase("did you mean cosine-falls", "prove", "cosine-fall")]
    [TestCase("See spec golden --help", "golden", "chek")]
    public void What_is_near_a_mistyped_name_is_suggested(string said, params string[] args)
    {
        (int code, string output, string error) = TemporaryCheckout.Run(args);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error.TrimEnd(), Does.Contain(said).And.Not.Contains("\n"));
    }

    [TestCase("D4-071, lines 266 to 268", "d4-071")]
    [TestCase("ADAM-3 (required), spec/adam.md", "adam-3")]
    [TestCase("adam.update, a formula", "Adam.Update")]
    [TestCase("adam.step, an operation", "ADAM.STEP")]
    [TestCase("adam-amsgrad, a wrong implementation", "Adam-AMSGrad")]
    [TestCase("early-stopping, a topic", "Early-Stopping")]
    [TestCase("forgetting, an experiment of D3", "FORGETTING")]
    [TestCase("D0, \"Section 3.6: Training Dynamics\"", "d0")]
    public void Everything_with_a_name_is_explained(string said, string id)
    {
        (int code, string output, string error) = TemporaryCheckout.Run("explain", id);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.StartWith(said));
    }

    [TestCase("softmax", "softmax, an operation", "softmax, a topic")]
    [TestCase("early-stopping", "early-stopping, a topic", "early-stopping, an experiment")]
    [TestCase("perplexity", "perplexity, a formula", "perplexity, an operation", "perplexity, a topic")]
    public void A_name_with_several_meanings_is_explained_in_all_of_them(string id, params string[] said)
    {
        string output = TemporaryCheckout.Run("explain", id).Output;
        foreach (string part in said)
            Assert.That(output, Does.Contain(part));
    }

    [TestCase("claims", "D4-071", "D4-071  imprecise: ")]
    [TestCase("claims", "d0-001", "D0-001  confirmed: ")]
    [TestCase("rules", "adam-3", "ADAM-3  required, spec/adam.md: ")]
    [TestCase("formulas", "ADAM.UPDATE", "adam.update ")]
    [TestCase("operations", "logsumexp", "logsumexp")]
    [TestCase("wrong", "amsgrad", "adam-amsgrad  breaks ADAM-5: ")]
    [TestCase("topics", "early", "early-stopping  spec/early-stopping.md: ")]
    [TestCase("documents", "loss curves", "D1  Training Dynamics and Loss Curves: ")]
    public void Everything_is_listed_and_filtered(string kind, string part, string line)
    {
        (int code, string output, string error) = TemporaryCheckout.Run("list", kind, part);
        Assert.That(code, Is.Zero, error);
        Assert.That(output.Split('\n').Select(said => Columns().Replace(said, "  ")), Has.Some.StartsWith(line));
        int all = TemporaryCheckout.Run("list", kind).Output.Split('\n').Length;
        Assert.That(output.Split('\n'), Has.Length.LessThan(all));
        Assert.That(TemporaryCheckout.Run("list", kind, "nothing has this in it").Code, Is.EqualTo(2));
    }

    [Test]
    public void A_document_of_new_claims_alone_is_said_to_have_no_checks()
    {
        using var checkout = new TemporaryCheckout();
        checkout.Claims("D3", claims =>
        {
            JsonNode one = claims[0]!.DeepClone();
            one["id"] = "D3-999";
            claims.Clear();
            claims.Add(one);
        });
        (int code, string output, string error) = TemporaryCheckout.Run("errata", "D3");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Is.EqualTo("D3: none of its claims has a check yet (D3-999).\n"));
    }

    [Test]
    public void The_errata_are_those_that_were_accepted()
    {
        (int code, string output, string error) = TemporaryCheckout.Run("errata", "d3");
        Assert.That(code, Is.Zero, error);
        string accepted = File.ReadAllText(Path.Combine(TemporaryCheckout.RealRoot(), "golden", "claims", "D3.errata.verified.md"));
        Assert.That(output, Is.EqualTo(accepted));
    }

    // Columns are as wide as their longest entry.
    [System.Text.RegularExpressions.GeneratedRegex(" {2,}")]
    private static partial System.Text.RegularExpressions.Regex Columns();
}
