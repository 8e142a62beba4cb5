#if HAS_ILGPU
using System.Runtime.CompilerServices;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>Tensors stay in a device's memory over a step, come back where they are read, and go where nobody knows them any more.</summary>
[TestFixture]
public class ResidentTensorTests
{
    private static GptConfig Config => GptStepCheck.Models["tied, biases, GELU by tanh"];

    private static TokenBatch Batch => new([[1, 2, 3, 4], [5, 6, 7, 8]], [[2, 3, 4, 5], [6, 7, 8, 9]]);

    [Test]
    public void A_step_copies_tokens_losses_norms_and_flags_alone()
    {
        using var machine = new ChangedMachine();
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 1), new KernelOperations(machine)), new AdamOptions { LearningRate = 1 }, 1);
        trainer.Step(Batch, 0.01);
        (long to, long from) = machine.Copied;
        int buffers = machine.Buffers;
        trainer.Step(Batch, 0.01);

        // Token ids for the embedding and its gradient, and targets: 8 each.
        Assert.That(machine.Copied.To - to, Is.EqualTo(3 * 8 * sizeof(int)));

        // 8 losses; 2 flags of 2 sequences, 2 heads and 4 positions for each of 2 layers; of each tensor at most 32 maxima and one sum: fewer than the weights are.
        int parameters = Config.Weights().Sum(shape => shape.Count), tensors = Config.Weights().Count;
        Assert.That(machine.Copied.From - from, Is.LessThanOrEqualTo((8 + 2 * 2 * 16 + tensors * 33) * sizeof(int)).And.LessThan(parameters * sizeof(int)));
        Assert.That(machine.Buffers, Is.EqualTo(buffers), "a step of sizes seen before takes no memory");
    }

    [Test]
    public void A_loop_whose_optimizer_works_on_the_host_has_the_bits_of_the_reference()
    {
        using var machine = new ChangedMachine();
        (List<Real32> expected, List<Real32> actual) = (Loop(new ReferenceOperations<Real32>()), Loop(new KernelOperations(machine)));
        Assert.That(actual.Select(x => DeviceCheck.Bits(x)), Is.EqualTo(expected.Select(x => DeviceCheck.Bits(x))));
    }

    [Test]
    public void Memory_of_arrays_that_are_gone_is_released()
    {
        using var machine = new ChangedMachine();
        var tensors = new ResidentTensors(machine);
        var kept = new Real32[3];
        tensors.In(kept);
        for (int round = 0; round < 5; round++)
        {
            Forgotten(tensors, 800);
            GC.Collect();
        }

        Assert.That(machine.Buffers, Is.LessThan(1000));
        kept[1] = 5;
        tensors.Written(kept);
        tensors.InOut(kept);
        kept[1] = 0;
        Assert.That(tensors.Read(kept)[1].Value, Is.EqualTo(5));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forgotten(ResidentTensors tensors, int count)
    {
        for (int i = 0; i < count; i++)
            tensors.In(new Real32[4]);
    }

    private static List<Real32> Loop(ITensorOperations<Real32> operations)
    {
        var gpt = new Gpt<Real32>(Config, GptInitialization.Normal<Real32>(Config, 1), operations);
        var model = new GptTraining<Real32>(gpt);
        var loss = new TokenLossTraining<Real32>();
        var optimizer = new AdamTraining<Real32>(new AdamOptions { LearningRate = 1 });
        var results = new List<Real32>();
        for (int step = 0; step < 2; step++)
        {
            TrainingStep<Real32> done = TrainingLoop.Step(model, loss, new GlobalNormClipping<Real32>(1), optimizer, Batch, 0.01);
            results.AddRange([done.Loss, done.GradientNorm]);
        }

        results.AddRange(gpt.Weights.Values.SelectMany(values => values));
        return results;
    }
}
#endif
