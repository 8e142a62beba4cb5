using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>SGD as it goes wrong. Variants with a buffer of their own keep it in the state's member "buffer".</summary>
internal static class WrongSgd
{
    private const string Op = "sgd.step";

    /// <summary>One element's wrong step.</summary>
    /// <param name="theta">The parameter.</param>
    /// <param name="g">The gradient.</param>
    /// <param name="buffer">The buffer so far; null at the first step.</param>
    /// <param name="args">The hyperparameters.</param>
    private delegate (double Theta, double Buffer) Element(double theta, double g, double? buffer, JsonObject args);

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("sgd-sign", "SGD-1", "the sign of the gradient is followed, not the gradient", Op, (right, args) =>
            args.Number(Hyperparameters.Momentum) > 0 ? right.Answer(Op, args) : Step(args, (theta, g, _, a) =>
                (Sgd.Update<Real64>(theta, Math.Sign((double)WeightDecay.L2Gradient<Real64>(g, theta, a.Number(Hyperparameters.WeightDecay))), a.Number("lr")), 0))),
        FifteenDigits("sgd-state-of-fifteen-digits", "SGD-7", [Op]),
        Mistake("sgd-takes-any-momentum", "SGD-8", "a momentum of 1, under which the buffer only grows, is taken and cut to the largest number below 1", Op, (right, args) =>
            right.Answer(Op, args.Number(Hyperparameters.Momentum) >= 1 ? args.With("momentum", Math.BitDecrement(1)) : args)) with { Accepts = ["momentum"] },
        Mistake("sgd-momentum-averaged", "SGD-2", "the buffer averages, μb + (1 − μ)g, where it should accumulate (pytorch #1099 is of this kind)", Op, (right, args) =>
            right.Answer(Op, args.Flag("nesterov") || args["dampening"] is not null ? args : args.With("dampening", args.Number(Hyperparameters.Momentum)))),
        Mistake("sgd-velocity-contains-rate", "SGD-3", "the learning rate is multiplied into the buffer, so a changed rate acts late (pytorch #1099, mlx PR #87)", Op, (right, args) =>
            args.Number(Hyperparameters.Momentum) == 0 || args["dampening"] is not null ? right.Answer(Op, args) : Step(args, (theta, gradient, b, a) =>
            {
                double g = gradient + a.Number(Hyperparameters.WeightDecay) * theta;
                double velocity = Sgd.Momentum<Real64>(b ?? 0, a.Number("lr") * g, a.Number("momentum"), 0.0);
                return (Sgd.Update<Real64>(theta, a.Flag("nesterov") ? a.Number("lr") * g + a.Number("momentum") * velocity : velocity, 1.0), velocity);
            })),
        Mistake("sgd-nesterov-unscaled", "SGD-4", "Nesterov's momentum term is not multiplied by the learning rate (Paddle PR #12231)", Op, (right, args) =>
            !args.Flag("nesterov") ? right.Answer(Op, args) : Step(args, (theta, g, b, a) =>
            {
                double buffer = b is null ? g : Sgd.Momentum<Real64>(b.Value, g, a.Number("momentum"), 0.0);
                return (Sgd.Update<Real64>(theta, g, a.Number("lr")) - a.Number("momentum") * buffer, buffer);
            })),
        Mistake("sgd-decay-doubled", "SGD-5", "2λθ is added, the gradient of λ‖θ‖² without the half", Op, (right, args) =>
            right.Answer(Op, args.With("weight_decay", 2 * args.Number(Hyperparameters.WeightDecay)))),
        Mistake("sgd-first-buffer-dampened", "SGD-6", "dampening scales the first gradient too", Op, (right, args) =>
            args["dampening"] is null ? right.Answer(Op, args) : Step(args, (theta, g, b, a) =>
            {
                double buffer = Sgd.Momentum<Real64>(b ?? 0, g, a.Number("momentum"), a.Number("dampening"));
                return (Sgd.Update<Real64>(theta, buffer, a.Number("lr")), buffer);
            })),
        TurnedDecay("sgd-maximize-turns-decay", "SGD-9", [Op]),
    ];

    /// <summary>Optimizers whose maximize turns the whole step around, the decay with it.</summary>
    internal static WrongImplementation TurnedDecay(string name, string breaks, string[] ops) =>
        new(name, breaks.Split(' '), "maximize changes the sign of the whole step, so that decay makes parameters grow", () => ops.ToDictionary(op => op, op => (Distortion)((right, args) =>
        {
            double[][] old = args.Rows("params");
            if (!args.Flag("maximize"))
                return right.Answer(op, args);
            JsonObject answer = right.Answer(op, args.With("maximize", false));
            return answer.With("params", Rows([.. old.Zip(answer.Rows("params"), (before, now) => before.Zip(now, (x, y) => 2 * x - y).ToArray())]));
        })));

    private static JsonObject Step(JsonObject args, Element element)
    {
        double[][] theta = args.Rows("params");
        double[][] g = args.Rows("grads");
        double[][]? buffer = args["state"] is JsonObject state ? state.Rows("buffer") : null;
        var next = new double[theta.Length][];
        for (int k = 0; k < theta.Length; k++)
        {
            next[k] = new double[theta[k].Length];
            for (int i = 0; i < theta[k].Length; i++)
                (theta[k][i], next[k][i]) = element(theta[k][i], g[k][i], buffer?[k][i], args);
        }

        return new() { ["params"] = Rows(theta), ["state"] = new JsonObject { ["buffer"] = Rows(next) } };
    }
}
