using System.Globalization;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What <c>spec train gpt --memory</c> measures; nothing else may allocate meanwhile.</summary>
[NonParallelizable]
public sealed class TrainMemoryTests
{
    [TestCase(null, 2)]
    [TestCase(1, 2)]
    public void Memory_is_the_sum_of_its_parts(int? segments, int blocks)
    {
        using StringWriter output = new(), error = new();
        string[] plan = segments is { } count ? ["--segments", count.ToString(CultureInfo.InvariantCulture)] : [];
        int code = global::Spec.Cli.CommandLine.Run(["train", "gpt", "--preset", "d1", "--threads", "1", "--memory", .. plan], output, error);
        Assert.That(code, Is.Zero, error.ToString());
        double ratio = double.Parse(output.ToString().Split("MB, ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.That(ratio, Is.InRange(0.95, 1.2), output.ToString());
        Assert.That(output.ToString().Contains($"1 segments hold {blocks} of 2 blocks' activations", StringComparison.Ordinal), Is.EqualTo(segments is not null));
    }
}
