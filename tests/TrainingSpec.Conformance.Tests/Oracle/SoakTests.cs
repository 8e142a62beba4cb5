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

    [TestCase("--requests", "0", "requests = 0 is outside [1, inf)")]
    [TestCase("--memory", "1", "memory = 1 is outside [64, inf)")]
    public void A_bad_option_is_one_line(string option, string value, string message)
    {
        using var error = new StringWriter();
        Assert.That(CommandLine.Run(["soak", option, value], TextWriter.Null, error), Is.EqualTo(2));
        Assert.That(error.ToString().TrimEnd(), Does.StartWith("spec: " + message).And.Not.Contains("\n"));
    }
}
