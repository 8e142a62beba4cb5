using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Averages of weights as they go wrong.</summary>
internal static class WrongAveraging
{
    private const string Op = "average.weights";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("average-shares-swapped", "AVERAGING-1", "decay is the share of the new weights, as a momentum of batch normalization is in PyTorch", Op, (right, args) =>
            Plain(args) ? right.Answer(Op, args.With("decay", 1 - args.Number(Hyperparameters.AverageDecay))) : right.Answer(Op, args)),
        Mistake("average-starts-at-zero", "AVERAGING-2", "the average starts from 0 without a correction, so that it is too small for a long time", Op, (right, args) =>
        {
            JsonObject answer = right.Answer(Op, args);
            double share = 1 - args.Number(Hyperparameters.AverageDecay);
            return args["state"] is null && Plain(args) ? answer.With("average", Rows([.. args.Rows("params").Select(t => t.Select(x => share * x).ToArray())])) : answer;
        }),
        Mistake("average-correction-without-power", "AVERAGING-3", "1 − β divides at every step instead of 1 − βᵗ", Op, (right, args) =>
        {
            if (!args.Flag("bias_correction") || (string?)args["start"] != "zeros")
                return right.Answer(Op, args);
            double weight = 1 - args.Number(Hyperparameters.AverageDecay);
            JsonObject answer = right.Answer(Op, args.With("bias_correction", false));
            return answer.With("average", Rows([.. answer.Rows("average").Select(t => t.Select(x => x / weight).ToArray())]));
        }),
        Mistake("average-counts-one-too-many", "AVERAGING-4", "the new weights are divided by n + 1 where there are n, as if the average had been there before the first", Op, (right, args) =>
        {
            if ((string?)args["kind"] != "equal")
                return right.Answer(Op, args);
            double[][] theta = args.Rows("params");
            var state = args["state"] as JsonObject;
            int before = (int)(state?.Number("n") ?? 0);
            double[][] average = state is null ? theta : [.. state.Rows("average").Zip(theta, (a, t) => a.Zip(t, (x, y) => (double)Averaging.Equal<Real64>(x, y, before + 2)).ToArray())];
            return new() { ["average"] = Rows(average), ["state"] = new JsonObject { ["n"] = before + 1, ["average"] = Rows(average) } };
        }),
        Mistake("average-warmup-counts-from-one", "AVERAGING-5", "the updates so far are counted from 1 on, as if the first had been done", Op, (right, args) =>
            right.Answer(Op, args["num_updates"] is null ? args : args.With("num_updates", Whole(args["num_updates"]) + 1))),
        FifteenDigits("average-state-of-fifteen-digits", "AVERAGING-6", [Op]),
    ];

    private static bool Plain(JsonObject args) => (string?)args["kind"] != "equal" && (string?)args["start"] != "zeros" && args["num_updates"] is null;
}
