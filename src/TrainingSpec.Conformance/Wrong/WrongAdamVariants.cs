using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Wrong.Distortions;
using static TrainingSpec.Conformance.Wrong.WrongElementwise;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Adamax, NAdam, RAdam and AMSGrad as they go wrong.</summary>
internal static class WrongAdamVariants
{
    private const string Adamax = "adamax.step", Nadam = "nadam.step", Radam = "radam.step", Amsgrad = "amsgrad.step";
    private static readonly string[] Decoupled = ["decoupled_weight_decay"];

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        ElementMistake("adamax-takes-signs", "ADAMAX-1", "the maximum is that of the gradients themselves, so that negative ones count for nothing", Adamax, 2, (theta, g, kept, t, args) =>
            AdamaxStep(theta, g, kept, t, args, Math.Max(Beta2(args) * kept[1], g + Eps(args))), "eps_on"),
        ElementMistake("adamax-never-fades", "ADAMAX-1 ADAMAX-3", "the maximum is that of all gradients so far", Adamax, 2, (theta, g, kept, t, args) =>
            AdamaxStep(theta, g, kept, t, args, Math.Max(kept[1], Math.Abs(g) + Eps(args))), "eps_on"),
        Mistake("adamax-no-bias-correction", "ADAMAX-2", "the first moment is used as it is", Adamax, (right, args) =>
        {
            double beta1 = Beta1(args);
            return AtRate(right, Adamax, args, (lr, t) => lr * (1 - Math.Pow(beta1, t)));
        }),
        Mistake("adamax-eps-on-norm", "ADAMAX-3", "ε is added to the norm and not to each gradient", Adamax, (right, args) => right.Answer(Adamax, args.With("eps_on", "norm"))),
        ElementMistake("nadam-product-twice", "NADAM-1 NADAM-2 NADAM-3", "the product for the next step holds the momentum of this one twice (PyTorch's NAdam from 1.10 to 1.13)", Nadam, 3, (theta, g, kept, t, args) =>
            NadamStep(theta, g, kept, t, args, Momentum(args, t), Momentum(args, t + 1), Momentum(args, t)), Decoupled),
        ElementMistake("nadam-product-restarted", "NADAM-1", "the product of momenta is not carried from step to step", Nadam, 3, (theta, g, kept, t, args) =>
        {
            double moved = NadamStep(theta, g, kept, t, args, Momentum(args, t), Momentum(args, t + 1), 1);
            kept[2] = 0;
            return moved;
        }, Decoupled),
        ElementMistake("nadam-schedule-late", "NADAM-2", "the momentum's schedule counts steps from 0", Nadam, 3, (theta, g, kept, t, args) =>
            NadamStep(theta, g, kept, t, args, Momentum(args, t - 1), Momentum(args, t), 1), Decoupled),
        ElementMistake("radam-always-divides", "RADAM-1", "short averages divide, too, which is Adam", Radam, 2, (theta, g, kept, t, args) => RadamStep(theta, g, kept, t, args, 1, r => r), "eps_on", "decoupled_weight_decay"),
        ElementMistake("radam-unrectified", "RADAM-2", "the step is not multiplied by r once the average is long enough", Radam, 2, (theta, g, kept, t, args) => RadamStep(theta, g, kept, t, args, null, _ => 1), "eps_on", "decoupled_weight_decay"),
        ElementMistake("radam-root-left-out", "RADAM-2", "r is used without its root", Radam, 2, (theta, g, kept, t, args) => RadamStep(theta, g, kept, t, args, null, r => r * r), "eps_on", "decoupled_weight_decay"),
        ElementMistake("radam-rate-twice", "RADAM-2", "a rectified step is multiplied by the rate twice, as TorchSharp's is", Radam, 2, (theta, g, kept, t, args) => RadamStep(theta, g, kept, t, args, null, r => r * args.Number("lr")), "eps_on", "decoupled_weight_decay"),
        Mistake("radam-threshold-of-five", "RADAM-3", "the threshold is 5, whatever is given", Radam, (right, args) => right.Answer(Radam, args.With("threshold", 5))),
        Mistake("radam-eps-on-corrected", "RADAM-4", "ε stands beside the corrected root, as in Adam", Radam, (right, args) => right.Answer(Radam, args.With("eps_on", "corrected"))),
        ElementMistake("amsgrad-of-two", "AMSGRAD-1", "the maximum is that of the last two second moments", Amsgrad, 3, (theta, g, kept, t, args) =>
        {
            double before = kept[1];
            Moments(g, kept, args);
            double largest = Math.Max(before, kept[1]);
            return theta - args.Number("lr") * kept[0] / (1 - Math.Pow(Beta1(args), t)) / (Math.Sqrt(largest / (1 - Math.Pow(Beta2(args), t))) + Eps(args));
        }, "bias_correction", "eps_inside_root", "max_of", "decoupled_weight_decay"),
        Mistake("amsgrad-max-of-corrected", "AMSGRAD-2", "the maximum is that of the corrected moments, so that the first gradients count for ever", Amsgrad, (right, args) => right.Answer(Amsgrad, args.With("max_of", "corrected"))),
        Mistake("amsgrad-left-out", "AMSGRAD-1 AMSGRAD-2", "the option is read and not used, which leaves Adam", Amsgrad, (right, args) =>
            args.ContainsKey("max_of") || args.ContainsKey("decoupled_weight_decay") ? right.Answer(Amsgrad, args) : right.Answer("adam.step", args)),
    ];

    private static double Beta1(JsonObject args) => args.Number(Hyperparameters.Beta1);

    private static double Beta2(JsonObject args) => args.Number(Hyperparameters.Beta2);

    private static double Eps(JsonObject args) => args.Number(Hyperparameters.Epsilon);

    private static void Moments(double g, double[] kept, JsonObject args)
    {
        kept[0] = Beta1(args) * kept[0] + (1 - Beta1(args)) * g;
        kept[1] = Beta2(args) * kept[1] + (1 - Beta2(args)) * g * g;
    }

    private static double AdamaxStep(double theta, double g, double[] kept, int t, JsonObject args, double norm)
    {
        kept[0] = Beta1(args) * kept[0] + (1 - Beta1(args)) * g;
        kept[1] = norm;
        return theta - args.Number("lr") * kept[0] / (1 - Math.Pow(Beta1(args), t)) / norm;
    }

    private static double Momentum(JsonObject args, int t) =>
        args.ContainsKey("momentum_decay") && args["momentum_decay"] is null ? Beta1(args) : Beta1(args) * (1 - 0.5 * Math.Pow(0.96, t * args.Number(Hyperparameters.MomentumDecay)));

    // The third number is 1 less the product, so that it is 0 before the first step.
    private static double NadamStep(double theta, double g, double[] kept, int t, JsonObject args, double mu, double next, double more)
    {
        Moments(g, kept, args);
        double product = (1 - kept[2]) * mu, root = Math.Sqrt(kept[1] / (1 - Math.Pow(Beta2(args), t)));
        kept[2] = 1 - product;
        return theta - args.Number("lr") * (next * kept[0] / (1 - product * more * next) + (1 - mu) * g / (1 - product)) / (root + Eps(args));
    }

    // What a step over the denominator is multiplied by, null for a step without one: where the average is short, and from r where it is long.
    private static double RadamStep(double theta, double g, double[] kept, int t, JsonObject args, double? whenShort, Func<double, double> whenLong)
    {
        Moments(g, kept, args);
        double power = Math.Pow(Beta2(args), t), largest = 2 / (1 - Beta2(args)) - 1, length = largest - 2 * t * power / (1 - power);
        double mHat = kept[0] / (1 - Math.Pow(Beta1(args), t));
        double? factor = length > args.Number(Hyperparameters.Threshold)
            ? whenLong(Math.Sqrt((length - 4) * (length - 2) * largest / ((largest - 4) * (largest - 2) * length)))
            : whenShort;
        return theta - args.Number("lr") * mHat * (factor is { } r ? r * Math.Sqrt(1 - power) / (Math.Sqrt(kept[1]) + Eps(args)) : 1);
    }
}
