using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;
using static TrainingSpec.Conformance.Wrong.WrongElementwise;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Lion as it goes wrong.</summary>
internal static class WrongLion
{
    private const string Op = "lion.step";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("lion-unit-norm", "LION-1", "the direction is divided by its norm over the tensor, not each element by its magnitude", Op, (right, args) =>
        {
            double[][] old = args.Rows("params");
            double rate = args.Number("lr"), decay = 1 - rate * args.Number(Hyperparameters.WeightDecay);
            JsonObject answer = right.Answer(Op, args);
            double[][] moments = args["state"] is JsonObject state ? state.Rows("m") : [.. old.Select(t => new double[t.Length])], gradients = args.Rows("grads");
            double beta1 = args.Number(Hyperparameters.Beta1);
            double[][] directions = [.. moments.Zip(gradients, (m, g) => m.Zip(g, (a, b) => beta1 * a + (1 - beta1) * b).ToArray())];
            return answer.With("params", Rows([.. old.Zip(directions, (theta, d) =>
            {
                double norm = Math.Sqrt(d.Sum(x => x * x));
                return theta.Zip(d, (x, c) => decay * x - (norm == 0 ? 0 : rate * c / norm)).ToArray();
            })]));
        }),
        Mistake("lion-one-beta", "LION-2", "the moment keeps the share of the direction, β₁", Op, (right, args) =>
        {
            double beta1 = args.Number(Hyperparameters.Beta1);
            return right.Answer(Op, args.With("beta2", beta1));
        }),
        Mistake("lion-decay-in-gradient", "LION-3", "λθ is added to the gradient, where the sign swallows it", Op, (right, args) =>
        {
            double decay = args.Number(Hyperparameters.WeightDecay);
            double[][] theta = args.Rows("params"), gradients = args.Rows("grads");
            return right.Answer(Op, args.With("weight_decay", 0).With("grads", Rows([.. gradients.Zip(theta, (g, t) => g.Zip(t, (x, y) => x + decay * y).ToArray())])));
        }),
        ElementMistake("lion-zero-is-positive", "LION-4", "the sign of 0 is 1, so that a parameter without a gradient moves", Op, 1, (theta, g, kept, _, args) =>
        {
            (double beta1, double beta2, double rate) = (args.Number(Hyperparameters.Beta1), args.Number(Hyperparameters.LionBeta2), args.Number("lr"));
            double decay = args.Number(Hyperparameters.WeightDecay), own = g - decay * theta, direction = beta1 * kept[0] + (1 - beta1) * own;
            kept[0] = beta2 * kept[0] + (1 - beta2) * own;
            return theta - rate * (direction >= 0 ? 1 : -1) - rate * decay * theta;
        }),
    ];
}
