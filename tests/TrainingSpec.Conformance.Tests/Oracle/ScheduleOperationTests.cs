using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The three-phase kind of the operation schedule.</summary>
public sealed class ScheduleOperationTests
{
    private const string Kind = "{\"kind\": \"warmup_hold_cosine\", \"lr_max\": 1";

    [TestCase(Kind + """, "steps": [0], "warmup": 3, "decay_start": 2, "total": 10}""", "warmup")]
    [TestCase(Kind + """, "steps": [0], "warmup": -1, "decay_start": 2, "total": 10}""", "warmup")]
    [TestCase(Kind + """, "steps": [0], "warmup": 1, "decay_start": 11, "total": 10}""", "decay_start")]
    [TestCase(Kind + """, "steps": [0], "warmup": 1, "total": 10}""", "decay_start")]
    [TestCase(Kind + """, "steps": [0], "warmup": 0, "decay_start": 0, "total": 0}""", "total")]
    [TestCase(Kind + """, "steps": [0], "lr_min": 2, "warmup": 0, "decay_start": 1, "total": 2}""", "lr_min")]
    [TestCase(Kind + """, "steps": [-1], "warmup": 0, "decay_start": 1, "total": 2}""", "steps")]
    [TestCase(Kind + """, "steps": [0], "warmup": 0, "decay_start": 1, "total": 2, "hold": 1}""", "hold")]
    [TestCase("""{"kind": "warmup_cosine", "lr_max": 1, "steps": [0], "warmup": 0, "decay_start": 1, "total": 2}""", "decay_start")]
    public void A_fault_names_its_argument(string args, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op("schedule", args, dtype)), Is.EqualTo(("invalid-argument", argument)), dtype);
    }

    [Test]
    public void The_rates_are_the_librarys_bits()
    {
        long[] steps = [0, 1, 9, 10, 11, 79, 80, 81, 99, 100, 101, 5000];
        string args = Kind + ", \"lr_min\": 0.1, \"steps\": [" + string.Join(", ", steps) + "], \"warmup\": 10, \"decay_start\": 80, \"total\": 100}";
        var schedule = new WarmupHoldCosineSchedule(1, 0.1, 10, 80, 100);
        Assert.That(Ask.Row(Ask.Result("schedule", args).GetProperty("lr")), Is.EqualTo(steps.Select(schedule.At)));
        var single = new WarmupHoldCosineSchedule(1, 0.1f, 10, 80, 100);
        Assert.That(
            Ask.Result("schedule", args, "float32").GetProperty("lr").EnumerateArray().Select(e => e.GetSingle()),
            Is.EqualTo(steps.Select(t => single.At<Real32>(t).Value)));
    }

    [Test]
    public void Phases_of_no_length_are_none()
    {
        Assert.That(Ask.Row(Ask.Result("schedule", Kind + """, "steps": [0, 3, 4], "warmup": 0, "decay_start": 4, "total": 4}""").GetProperty("lr")), Is.EqualTo(new[] { 1.0, 1, 0 }));
        Assert.That(Ask.Row(Ask.Result("schedule", Kind + """, "steps": [2, 4], "warmup": 4, "decay_start": 4, "total": 4}""").GetProperty("lr")), Is.EqualTo(new[] { 0.5, 0 }));
    }
}
