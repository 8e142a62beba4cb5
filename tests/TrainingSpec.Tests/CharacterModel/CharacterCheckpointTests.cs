using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using Model = TrainingSpec.Models.CharacterModel;

namespace TrainingSpec.Tests.CharacterModels;

/// <summary>D0's trainer, saved after an epoch and gone on with from the file.</summary>
public sealed class CharacterCheckpointTests
{
    private static readonly CharacterConfig Config = new(5, 2, 3, 6);
    private static readonly CharacterExample[] Examples = Model.Examples([.. Enumerable.Range(0, 60).Select(i => i * i % 7 % 5)], 2);
    private static readonly Dictionary<string, string> Said = new() { ["seed"] = "1" };

    // At such a rate the validation loss rises after a while: the best weights are not the last.
    private static readonly CharacterTraining Options = new() { Epochs = 40, BatchSize = 8, Rate = 2, MaxNorm = 100, Patience = 3, DropProbability = 0.1 };

    [TestCase(CharacterOrder.Working)]
    [TestCase(CharacterOrder.Printed)]
    [Rule("SAVED-RUNS-1")]
    public void A_run_that_goes_on_from_any_epochs_file_ends_with_the_bits_of_one_that_never_stopped(CharacterOrder order)
    {
        GoesOn<Real64>(order, CharacterGradients.ByRecord);
        GoesOn<Real32>(order, CharacterGradients.By(new ReferenceOperations<Real32>()));
    }

    [Test]
    [Rule("SAVED-RUNS-2")]
    [Rule("SAVED-RUNS-3")]
    public void A_file_of_another_shape_or_without_epochs_is_refused_in_one_line()
    {
        var state = new CharacterState<Real64>(Model.Start<Real64>(Config, 3), null, [new(1, 0.5, 1.25, 1.5, 0.75, 2)]);
        byte[] file = CharacterCheckpoint.Write(Config, state, Said);
        (CharacterState<Real64> read, IReadOnlyDictionary<string, string> said) = CharacterCheckpoint.Read<Real64>(file, Config, "run");
        Assert.That((read.Epochs.Single(), read.Best, said["seed"]), Is.EqualTo((state.Epochs.Single(), (Real64[][]?)null, "1")));
        Refused(() => CharacterCheckpoint.Read<Real64>(file, Config with { Hidden = 7 }, "run"), "run: hidden.w has shape [6, 6] and not [7, 6] as in the model");
        Refused(() => CharacterCheckpoint.Read<Real64>(file.AsSpan(0, file.Length - 1).ToArray(), Config, "run"), "run: the file of tensors is damaged: ");
        Refused(() => CharacterCheckpoint.Read<Real64>(Safetensors.Write(Tensors(file), new Dictionary<string, string> { ["metrics"] = "1,2\n" }), Config, "run"), "run: what it says of the epochs is no table of them");
        Refused(() => CharacterCheckpoint.Read<Real64>(Safetensors.Write([.. Tensors(file).Skip(1)], Said), Config, "run"), "run: the file has no embedding, which the model has");
        Refused(() => CharacterCheckpoint.Read<Real64>(Safetensors.Write([.. Tensors(file).Select(t => t with { Wide = null })], Said), Config, "run"), "run: embedding is not in double precision");

        static IReadOnlyList<NamedTensor> Tensors(byte[] file) => Safetensors.Read(file, "run").Tensors;

        static void Refused(Action read, string why) => Assert.That(Assert.Throws<TensorFileException>(() => read())!.Message, Does.StartWith(why).And.Not.Contain("\n"));
    }

    private static void GoesOn<T>(CharacterOrder order, CharacterPass<T> pass)
        where T : struct, IBinaryFormat<T>
    {
        CharacterTraining options = Options with { Order = order };
        List<byte[]> files = [];
        OrderedDictionary<string, T[]> whole = Model.Start<T>(Config, 3);
        IReadOnlyList<CharacterEpoch> epochs = Run(whole, null, state =>
        {
            files.Add(CharacterCheckpoint.Write(Config, state, Said));
            return false;
        });
        Assert.That(epochs, Has.Count.InRange(4, 39), "it stops early");
        Assert.That(files, Has.Count.EqualTo(epochs.Count));
        for (int i = 0; i < files.Count; i++)
        {
            CharacterState<T> from = CharacterCheckpoint.Read<T>(files[i], Config, "run").State;
            List<byte[]> rest = [];
            IReadOnlyList<CharacterEpoch> gone = Run(from.Weights, from, state =>
            {
                rest.Add(CharacterCheckpoint.Write(Config, state, Said));
                return false;
            });
            Assert.That(gone, Is.EqualTo(epochs), $"from epoch {i + 1}");
            Assert.That(from.Weights.Values, Is.EqualTo(whole.Values), $"from epoch {i + 1}");
            Assert.That(rest, Is.EqualTo(files[(i + 1)..]), $"from epoch {i + 1}");
        }

        OrderedDictionary<string, T[]> stopped = Model.Start<T>(Config, 3);
        Assert.That(Run(stopped, null, state => state.Epochs.Count == 2), Is.EqualTo(epochs.Take(2)), "what is told may end it");

        IReadOnlyList<CharacterEpoch> Run(OrderedDictionary<string, T[]> weights, CharacterState<T>? from, Func<CharacterState<T>, bool> saved) =>
            CharacterTrainer.Run(Config, weights, Examples[..12], Examples[12..30], options, pass, null, from, saved);
    }
}
