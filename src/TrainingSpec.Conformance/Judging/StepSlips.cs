using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the optimizers that move each element by itself and keep no pair of moments.</summary>
internal static class StepSlips
{
    private const string Sgd = "sgd.step", Lion = "lion.step", Rmsprop = "rmsprop.step", Adagrad = "adagrad.step", Adadelta = "adadelta.step", Adamax = "adamax.step";

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => All().Where(s => s.Op == op).Select(s =>
    {
        Distortion step = WrongElementwise.ElementMistake(s.Name, "", "", op, 3, s.Element).Create()[op];
        return new Slip(s.Name, (right, _, args) => step(right, args));
    });

    private static IEnumerable<(string Op, string Name, WrongElementwise.Element Element)> All()
    {
        (string, string, WrongElementwise.Element) Is(string op, string word, WrongElementwise.Element element) => (op, $"{op[..^".step".Length]}-{word}", element);

        // The buffer and the direction.
        (string, string, WrongElementwise.Element) OfSgd(string word, Func<double, double, double, double, bool, double> buffer, Func<double, double, double, double, double> nesterov, double decays = 1) => Is(Sgd, word, (theta, g, kept, t, args) =>
        {
            double mu = args.Number(Hyperparameters.Momentum), lr = args.Number("lr"), decay = args.Number(Hyperparameters.WeightDecay) * theta;
            g += (decays - 1) * decay;
            double d = g;
            if (mu > 0)
            {
                double before = kept[0];
                kept[0] = buffer(kept[0], g, mu, args.Number(Hyperparameters.Dampening), t == 1);
                d = args.Flag("nesterov") ? nesterov(g, kept[0], mu, before) : kept[0];
            }

            return theta - lr * d;
        });
        (string, string, WrongElementwise.Element) OfScaled(string word, Func<double, double, double, double, double, bool, double> moved) => Is(Sgd, word, (theta, g, kept, t, args) =>
        {
            double mu = args.Number(Hyperparameters.Momentum), lr = args.Number("lr");
            if (mu == 0)
                return theta - lr * g;
            kept[0] = t == 1 ? g : mu * kept[0] + (1 - args.Number(Hyperparameters.Dampening)) * g;
            return moved(theta, lr, g, kept[0], mu, args.Flag("nesterov"));
        });
        Func<double, double, double, double, bool, double> buffer = (b, g, mu, tau, first) => first ? g : mu * b + (1 - tau) * g;
        Func<double, double, double, double, double> ahead = (g, b, mu, _) => g + mu * b;
        yield return OfSgd("buffer-starts-at-zero", (b, g, mu, tau, first) => first ? 0 : mu * b + (1 - tau) * g, ahead);
        yield return OfSgd("buffer-takes-gradients-away", (b, g, mu, tau, first) => first ? g : mu * b - (1 - tau) * g, ahead);
        yield return OfSgd("buffer-is-dampened", (b, g, mu, tau, first) => first ? g : (1 - tau) * mu * b + g, ahead);
        yield return OfSgd("dampening-taken-for-its-complement", (b, g, mu, tau, first) => first ? g : mu * b + (tau > 0 ? tau : 1) * g, ahead);
        yield return OfSgd("first-buffer-averaged", (b, g, mu, tau, first) => mu * b + (1 - mu) * g, ahead);
        yield return Is(Sgd, "buffer-one-step-late", (theta, g, kept, t, args) =>
        {
            double mu = args.Number(Hyperparameters.Momentum), used = t == 1 ? g : kept[0];
            kept[0] = buffer(kept[0], g, mu, args.Number(Hyperparameters.Dampening), t == 1);
            return theta - args.Number("lr") * (mu > 0 ? args.Flag("nesterov") ? g + mu * used : used : g);
        });
        yield return OfSgd("nesterov-without-gradient", buffer, (g, b, mu, _) => mu * b);
        yield return OfSgd("nesterov-of-the-buffer-before", buffer, (g, b, mu, before) => g + mu * before);
        yield return OfSgd("nesterov-of-the-buffer-before-or-the-first-gradient", (b, g, mu, tau, first) => first ? g : mu * b + (1 - tau) * g, (g, b, mu, before) => g + mu * (before == 0 ? g : before));
        yield return OfSgd("nesterov-averages", buffer, (g, b, mu, _) => (1 - mu) * g + mu * b);
        yield return OfSgd("nesterov-less-the-buffer-before", buffer, (g, b, mu, before) => (1 + mu) * b - mu * before);
        yield return OfSgd("nesterov-of-the-buffer-twice", buffer, (g, b, mu, _) => b + mu * b);
        yield return OfScaled("gradient-not-scaled", (theta, lr, g, b, mu, looks) => looks ? theta - g - lr * mu * b : theta - lr * b);
        yield return OfScaled("buffer-not-scaled", (theta, lr, g, b, mu, looks) => looks ? theta - lr * g - mu * b : theta - b);
        yield return OfScaled("nesterov-gradient-not-scaled-nor-its-buffer", (theta, lr, g, b, mu, looks) => looks ? theta - g - mu * b : theta - lr * b);
        yield return OfScaled("nesterov-buffer-not-scaled", (theta, lr, g, b, mu, looks) => looks ? theta - lr * g - mu * b : theta - lr * b);
        yield return OfScaled("buffer-scaled-twice", (theta, lr, g, b, mu, looks) => theta - lr * lr * (looks ? g + mu * b : b));
        yield return OfSgd("nesterov-left-out", buffer, (g, b, mu, _) => b);
        yield return OfSgd("nesterov-twice", buffer, (g, b, mu, _) => g + mu * (g + mu * b));
        yield return OfSgd("nesterov-adds-the-gradient-to-the-buffer", buffer, (g, b, mu, _) => b + mu * g);
        yield return OfSgd("decay-left-out", buffer, ahead, 0);
        yield return OfSgd("decay-halved", buffer, ahead, 0.5);
        yield return OfSgd("decay-of-the-other-sign", buffer, ahead, -1);
        yield return Is(Sgd, "decay-beside-the-buffer", (theta, g, kept, t, args) =>
        {
            double mu = args.Number(Hyperparameters.Momentum), decay = args.Number(Hyperparameters.WeightDecay) * theta;
            g -= decay;
            kept[0] = buffer(kept[0], g, mu, args.Number(Hyperparameters.Dampening), t == 1);
            return theta - args.Number("lr") * ((mu > 0 ? args.Flag("nesterov") ? g + mu * kept[0] : kept[0] : g) + decay);
        });
        yield return Is(Sgd, "decay-without-rate", (theta, g, kept, t, args) =>
        {
            double mu = args.Number(Hyperparameters.Momentum), decay = args.Number(Hyperparameters.WeightDecay) * theta;
            g -= decay;
            kept[0] = buffer(kept[0], g, mu, args.Number(Hyperparameters.Dampening), t == 1);
            return theta - args.Number("lr") * (mu > 0 ? args.Flag("nesterov") ? g + mu * kept[0] : kept[0] : g) - decay;
        });

        // The direction and what is kept; the decay is taken out of the gradient again.
        (string, string, WrongElementwise.Element) OfLion(string word, Func<double, double, double, double, (double Direction, double Kept)> step, Func<double, double, double, double, double>? moved = null) => Is(Lion, word, (theta, g, kept, _, args) =>
        {
            double lr = args.Number("lr"), decay = args.Number(Hyperparameters.WeightDecay);
            g -= decay * theta;
            (double d, kept[0]) = step(kept[0], g, args.Number(Hyperparameters.Beta1), args.Number(Hyperparameters.LionBeta2));
            return moved is null ? theta - lr * (d + decay * theta) : moved(theta, d, lr, decay);
        });
        static (double Direction, double Kept) Right(double m, double g, double b1, double b2) => (Math.Sign(b1 * m + (1 - b1) * g), b2 * m + (1 - b2) * g);
        yield return OfLion("betas-exchanged", (m, g, b1, b2) => Right(m, g, b2, b1));
        yield return OfLion("one-beta-for-both", (m, g, b1, _) => Right(m, g, b1, b1));
        yield return OfLion("sign-of-the-kept-moment", (m, g, b1, b2) => (Math.Sign(b2 * m + (1 - b2) * g), b2 * m + (1 - b2) * g));
        yield return OfLion("direction-knows-the-new-moment", (m, g, b1, b2) => (Math.Sign(b1 * (b2 * m + (1 - b2) * g) + (1 - b1) * g), b2 * m + (1 - b2) * g));
        yield return OfLion("keeps-the-sign", (m, g, b1, b2) => (Math.Sign(b1 * m + (1 - b1) * g), Math.Sign(b1 * m + (1 - b1) * g)));
        yield return OfLion("beta2-of-adam", (m, g, b1, b2) => Right(m, g, b1, b2 == 0.99 ? 0.999 : b2));
        yield return OfLion("sign-of-the-gradient", (m, g, b1, b2) => (Math.Sign(g), b2 * m + (1 - b2) * g));
        yield return OfLion("gradient-without-share", (m, g, b1, b2) => (Math.Sign(b1 * m + g), b2 * m + (1 - b2) * g));
        yield return OfLion("zero-is-positive", (m, g, b1, b2) => (b1 * m + (1 - b1) * g >= 0 ? 1 : -1, b2 * m + (1 - b2) * g));
        yield return OfLion("zero-is-negative", (m, g, b1, b2) => (b1 * m + (1 - b1) * g > 0 ? 1 : -1, b2 * m + (1 - b2) * g));
        yield return OfLion("without-sign", (m, g, b1, b2) => (b1 * m + (1 - b1) * g, b2 * m + (1 - b2) * g));
        yield return OfLion("decay-without-rate", Right, (theta, d, lr, decay) => theta - lr * d - decay * theta);
        yield return OfLion("decay-of-the-updated", Right, (theta, d, lr, decay) => (theta - lr * d) * (1 - lr * decay));
        yield return OfLion("decay-of-the-other-sign", Right, (theta, d, lr, decay) => theta - lr * (d - decay * theta));
        yield return Is(Lion, "decay-in-the-gradient", (theta, g, kept, _, args) =>
        {
            (double d, kept[0]) = Right(kept[0], g, args.Number(Hyperparameters.Beta1), args.Number(Hyperparameters.LionBeta2));
            return theta - args.Number("lr") * d;
        });
        yield return Is(Lion, "decay-under-the-sign", (theta, g, kept, _, args) =>
        {
            double decay = args.Number(Hyperparameters.WeightDecay) * theta, b1 = args.Number(Hyperparameters.Beta1);
            g -= decay;
            double d = Math.Sign(b1 * kept[0] + (1 - b1) * g + decay);
            kept[0] = Right(kept[0], g, b1, args.Number(Hyperparameters.LionBeta2)).Kept;
            return theta - args.Number("lr") * d;
        });

        // The average, what is under the root, the denominator and the momentum.
        (string, string, WrongElementwise.Element) OfRmsprop(
            string word,
            Func<double, double, double, int, double>? square = null,
            Func<double, double, double, double>? center = null,
            Func<double, double, double>? root = null,
            Func<double, double, double, double, double>? velocity = null,
            double start = double.NaN,
            Func<double, double, int, double>? used = null) => Is(Rmsprop, word, (theta, g, kept, t, args) =>
        {
            double alpha = args.Number(Hyperparameters.SquareDecay), eps = args.Number(Hyperparameters.Epsilon), lr = args.Number("lr"), mu = args.Number(Hyperparameters.Momentum);
            if (t == 1)
                kept[0] = double.IsNaN(start) ? args.Number(Hyperparameters.InitialAccumulator) : start;
            double before = kept[0];
            kept[0] = square?.Invoke(kept[0], g, alpha, t) ?? alpha * kept[0] + (1 - alpha) * g * g;
            double v = used?.Invoke(kept[0], before, t) ?? kept[0];
            if (args.Flag("centered"))
            {
                kept[1] = alpha * kept[1] + (1 - alpha) * g;
                v = center?.Invoke(v, kept[1], g) ?? Math.Max(v - kept[1] * kept[1], 0);
            }

            double d = root?.Invoke(v, eps) ?? (args.Flag("eps_inside_root") ? Math.Sqrt(v + eps) : Math.Sqrt(v) + eps), step = g / d;
            if (mu == 0)
                return theta - lr * step;
            if (args.Flag("lr_in_velocity"))
                return theta - (kept[2] = mu * kept[2] + lr * step);
            kept[2] = velocity?.Invoke(kept[2], step, mu, g) ?? mu * kept[2] + step;
            return theta - lr * (word == "momentum-of-nesterov" ? step + mu * kept[2] : word == "momentum-of-gradients" ? kept[2] / d : kept[2]);
        });
        yield return OfRmsprop("shares-exchanged", (v, g, a, _) => (1 - a) * v + a * g * g);
        yield return OfRmsprop("average-without-share", (v, g, a, _) => a * v + g * g);
        yield return OfRmsprop("average-of-magnitudes", (v, g, a, _) => a * v + (1 - a) * Math.Abs(g));
        yield return OfRmsprop("average-starts-at-the-square", (v, g, a, t) => t == 1 ? g * g : a * v + (1 - a) * g * g);
        yield return OfRmsprop("sums-squares", (v, g, _, _) => v + g * g);
        yield return OfRmsprop("alpha-of-keras", (v, g, a, _) => a == 0.99 ? 0.9 * v + 0.1 * g * g : a * v + (1 - a) * g * g);
        yield return OfRmsprop("average-starts-at-1", start: 1);
        yield return OfRmsprop("average-starts-at-0", start: 0);
        yield return OfRmsprop("average-one-step-late", used: (_, before, _) => before);
        yield return OfRmsprop("centered-by-the-gradient", center: (v, _, g) => v - g * g);
        yield return OfRmsprop("centered-by-the-mean-itself", center: (v, a, _) => v - a);
        yield return OfRmsprop("centered-adds-the-mean", center: (v, a, _) => v + a * a);
        yield return OfRmsprop("never-centered", center: (v, _, _) => v);
        yield return OfRmsprop("eps-inside-and-beside", root: (v, eps) => Math.Sqrt(v + eps) + eps);
        yield return OfRmsprop("eps-always-inside", root: (v, eps) => Math.Sqrt(v + eps));
        yield return OfRmsprop("eps-a-floor", root: (v, eps) => Math.Max(Math.Sqrt(v), eps));
        yield return OfRmsprop("eps-left-out", root: (v, _) => v > 0 ? Math.Sqrt(v) : 1);
        yield return OfRmsprop("root-left-out", root: (v, eps) => v + eps);
        yield return OfRmsprop("momentum-averaged", velocity: (b, z, mu, _) => mu * b + (1 - mu) * z);
        yield return OfRmsprop("momentum-left-out", velocity: (_, z, _, _) => z);
        yield return OfRmsprop("momentum-of-nesterov");
        yield return OfRmsprop("momentum-of-gradients", velocity: (b, _, mu, g) => mu * b + g);

        (string, string, WrongElementwise.Element) OfAdagrad(
            string word,
            Func<double, double, int, double>? sum = null,
            Func<double, double, double>? root = null,
            Func<double, double, int, double>? rate = null,
            Func<double, double>? start = null,
            bool isLate = false) => Is(Adagrad, word, (theta, g, kept, t, args) =>
        {
            double eps = args.Number(Hyperparameters.AdagradEpsilon), first = args.Number(Hyperparameters.InitialAccumulator);
            double before = t == 1 ? start?.Invoke(first) ?? first : kept[0];
            kept[0] = sum?.Invoke(before, g, t) ?? before + g * g;
            double s = isLate && t > 1 ? before : kept[0], lr = args.Number("lr"), decay = args.Number(Hyperparameters.RateDecay);
            return theta - (rate?.Invoke(lr, decay, t) ?? lr / (1 + (t - 1) * decay)) * g / (root?.Invoke(s, eps) ?? (args.Flag("eps_inside_root") ? Math.Sqrt(s + eps) : Math.Sqrt(s) + eps));
        });
        yield return OfAdagrad("sums-magnitudes", (s, g, _) => s + Math.Abs(g));
        yield return OfAdagrad("averages-squares", (s, g, t) => s * (t - 1) / t + g * g / t);
        yield return OfAdagrad("forgets-old-squares", (s, g, _) => 0.9 * s + 0.1 * g * g);
        yield return OfAdagrad("knows-the-last-square-alone", (_, g, _) => g * g);
        yield return OfAdagrad("sum-one-step-late", isLate: true);
        yield return OfAdagrad("root-left-out", root: (s, eps) => s + eps);
        yield return OfAdagrad("eps-inside-and-beside", root: (s, eps) => Math.Sqrt(s + eps) + eps);
        yield return OfAdagrad("eps-always-inside", root: (s, eps) => Math.Sqrt(s + eps));
        yield return OfAdagrad("eps-a-floor", root: (s, eps) => Math.Max(Math.Sqrt(s), eps));
        yield return OfAdagrad("starts-at-a-tenth", start: first => first > 0 ? first : 0.1);
        yield return OfAdagrad("rate-falls-as-a-power", rate: (lr, decay, t) => lr * Math.Pow(1 - decay, t - 1));
        yield return OfAdagrad("rate-falls-as-a-root", rate: (lr, decay, t) => lr / Math.Sqrt(1 + (t - 1) * decay));

        (string, string, WrongElementwise.Element) OfAdadelta(string word, Func<double, double, double, double>? ratio = null, Func<double, double, double, double, double>? average = null, bool isLate = false, bool knowsItself = false) => Is(Adadelta, word, (theta, g, kept, _, args) =>
        {
            double rho = args.Number(Hyperparameters.AdadeltaDecay), eps = args.Number(Hyperparameters.AdadeltaEpsilon), lr = args.Number(Hyperparameters.AdadeltaRate), before = kept[0];
            kept[0] = rho * kept[0] + (1 - rho) * g * g;
            ratio ??= (a, v, e) => Math.Sqrt(a + e) / Math.Sqrt(v + e);
            double step = ratio(kept[1], isLate ? before : kept[0], eps) * g;
            if (knowsItself)
                step = ratio(rho * kept[1] + (1 - rho) * step * step, kept[0], eps) * g;
            kept[1] = average?.Invoke(kept[1], step, rho, g) ?? rho * kept[1] + (1 - rho) * step * step;
            return theta - lr * step;
        });
        yield return OfAdadelta("eps-outside-the-roots", (a, v, e) => (Math.Sqrt(a) + e) / (Math.Sqrt(v) + e));
        yield return OfAdadelta("eps-below-alone", (a, v, e) => Math.Sqrt(a) / Math.Sqrt(v + e));
        yield return OfAdadelta("ratio-inverted", (a, v, e) => Math.Sqrt(v + e) / Math.Sqrt(a + e));
        yield return OfAdadelta("root-left-out-above", (a, v, e) => (a + e) / Math.Sqrt(v + e));
        yield return OfAdadelta("roots-left-out", (a, v, e) => (a + e) / (v + e));
        yield return OfAdadelta("knows-its-own-step", knowsItself: true);
        yield return OfAdadelta("averages-gradients-for-steps", average: (a, _, rho, g) => rho * a + (1 - rho) * g * g);
        yield return OfAdadelta("averages-magnitudes-of-steps", average: (a, step, rho, _) => rho * a + (1 - rho) * Math.Abs(step));
        yield return OfAdadelta("shares-of-steps-exchanged", average: (a, step, rho, _) => (1 - rho) * a + rho * step * step);
        yield return OfAdadelta("steps-never-averaged", average: (a, _, _, _) => a);

        (string, string, WrongElementwise.Element) OfAdamax(string word, Func<double, double, double, double, double>? norm = null, Func<double, double, int, double>? correction = null, Func<double, double>? divided = null) => Is(Adamax, word, (theta, g, kept, t, args) =>
        {
            double beta1 = args.Number(Hyperparameters.Beta1), beta2 = args.Number(Hyperparameters.Beta2), eps = args.Number(Hyperparameters.Epsilon);
            bool isBeside = args["eps_on"]?.ToString() == "norm";
            kept[0] = beta1 * kept[0] + (1 - beta1) * g;
            kept[1] = norm?.Invoke(kept[1], g, beta2, isBeside ? 0 : eps) ?? Math.Max(beta2 * kept[1], Math.Abs(g) + (isBeside ? 0 : eps));
            double u = word == "norm-corrected" ? kept[1] / (1 - Math.Pow(beta2, t)) : kept[1], d = isBeside ? u + eps : u;
            return theta - args.Number("lr") * kept[0] / (correction?.Invoke(beta1, beta2, t) ?? 1 - Math.Pow(beta1, t)) / (divided?.Invoke(d) ?? d);
        });
        yield return OfAdamax("norm-of-squares", (u, g, b, e) => Math.Max(b * u, g * g));
        yield return OfAdamax("norm-is-an-average", (u, g, b, e) => b * u + (1 - b) * Math.Abs(g) + e);
        yield return OfAdamax("eps-beside-the-old-norm", (u, g, b, e) => Math.Max(b * u + e, Math.Abs(g)));
        yield return OfAdamax("new-gradient-fades", (u, g, b, e) => Math.Max(u, b * Math.Abs(g) + e));
        yield return OfAdamax("norm-fades-as-a-whole", (u, g, b, e) => b * Math.Max(u, Math.Abs(g) + e));
        yield return OfAdamax("norm-keeps-the-other-share", (u, g, b, e) => Math.Max((1 - b) * u, Math.Abs(g) + e));
        yield return OfAdamax("norm-corrected");
        yield return OfAdamax("root-of-the-norm", divided: Math.Sqrt);
        yield return OfAdamax("corrected-by-beta2", correction: (_, b2, t) => 1 - Math.Pow(b2, t));
        yield return OfAdamax("correction-without-power", correction: (b1, _, _) => 1 - b1);
        yield return OfAdamax("correction-one-step-late", correction: (b1, _, t) => 1 - Math.Pow(b1, Math.Max(1, t - 1)));
    }
}
