using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Loss scaling as it goes wrong.</summary>
internal static class WrongLossScaling
{
    private const string Unscale = "loss_scale.unscale", Update = "loss_scale.update", Clip = "clip.global_norm";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("loss-scale-divides-in-float16", "LOSS-SCALING-1", "float16 gradients are divided where they lie, and underflow after all (D2's listing)", Unscale, (right, args) =>
        {
            JsonObject result = right.Answer(Unscale, args);
            return Format(args) == "float16" ? result.With("grads", Rows([.. result.Rows("grads").Select(t => t.Select(g => Float16.Of(g).Value).ToArray())])) : result;
        }),
        Mistake("loss-scale-keeps-precision", "LOSS-SCALING-2", "gradients are unscaled as if they had never been float16, so what a device flushes to zero survives", Unscale, (right, args) =>
        {
            JsonObject result = right.Answer(Unscale, args);
            return (bool)result["found_inf"]! ? result : result.With("grads", right.Answer(Unscale, args.With("grad_dtype", "float32"))["grads"]!.DeepClone());
        }),
        Mistake("loss-scale-overflow-unseen", "LOSS-SCALING-3", "nobody looks for infinities before the update (D2's listing)", Unscale, (right, args) =>
            right.Answer(Unscale, args).With("found_inf", false)),
        Mistake("loss-scale-never-skips", "LOSS-SCALING-4", "the scale backs off, and the step with infinite gradients is done all the same", Update, (right, args) =>
            right.Answer(Update, args).With("skip", false)),
        Mistake("loss-scale-tracker-survives", "LOSS-SCALING-4", "an overflow does not start the count of good steps over", Update, (right, args) =>
            args.Flag("found_inf") ? right.Answer(Update, args).With("tracker", (long)args.Number("tracker")) : right.Answer(Update, args)),
        Mistake("loss-scale-grows-late", "LOSS-SCALING-5", "the scale grows a step after the interval is full", Update, (right, args) =>
            right.Answer(Update, args.With("interval", (long)args.Number(Hyperparameters.Interval) + 1))),
        Mistake("loss-scale-leaves-float32", "LOSS-SCALING-8", "the scale grows and shrinks past what float32 holds, by which no gradient can be divided", Update, (right, args) =>
        {
            JsonObject result = right.Answer(Update, args);
            double scale = args.Number("scale");
            bool moves = (args.Flag("found_inf") || result.Number("tracker") == 0) && args.Number(Hyperparameters.Hysteresis) == 1 && args["min_scale"] is null;
            return !moves ? result : result.With("scale", scale * (args.Flag("found_inf") ? args.Number(Hyperparameters.Backoff) : args.Number(Hyperparameters.Growth)));
        }),
        Mistake("loss-scale-impatient", "LOSS-SCALING-9", "every overflow makes the scale back off, whatever the hysteresis is", Update, (right, args) =>
            args.Number(Hyperparameters.Hysteresis) > 1 && args.Flag("found_inf") ? right.Answer(Update, args.With("overflows", (long)args.Number(Hyperparameters.Hysteresis) - 1)) : right.Answer(Update, args)),
        Mistake("loss-scale-without-minimum", "LOSS-SCALING-10", "the scale backs off below the least one", Update, (right, args) =>
        {
            args.Remove("min_scale");
            return right.Answer(Update, args);
        }),
        new("loss-scale-clips-before-unscaling", ["LOSS-SCALING-6"], "the scaled gradients are clipped, and unscaled afterwards (Lightning #9330, pytorch/examples #1196)", ClipsFirst),
    ];

    private static string Format(JsonObject args) => args["grad_dtype"] is { } format ? (string)format! : "float32";

    private static Dictionary<string, Distortion> ClipsFirst()
    {
        // The order of two calls is the mistake: gradients that have been unscaled are clipped as they were before.
        double scale = 1;
        return new()
        {
            [Unscale] = (right, args) =>
            {
                scale = args.Number("scale");
                return right.Answer(Unscale, args);
            },
            [Clip] = (right, args) =>
            {
                double[][] scaled = [.. args.Rows("grads").Select(t => t.Select(g => (double)LossScaling.Scaled<Real64>(g, scale)).ToArray())];
                JsonObject result = right.Answer(Clip, args.With("grads", Rows(scaled)));
                return result.With("grads", Rows([.. result.Rows("grads").Select(t => t.Select(g => (double)LossScaling.Unscaled<Real64>(g, scale)).ToArray())]));
            },
        };
    }
}
