using System.Diagnostics;
using System.Text.Json;
using Spec.Cli;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>A short run of <c>spec soak</c>: the real process under its limit of memory.</summary>
[NonParallelizable]
public sealed class SoakTests
{
    [Test]
    public void An_oracle_under_a_limit_of_memory_answers_all_of_a_mixture()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(["soak", "--requests", "20000", "--largest", "1", "--rate", "1"], output, error);
        Assert.That(code, Is.Zero, output.ToString() + error);
        Assert.That(output.ToString(), Does.Contain("an id of 1 MB").And.Contain("random.normal, a few items too many").And.Contain(" 0 faults"));
        TestContext.Out.WriteLine(output.ToString());
    }

    [Test]
    public void A_soak_that_misses_what_is_asked_for_ends_with_1()
    {
        using var output = new StringWriter();
        int code = CommandLine.Run(["soak", "--requests", "100", "--largest", "0", "--rate", "1000000000"], output, TextWriter.Null);
        Assert.That(code, Is.EqualTo(1), output.ToString());
        Assert.That(output.ToString(), Does.Contain(" 0 faults").And.Contain("(median of 1 runs; 1000000000 asked for)"));
    }

    [TestCase("--requests", "0", "requests = 0 is outside [1, inf)")]
    [TestCase("--memory", "1", "memory = 1 is outside [64, inf)")]
    public void A_bad_option_is_one_line(string option, string value, string message)
    {
        using var error = new StringWriter();
        Assert.That(CommandLine.Run(["soak", option, value], TextWriter.Null, error), Is.EqualTo(2));
        Assert.That(error.ToString().TrimEnd(), Does.StartWith("spec: " + message).And.Not.Contains("\n"));
    }

    // 64 MiB of heap: neither a line of 40 MB fits, nor 10 MB of line with 40 MB of numbers and as much again for their exponentials.
    [TestCase(20_000_000, "parse", Category = Deep.Category)]
    [TestCase(5_000_000, "unsupported")]
    public void What_does_not_fit_into_memory_is_refused_and_the_next_is_answered(int numbers, string kind)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "oracle"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x4000000";
        using Process oracle = Process.Start(start)!;
        Task<string> said = oracle.StandardOutput.ReadToEndAsync();
        oracle.StandardInput.Write("""{"id": 1, "op": "logsumexp", "args": {"x": [1""");
        for (int i = 1; i < numbers; i += 1000)
            oracle.StandardInput.Write(string.Concat(Enumerable.Repeat(",1", 1000)));
        oracle.StandardInput.Write("]}}\n" + """{"id": 2, "op": "perplexity", "args": {"loss": 0}}""" + "\n");
        oracle.StandardInput.Close();
        string[] answers = said.Result.Split('\n');
        Assert.That(answers, Has.Length.EqualTo(3), said.Result);
        JsonElement refused = JsonDocument.Parse(answers[0]).RootElement;
        Assert.That((refused.GetProperty("id").GetInt32(), Ask.Fault(refused).Kind), Is.EqualTo((1, kind)), answers[0]);
        Assert.That(answers[1], Is.EqualTo("""{"id":2,"ok":true,"result":{"perplexity":1}}"""));
    }
}
