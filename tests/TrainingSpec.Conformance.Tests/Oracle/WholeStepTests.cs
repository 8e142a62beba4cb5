using System.Globalization;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Steps are whole numbers of 64 bits whatever the dtype, and a rate is rounded once. The right values are fractions of whole numbers.</summary>
internal sealed class WholeStepTests
{
    private const double Once = 0.500001;

    private static readonly string[] Wide = ["float64", "float32"];

    [TestCase(9007199254740993, 9007199254740992)]
    [TestCase(9007199254740993, 9007199254740991)]
    [TestCase(9223372036854775807, 9223372036854775806)]
    [TestCase(9223372036854775807, 4611686018427387905)]
    [TestCase(16777219, 16777217)]
    [TestCase(16777219, 16777218)]
    [TestCase(1000, 999)]
    [TestCase(3, 1)]
    public void Linear_decay_is_the_quotient_of_whole_numbers(long total, long step)
    {
        foreach (string dtype in Wide)
        {
            foreach (double lr in new[] { 1, 0.1, 3e-4 })
                Near(Fraction.Of(lr) * (total - (Fraction)step) / total, Rate("linear_decay", $"\"lr\": {Text(lr)}, \"total\": {total}", step, dtype), dtype, Once);
        }
    }

    [TestCase(9007199254740993, 9007199254740992)]
    [TestCase(16777219, 16777217)]
    [TestCase(9223372036854775807, 9223372036854775806)]
    [TestCase(7, 5)]
    public void Warmup_is_the_quotient_of_whole_numbers(long warmup, long step)
    {
        foreach (string dtype in Wide)
        {
            Near(Fraction.Of(0.1) * step / warmup, Rate("warmup", $"\"lr_max\": 0.1, \"warmup\": {warmup}", step, dtype), dtype, Once);
            if (warmup < long.MaxValue)
                Near(Fraction.Of(0.1) * step / warmup, Rate("warmup_cosine", $"\"lr_max\": 0.1, \"warmup\": {warmup}, \"total\": {warmup + 1}", step, dtype), dtype, Once);
        }
    }

    [TestCase(9007199254740993, 9007199254740992, 0)]
    [TestCase(9007199254740993, 9007199254740993, 1)]
    [TestCase(9007199254740993, 9223372036854775807, 1023)]
    [TestCase(3, 9007199254740992, 3002399751580330)]
    [TestCase(16777217, 33554433, 1)]
    [TestCase(16777217, 33554434, 2)]
    public void A_step_decay_falls_at_multiples_of_whole_numbers(long every, long step, long falls)
    {
        foreach (string dtype in Wide)
        {
            if (falls < 2000)
                Near(Fraction.Power(Fraction.Of(0.999), (int)falls), Rate("step_decay", $"\"lr\": 1, \"gamma\": 0.999, \"every\": {every}", step, dtype), dtype, Once);
            else
                Assert.That(Rate("step_decay", $"\"lr\": 1, \"gamma\": 1, \"every\": {every}", step, dtype), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_step_decay_of_many_falls_keeps_all_digits([ValueSource(nameof(Wide))] string dtype, [Values(0.9, 0.99, 0.9999)] double gamma, [Values(1, 17, 800)] int falls) =>
        Near(Fraction.Of(0.1) * Fraction.Power(Fraction.Of(gamma), falls), Rate("step_decay", $"\"lr\": 0.1, \"gamma\": {Text(gamma)}, \"every\": 10", 10L * falls + 9, dtype), dtype, Once);

    [TestCase(10_000, 9_999)]
    [TestCase(1_000_000, 999_999)]
    [TestCase(16777219, 16777217)]
    public void A_cosine_ends_with_all_digits(long total, long step)
    {
        foreach (string dtype in Wide)
        {
            Fraction rest = Fraction.OneMinusCosine(Fraction.Pi * (total - (Fraction)step) / total) / 2;
            Near(rest, Rate("cosine", $"\"lr_max\": 1, \"total\": {total}", step, dtype), dtype, dtype == "float64" ? 1 : Once);
            Near(rest, Rate("warmup_hold_cosine", $"\"lr_max\": 1, \"warmup\": 5, \"decay_start\": 8, \"total\": {total + 8}", step + 8, dtype), dtype, dtype == "float64" ? 1 : Once);
        }
    }

    [TestCase(9007199254740993, 9007199254740992)]
    [TestCase(9223372036854775807, 9223372036854775806)]
    [TestCase(16777217, 16777216)]
    public void Fenceposts_of_a_long_run_are_met_in_every_dtype(long end, long before)
    {
        foreach (string dtype in Wide)
        {
            string args = $"\"lr_max\": 0.5, \"lr_min\": 0.25, \"warmup\": 0, \"decay_start\": {end}, \"total\": {end}";
            Assert.That(Rate("warmup_hold_cosine", args, before, dtype), Is.EqualTo(0.5), dtype);
            Assert.That(Rate("warmup_hold_cosine", args, end, dtype), Is.EqualTo(0.25), dtype);
        }
    }

    [Test]
    public void A_rate_that_the_dtype_cannot_hold_is_refused_by_name() => Assert.Multiple(() =>
    {
        Assert.That(Ask.Fault(Ask.Op("schedule", """{"kind": "constant", "lr": 1e39, "steps": [0]}""", "float32")), Is.EqualTo(("invalid-argument", "lr")));
        Assert.That(Ask.Fault(Ask.Op("schedule", """{"kind": "warmup", "lr_max": 1e39, "warmup": 100, "steps": [50]}""", "float32")), Is.EqualTo(("invalid-argument", "lr_max")));
        Assert.That(Rate("warmup", "\"lr_max\": 1e39, \"warmup\": 100", 10, "float32"), Is.EqualTo(1e38));
    });

    private static double Rate(string kind, string args, long step, string dtype) =>
        Ask.Number(Ask.Result("schedule", $$"""{"kind": "{{kind}}", {{args}}, "steps": [{{step}}]}""", dtype).GetProperty("lr")[0]);

    private static void Near(Fraction exact, double value, string dtype, double ulps) =>
        Assert.That(exact.UlpsFrom(value, dtype), Is.LessThan(ulps), $"{Text(value)} in {dtype}");

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
