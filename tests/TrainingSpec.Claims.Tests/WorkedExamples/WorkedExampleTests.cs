namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Each worked example is the accepted one; some values are known by hand, or from another language's library.</summary>
public class WorkedExampleTests
{
    [TestCaseSource(nameof(Documents))]
    public Task Worked_examples_are_golden(string id) => GoldenFile.Verify(WorkedDocument.All.Single(d => d.Id == id));

    // 0.1·0.2 and 0.001·0.04; the norm of (3, 0, 0, 4) is 5; half the peak in the middle of the warmup.
    [TestCase("adamw/WorkedStep", "m", 0.02)]
    [TestCase("adamw/WorkedStep", "v", 4e-5)]
    [TestCase("adamw/WorkedStep", "decay", 1.5e-6)]
    [TestCase("clipping/WorkedTensors", "norm", 5)]
    [TestCase("clipping/WorkedTensors", "scale", 0.2)]
    [TestCase("schedules/WorkedSteps", "step 50.rate", 1.5e-4)]
    [TestCase("gpt-parameters/LoggedModel", "parameters", 1044736)]
    [TestCase("cross-entropy/WorkedStep", "mean loss", 0.4601633478458491)]
    public void Values_known_otherwise(string id, string key, double value) =>
        Assert.That(WorkedDocument.Of(id)[key], Is.EqualTo(value).Within(1e-9).Percent);

    private static IEnumerable<string> Documents() => WorkedDocument.All.Select(d => d.Id);
}
