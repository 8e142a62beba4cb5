using System.Runtime.CompilerServices;
using TrainingSpec.Devices;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Arguments;

/// <summary>What is null where something is needed is refused by its name, before anything is computed or changed.</summary>
internal sealed class NullArgumentTests
{
    private static readonly Real64[][] One = [[1]];
    private static readonly ConstantSchedule Constant = new(1);
    private static readonly CrossEntropyOptions Plain = new();

    private static IEnumerable<TestCaseData> Calls
    {
        get
        {
            var narrow = new OrderedDictionary<string, Real32[]> { ["w"] = [1] };
            var wide = new OrderedDictionary<string, Real64[]> { ["w"] = [1] };
            var scaler = new LossScaler(1);
            var groups = new TensorGroups(1, []);
            var grouped = new GroupedTraining<Real64>([new(["w"], new SgdTraining<Real64>(new SgdOptions { LearningRate = 1 }))]);
            return
            [
                Of("tensors", () => Formulas.Norms.Global<Real64>(null!)),
                Of("rows", () => SparseAdam.Step(One, null!, One, null, AdamOptions.Adam(1))),
                Of("options", () => SparseAdam.Step(One, [0], One, null, null!)),
                Of("operations", () => GradientClipping.ByGlobalNorm(One, 1, (ITensorOperations<Real64>)null!)),
                Of("targets", () => CrossEntropyLoss.Evaluate(One, null!)),
                Of("targets", () => CrossEntropyLoss.SmoothLabels<Real64>(null!, 2, 0)),
                Of("options", () => WeightedCrossEntropy.OfClasses(One, [0], [1], null!)),
                Of("options", () => WeightedCrossEntropy.OfLabels(One, One, null, null!)),
                Of("weights", () => WeightedCrossEntropy.OfClasses(One, [0], null!, Plain)),
                Of("options", () => _ = new EarlyStopper<Real64>(null!)),
                Of("writer", () => new LionOptimizer { LearningRate = 1 }.Step(One, One, null).State.WriteTo(null!)),
                Of("optimizer", () => SlotState<Real64>.FromJson(null!, "{}")),
                Of("targets", () => ElementwiseLoss.Squared<Real64>([1], null!, LossReduction.Sum)),
                Of("shape", () => LayerFans.Of(null!)),
                Of("options", () => LambOptimizer.Step(One, One, null, null!)),
                Of("scaledGradients", () => scaler.Step<Real32>(narrow, null!, GradientFormat.Float32, new GlobalNormClipping<Real32>(1), new SgdTraining<Real32>(new SgdOptions { LearningRate = 1 }), 1)),
                Of("clipping", () => scaler.Step(narrow, narrow, GradientFormat.Float32, null!, new SgdTraining<Real32>(new SgdOptions { LearningRate = 1 }), 1)),
                Of("optimizer", () => scaler.Step(narrow, narrow, GradientFormat.Float32, new GlobalNormClipping<Real32>(1), null!, 1)),
                Of("options", () => LossScaler.Next<Real32>(1, 0, false, null!)),
                Of("shapes", () => new MuonOptimizer { LearningRate = 1 }.Step(One, null!, One, null)),
                Of("weights", () => grouped.Step(null!, wide, 1)),
                Of("gradients", () => grouped.Step(wide, null!, 1)),
                Of("groups", () => _ = new TensorGroups(1, null!)),
                Of("states", () => groups.Step<Real64, SgdState<Real64>>(One, One, null!, (_, _, _, _) => throw new InvalidOperationException())),
                Of("step", () => groups.Step<Real64, SgdState<Real64>>(One, One, [null], null!)),
                Of("metrics", () => _ = new PlateauSchedule(1, null!, new PlateauOptions())),
                Of("options", () => _ = new PlateauSchedule(1, [1], null!)),
                Of("schedules", () => _ = new SequenceSchedule(null!, [])),
                Of("milestones", () => _ = new SequenceSchedule([Constant], null!)),
                Of("schedules", () => _ = new ProductSchedule(null!)),
                Of("after", () => SequenceSchedule.Warmed(null!, 0.5, 3)),
                Of("milestones", () => _ = new MultiStepSchedule(1, null!)),
            ];
        }
    }

    [TestCaseSource(nameof(Calls))]
    public void It_is_refused_by_its_name(string name, Action call) => Assert.That(call, Throws.ArgumentNullException.With.Property("ParamName").EqualTo(name));

    private static TestCaseData Of(string name, Action call, [CallerArgumentExpression(nameof(call))] string text = "") => new TestCaseData(name, call).SetArgDisplayNames(name, text);
}
