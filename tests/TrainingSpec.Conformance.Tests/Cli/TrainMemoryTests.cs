using System.Globalization;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What <c>spec train gpt --memory</c> measures, in a process of its own, where nothing else allocates.</summary>
public sealed class TrainMemoryTests
{
    [TestCase(null, 2)]
    [TestCase(1, 2, Category = Deep.Category)]
    public void Memory_is_the_sum_of_its_parts(int? segments, int blocks)
    {
        string[] plan = segments is { } count ? ["--segments", count.ToString(CultureInfo.InvariantCulture)] : [];
        (int code, string output, string error) = SpecProcess.Run(new Dictionary<string, string?>(), ["train", "gpt", "--preset", "d1", "--threads", "1", "--memory", .. plan]);
        Assert.That(code, Is.Zero, error);
        double ratio = double.Parse(output.Split("MB, ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.That(ratio, Is.InRange(0.95, 1.2), output);
        Assert.That(output.Contains($"1 segments hold {blocks} of 2 blocks' activations", StringComparison.Ordinal), Is.EqualTo(segments is not null));
    }
}
