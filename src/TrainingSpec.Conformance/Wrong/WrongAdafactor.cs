using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Adafactor as it goes wrong.</summary>
internal static class WrongAdafactor
{
    private const string Op = "adafactor.step";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("adafactor-product-unnormalized", "ADAFACTOR-1", "the second moment of an element is that of its row times that of its column, not divided by the mean of all", Op, Another(new()
        {
            Root = (m, i, j) => m.Rows.Length == 1 ? m.Columns[j] : m.Columns.Length == 1 ? m.Rows[i] : m.Rows[i] * m.Columns[j],
        })),
        Mistake("adafactor-vector-by-its-mean", "ADAFACTOR-2", "a vector has one second moment, the mean of its squares", Op, Another(new() { Root = (m, i, j) => m.Rows.Length == 1 || m.Columns.Length == 1 ? m.All : m.Root(i, j) })),
        Mistake("adafactor-constant-decay", "ADAFACTOR-3", "second moments keep 0.999 at every step and are corrected, as Adam's", Op, (right, args) =>
        {
            // A first answer with the share (1 - 0.999)/(1 - 0.999^t) of the corrected average in place of t^-c.
            double step = args["state"] is JsonObject state ? state.Number("step") + 1 : 1;
            return right.Answer(Op, step == 1 ? args : args.With("decay_rate", -Math.Log((1 - 0.999) / (1 - Math.Pow(0.999, step))) / Math.Log(step)));
        }),
        Mistake("adafactor-eps-is-a-floor", "ADAFACTOR-4", "ε₁ is not added to the squares but is what roots count as at least, as in PyTorch", Op, (right, args) => right.Answer(Op, args.With("eps_on", "estimate"))),
        Mistake("adafactor-clips-by-norm", "ADAFACTOR-5", "a step is clipped by its norm, so that large tensors hardly move", Op, Another(new() { Over = (u, most, _) => Math.Max(1, Size(u) * Math.Sqrt(u.Length) / most) })),
        Mistake("adafactor-clips-after-the-rate", "ADAFACTOR-5", "the threshold is that of the step with its rate, which hardly ever reaches it", Op, Another(new() { Over = (u, most, rate) => Math.Max(1, rate * Size(u) / most) })),
        Mistake("adafactor-rate-never-falls", "ADAFACTOR-6", "the rate is lr where min(lr, 1/√t) is asked for", Op, (right, args) => right.Answer(Op, args.With("relative_step", false))),
        Mistake("adafactor-rate-not-scaled", "ADAFACTOR-7", "the rate is not multiplied by the size of the parameters", Op, (right, args) => right.Answer(Op, args.With("scale_parameter", false))),
        Mistake("adafactor-scales-by-norm", "ADAFACTOR-7", "the rate is multiplied by the norm of the parameters, not by their root mean square", Op, Another(new() { Scale = theta => Size(theta) * Math.Sqrt(theta.Length) })),
        Mistake("adafactor-momentum-of-gradients", "ADAFACTOR-8", "the average is of gradients, as Adam's, and divided and clipped afterwards", Op, Another(new() { Average = Averaged.Gradients })),
        Mistake("adafactor-rate-outside-momentum", "ADAFACTOR-8", "the average is of clipped steps without their rates, and the last rate multiplies it", Op, Another(new() { Average = Averaged.Directions })),
        Mistake("adafactor-decay-in-gradient", "ADAFACTOR-9", "λθ is added to the gradient, whose size is divided out", Op, (right, args) =>
        {
            double decay = (string?)args["decay_by"] == "step" ? 0 : args.Number(Hyperparameters.MatrixDecay);
            if (decay == 0)
                return right.Answer(Op, args);
            double[][] theta = args.Rows("params"), gradients = args.Rows("grads");
            return right.Answer(Op, args.With("weight_decay", 0).With("grads", Rows([.. gradients.Zip(theta, (g, t) => g.Zip(t, (x, y) => x + decay * y).ToArray())])));
        }),
        Mistake("adafactor-decay-by-the-step", "ADAFACTOR-9", "the decay has the rate of the step, which the size of the parameters multiplies once more, as in Transformers", Op, (right, args) => right.Answer(Op, args.With("decay_by", "step"))),
    ];

    internal enum Averaged
    {
        Steps,
        Gradients,
        Directions,
    }

    internal static double Size(double[] x) => Math.Sqrt(x.Sum(e => e * e) / x.Length);

    private static bool Unless(JsonObject args, string name) => args[name] is null || args.Flag(name);

    // The right state, but for the average, and parameters that are moved in another way.
    internal static Distortion Another(Way way) => (right, args) =>
    {
        JsonObject answer = right.Answer(Op, (JsonObject)args.DeepClone()), state = answer["state"]!.AsObject();
        double lr = args.Number(Hyperparameters.AdafactorRate), eps = (string?)args["eps_on"] == "estimate" ? args.Number(Hyperparameters.SquareEpsilon) : 0;
        double relative = Unless(args, "relative_step") ? Math.Min(lr, 1 / Math.Sqrt(state.Number("step"))) : lr, beta1 = args.Number(Hyperparameters.StepMomentum);
        double most = args.ContainsKey("clip_threshold") && args["clip_threshold"] is null ? double.PositiveInfinity : args.Number(Hyperparameters.ClipThreshold);
        double[][] rows = state.Rows("row"), columns = state.Rows("column"), gradients = args.Rows("grads"), before = args["state"] is JsonObject old ? old.Rows("m") : [.. gradients.Select(_ => (double[])[])];
        double[][] averages = new double[rows.Length][], moved = args.Rows("params");
        for (int k = 0; k < rows.Length; k++)
        {
            var moments = new Moments(rows[k], columns[k]);
            double rate = Unless(args, "scale_parameter") ? relative * Math.Max(args.Number(Hyperparameters.LeastSize), way.Scale(moved[k])) : relative;
            double[] Kept(double[] x) => averages[k] = beta1 == 0 ? x : [.. x.Select((e, i) => beta1 * (before[k].Length > 0 ? before[k][i] : 0) + way.Share(beta1) * e)];
            double[] u = [.. (way.Average == Averaged.Gradients ? Kept(gradients[k]) : gradients[k]).Select((g, at) => g / Math.Max(way.Root(moments, at / columns[k].Length, at % columns[k].Length), eps))];
            double over = way.Over(u, most, rate), factor = way.Average == Averaged.Steps ? rate : 1;
            u = [.. u.Select(x => factor * x / over)];
            double[] step = way.Average == Averaged.Gradients ? u : Kept(u);
            double decay = ((string?)args["decay_by"] == "step" ? rate : lr) * args.Number(Hyperparameters.MatrixDecay);
            moved[k] = [.. moved[k].Zip(step, (x, d) => x - rate / factor * d - decay * x)];
        }

        if (beta1 > 0)
            state["m"] = Rows(averages);
        return answer.With("params", Rows(moved));
    };

    // Roots of second moments.
    internal sealed record Moments(double[] Rows, double[] Columns)
    {
        public double All => Size(Rows);

        public double Root(int row, int column) => Rows.Length == 1 ? Columns[column] : Rows[row] * Columns[column] / All;
    }

    internal sealed record Way
    {
        public Func<Moments, int, int, double> Root { get; init; } = (moments, i, j) => moments.Root(i, j);

        public Func<double[], double, double, double> Over { get; init; } = (u, most, _) => Math.Max(1, Size(u) / most);

        public Func<double[], double> Scale { get; init; } = Size;

        public Averaged Average { get; init; }

        public Func<double, double> Share { get; init; } = beta1 => 1 - beta1;
    }
}
