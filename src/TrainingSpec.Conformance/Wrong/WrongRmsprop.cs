using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;
using static TrainingSpec.Conformance.Wrong.WrongElementwise;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>RMSprop, Adagrad and Adadelta as they go wrong.</summary>
internal static class WrongRmsprop
{
    private const string Rmsprop = "rmsprop.step", Adagrad = "adagrad.step", Adadelta = "adadelta.step";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        ElementMistake("rmsprop-bias-corrected", "RMSPROP-1", "the average of squares is corrected as Adam's is", Rmsprop, 1, (theta, g, kept, t, args) =>
        {
            double alpha = args.Number(Hyperparameters.SquareDecay);
            kept[0] = alpha * kept[0] + (1 - alpha) * g * g;
            return theta - args.Number("lr") * g / (Math.Sqrt(kept[0] / (1 - Math.Pow(alpha, t))) + args.Number(Hyperparameters.Epsilon));
        }, "centered", "momentum", "eps_inside_root", "initial_accumulator_value"),
        Mistake("rmsprop-eps-inside-root", "RMSPROP-2", "ε is added before the root is taken", Rmsprop, (right, args) => right.Answer(Rmsprop, args.With("eps_inside_root", true))),
        Mistake("rmsprop-rate-in-velocity", "RMSPROP-3", "the buffer takes the rate in, so that a schedule acts late", Rmsprop, (right, args) => right.Answer(Rmsprop, args.With("lr_in_velocity", true))),
        Mistake("rmsprop-not-centered", "RMSPROP-4", "the option to center is read and not used", Rmsprop, (right, args) => right.Answer(Rmsprop, Says(args, "eps_inside_root") ? args : args.With("centered", false))),
        Mistake("rmsprop-decay-decoupled", "RMSPROP-5", "the decay is taken from the parameter, as AdamW does", Rmsprop, (right, args) =>
        {
            double rate = args.Number("lr") * args.Number(Hyperparameters.WeightDecay);
            double[][] old = args.Rows("params");
            JsonObject answer = right.Answer(Rmsprop, args.With("weight_decay", 0));
            return answer.With("params", Rows([.. answer.Rows("params").Zip(old, (moved, before) => moved.Zip(before, (x, b) => x - rate * b).ToArray())]));
        }),
        Mistake("rmsprop-centered-takes-eps-away", "RMSPROP-6", "where squares are centered, ε is subtracted under the root, which is NaN for a variance below it", Rmsprop, (right, args) =>
        {
            JsonObject answer = right.Answer(Rmsprop, (JsonObject)args.DeepClone());
            if (!Says(args, "centered") || !Says(args, "eps_inside_root") || args.ContainsKey("momentum") || args["groups"] is not null)
                return answer;
            double eps = args.Number(Hyperparameters.Epsilon);
            double[] v = [.. ((JsonObject)answer["state"]!).Rows("v").SelectMany(x => x)], mean = [.. ((JsonObject)answer["state"]!).Rows("g").SelectMany(x => x)];
            int i = 0;
            double Longer(double step) => v[i] - mean[i] * mean[i++] is var variance ? step * Math.Sqrt(variance + eps) / Math.Sqrt(variance - eps) : step;
            return answer.With("params", Rows([.. answer.Rows("params").Zip(args.Rows("params"), (moved, old) => moved.Zip(old, (x, before) => before - Longer(before - x)).ToArray())]));
        }),
        ElementMistake("adagrad-mean-of-squares", "ADAGRAD-1", "the sum is divided by the number of steps, so that the rate does not fall", Adagrad, 1, (theta, g, kept, t, args) =>
        {
            kept[0] += g * g;
            double rate = args.Number("lr") / (1 + (t - 1) * args.Number(Hyperparameters.RateDecay));
            return theta - rate * g / (Math.Sqrt(kept[0] / t) + args.Number(Hyperparameters.AdagradEpsilon));
        }, "eps_inside_root", "initial_accumulator_value"),
        Mistake("adagrad-eps-inside-root", "ADAGRAD-2", "ε is added before the root is taken", Adagrad, (right, args) => right.Answer(Adagrad, args.With("eps_inside_root", true))),
        Mistake("adagrad-rate-falls-early", "ADAGRAD-3", "the rate is α/(1 + t·κ), so that the first step is short already", Adagrad, (right, args) =>
        {
            double decay = args.Number(Hyperparameters.RateDecay);
            return AtRate(right, Adagrad, args, (lr, t) => lr * (1 + (t - 1) * decay) / (1 + t * decay));
        }),
        Mistake("adagrad-starts-from-zero", "ADAGRAD-4", "the sum starts from 0, whatever is given", Adagrad, (right, args) => right.Answer(Adagrad, args.With("initial_accumulator_value", 0))),
        ElementMistake("adadelta-without-numerator", "ADADELTA-1", "√ε stands above in place of the root of averaged steps, which is RMSprop", Adadelta, 1, (theta, g, kept, _, args) =>
        {
            (double rho, double eps) = (args.Number(Hyperparameters.AdadeltaDecay), args.Number(Hyperparameters.AdadeltaEpsilon));
            kept[0] = rho * kept[0] + (1 - rho) * g * g;
            return theta - args.Number(Hyperparameters.AdadeltaRate) * Math.Sqrt(eps) / Math.Sqrt(kept[0] + eps) * g;
        }),
        ElementMistake("adadelta-divides-by-the-average-before", "ADADELTA-1", "the average of squares does not know of this gradient yet, so that a first step is as long as its gradient", Adadelta, 2, (theta, g, kept, _, args) =>
        {
            (double rho, double eps) = (args.Number(Hyperparameters.AdadeltaDecay), args.Number(Hyperparameters.AdadeltaEpsilon));
            double step = Math.Sqrt(kept[1] + eps) / Math.Sqrt(kept[0] + eps) * g;
            (kept[0], kept[1]) = (rho * kept[0] + (1 - rho) * g * g, rho * kept[1] + (1 - rho) * step * step);
            return theta - args.Number(Hyperparameters.AdadeltaRate) * step;
        }),
        ElementMistake("adadelta-averages-scaled-steps", "ADADELTA-2", "the average takes the step times the rate, so that a rate of 0.5 acts twice", Adadelta, 2, (theta, g, kept, _, args) =>
        {
            (double rho, double eps) = (args.Number(Hyperparameters.AdadeltaDecay), args.Number(Hyperparameters.AdadeltaEpsilon));
            kept[0] = rho * kept[0] + (1 - rho) * g * g;
            double step = args.Number(Hyperparameters.AdadeltaRate) * Math.Sqrt(kept[1] + eps) / Math.Sqrt(kept[0] + eps) * g;
            kept[1] = rho * kept[1] + (1 - rho) * step * step;
            return theta - step;
        }),
    ];

    private static bool Says(JsonObject args, string option) => args[option] is { } said && (bool)said;
}
