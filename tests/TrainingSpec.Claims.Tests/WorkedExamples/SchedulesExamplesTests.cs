namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Schedules against powers of two, straight lines, the platform's cosine and the log of D1.</summary>
public class SchedulesExamplesTests
{
    [Test]
    public void Step_decay_halves_every_ten_epochs()
    {
        WorkedDocument document = WorkedDocument.Of("schedules/Decays");
        double[] epochs = document.Row("step decay.epochs");
        Assert.That(document.Row("step decay.rates"), Is.EqualTo(epochs.Select(t => 0.1 * Math.Pow(2, -Math.Floor(t / 10)))));
        Assert.That(document.Row("step decay.rates, single precision").Select(x => (float)x), Is.EqualTo(epochs.Select(t => 0.1f * MathF.Pow(2, -MathF.Floor((float)t / 10)))));
    }

    [Test]
    public void Linear_and_cosine_decay_are_held_past_their_end()
    {
        WorkedDocument document = WorkedDocument.Of("schedules/Decays");
        double[] steps = document.Row("steps"), linear = document.Row("linear.rates"), cosine = document.Row("cosine.rates");
        for (int i = 0; i < steps.Length; i++)
        {
            double t = Math.Min(steps[i], 100);
            Assert.That(linear[i], Is.EqualTo(0.1 * (100 - t) / 100).Within(2e-17), $"step {steps[i]}");
            Assert.That(cosine[i], Is.EqualTo(0.053125 + 0.046875 * Math.Cos(Math.PI * t / 100)).Within(3e-17), $"step {steps[i]}");
        }
    }

    [Test]
    public void The_rates_at_the_steps_of_D4s_log_are_those_of_its_formula()
    {
        WorkedDocument document = WorkedDocument.Of("schedules/LoggedRates");
        (double peak, double warmup, double total) = (document["peak"], document["warmup"], document["total"]);
        string[] steps = [.. document.Keys.Where(k => k.StartsWith("step ", StringComparison.Ordinal))];
        Assert.That(steps, Is.Not.Empty);
        foreach (string key in steps)
        {
            double t = double.Parse(key["step ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            double rate = t < warmup ? peak * t / warmup : peak * (1 + Math.Cos(Math.PI * (t - warmup) / (total - warmup))) / 2;
            Assert.That(document[key], Is.EqualTo(rate).Within(2e-19), key);
        }
    }

    [Test]
    public void The_phases_that_D1_tells_are_not_those_that_it_codes()
    {
        WorkedDocument document = WorkedDocument.Of("schedules/ThreePhases");
        double[] steps = document.Row("steps"), told = document.Row("as told"), coded = document.Row("as coded"), warm = document.Row("warmup alone");
        for (int i = 0; i < steps.Length; i++)
        {
            double warmup = 0.0001 * Math.Min(steps[i], 10);
            Assert.That(told[i], Is.EqualTo(steps[i] < 800 ? warmup : Cosine(800, steps[i])).Within(4e-19), $"told, step {steps[i]}");
            Assert.That(coded[i], Is.EqualTo(steps[i] < 10 ? warmup : Cosine(10, steps[i])).Within(4e-19), $"coded, step {steps[i]}");
            Assert.That(warm[i], Is.EqualTo(warmup).Within(4e-19), $"warmup, step {steps[i]}");
            Assert.That(document.Row("as told, single precision")[i], Is.EqualTo(told[i]).Within(3e-10));
            Assert.That(document.Row("as coded, single precision")[i], Is.EqualTo(coded[i]).Within(3e-10));
        }

        int at = Array.IndexOf(steps, 799);
        Assert.That(told[at] / coded[at], Is.GreaterThan(5));

        static double Cosine(double start, double step) => 0.00055 + 0.00045 * Math.Cos(Math.PI * (Math.Min(step, 1000) - start) / (1000 - start));
    }

    [Test]
    public void The_log_of_D1_follows_its_code()
    {
        WorkedDocument document = WorkedDocument.Of("schedules/D1LoggedRates");
        double[] steps = document.Row("steps"), coded = document.Row("as coded"), told = document.Row("as told");
        PrintedNumber[] printed = [.. steps.Select(t => Printed(t))];
        Assert.That(Enumerable.Range(0, steps.Length).Where(i => !printed[i].IsRounded(Rational.Of(coded[i]))), Is.Empty);
        Assert.That(steps.Where((_, i) => !printed[i].IsRounded(Rational.Of(told[i]))), Is.EqualTo(new[] { 231, 241, 251 }), "the hold that is told never ended before the rate fell");

        static PrintedNumber Printed(double step) =>
            TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim("D1-112").GivenPrinted($"lr/{step.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
