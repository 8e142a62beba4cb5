using TrainingSpec.Checking;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Monitoring;

internal sealed class ThroughputMeterTests
{
    [Test]
    [Rule("MONITORING-8")]
    public void Throughput_is_all_tokens_over_all_time() => Assert.Multiple(() =>
    {
        var clock = new Clock();
        var meter = new ThroughputMeter(clock);
        StepTiming fast = Step(meter, clock, 0.5, 100), slow = Step(meter, clock, 4, 100);
        Assert.That(fast, Is.EqualTo(new StepTiming(0.5, 100)));
        Assert.That((fast.Throughput, slow.Throughput), Is.EqualTo((200.0, 25.0)));
        Assert.That(meter.Total, Is.EqualTo(new StepTiming(4.5, 200)));
        // The mean of the two rates would be 112.5.
        Assert.That(meter.Total.Throughput, Is.EqualTo(200 / 4.5));
        Assert.That(meter.Steps, Is.EqualTo(2));
    });

    [Rule("MONITORING-8")]
    [Law(MaxTest = 1200)]
    public bool Throughput_times_step_time_is_the_tokens(ushort ticks, ushort tokens)
    {
        var clock = new Clock();
        StepTiming timing = Step(new ThroughputMeter(clock), clock, (ticks + 1) / 1024.0, tokens);
        // One rounding of the quotient and one of the product.
        return Math.Abs(timing.Throughput * timing.Seconds - tokens) <= 2.5 * TrainingSpec.Numbers.Real64.UnitRoundoff * tokens;
    }

    [Test]
    public void Steps_begin_and_end_in_turn() => Assert.Multiple(() =>
    {
        var clock = new Clock();
        var meter = new ThroughputMeter(clock);
        Assert.That(() => meter.End(1), Throws.InvalidOperationException.With.Message.EqualTo("no step has begun"));
        Assert.That(() => meter.Total, Throws.InvalidOperationException.With.Message.EqualTo("no step has ended"));
        meter.Begin();
        Assert.That(meter.Begin, Throws.InvalidOperationException.With.Message.EqualTo("the step before has not ended"));
        Refused(() => meter.End(-1), "tokens", "tokens = -1 is outside [0, inf)");
        Assert.That(meter.End(5).Throughput, Is.EqualTo(double.PositiveInfinity));
    });

    private static StepTiming Step(ThroughputMeter meter, Clock clock, double seconds, long tokens)
    {
        meter.Begin();
        clock.Now += (long)(seconds * clock.TimestampFrequency);
        return meter.End(tokens);
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; } = 12345;

        public override long TimestampFrequency => 1 << 20;

        public override long GetTimestamp() => Now;
    }
}
