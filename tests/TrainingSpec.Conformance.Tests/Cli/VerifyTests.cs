using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What <c>spec verify</c> compares, what it names, and what one bad claim does to the others.</summary>
[NonParallelizable]
public sealed class VerifyTests
{
    private TemporaryCheckout _checkout = null!;

    [SetUp]
    public void Stand_in_a_checkout_of_our_own() => _checkout = new TemporaryCheckout(accepted: true);

    [TearDown]
    public void Leave_it() => _checkout.Dispose();

    [TestCase("D4", "--section", "Table of Contents")]
    [TestCase("D3")]
    public void Missing_claims_are_named(string document, params string[] more)
    {
        _checkout.Claims(document, claims =>
        {
            foreach (string number in new[] { "011", "012", "013", "020" })
                claims.Remove(TemporaryCheckout.Find(claims, $"{document}-{number}"));
        });
        (int code, string output, string error) = TemporaryCheckout.Run(["verify", "--document", document, .. more]);
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(output, Does.Contain($"{document}: missing, although accepted: {document}-011 to {document}-013, {document}-020").And.Not.Contains("All verdicts"));
    }

    [Test]
    public void Errata_of_which_claims_are_missing_are_no_whole_report()
    {
        _checkout.Claims("D3", claims => claims.Remove(TemporaryCheckout.Find(claims, "D3-011")));
        (int code, _, string error) = TemporaryCheckout.Run("errata", "D3");
        Assert.That((code, error.Split('\n')[0]), Is.EqualTo((1, "spec: D3: missing, although accepted: D3-011")));
        _checkout.Claims("D3", claims => claims.Clear());
        (code, _, error) = TemporaryCheckout.Run("errata", "D3");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("spec: D3 has no claims; accepted are D3-001 to "));
    }

    [Test]
    public void Added_claims_are_named()
    {
        _checkout.Claims("D3", claims =>
        {
            JsonNode more = claims[0]!.DeepClone();
            more["id"] = "D3-999";
            claims.Add(more);
        });
        (int code, string output, _) = TemporaryCheckout.Run("verify", "--document", "D3");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("D3: added, and not in the accepted list: D3-999"));
    }

    [TestCase("D4", "D4-001 to D4-169")]
    [TestCase("D0", "D0-001 to D0-187")]
    public void A_document_without_claims_is_named(string document, string accepted)
    {
        _checkout.Claims(document, claims => claims.Clear());
        (int code, string output, _) = TemporaryCheckout.Run("verify", "--document", document);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain($"{document} has no claims; accepted are {accepted}"));
    }

    [Test]
    public void A_document_of_which_nothing_was_ever_accepted_is_named()
    {
        File.Delete(Path.Combine("golden", "claims", "D3.verdicts.verified.txt"));
        (int code, string output, _) = TemporaryCheckout.Run("verify", "--document", "D3");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("D3: no verdicts were ever accepted for its 83 claims"));
    }

    [Test]
    public void Doubled_claims_are_named_and_the_others_judged()
    {
        _checkout.Claims("D4", claims => claims.Add(TemporaryCheckout.Find(claims, "D4-073").DeepClone()));
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--document", "D4", "--section", "Numeric Example (learning rate)");
        Assert.That(code, Is.EqualTo(2));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2), "the claim, and the one that needs it");
        Assert.That(lines[0], Does.EndWith("D4.json: D4-073 stands twice"));
        Assert.That(lines[1], Does.Contain("D4.json: D4-074: "));
        Assert.That(output, Does.Contain("D4-071").And.Not.Contains("missing").And.Not.Contains("added"));
    }

    [Test]
    public void Trace_sees_the_gap_too()
    {
        _checkout.Dispose();
        _checkout = new TemporaryCheckout(accepted: true, whole: true);
        (int code, string output, string error) = TemporaryCheckout.Run("trace");
        Assert.That(code, Is.Zero, output + error);
        _checkout.Claims("D4", claims => claims.Remove(TemporaryCheckout.Find(claims, "D4-010")));
        _checkout.Claims("D1", claims => claims.Clear());
        _checkout.Claims("D3", claims => claims.Add(TemporaryCheckout.Find(claims, "D3-001").DeepClone()));
        (code, output, error) = TemporaryCheckout.Run("trace");
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(output, Does.Contain("D4: missing, although accepted: D4-010").And.Contains("D1 has no claims").And.Contains("D3-001 stands twice").And.Contains("a check judges D4-010, which is no claim"));
    }

    [Test]
    public void Claims_and_verdicts_come_from_one_place_and_the_output_says_which()
    {
        _checkout.Claim("D4-071", claim => claim["printed"]!["lr"] = "9.99e-4");
        (int code, string output, _) = TemporaryCheckout.Run("verify", "--claim", "D4-071");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith($"Claims and accepted verdicts: the checkout {Environment.CurrentDirectory}").And.Contains("9.99e-4").And.Contains("D4-071 changed: imprecise -> erratum"));
    }

    [TestCase("given", "{}", "given.")]
    [TestCase("given", """{"max_lr": "hello", "warmup_steps": 100, "total_steps": 1000, "step": 500}""", "given.max_lr")]
    [TestCase("given", """{"max_lr": [], "warmup_steps": 100, "total_steps": 1000, "step": 500}""", "max_lr")]
    [TestCase("given", """{"max_lr": "3e-4", "warmup_steps": "hello", "total_steps": 1000, "step": 500}""", "given.warmup_steps")]
    [TestCase("given", """{"max_lr": "1e999999999", "warmup_steps": 100, "total_steps": 1000, "step": 500}""", "given.max_lr")]
    [TestCase("printed", """{"lr": "1e999999999"}""", "printed.lr")]
    [TestCase("printed", """{"lr": "1e-999999999"}""", "printed.lr")]
    [TestCase("printed", "{}", "printed.lr")]
    public void Bad_data_is_one_line_that_names_file_and_claim_and_the_others_are_judged(string member, string value, string place)
    {
        _checkout.Claim("D4-071", claim => claim[member] = JsonNode.Parse(value));
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--claim", "D4-071", "D4-069");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.TrimEnd(), Does.StartWith("spec: ").And.Contains(Path.Combine("claims", "D4.json")).And.Contains("D4-071").And.Contains(place).And.Not.Contains("\n"));
        Assert.That(output, Does.Contain("D4-069").And.Contain("1 claim: 1 confirmed").And.Contain("1 claim or file could not be judged"));
    }

    [TestCase("D4-002", "D4")]
    [TestCase("D4-112", "D4-code")]
    public void Missing_facts_name_file_and_claim(string id, string facts)
    {
        string file = Path.Combine("spec", "claims", "facts", facts + ".json");
        File.WriteAllText(file, "{}");
        (int code, _, string error) = TemporaryCheckout.Run("verify", "--claim", id);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.TrimEnd(), Does.Contain(id).And.Not.Contains("\n"));
        File.Delete(file);
        (code, _, error) = TemporaryCheckout.Run("verify", "--claim", id);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.TrimEnd(), Does.Contain(id).And.Contains(Path.Combine("facts", "D4.json")).And.Contains("is missing").And.Not.Contains("\n"));
    }

    [Test]
    public void A_claim_that_others_need_is_named_with_those_that_need_it()
    {
        _checkout.Claims("D4", claims => claims.Remove(TemporaryCheckout.Find(claims, "D4-019")));
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--document", "D4", "--section", "From Logits to Loss");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.TrimEnd(), Does.Contain("D4-019 is missing").And.Contains("D4-020").And.Contains("D4.json").And.Not.Contains("\n"));
        Assert.That(output, Does.Contain("D4: missing, although accepted: D4-019").And.Contains("D4-021"));
    }

    [Test]
    public void Sections_and_verdicts_are_filters()
    {
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--document", "d4", "--section", "numeric example (learning", "--verdict", "Erratum");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("D4-073").And.Contains("D4-074").And.Not.Contains("D4-071").And.Not.Contains("confirmed   │"));
    }

    [Test]
    public void Several_claims_are_named_in_any_case_and_any_order()
    {
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--claim", "d4-073", "D4-071", "--claim", "d4-069");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("D4-069").And.Contains("D4-071").And.Contains("D4-073").And.Contains("D4: 3 claims: 1 confirmed, 1 imprecise, 1 erratum"));
    }

    [Test]
    public void A_culture_may_stand_before_the_command()
    {
        (int code, string output, string error) = TemporaryCheckout.Run("--culture", "tr-TR", "verify", "--claim", "D4-071");
        Assert.That(code, Is.Zero, error);
        Assert.That(TemporaryCheckout.Run("--claim", "D4-071", "--culture", "tr-TR").Output, Is.EqualTo(output));
    }

    [Test]
    public void Every_section_has_columns_of_the_same_widths()
    {
        string[] lines = TemporaryCheckout.Run("verify", "--document", "D4", "--section", "Example").Output.Split('\n');
        string[] tops = [.. lines.Where(l => l.StartsWith('┌'))];
        Assert.That(tops, Has.Length.GreaterThan(1));
        Assert.That(tops.Distinct().Count(), Is.EqualTo(1));
        Assert.That(tops[0], Has.Length.EqualTo(80));
    }

    [Test]
    public void There_is_a_line_for_each_document_at_the_end()
    {
        string[] lines = TemporaryCheckout.Run("verify", "--document", "D0", "D3", "--claim").Error.Split('\n');
        Assert.That(lines[0], Does.Contain("--claim"));
        lines = TemporaryCheckout.Run("verify", "--claim", "D3-001", "d4-071").Output.TrimEnd().Split('\n');
        Assert.That(lines[^3..], Is.EqualTo(new[]
        {
            "D3: 1 claim: 1 confirmed, 0 imprecise, 0 erratum, 0 ambiguous, 0 conflicts, 0 not-checked.", "D4: 1 claim: 0 confirmed, 1 imprecise, 0 erratum, 0 ambiguous, 0 conflicts, 0 not-checked.",
            "All verdicts are the accepted ones.",
        }));
    }

    [Test]
    public void The_JSON_is_the_same_bytes_each_run_and_has_seconds_only_when_asked()
    {
        string Written(params string[] more)
        {
            Assert.That(TemporaryCheckout.Run(["verify", "--claim", "D4-071", "--json", "verdicts.json", .. more]).Code, Is.Zero);
            return File.ReadAllText("verdicts.json");
        }

        string first = Written(), second = Written();
        Assert.That(second, Is.EqualTo(first).And.Not.Contains("seconds"));
        Assert.That(Written("--timings"), Does.Contain("\"seconds\": "));
    }

    [TestCase("--whole", "--whole needs --corpus, the text that D4's run is trained on")]
    [TestCase("--corpus Spec.sln", "--corpus is for --whole, which trains on it")]
    [TestCase("--whole --corpus Spec.sln", "the corpus has 0 bytes, and the document's 1115394 characters are ASCII")]
    public void A_whole_verification_needs_the_documents_corpus(string args, string why)
    {
        (int code, _, string error) = TemporaryCheckout.Run(["verify", "--claim", "D4-159", .. args.Split(' ')]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"spec: {why}").And.Matches(@"^[^\n]*\n$"));
    }
}
