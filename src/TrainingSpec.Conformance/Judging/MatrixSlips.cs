using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of the optimizers of matrices, of rows and of layers: another iteration, another size of the step, another ratio.</summary>
internal static class MatrixSlips
{
    private const string Muon = "muon.step", Adafactor = "adafactor.step", Lars = "lars.step", Sparse = "sparse_adam.step";
    private const double Linear = 3.4445, Cubic = -4.7750, Quintic = 2.0315;

    // The factor of a step, of a matrix's rows and columns.
    private static readonly (string Word, Func<double, double, double> Of)[] Scales =
    [
        ("scale-left-out", (_, _) => 1),
        ("scale-of-columns", (r, c) => Math.Sqrt(Math.Max(1, c / r))),
        ("scale-also-below-1", (r, c) => Math.Sqrt(r / c)),
        ("scale-without-root", (r, c) => Math.Max(1, r / c)),
        ("scale-of-adamw", (r, c) => 0.2 * Math.Sqrt(Math.Max(r, c))),
        ("scale-of-the-larger-side", (r, c) => Math.Sqrt(Math.Max(r, c))),
    ];

    private static readonly (string Word, double Linear, double Cubic, double Quintic, int? Steps)[] Iterations =
    [
        ("coefficients-2-1.5-0.5", 2, -1.5, 0.5, null),
        ("coefficients-15-10-3", 1.875, -1.25, 0.375, null),
        ("coefficients-cubic", 1.5, -0.5, 0, null),
        ("coefficients-of-fewer-digits", 3.444, -4.775, 2.03, null),
        ("coefficients-rounded", 3.44, -4.77, 2.03, null),
        ("cubic-term-of-the-other-sign", Linear, -Cubic, Quintic, null),
        ("quintic-term-left-out", Linear, Cubic, 0, null),
        ("square-left-out", Linear, Cubic + Quintic, 0, null),
        ("orthogonal-altogether", 1.5, -0.5, 0, 80),
    ];

    // What a matrix is divided by, of its norm and ε.
    private static readonly (string Word, Func<double, double, double> Of)[] Divisors =
    [
        ("eps-under-the-root", (norm, eps) => Math.Sqrt(norm * norm + eps)),
        ("eps-squared-under-the-root", (norm, eps) => Math.Sqrt(norm * norm + eps * eps)),
        ("eps-a-floor", Math.Max),
        ("eps-left-out", (norm, _) => norm > 0 ? norm : 1),
        ("norm-at-least-1", (norm, _) => Math.Max(norm, 1)),
        ("norm-squared", (norm, eps) => norm * norm + eps),
        ("norm-rooted", (norm, eps) => Math.Sqrt(norm) + eps),
        ("norm-doubled", (norm, eps) => 2 * norm + eps),
        ("norm-a-fiftieth-larger", (norm, eps) => 1.02 * norm + eps),
    ];

    private static readonly (string Word, Func<double, double, double, double> Of)[] Looks =
    [
        ("looks-ahead-from-a-share-of-the-gradient", (g, b, mu) => (1 - mu) * g + mu * b),
        ("looks-ahead-from-the-buffer-before", (g, b, mu) => g + (b - g)),
        ("buffer-averages", (g, b, mu) => g + mu * (1 - mu) * b),
        ("looks-ahead-without-gradient", (_, b, mu) => mu * b),
    ];

    private static readonly (string Word, WrongAdafactor.Way Way)[] Ways =
    [
        ("moments-averaged-not-multiplied", new() { Root = (m, i, j) => m.Rows.Length == 1 || m.Columns.Length == 1 ? m.Root(i, j) : Math.Sqrt((m.Rows[i] * m.Rows[i] + m.Columns[j] * m.Columns[j]) / 2) }),
        ("row-and-column-exchanged", new() { Root = (m, i, j) => m.Rows.Length == m.Columns.Length ? m.Root(j, i) : m.Root(i, j) }),
        ("over-the-largest-column", new() { Root = (m, i, j) => m.Rows.Length == 1 || m.Columns.Length == 1 ? m.Root(i, j) : m.Rows[i] * m.Columns[j] / m.Columns.Max() }),
        ("row-alone", new() { Root = (m, i, j) => m.Rows.Length == 1 || m.Columns.Length == 1 ? m.Root(i, j) : m.Rows[i] }),
        ("column-alone", new() { Root = (m, i, j) => m.Rows.Length == 1 || m.Columns.Length == 1 ? m.Root(i, j) : m.Columns[j] }),
        ("root-left-out", new() { Root = (m, i, j) => m.Root(i, j) * m.Root(i, j) }),
        ("never-clipped", new() { Over = (_, _, _) => 1 }),
        ("always-clipped", new() { Over = (u, most, _) => WrongAdafactor.Size(u) / most }),
        ("clipped-by-the-norm", new() { Over = (u, most, _) => Math.Max(1, WrongAdafactor.Size(u) * Math.Sqrt(u.Length) / most) }),
        ("clipped-by-the-threshold-times", new() { Over = (u, most, _) => Math.Max(1, WrongAdafactor.Size(u) * most) }),
        ("scale-of-the-norm", new() { Scale = theta => WrongAdafactor.Size(theta) * Math.Sqrt(theta.Length) }),
        ("scale-added-to-its-floor", new() { Scale = theta => WrongAdafactor.Size(theta) + 1e-3 }),
        ("scale-squared", new() { Scale = theta => Math.Pow(WrongAdafactor.Size(theta), 2) }),
        ("momentum-without-share", new() { Share = _ => 1 }),
        ("momentum-with-the-other-share", new() { Share = beta1 => beta1 }),
        ("momentum-of-gradients", new() { Average = WrongAdafactor.Averaged.Gradients }),
        ("momentum-before-the-rate", new() { Average = WrongAdafactor.Averaged.Directions }),
    ];

    // The local rate, of the norms of parameters and gradient, the decay and the trust.
    private static readonly (string Word, Func<double, double, double, double, double> Of)[] Ratios =
    [
        ("ratio-left-out", (_, _, _, _) => 1),
        ("ratio-is-the-trust", (_, _, _, trust) => trust),
        ("ratio-inverted", (p, g, decay, trust) => trust * (g + decay * p) / p),
        ("ratio-without-decay", (p, g, _, trust) => trust * p / g),
        ("ratio-without-trust", (p, g, decay, _) => p / (g + decay * p)),
        ("ratio-squared", (p, g, decay, trust) => trust * p * p / (g * g + decay * p * p)),
        ("ratio-with-1e-3", (p, g, decay, trust) => trust * p / (g + decay * p + 1e-3)),
        ("ratio-with-1e-8", (p, g, decay, trust) => trust * p / (g + decay * p + 1e-8)),
        ("ratio-at-most-1", (p, g, decay, trust) => Math.Min(1, trust * p / (g + decay * p))),
    ];

    /// <summary>The slips of an operation.</summary>
    public static IEnumerable<Slip> Of(string op) => (op switch
    {
        Muon => [.. OfMuon(), .. OfDecay(op)],
        Adafactor => [.. OfAdafactor(), .. OfDecay(op)],
        Lars => OfLars(),
        Sparse => OfRows(),
        _ => (IEnumerable<(string Word, Distortion Answer)>)[],
    }).Select(s =>
    {
        Distortion step = Mistake(s.Word, "", "", op, s.Answer).Create()[op];
        return new Slip($"{op[..^".step".Length].Replace('_', '-')}-{s.Word}", (right, _, args) => step(right, args));
    });

    private static (string Word, Distortion Answer) Is(string word, Distortion answer) => (word, answer);

    private static IEnumerable<(string Word, Distortion Answer)> OfMuon()
    {
        foreach ((string word, Func<double, double, double> of) in Scales)
        {
            yield return Is(word, (right, args) => WrongMuon.Stepped(right, args, (k, direction) =>
            {
                JsonArray shape = (JsonArray)args["shapes"]![k]!;
                return [.. direction.Select(x => x * of(Whole(shape[0]), Whole(shape[1])) / WrongMuon.Scale(args, k, 0, 1))];
            }));
        }

        foreach ((string word, double linear, double cubic, double quintic, int? steps) in Iterations)
            yield return Is(word, (right, args) => WrongMuon.Turned(right, args, norm => norm, linear, cubic, quintic, steps: steps));
        foreach ((string word, Func<double, double, double, double> of) in Looks)
            yield return Is(word, (right, args) => WrongMuon.Turned(right, args, norm => norm, Linear, Cubic, Quintic, of));
        yield return Is("never-divided", (right, args) => WrongMuon.Turned(right, args, _ => 1, Linear, Cubic, Quintic));
        foreach ((string word, Func<double, double, double> of) in Divisors)
            yield return Is(word, (right, args) => WrongMuon.Turned(right, args, norm => of(norm - args.Number(Hyperparameters.MuonEpsilon), args.Number(Hyperparameters.MuonEpsilon)), Linear, Cubic, Quintic));
        yield return Is("ten-iterations", (right, args) => right.Answer(Muon, args.Number(Hyperparameters.Iterations) == Hyperparameters.Iterations.Default ? args.With("ns_steps", 10) : args));
        yield return Is("always-looks-ahead", (right, args) => right.Answer(Muon, args.With("nesterov", true)));
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfAdafactor()
    {
        foreach ((string word, WrongAdafactor.Way way) in Ways)
            yield return (word, WrongAdafactor.Another(way));
        (string Word, Distortion Answer) Rated(string word, Func<double, double, double> rate) => Is(word, (right, args) =>
        {
            double lr = args.Number(Hyperparameters.AdafactorRate), t = 1 + (args["state"] is JsonObject state ? state.Number("step") : 0), other = rate(lr, t);
            if (args["relative_step"] is not null && !args.Flag("relative_step") || lr == 0)
                return right.Answer(Adafactor, args);
            if ((string?)args["decay_by"] != "step")
                args = args.With("weight_decay", args.Number(Hyperparameters.MatrixDecay) * lr / other);
            return right.Answer(Adafactor, args.With("relative_step", false).With("lr", other));
        });
        yield return Rated("relative-step-multiplied", (lr, t) => lr / Math.Sqrt(t));
        yield return Rated("relative-step-the-larger", (lr, t) => Math.Max(lr, 1 / Math.Sqrt(t)));
        yield return Rated("relative-step-without-root", (lr, t) => Math.Min(lr, 1 / t));
        yield return Rated("relative-step-alone", (_, t) => 1 / Math.Sqrt(t));
        yield return Is("eps-left-out", (right, args) => right.Answer(Adafactor, args.With("eps", 1e-300)));
        yield return Is("scale-without-floor", (right, args) => right.Answer(Adafactor, args.With("eps_scale", 1e-300)));
        yield return Is("never-clipped-at-all", (right, args) => right.Answer(Adafactor, args.With("clip_threshold", null)));
        yield return Is("share-without-power", (right, args) => right.Answer(Adafactor, args.With("decay_rate", 1)));
    }

    // What is taken away for the decay, and when.
    private static IEnumerable<(string Word, Distortion Answer)> OfDecay(string op)
    {
        (string Word, Distortion Answer) Decay(string word, Func<double, double, double, double, double> moved) => Is(word, (right, args) =>
        {
            JsonObject answer = right.Answer(op, (JsonObject)args.DeepClone());
            double decay = args.Number(Hyperparameters.MatrixDecay), lr = op == Muon ? args.Number("lr") : args.Number(Hyperparameters.AdafactorRate);
            if (decay == 0 || (string?)args["decay_by"] == "step")
                return answer;
            double[][] plain = right.Answer(op, ((JsonObject)args.DeepClone()).With("weight_decay", 0)).Rows("params");
            return answer.With("params", Rows([.. args.Rows("params").Select((t, k) => t.Select((x, i) => moved(x, plain[k][i], lr, decay)).ToArray())]));
        });
        yield return Decay("decay-without-rate", (x, now, _, decay) => now - decay * x);
        yield return Decay("decay-of-the-updated", (_, now, lr, decay) => now - lr * decay * now);
        yield return Decay("decay-of-the-other-sign", (x, now, lr, decay) => now + lr * decay * x);
    }

    private static IEnumerable<(string Word, Distortion Answer)> OfLars()
    {
        (string Word, Distortion Answer) Local(string word, Func<double[], double[], double, double, double> of, bool isZeroToo = false, double zero = 1) => Is(word, (_, args) => WrongLayerWise.Step(args, (theta, g, b, a) =>
        {
            double p = WrongLayerWise.Norm(theta), n = WrongLayerWise.Norm(g);
            return WrongLayerWise.Momentum(theta, WrongLayerWise.Decayed(theta, g, a), b, a, isZeroToo || (p > 0 && n > 0) ? of(theta, g, a.Number(Hyperparameters.WeightDecay), a.Number(Hyperparameters.TrustCoefficient)) : zero);
        }));
        foreach ((string word, Func<double, double, double, double, double> of) in Ratios)
            yield return Local(word, (theta, g, decay, trust) => of(WrongLayerWise.Norm(theta), WrongLayerWise.Norm(g), decay, trust));
        Func<double[], double[], double, double, double> plain = (theta, g, decay, trust) => trust * WrongLayerWise.Norm(theta) / (WrongLayerWise.Norm(g) + decay * WrongLayerWise.Norm(theta));
        yield return Local("ratio-of-magnitudes", (theta, g, decay, trust) => trust * theta.Sum(Math.Abs) / (g.Sum(Math.Abs) + decay * theta.Sum(Math.Abs)));
        yield return Local("ratio-by-the-norm-of-the-sum", (theta, g, decay, trust) => trust * WrongLayerWise.Norm(theta) / WrongLayerWise.Norm([.. g.Zip(theta, (x, t) => x + decay * t)]));
        yield return Local("ratio-0-at-zeros", plain, zero: 0);
        yield return Is("ratio-the-trust-at-zeros", (right, args) => Local("", plain, zero: args.Number(Hyperparameters.TrustCoefficient)).Answer(right, args));
        (string Word, Distortion Answer) Velocity(string word, Func<double, double, double, double, JsonObject, (double Moved, double Kept)> of) => Is(word, (_, args) => WrongLayerWise.Step(args, (theta, g, b, a) =>
        {
            double p = WrongLayerWise.Norm(theta), n = WrongLayerWise.Norm(g), local = p > 0 && n > 0 ? plain(theta, g, a.Number(Hyperparameters.WeightDecay), a.Number(Hyperparameters.TrustCoefficient)) : 1;
            var both = theta.Select((t, i) => of(t, g[i], b[i], local, a)).ToArray();
            return ([.. theta.Zip(both, (t, x) => t - x.Moved)], [.. both.Select(x => x.Kept)]);
        }));
        yield return Velocity("velocity-averaged", (t, g, b, l, a) => Same(Mu(a) * b + (1 - Mu(a)) * a.Number("lr") * l * (g + Lambda(a) * t)));
        yield return Velocity("velocity-looks-ahead", (t, g, b, l, a) => a.Number("lr") * l * (g + Lambda(a) * t) is var u ? (u + Mu(a) * (Mu(a) * b + u), Mu(a) * b + u) : default);
        yield return Velocity("decay-beside-the-ratio", (t, g, b, l, a) => Same(Mu(a) * b + a.Number("lr") * (l * g + Lambda(a) * t)));
        yield return Velocity("velocity-without-decay", (_, g, b, l, a) => Same(Mu(a) * b + a.Number("lr") * l * g));
        yield return Velocity("rate-in-the-ratio", (t, g, b, l, a) => Same(Mu(a) * b + (a.Number("lr") > 0 ? Math.Min(l / a.Number("lr"), 1) * a.Number("lr") : 0) * (g + Lambda(a) * t)));

        static (double Moved, double Kept) Same(double v) => (v, v);
        static double Mu(JsonObject a) => a.Number(Hyperparameters.LarsMomentum);
        static double Lambda(JsonObject a) => a.Number(Hyperparameters.WeightDecay);
    }

    // Moments and counts of rows are the reference's; the step is another.
    private static IEnumerable<(string Word, Distortion Answer)> OfRows()
    {
        (string Word, Distortion Answer) Row(string word, Func<double, double, double, double, JsonObject, double> step) => Is(word, (right, args) =>
        {
            JsonObject answer = right.Answer(Sparse, (JsonObject)args.DeepClone());
            var state = (JsonObject)answer["state"]!;
            double[][] m = state.Rows("m"), v = state.Rows("v");
            double t = state.Number("step"), c1 = 1 - Math.Pow(args.Number(Hyperparameters.Beta1), t), c2 = 1 - Math.Pow(args.Number(Hyperparameters.Beta2), t);
            long[] rows = [.. ((JsonArray)args["rows"]!).Select(Whole)];
            return answer.With("params", Rows([.. args.Rows("params").Select((theta, k) => rows.Contains(k) ? theta.Select((x, i) => x - args.Number("lr") * step(m[k][i], v[k][i], c1, c2, args)).ToArray() : theta)]));
        });
        static double Eps(JsonObject a) => a.Number(Hyperparameters.Epsilon);
        yield return Row("uncorrected", (m, v, _, _, a) => m / (Math.Sqrt(v) + Eps(a)));
        yield return Row("first-moment-uncorrected", (m, v, _, c2, a) => Math.Sqrt(c2) * m / (Math.Sqrt(v) + Eps(a)));
        yield return Row("second-moment-uncorrected", (m, v, c1, _, a) => m / c1 / (Math.Sqrt(v) + Eps(a)));
        yield return Row("eps-inside-root", (m, v, c1, c2, a) => Math.Sqrt(c2) / c1 * m / Math.Sqrt(v + Eps(a)));
        yield return Row("eps-beside-the-corrected-root", (m, v, c1, c2, a) => m / c1 / (Math.Sqrt(v / c2) + Eps(a)));
        yield return Row("correction-without-root", (m, v, c1, c2, a) => c2 / c1 * m / (Math.Sqrt(v) + Eps(a)));
        yield return Row("root-left-out", (m, v, c1, c2, a) => c2 / c1 * m / (v + Eps(a)));
        yield return Is("steps-counted-by-rows", (right, args) =>
        {
            var own = (JsonObject)args.DeepClone();
            long[] counts = (args["state"] as JsonObject)?["counts"] is JsonArray kept ? [.. kept.Select(Whole)] : new long[args.Rows("params").Length];
            (own["state"] as JsonObject)?.Remove("counts");
            JsonObject answer = right.Answer(Sparse, own);
            var state = (JsonObject)answer["state"]!;
            double[][] m = state.Rows("m"), v = state.Rows("v");
            foreach (long row in ((JsonArray)args["rows"]!).Select(Whole).Distinct())
                counts[row]++;
            answer["params"] = Rows([.. args.Rows("params").Select((theta, k) => !((JsonArray)args["rows"]!).Select(Whole).Contains(k) ? theta : theta.Select((x, i) =>
                x - args.Number("lr") * Math.Sqrt(1 - Math.Pow(args.Number(Hyperparameters.Beta2), counts[k])) / (1 - Math.Pow(args.Number(Hyperparameters.Beta1), counts[k])) * m[k][i] / (Math.Sqrt(v[k][i]) + Eps(args))).ToArray())]);
            state["counts"] = Questions.Integers(counts);
            return answer;
        });
        yield return Is("rows-without-gradient-fade", (right, args) =>
        {
            JsonObject answer = right.Answer(Sparse, (JsonObject)args.DeepClone());
            long[] rows = [.. ((JsonArray)args["rows"]!).Select(Whole)];
            foreach ((string moment, double share) in new[] { ("m", args.Number(Hyperparameters.Beta1)), ("v", args.Number(Hyperparameters.Beta2)) })
                answer["state"]![moment] = Rows([.. ((JsonObject)answer["state"]!).Rows(moment).Select((x, k) => rows.Contains(k) ? x : x.Select(e => share * e).ToArray())]);
            return answer;
        });
    }
}
