namespace TrainingSpec.Claims.Tests.D4;

/// <summary>D4's worked examples, its errata and its verdicts are the accepted ones.</summary>
public class WorkedExampleTests
{
    [TestCaseSource(nameof(Documents))]
    public Task Worked_examples_are_golden(string id) => GoldenFile.Verify(All().Single(d => d.Id == id));

    [Test]
    public async Task Verdicts_and_errata_are_golden()
    {
        foreach (GoldenDocument document in ClaimGoldens.Documents())
            await GoldenFile.Verify(document);
    }

    // By hand, or with another language's library: 0.1·0.2 and 0.001·0.04; the norm of (3, 0, 0, 4) is 5; half the peak in the middle of the warmup.
    [TestCase("adamw/WorkedStep", "m", 0.02)]
    [TestCase("adamw/WorkedStep", "v", 4e-5)]
    [TestCase("adamw/WorkedStep", "decay", 1.5e-6)]
    [TestCase("clipping/WorkedTensors", "norm", 5)]
    [TestCase("clipping/WorkedTensors", "scale", 0.2)]
    [TestCase("schedules/WorkedSteps", "step 50.rate", 1.5e-4)]
    [TestCase("gpt-parameters/LoggedModel", "parameters", 1044736)]
    [TestCase("cross-entropy/WorkedStep", "mean loss", 0.4601633478458491)]
    public void Values_known_otherwise(string id, string key, double value)
    {
        GoldenEntry entry = All().Single(d => d.Id == id).Entries.Single(e => e.Key == key);
        Assert.That(double.Parse(entry.Json, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(value).Within(1e-9).Percent);
    }

    private static List<GoldenDocument> All() =>
    [
        WorkedExampleGoldens.SoftmaxRows(), WorkedExampleGoldens.LossAndGradients(), WorkedExampleGoldens.AdamWStep(), .. WorkedExampleGoldens.LearningRates(),
        WorkedExampleGoldens.Parameters(), WorkedExampleGoldens.ClippedTensors(), WorkedExampleGoldens.CompleteStep(),
    ];

    private static IEnumerable<string> Documents() => All().Select(d => d.Id);
}
