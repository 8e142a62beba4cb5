using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Adam on sparse rows as it goes wrong.</summary>
internal static class WrongSparseAdam
{
    private const string Op = "sparse_adam.step";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("sparse-adam-is-dense", "SPARSE-ADAM-1", "rows without a gradient have one of 0, so that their moments fade and move them on", Op, (right, args) =>
        {
            double[][] grads = args.Rows("grads");
            double[][] all = [.. args.Rows("params").Select(row => new double[row.Length])];
            foreach ((int k, long row) in ((JsonArray)args["rows"]!).Select(Whole).Index())
                all[row] = [.. all[row].Zip(grads[k], (x, y) => x + y)];
            return right.Answer("adam.step", new()
            {
                ["params"] = args["params"]!.DeepClone(),
                ["grads"] = Rows(all),
                ["state"] = args["state"]?.DeepClone(),
                ["lr"] = args.Number("lr"),
                ["beta1"] = args.Number(Hyperparameters.Beta1),
                ["beta2"] = args.Number(Hyperparameters.Beta2),
                ["eps"] = args.Number(Hyperparameters.Epsilon) / RootOfCorrection(args),
            });
        }),
        Mistake("sparse-adam-last-gradient-wins", "SPARSE-ADAM-2", "of the gradients of one row only the last is used", Op, (right, args) =>
        {
            long[] rows = [.. ((JsonArray)args["rows"]!).Select(Whole)];
            double[][] grads = args.Rows("grads");
            int[] kept = [.. Enumerable.Range(0, rows.Length).Where(k => System.Array.LastIndexOf(rows, rows[k]) == k)];
            return right.Answer(Op, args.With("rows", Integers([.. kept.Select(k => rows[k])])).With("grads", Rows([.. kept.Select(k => grads[k])])));
        }),
        Mistake("sparse-adam-forgets-its-steps", "SPARSE-ADAM-3", "every later step is corrected as the second", Op, (right, args) =>
        {
            if (args["state"] is JsonObject state)
                state["step"] = 1;
            return right.Answer(Op, args);
        }),
        Mistake("sparse-adam-eps-on-corrected", "SPARSE-ADAM-4", "ε stands beside the corrected root, as in Adam", Op, (right, args) =>
            right.Answer(Op, args.With("eps", args.Number(Hyperparameters.Epsilon) * RootOfCorrection(args)))),
    ];

    private static double RootOfCorrection(JsonObject args) =>
        Math.Sqrt(1 - Math.Pow(args.Number(Hyperparameters.Beta2), 1 + (args["state"] is JsonObject state ? Whole(state["step"]) : 0)));
}
