using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec reveal</c> as a user runs it.</summary>
public sealed class RevealCommandTests
{
    private static readonly string Spec = typeof(global::Spec.Cli.CommandLine).Assembly.Location;

    [Test]
    public void Ours_is_revealed_drawn_and_written_down()
    {
        string file = Path.GetTempFileName();
        string[] args = ["--run", "norm.l2*", "cross_entropy, rows", "--count", "8", "--json", file, "--", "dotnet", Spec, "oracle"];
        (int code, string output, string error) = Run(args);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("norm.l2 of one tensor, float64 and float32: 8 folded in halves, i with i + 4 first (32 of 32 drawn sums have these bits)"));
        Assert.That(output, Does.Contain("norm.l2 over tensors, float64 and float32: pairwise over 8, neighbours first"));
        Assert.That(output, Does.Contain("├── + │ ├── + │ │ ├── 0 │ │ └── 4 │"));
        Assert.That(output, Does.Contain("cross_entropy, rows, float64 and float32: the same bits in all"));
        Assert.That(output, Does.EndWith("TrainingSpec 0.1.0: 4 sums of 8 terms, 4 by a tree, 0 compensated or exact, 0 unknown; 0 of 2 row results depend on their batch."));
        JsonObject first = JsonNode.Parse(File.ReadAllText(file))!["sums"]![0]!.AsObject();
        Assert.That(((string)first["kind"]!, (string)first["tree"]!), Is.EqualTo(("tree", "0+4+(2+6)+(1+5+(3+7))")));
        File.Delete(file);
    }

    [Test]
    [Category(Deep.Category)]
    public void A_large_tree_is_one_text()
    {
        (int code, string output, _) = Run("--run", "accumulate*", "--count", "64", "--", "dotnet", Spec, "oracle");
        Assert.That((code, output), Is.EqualTo((0, "accumulate over micro-batches, float64 and float32: an ascending chain of 64 (32 of 32 drawn sums have these bits) 0+1+…+63 TrainingSpec 0.1.0: 2 sums of 64 terms, 2 by a tree, 0 compensated or exact, 0 unknown; 0 of 0 row results depend on their batch.")));
    }

    [TestCase("command is missing")]
    [TestCase("count = 1 is outside [2, 1024]", "--count", "1", "--", "true")]
    [TestCase("count = 1025 is outside [2, 1024]", "--count", "1025", "--", "true")]
    [TestCase("timeout = 0 is outside", "--timeout", "0", "--", "true")]
    [TestCase("matches none of: accumulate over micro-batches;", "--run", "NOTHING", "--", "true")]
    [TestCase("can't be started", "--", "no-such-program-at-all")]
    [TestCase("answers nothing", "--", "true")]
    public void Bad_input_is_one_line_and_exit_code_2(string why, params string[] args)
    {
        (int code, string output, string error) = Run(args);
        Assert.That((code, output, error.Trim().Split('\n').Length), Is.EqualTo((2, "", 1)), error);
        Assert.That(error, Does.Contain(why));
    }

    [TestCase("{}", "the result of accumulate has another form than the protocol's: it lacks grads")]
    [TestCase("{\"grads\": null}", "grads is null in the place of a list")]
    [TestCase("{\"grads\": [1]}", "grads[0] is 1 in the place of a list")]
    [TestCase("{\"grads\": [[]]}", "grads[0] has 0 items instead of 1")]
    [TestCase("{\"grads\": [[\"one\"]]}", "grads[0][0] is \"one\" in the place of a number")]
    [Platform(Exclude = "Win", Reason = "the program is a shell script")]
    public void A_result_of_an_odd_form_is_refused_by_its_member(string result, string why)
    {
        string script = """while read -r line; do id=$(printf %s "$line" | sed 's/.*"id":\([0-9]*\).*/\1/'); echo "{\"id\":$id,\"ok\":true,\"result\":$0}"; done""";
        (int code, string output, string error) = Run("--run", "accumulate*", "--", "sh", "-c", script, result);
        Assert.That((code, output, error.Trim().Split('\n').Length), Is.EqualTo((2, "", 1)), error);
        Assert.That(error, Does.Contain(why).And.Contain("answers nothing that can be read"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(["reveal", .. args], output, error);
        return (code, string.Join(' ', output.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), error.ToString());
    }
}
