using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Sanity;

/// <summary>A right set-up passes every check, and each planted fault is caught by its own, which says what it is.</summary>
public sealed class SanityProtocolTests
{
    private static readonly GptConfig Config = new() { Vocabulary = 11, Width = 8, Layers = 1, Heads = 2, Context = 6 };
    private static readonly TokenBatch Batch = new TokenText([.. Enumerable.Range(0, 40).Select(i => i * i * i % 11)], 6, "text").Batch(1, 1, 2);

    [Test]
    [Rule("SANITY-2")]
    public void A_right_set_up_passes()
    {
        Assert.That(Run(new Planted()).Where(c => !c.Passed), Is.Empty);
        Assert.That(Run(new Planted()).Select(c => c.Name), Is.EqualTo(new[] { "gradients", "targets", "start", "norm", "repeat", "causal", "batch", "updates", "overfit", "inputs" }));
    }

    private static IEnumerable<TestCaseData> Faults() =>
    [
        Fault("weights too large", "start", "the first logits are too far apart", new() { Deviation = 2 }),
        Fault("loss summed, not averaged", "start", "a sum over the tokens", new() { LossFactor = 12 }),
        Fault("loss in bits", "start", "in bits, not nats", new() { LossFactor = 1 / Math.Log(2) }),
        Fault("targets that are the inputs", "targets", "not shifted by one", new() { Unshifted = true }),
        Fault("gradients kept from pass to pass", "repeat", "2 times those of the first", new() { Keeps = true }),
        Fault("dropout left on", "repeat", "dropout that is left on", new() { Noise = 0.01 }),
        Fault("no mask over later tokens", "causal", "sees what it is to predict", new() { SeesNext = true }),
        Fault("a batch's sequences mixed", "batch", "sequences are mixed up", new() { MixesBatch = true }),
        Fault("the softmax's gradient without its target", "gradients", "nearest to the loss lnf.b", new() { ForgetsTarget = true }),
        Fault("one gradient with a factor", "gradients", "in 1 of 16 tensors; nearest to the loss h.0.mlp.fc.w", new() { Scaled = ("h.0.mlp.fc.w", 1.01) }),
        Fault("an update that goes uphill", "overfit", "the update goes uphill", new() { Sign = -1 }),
        Fault("a rate of 0", "updates", "the rate is 0", new() { Rate = 0 }),
        Fault("a tensor that the optimizer lacks", "updates", "leaves h.0.attn.proj.w as before", new() { Frozen = "h.0.attn.proj.w" }),
        Fault("inputs that are not read", "inputs", "does not read its inputs", new() { Blind = true }),
    ];

    [TestCaseSource(nameof(Faults))]
    [Rule("SANITY-1")]
    [Rule("SANITY-3")]
    [Rule("SANITY-4")]
    public void A_planted_fault_is_caught_and_named(string check, string says, Planted fault)
    {
        SanityCheck[] failed = [.. Run(fault).Where(c => !c.Passed)];
        Assert.That(failed.Select(c => c.Name), Does.Contain(check));
        Assert.That(failed.First(c => c.Name == check).Text, Does.Contain(says));
    }

    private static TestCaseData Fault(string name, string check, string says, Planted fault) => new TestCaseData(check, says, fault).SetArgDisplayNames(name);

    private static SanityCheck[] Run(Planted fault)
    {
        TokenBatch batch = fault.Unshifted ? new(Batch.Inputs, Batch.Inputs) : fault.Blind ? new(Batch.Inputs[..1], Batch.Targets[..1]) : Batch;
        PlantedModel model = new(fault), other = new(fault);
        var optimizer = new AdamTraining<Real64>(AdamOptions.Adam(0.01));
        void Step(TokenBatch b)
        {
            Real64[]? frozen = fault.Frozen is { } name ? [.. model.Weights[name]] : null;
            Training.TrainingLoop.Step(model, new PlantedLoss(fault), new GlobalNormClipping<Real64>(1), new Signed(optimizer, fault), b, fault.Rate);
            frozen?.CopyTo(model.Weights[fault.Frozen!], 0);
        }

        return [SanityProtocol.Gradients(other, new PlantedLoss(fault), batch), .. SanityProtocol.Run(new SanitySubject<Real64>(model, new PlantedLoss(fault), Step, Config.Vocabulary), batch)];
    }

    /// <summary>What is wrong; by default nothing.</summary>
    public sealed record Planted
    {
        public double Deviation { get; init; } = 0.02;

        public double LossFactor { get; init; } = 1;

        public bool Unshifted { get; init; }

        public bool Keeps { get; init; }

        public double Noise { get; init; }

        public bool SeesNext { get; init; }

        public bool MixesBatch { get; init; }

        public bool ForgetsTarget { get; init; }

        public (string Name, double Factor)? Scaled { get; init; }

        public double Sign { get; init; } = 1;

        public double Rate { get; init; } = 0.01;

        public string? Frozen { get; init; }

        public bool Blind { get; init; }
    }

    private sealed class PlantedModel(Planted fault) : ITrainedModel<Real64>
    {
        private readonly GptTraining<Real64> _model = new(new Gpt<Real64>(Config, GptInitialization.Normal<Real64>(Config, 2, fault.Deviation)));
        private readonly Dictionary<string, Real64[]> _kept = [];
        private int _passes;

        public OrderedDictionary<string, Real64[]> Weights => _model.Weights;

        public Real64[] Forward(int[][] inputs)
        {
            Real64[] logits = _model.Forward(fault.Blind ? [.. inputs.Select(row => new int[row.Length])] : inputs);
            int length = inputs[0].Length;
            for (int row = 0; row < inputs.Length * length && fault.SeesNext; row++)
            {
                if (row % length < length - 1)
                    logits[row * Config.Vocabulary + inputs[row / length][row % length + 1]] += 0.1;
            }

            for (int i = 0; i < logits.Length; i++)
                logits[i] += fault.Noise * _passes + (fault.MixesBatch ? 0.01 * inputs.Length * i : 0);
            logits[0] += fault.Noise * ++_passes;
            return logits;
        }

        public OrderedDictionary<string, Real64[]> Backward(Real64[] dLogits)
        {
            OrderedDictionary<string, Real64[]> gradients = _model.Backward(dLogits);
            foreach ((string name, Real64[] gradient) in gradients)
            {
                double factor = fault.Scaled is { } scaled && scaled.Name == name ? scaled.Factor : 1;
                Real64[] kept = _kept.GetValueOrDefault(name, new Real64[gradient.Length]);
                for (int i = 0; i < gradient.Length; i++)
                    gradient[i] = gradient[i] * factor + (fault.Keeps ? kept[i] : 0);
                _kept[name] = [.. gradient];
            }

            return gradients;
        }
    }

    private sealed class PlantedLoss(Planted fault) : ITrainingLoss<Real64>
    {
        private readonly TokenLossTraining<Real64> _loss = new();

        public Real64 Loss(Real64[] logits, int[][] targets) => _loss.Loss(logits, targets) * fault.LossFactor;

        public Real64[] Gradient(Real64[] logits, int[][] targets)
        {
            Real64[] gradient = Array.ConvertAll(_loss.Gradient(logits, targets), g => g * fault.LossFactor);
            int[] flat = [.. targets.SelectMany(row => row)];
            for (int row = 0; row < flat.Length && fault.ForgetsTarget; row++)
                gradient[row * Config.Vocabulary + flat[row]] += 1.0 / flat.Length;
            return gradient;
        }
    }

    private sealed class Signed(AdamTraining<Real64> optimizer, Planted fault) : ITrainingOptimizer<Real64>
    {
        public void Step(OrderedDictionary<string, Real64[]> weights, OrderedDictionary<string, Real64[]> gradients, double learningRate)
        {
            var signed = new OrderedDictionary<string, Real64[]>();
            foreach ((string name, Real64[] gradient) in gradients)
                signed.Add(name, Array.ConvertAll(gradient, g => fault.Sign * g));
            optimizer.Step(weights, signed, learningRate);
        }
    }
}
