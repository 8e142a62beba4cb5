using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>A training step's operations on an accelerator have the reference's bits, alone and as whole steps of a GPT.</summary>
[TestFixture(DeviceKind.Simulator)]
[TestFixture(DeviceKind.Ptx)]
[TestFixture(DeviceKind.OpenClText)]
[TestFixture(DeviceKind.OpenCL)]
[TestFixture(DeviceKind.Cuda)]
public class OperationTests(DeviceKind kind)
{
    private IDevice? _device;

    private static IEnumerable<string> Models => GptStepCheck.Models.Keys;

    [OneTimeSetUp]
    public void Open()
    {
        DeviceEntry? entry = new IlgpuDevices().List().FirstOrDefault(entry => entry.Kind == kind);
        if (entry is null)
            Assert.Ignore(IlgpuDevices.Reason ?? $"this machine has no {kind} device; {string.Join("; ", new IlgpuDevices().LeftOut)}");
        _device = entry!.Open();
    }

    [OneTimeTearDown]
    public void Close() => _device?.Dispose();

    [Test]
    public void Operations_have_the_bits_of_the_reference()
    {
        // `spec devices --check` compares the large sizes too.
        OperationComparison[] compared = [.. OperationCheck.Run(_device!, largest: 600)];
        Assert.Multiple(() =>
        {
            Assert.That(compared, Has.Length.GreaterThan(300));
            foreach (OperationComparison one in compared)
                Assert.That(one.Result.Differences, Is.Zero, one.Result.First?.ToString());
        });
    }

    [TestCaseSource(nameof(Models))]
    public void Steps_of_a_GPT_have_the_bits_of_the_reference(string model)
    {
        OperationComparison steps = GptStepCheck.Run(_device!, model);
        Assert.That(steps.Result.Passed, steps.Result.First?.ToString());
    }

    // As `spec train` does: in halves, several batches a step, a validation loss, the best weights put back, and another trainer from the first one's state.
    [Test]
    public void What_a_training_does_between_its_steps_has_the_bits_of_the_reference()
    {
        Real32[][] expected = Train(new ReferenceOperations<Real32>());
        Assert.That(expected.SelectMany(t => t).All(x => float.IsFinite(x.Value)));
        Assert.That(Train(_device!.Operations), Is.EqualTo(expected));
    }

    private static Real32[][] Train(ITensorOperations<Real32> operations)
    {
        GptConfig config = GptStepCheck.Models.Values.First();
        TokenBatch[] batches = [.. Enumerable.Range(0, 3).Select(i => new TokenBatch([[i, 2, 3, 4], [5, 6, 7, 8]], [[2, 3, 4, 5], [6, 7, 8, i]]))];
        var options = new AdamOptions { LearningRate = 1 };
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 1), operations);
        var mixed = new MixedPrecisionTrainer<Float16>(gpt, options, 1, new LossScaler(1024, new LossScaleOptions()));
        mixed.Step(batches[..2], 0.01);
        Real32 before = gpt.Loss(batches[2].Inputs, batches[2].Targets);
        Real32[][] best = [.. gpt.Weights.Values.Select(w => (Real32[])w.Clone())];
        mixed.Step(batches[1..], 0.01);
        Real32 after = gpt.Loss(batches[2].Inputs, batches[2].Targets);
        foreach ((Real32[] weight, Real32[] kept) in gpt.Weights.Values.Zip(best))
            kept.CopyTo(weight, 0);
        gpt.WeightsChanged();
        var single = new GptTrainer<Real32>(gpt, options, 1, state: mixed.State);
        TrainingStep<Real32> step = single.Step(batches, 0.01);
        AdamState<Real32> state = single.State!;
        return [[before, after, step.Loss, step.GradientNorm], .. gpt.Weights.Values, .. state.First, .. state.Second];
    }
}
