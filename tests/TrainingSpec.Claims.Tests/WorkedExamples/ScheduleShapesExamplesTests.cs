namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Cycles of the momentum against lines and the platform's cosine.</summary>
public class ScheduleShapesExamplesTests
{
    private static readonly (string Name, Func<double, double> Height)[] Cycles =
    [
        ("one cycle", t => Eased(t < 11 ? t / 11 : 1 - (Math.Min(t, 39) - 11) / 28)),
        ("one cycle in lines", t => t < 10 ? t / 10 : 1 - (Math.Min(t, 39) - 10) / 29),
        ("three phases", t => t < 11 ? t / 11 : Math.Max(0, 1 - (t - 11) / 11)),
        ("cycles", t => t % 15 < 5 ? t % 15 / 5 : 1 - (t % 15 - 5) / 10),
        ("halved cycles", t => (t % 10 < 5 ? t % 10 / 5 : 2 - t % 10 / 5) * Math.Pow(0.5, Math.Floor(t / 10))),
    ];

    [TestCaseSource(nameof(Names))]
    public void Momentum_falls_as_the_rate_rises(string name)
    {
        WorkedDocument document = WorkedDocument.Of("schedule-shapes/Momenta");
        Func<double, double> height = Cycles.Single(cycle => cycle.Name == name).Height;
        double[] steps = document.Row("steps"), momenta = document.Row(name), single = document.Row(name + ", single precision");
        for (int i = 0; i < steps.Length; i++)
        {
            // A height of a few roundings, times a tenth, and one of the sum.
            Assert.That(momenta[i], Is.EqualTo(0.95 - 0.1 * height(steps[i])).Within(4e-16), $"step {steps[i]}");
            Assert.That(single[i], Is.EqualTo(momenta[i]).Within(3e-8 * 2), $"step {steps[i]}");
        }

        Assert.That(momenta.Min(), Is.InRange(0.85, 0.87));
    }

    private static IEnumerable<string> Names() => Cycles.Select(cycle => cycle.Name);

    private static double Eased(double share) => (1 - Math.Cos(Math.PI * share)) / 2;
}
