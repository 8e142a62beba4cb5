using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the optimizers that divide an average of gradients by the root of an average of squares: one part of the step is another, in each of them alike.</summary>
internal static class MomentSlips
{
    private static readonly string[] Operations = ["adam.step", "adamw.step", "amsgrad.step", "lamb.step", "nadam.step", "radam.step"];

    private static readonly (string Word, Parts Parts)[] All =
    [
        ("first-moment-without-share", new() { First = (m, g, b) => b * m + g }),
        ("first-moment-with-exchanged-shares", new() { First = (m, g, b) => (1 - b) * m + b * g }),
        ("first-moment-is-the-gradient", new() { First = (_, g, _) => g }),
        ("second-moment-without-share", new() { Second = (v, g, b, _) => b * v + g * g }),
        ("second-moment-with-exchanged-shares", new() { Second = (v, g, b, _) => (1 - b) * v + b * g * g }),
        ("moments-with-exchanged-shares", new() { First = (m, g, b) => (1 - b) * m + b * g, Second = (v, g, b, _) => (1 - b) * v + b * g * g }),
        ("second-moment-of-magnitudes", new() { Second = (v, g, b, _) => b * v + (1 - b) * Math.Abs(g) }),
        ("second-moment-of-the-first", new() { Second = (v, _, b, m) => b * v + (1 - b) * m * m }),
        ("second-moment-of-deviations", new() { Second = (v, g, b, m) => b * v + (1 - b) * (g - m) * (g - m) }),
        ("second-moment-with-squared-share", new() { Second = (v, g, b, _) => b * v + (1 - b) * (1 - b) * g * g }),
        ("second-moment-sums", new() { Second = (v, g, _, _) => v + g * g }),
        ("second-moment-is-the-square", new() { Second = (_, g, _, _) => g * g }),
        ("second-moment-starts-at-the-square", new() { Start = (_, g) => (0, g * g) }),
        ("moments-start-at-the-gradient", new() { Start = (g, _) => (g, g * g) }),
        ("uncorrected", new() { Correction1 = (_, _) => 1, Correction2 = (_, _, _) => 1 }),
        ("first-moment-uncorrected", new() { Correction1 = (_, _) => 1 }),
        ("second-moment-uncorrected", new() { Correction2 = (_, _, _) => 1 }),
        ("correction-without-power", new() { Correction1 = (b, _) => 1 - b, Correction2 = (b, _, _) => 1 - b }),
        ("correction-one-step-late", new() { Correction1 = (b, t) => Late(b, t), Correction2 = (b, t, _) => Late(b, t) }),
        ("correction-from-step-0", new() { Correction1 = (b, t) => One(1 - Math.Pow(b, t - 1)), Correction2 = (b, t, _) => One(1 - Math.Pow(b, t - 1)) }),
        ("correction-one-step-early", new() { Correction1 = (b, t) => 1 - Math.Pow(b, t + 1), Correction2 = (b, t, _) => 1 - Math.Pow(b, t + 1) }),
        ("correction-by-product", new() { Correction1 = (b, t) => Positive(1 - b * t), Correction2 = (b, t, _) => Positive(1 - b * t) }),
        ("second-correction-is-the-first", new() { Correction2 = (_, t, first) => 1 - Math.Pow(first, t) }),
        ("second-correction-squared", new() { Correction2 = (b, t, _) => (1 - Math.Pow(b, t)) * (1 - Math.Pow(b, t)) }),
        ("correction-of-the-root", new() { Correction2 = (b, t, _) => Squared(1 - Math.Sqrt(Math.Pow(b, t))) }),
        ("root-left-out", new() { Denominator = (v, c, eps, _) => v / c + eps }),
        ("cube-root", new() { Denominator = (v, c, eps, _) => Math.Cbrt(v / c) + eps }),
        ("eps-inside-root", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c + eps) }),
        ("eps-beside-root", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c) + eps }),
        ("eps-inside-and-beside", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c + eps) + eps }),
        ("eps-squared-inside-root", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c + eps * eps) }),
        ("eps-before-correction", new() { Denominator = (v, c, eps, _) => Math.Sqrt((v + eps) / c) }),
        ("eps-a-floor", new() { Denominator = (v, c, eps, _) => Math.Max(Math.Sqrt(v / c), eps) }),
        ("eps-hat", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c) + eps / Math.Sqrt(c) }),
        ("eps-shrunk", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v / c) + eps * Math.Sqrt(c) }),
        ("eps-left-out", new() { Denominator = (v, c, _, _) => v > 0 ? Math.Sqrt(v / c) : 1 }),
        ("correction-outside-root", new() { Denominator = (v, c, eps, _) => Math.Sqrt(v) / c + eps }),
        ("eps-after-division", new() { Direction = (m, _, v, c, eps, _) => m / (v > 0 ? Math.Sqrt(v / c) : 1) + eps }),
        ("gradient-in-place-of-its-moment", new() { Direction = (_, g, _, _, _, d) => g / d }),
        ("sign-in-place-of-its-moment", new() { Direction = (m, _, _, _, _, _) => Math.Sign(m) }),
        ("moment-without-sign", new() { Direction = (m, _, _, _, _, d) => Math.Abs(m) / d }),
        ("nothing-divided", new() { Direction = (m, _, _, _, _, _) => m }),
        ("rate-over-root-of-step", new() { Rate = (lr, t) => lr / Math.Sqrt(t) }),
        ("rate-over-step", new() { Rate = (lr, t) => lr / t }),
        ("rate-squared", new() { Rate = (lr, _) => lr * lr }),
        ("decay-of-the-other-sign", new() { Decay = d => -d }),
        ("largest-never-kept", new() { Largest = (_, v) => v }),
        ("smallest-kept", new() { Largest = (kept, v) => kept > 0 ? Math.Min(kept, v) : v }),
        ("largest-uncorrected", new() { IsLargestUncorrected = true }),
        ("largest-divides", new() { UsesLargest = true }),
        ("largest-in-place-of-the-moment", new() { UsesLargest = true, KeepsLargest = true }),
    ];

    // The trust ratio of LAMB.
    private static readonly (string Word, Parts Parts)[] OfRatios =
    [
        ("ratio-left-out", new() { Quotient = (_, _) => 1, Holds = 0 }),
        ("ratio-is-its-bounds-alone", new() { Quotient = (_, _) => 1 }),
        ("ratio-inverted", new() { Quotient = (norm, of) => of / norm }),
        ("ratio-squared", new() { Quotient = (norm, of) => norm * norm / (of * of) }),
        ("ratio-rooted", new() { Quotient = (norm, of) => Math.Sqrt(norm / of) }),
        ("ratio-at-most-1", new() { Quotient = (norm, of) => Math.Min(1, norm / of) }),
        ("ratio-at-most-10", new() { Quotient = (norm, of) => Math.Min(10, norm / of) }),
        ("bounded-ratio-at-most-1", new() { Capped = ratio => Math.Min(1, ratio) }),
        ("bounded-ratio-at-most-10", new() { Capped = ratio => Math.Min(10, ratio) }),
        ("bounded-ratio-at-least-1", new() { Capped = ratio => Math.Max(1, ratio) }),
        ("bounded-ratio-inverted", new() { Capped = ratio => 1 / ratio }),
        ("bounded-ratio-squared", new() { Capped = ratio => ratio * ratio }),
        ("bounded-ratio-left-out", new() { Capped = _ => 1 }),
        ("ratio-with-eps", new() { Quotient = (norm, of) => norm / (of + 1e-6) }),
        ("ratio-of-magnitudes", new() { IsOfMagnitudes = true }),
        ("ratio-without-decay", new() { Measured = (_, plain, _) => plain }),
        ("ratio-of-the-gradient", new() { Measured = (_, _, g) => g }),
        ("ratio-0-at-zeros", new() { Zero = 0 }),
        ("ratio-without-least-norm", new() { Holds = Bounds.All & ~Bounds.LeastNorm }),
        ("ratio-without-most-norm", new() { Holds = Bounds.All & ~Bounds.MostNorm }),
        ("ratio-without-least", new() { Holds = Bounds.All & ~Bounds.LeastRatio }),
        ("ratio-without-most", new() { Holds = Bounds.All & ~Bounds.MostRatio }),
        ("ratio-without-bounds", new() { Holds = 0 }),
        ("decay-after-the-ratio", new() { IsDecayLate = true }),
    ];

    // The rectification of RAdam: the longest average ρ∞ of β₂, the length at step t, when it counts, its root r, and the step before it does.
    private static readonly (string Word, Parts Parts)[] OfRectified =
    [
        ("longest-without-1", new() { Longest = b => 2 / (1 - b) }),
        ("longest-of-1", new() { Longest = b => 1 / (1 - b) - 1 }),
        ("longest-of-the-first-moment", new() { Longest = _ => 19 }),
        ("length-without-steps", new() { Length = (longest, _, power) => longest - 2 * power / (1 - power) }),
        ("length-without-two", new() { Length = (longest, t, power) => longest - t * power / (1 - power) }),
        ("length-not-corrected", new() { Length = (longest, t, power) => longest - 2 * t * power }),
        ("length-added", new() { Length = (longest, t, power) => longest + 2 * t * power / (1 - power) }),
        ("length-of-the-step-before", new() { Length = (longest, t, power) => longest - 2 * (t - 1) * power / (1 - power) }),
        ("threshold-of-4", new() { Rectifies = (length, _, _) => length > 4 }),
        ("threshold-of-5", new() { Rectifies = (length, _, _) => length > 5 }),
        ("threshold-of-6", new() { Rectifies = (length, _, _) => length > 6 }),
        ("threshold-from-itself-on", new() { Rectifies = (length, threshold, _) => length >= threshold }),
        ("threshold-of-steps", new() { Rectifies = (_, threshold, t) => t > threshold }),
        ("threshold-of-steps-from-itself-on", new() { Rectifies = (_, threshold, t) => t >= threshold }),
        ("always-rectified", new() { Rectifies = (_, _, _) => true }),
        ("never-rectified", new() { Rectifies = (_, _, _) => false }),
        ("rectified-without-root", new() { Rectified = r => r * r }),
        ("rectified-inverted", new() { Rectified = r => 1 / r }),
        ("not-rectified", new() { Rectified = _ => 1 }),
        ("rectified-at-most-1", new() { Rectified = r => Math.Min(1, r) }),
        ("rectified-of-one-product", new() { Root = (length, longest) => (length - 4) * longest / ((longest - 4) * length) }),
        ("rectified-of-the-other-product", new() { Root = (length, longest) => (length - 2) * longest / ((longest - 2) * length) }),
        ("rectified-without-lengths", new() { Root = (length, longest) => (length - 4) * (length - 2) / ((longest - 4) * (longest - 2)) }),
        ("warms-up-uncorrected", new() { Warm = (_, m, _, _) => m }),
        ("warms-up-by-the-gradient", new() { Warm = (_, _, g, _) => g }),
        ("warms-up-standing-still", new() { Warm = (_, _, _, _) => 0 }),
        ("warms-up-as-adam", new() { Warm = (corrected, _, _, d) => corrected / d }),
        ("warms-up-by-signs", new() { Warm = (corrected, _, _, _) => Math.Sign(corrected) }),
    ];

    // The momenta of NAdam, of β₁, the step and ψ, and what the two parts of its direction are divided by.
    private static readonly (string Word, Parts Parts)[] OfLooks =
    [
        ("momentum-without-decay", new() { Momentum = (b, _, _) => b }),
        ("momentum-without-half", new() { Momentum = (b, k, psi) => b * (1 - Math.Pow(0.96, k * psi)) }),
        ("momentum-of-one-step-early", new() { Momentum = (b, k, psi) => b * (1 - 0.5 * Math.Pow(0.96, (k + 1) * psi)) }),
        ("momentum-of-one-step-late", new() { Momentum = (b, k, psi) => b * (1 - 0.5 * Math.Pow(0.96, (k - 1) * psi)) }),
        ("momentum-of-0.9", new() { Momentum = (b, k, psi) => b * (1 - 0.5 * Math.Pow(0.9, k * psi)) }),
        ("momentum-of-0.99", new() { Momentum = (b, k, psi) => b * (1 - 0.5 * Math.Pow(0.99, k * psi)) }),
        ("momentum-of-steps-alone", new() { Momentum = (b, k, _) => b * (1 - 0.5 * Math.Pow(0.96, k)) }),
        ("momentum-of-steps-over-250", new() { Momentum = (b, k, _) => b * (1 - 0.5 * Math.Pow(0.96, k / 250.0)) }),
        ("momentum-falls", new() { Momentum = (b, k, psi) => b * 0.5 * Math.Pow(0.96, k * psi) }),
        ("looks-by-the-momentum-of-this-step", new() { Look = (m, g, now, _, product, _, _) => now * m / (1 - product * now) + (1 - now) * g / (1 - product) }),
        ("look-divided-by-this-product", new() { Look = (m, g, now, next, product, _, _) => next * m / (1 - product) + (1 - now) * g / (1 - product) }),
        ("look-divided-by-the-next-product", new() { Look = (m, g, now, next, product, _, _) => next * m / (1 - product * next) + (1 - now) * g / (1 - product * next) }),
        ("look-divided-by-powers", new() { Look = (m, g, now, next, _, b, t) => next * m / (1 - Math.Pow(b, t + 1)) + (1 - now) * g / (1 - Math.Pow(b, t)) }),
        ("look-divided-by-one-power", new() { Look = (m, g, now, next, _, b, t) => (next * m + (1 - now) * g) / (1 - Math.Pow(b, t)) }),
        ("look-by-momenta-of-the-step", new() { Look = (m, g, now, next, _, _, _) => next * m / (1 - next) + (1 - now) * g / (1 - now) }),
        ("look-uncorrected", new() { Look = (m, g, now, next, _, _, _) => next * m + (1 - now) * g }),
        ("look-of-the-moment-uncorrected", new() { Look = (m, g, now, next, product, _, _) => next * m + (1 - now) * g / (1 - product) }),
        ("look-of-the-gradient-uncorrected", new() { Look = (m, g, now, next, product, _, _) => next * m / (1 - product * next) + (1 - now) * g }),
        ("look-of-the-gradient-left-out", new() { Look = (m, _, _, next, product, _, _) => next * m / (1 - product * next) }),
        ("look-of-the-moment-left-out", new() { Look = (_, g, now, _, product, _, _) => (1 - now) * g / (1 - product) }),
        ("looks-nowhere", new() { Look = (m, _, _, _, _, b, t) => m / (1 - Math.Pow(b, t)) }),
        ("look-with-the-next-share-of-the-gradient", new() { Look = (m, g, _, next, product, _, _) => next * m / (1 - product * next) + (1 - next) * g / (1 - product) }),
        ("look-with-the-whole-gradient", new() { Look = (m, g, _, next, product, _, _) => next * m / (1 - product * next) + g / (1 - product) }),
        ("look-by-beta1", new() { Look = (m, g, _, _, _, b, t) => (b * m + (1 - b) * g) / (1 - Math.Pow(b, t)) }),
        ("look-by-beta1-of-the-next-power", new() { Look = (m, g, _, _, _, b, t) => b * m / (1 - Math.Pow(b, t + 1)) + (1 - b) * g / (1 - Math.Pow(b, t)) }),
        ("product-of-the-last-alone", new() { IsProductOfLast = true }),
    ];

    // What is kept or used of a whole tensor, or of the step before.
    private static readonly (string Word, Parts Parts)[] OfTensors =
    [
        ("second-moment-averaged-over-the-tensor", new() { Pooled = v => v.Average() }),
        ("second-moment-summed-over-the-tensor", new() { Pooled = v => v.Sum() }),
        ("second-moment-largest-of-the-tensor", new() { Pooled = v => v.Max() }),
        ("gradients-squared-by-the-tensor", new() { Square = g => g.Average(x => x * x) }),
        ("gradients-squared-by-the-norm", new() { Square = g => g.Sum(x => x * x) }),
        ("first-moment-of-the-step-before", new() { UsesBefore = "m" }),
        ("second-moment-of-the-step-before", new() { UsesBefore = "v" }),
        ("moments-of-the-step-before", new() { UsesBefore = "mv" }),
        ("corrected-first-moment-of-the-step-before", new() { UsesBefore = "mc" }),
        ("corrected-second-moment-of-the-step-before", new() { UsesBefore = "vc" }),
        ("corrected-moments-of-the-step-before", new() { UsesBefore = "mvc" }),
        ("keeps-the-corrected-first-moment", new() { Keeps = "m" }),
        ("keeps-the-corrected-second-moment", new() { Keeps = "v" }),
        ("keeps-corrected-moments", new() { Keeps = "mv" }),
    ];

    [Flags]
    private enum Bounds
    {
        LeastNorm = 1,
        MostNorm = 2,
        LeastRatio = 4,
        MostRatio = 8,
        All = 15,
    }

    /// <summary>The slips of an operation; none where it is no such optimizer.</summary>
    public static IEnumerable<Slip> Of(string op) => Operations.Contains(op)
        ? All.Concat(OfTensors).Concat(op switch { "lamb.step" => OfRatios, "radam.step" => OfRectified, "nadam.step" => OfLooks, _ => [] }).Select(a => new Slip($"{op[..^".step".Length]}-{a.Word}", (right, dtype, args) => args["groups"] is null && !IsFlagged(args, "maximize") ? Step(op, a.Parts, args) : IsFlagged(args, "maximize") ? Step(op, a.Parts, Negated(args)) : right.Answer(op, dtype, args)))
        : [];

    private static double Late(double beta, int t) => One(1 - Math.Pow(beta, Math.Max(1, t - 1)));

    private static double One(double correction) => correction == 0 ? 1 : correction;

    private static double Positive(double correction) => correction > 0 ? correction : 1;

    private static double Squared(double x) => One(x * x);

    private static bool IsFlagged(JsonObject args, string name) => args[name] is { } flag && (bool)flag;

    private static JsonObject Negated(JsonObject args)
    {
        args.Remove("maximize");
        args["grads"] = Rows([.. ((JsonArray)args["grads"]!).Select(row => Read(row!).Select(x => -x).ToArray())]);
        return args;
    }

    private static double[] Read(JsonNode row) => [.. ((JsonArray)row).Select(x => Number(x!))];

    private static double[][] Kept(JsonObject args, string name, double[][] like) =>
        args["state"]?[name] is JsonArray rows ? [.. rows.Select(row => Read(row!))] : [.. like.Select(x => new double[x.Length])];

    // A step of the operation as the protocol has it, but for the part that is another.
    private static JsonObject Step(string op, Parts parts, JsonObject args)
    {
        double Of(string name, double otherwise) => args[name] is { } x ? Number(x) : otherwise;
        double[][] theta = [.. ((JsonArray)args["params"]!).Select(row => Read(row!))], grads = [.. ((JsonArray)args["grads"]!).Select(row => Read(row!))];
        double[][] m = Kept(args, "m", theta), v = Kept(args, "v", theta), largest = Kept(args, "largest", theta);
        int t = 1 + (args["state"] is { } before ? (int)Number(before["t"]!) : 0);
        double beta1 = Of("beta1", 0.9), beta2 = Of("beta2", 0.999), eps = Of("eps", op == "lamb.step" ? 1e-6 : 1e-8), decay = parts.Decay(Of("weight_decay", op == "adamw.step" ? 0.01 : 0)), lr = parts.Rate(Of("lr", 0), t);
        bool isCorrected = args["bias_correction"] is not { } on || (bool)on, isDecoupled = op == "adamw.step" || IsFlagged(args, "decoupled_weight_decay"), isInside = IsFlagged(args, "eps_inside_root");
        double c1 = isCorrected ? parts.Correction1(beta1, t) : 1, c2 = isCorrected ? parts.Correction2(beta2, t, beta1) : 1;
        double product = args["state"] is { } state && state["product"] is { } kept ? Number(kept) : 1;
        double Mu(int k) => args.ContainsKey("momentum_decay") && args["momentum_decay"] is null ? beta1 : parts.Momentum(beta1, k, Of("momentum_decay", 0.004));
        product = parts.IsProductOfLast ? Mu(t) : product * Mu(t);
        for (int i = 0; i < theta.Length; i++)
        {
            double[] old = [.. theta[i]], u = new double[old.Length], firstBefore = [.. m[i]], secondBefore = [.. v[i]];
            double pooled = parts.Square?.Invoke(grads[i]) ?? 0;
            for (int j = 0; j < old.Length; j++)
            {
                double g = grads[i][j] + (isDecoupled || op == "lamb.step" ? 0 : decay * old[j]);
                if (t == 1)
                    (m[i][j], v[i][j]) = parts.Start(g, g);
                m[i][j] = t == 1 && m[i][j] != 0 ? m[i][j] : parts.First(m[i][j], g, beta1);
                v[i][j] = t == 1 && v[i][j] != 0 ? v[i][j] : parts.Second(v[i][j], parts.Square is null ? g : Math.Sqrt(pooled), beta2, m[i][j]);
            }

            double? ofAll = parts.Pooled?.Invoke(v[i]);
            for (int j = 0; j < old.Length; j++)
            {
                double g = grads[i][j] + (isDecoupled || op == "lamb.step" ? 0 : decay * old[j]);
                double first = t > 1 && parts.UsesBefore.Contains('m', StringComparison.Ordinal) ? firstBefore[j] : m[i][j];
                (double used, double c) = (ofAll ?? (t > 1 && parts.UsesBefore.Contains('v', StringComparison.Ordinal) ? secondBefore[j] : v[i][j]), c2);
                if (t > 1 && isCorrected && parts.UsesBefore.Contains('c', StringComparison.Ordinal))
                {
                    first *= parts.UsesBefore.Contains('m', StringComparison.Ordinal) ? c1 / parts.Correction1(beta1, t - 1) : 1;
                    c = parts.UsesBefore.Contains('v', StringComparison.Ordinal) ? parts.Correction2(beta2, t - 1, beta1) : c;
                }

                if (op == "amsgrad.step" || parts.UsesLargest)
                {
                    bool ofCorrected = args["max_of"]?.ToString() == "corrected";
                    used = largest[i][j] = parts.Largest(largest[i][j], ofCorrected ? used / c2 : used);
                    c = ofCorrected || parts.IsLargestUncorrected ? 1 : c2;
                    if (parts.KeepsLargest && !ofCorrected)
                        v[i][j] = used;
                }

                double d = isInside && parts.Denominator == Parts.Beside ? Math.Sqrt(used / c + eps) : parts.Denominator(used, c, eps, beta2);
                u[j] = op switch
                {
                    "nadam.step" => parts.Direction(parts.Look(first, g, Mu(t), Mu(t + 1), product, beta1, t), g, used, c, eps, d),
                    "radam.step" => Rectified(parts, first / c1, first, g, used, c, eps, beta2, t, Of("threshold", 5), args["eps_on"]?.ToString() == "corrected"),
                    _ => parts.Direction(first / c1, g, used, c, eps, d),
                };
                if (parts.Keeps.Contains('m', StringComparison.Ordinal))
                    m[i][j] /= c1;
                if (parts.Keeps.Contains('v', StringComparison.Ordinal))
                    v[i][j] /= c2;
            }

            double ratio = 1;
            if (op == "lamb.step")
            {
                u = isDecoupled ? u : [.. u.Zip(old, (x, w) => x + decay * w)];
                double least = parts.Holds.HasFlag(Bounds.LeastNorm) ? Of("min_norm", 0) : 0, most = parts.Holds.HasFlag(Bounds.MostNorm) ? Of("max_norm", double.PositiveInfinity) : double.PositiveInfinity;
                double[] measured = parts.Measured(u, [.. u.Zip(old, (x, w) => isDecoupled ? x : x - decay * w)], grads[i]);
                double norm = Math.Min(Math.Max(Size(old), least), most), of = Size(measured);
                double Size(double[] x) => parts.IsOfMagnitudes ? x.Sum(Math.Abs) : Math.Sqrt(x.Sum(e => e * e));
                double Bounded(double quotient) => Math.Min(Math.Max(quotient, parts.Holds.HasFlag(Bounds.LeastRatio) ? Of("min_ratio", 0) : 0), parts.Holds.HasFlag(Bounds.MostRatio) ? Of("max_ratio", double.PositiveInfinity) : double.PositiveInfinity);
                ratio = parts.Capped(norm > 0 && of > 0 ? Bounded(parts.Quotient(norm, of)) : parts.Zero);
            }

            for (int j = 0; j < old.Length; j++)
            {
                double late = parts.IsDecayLate && op == "lamb.step" && !isDecoupled ? decay * old[j] : 0;
                theta[i][j] = old[j] - lr * (ratio * (u[j] - late) + late);
                if (isDecoupled)
                    theta[i][j] -= lr * decay * (args["decay_on"]?.ToString() == "updated" ? theta[i][j] : old[j]);
            }
        }

        return new() { ["params"] = Rows(theta), ["state"] = new JsonObject { ["t"] = t, ["m"] = Rows(m), ["v"] = Rows(v), ["largest"] = Rows(largest), ["product"] = product } };
    }

    private static double Rectified(Parts parts, double m, double plain, double g, double v, double c, double eps, double beta2, int t, double threshold, bool onCorrected)
    {
        double power = Math.Pow(beta2, t), longest = parts.Longest(beta2), length = parts.Length(longest, t, power);
        double divisor = parts.Denominator != Parts.Beside || onCorrected ? parts.Denominator(v, c, eps, beta2) : (Math.Sqrt(v) + eps) / Math.Sqrt(c);
        if (!parts.Rectifies(length, threshold, t))
            return parts.Warm(m, plain, g, divisor);
        return parts.Rectified(Math.Sqrt(Math.Max(0, parts.Root(length, longest)))) * parts.Direction(m, g, v, c, eps, divisor);
    }

    private sealed record Parts
    {
        public static readonly Func<double, double, double, double, double> Beside = (v, c, eps, _) => Math.Sqrt(v / c) + eps;

        public Func<double, double, (double First, double Second)> Start { get; init; } = (_, _) => (0, 0);

        public Func<double, double, double, double> First { get; init; } = (m, g, b) => b * m + (1 - b) * g;

        public Func<double, double, double, double, double> Second { get; init; } = (v, g, b, _) => b * v + (1 - b) * g * g;

        public Func<double, int, double> Correction1 { get; init; } = (b, t) => 1 - Math.Pow(b, t);

        public Func<double, int, double, double> Correction2 { get; init; } = (b, t, _) => 1 - Math.Pow(b, t);

        public Func<double, double, double, double, double> Denominator { get; init; } = Beside;

        public Func<double, double, double, double, double, double, double> Direction { get; init; } = (m, _, _, _, _, d) => m / d;

        public Func<double, int, double> Rate { get; init; } = (lr, _) => lr;

        public Func<double, double> Decay { get; init; } = d => d;

        public Func<double, double, double> Largest { get; init; } = Math.Max;

        public Func<double, double, double> Quotient { get; init; } = (norm, of) => norm / of;

        public Func<double[], double[], double[], double[]> Measured { get; init; } = (u, _, _) => u;

        public Func<double, double> Capped { get; init; } = ratio => ratio;

        public Bounds Holds { get; init; } = Bounds.All;

        public double Zero { get; init; } = 1;

        public Func<double, double> Longest { get; init; } = b => 2 / (1 - b) - 1;

        public Func<double, int, double, double> Length { get; init; } = (longest, t, power) => longest - 2 * t * power / (1 - power);

        public Func<double, double, int, bool> Rectifies { get; init; } = (length, threshold, _) => length > threshold;

        public Func<double, double, double> Root { get; init; } = (length, longest) => (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length);

        public Func<double, double> Rectified { get; init; } = r => r;

        public Func<double, double, double, double, double> Warm { get; init; } = (corrected, _, _, _) => corrected;

        public Func<double, int, double, double> Momentum { get; init; } = (b, k, psi) => b * (1 - 0.5 * Math.Pow(0.96, k * psi));

        public Func<double, double, double, double, double, double, int, double> Look { get; init; } = (m, g, now, next, product, _, _) => next * m / (1 - product * next) + (1 - now) * g / (1 - product);

        public bool IsProductOfLast { get; init; }

        public Func<double[], double>? Pooled { get; init; }

        public Func<double[], double>? Square { get; init; }

        public string UsesBefore { get; init; } = "";

        public string Keeps { get; init; } = "";

        public bool IsOfMagnitudes { get; init; }

        public bool IsDecayLate { get; init; }

        public bool IsLargestUncorrected { get; init; }

        public bool UsesLargest { get; init; }

        public bool KeepsLargest { get; init; }
    }
}
