using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Causal attention as it goes wrong.</summary>
internal static class WrongAttention
{
    private const string Op = "attention";
    private static readonly string[] QueryAndKey = ["grad_q", "grad_k"];

    /// <summary>The weights of a position's scores.</summary>
    /// <param name="scores">Scores against all positions, later ones included.</param>
    /// <param name="at">The position.</param>
    private delegate double[] Weights(double[] scores, int at);

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        .. RightWhere(Plain(), Op, args => args["mask"] is not null),
        Mistake("attention-mask-after-softmax", "ATTENTION-7", "weights are multiplied by e to the power of the mask after the softmax, and no longer add up to 1", Op, (right, args) =>
        {
            if (args["mask"] is null)
                return right.Answer(Op, args);
            double[][] mask = Mask(args);
            return Forward(right, args, (scores, at) => [.. Causal(scores, at).Select((w, j) => w * Math.Exp(mask[at][j]))]);
        }),
        Mistake("attention-mask-finite", "ATTENTION-8", "a mask has −10⁹ in place of −∞, so that a query that may look at no key takes the mean of what it may not see", Op, (right, args) =>
            right.Answer(Op, args["mask"] is null ? args : args.With("mask", Rows([.. Mask(args).Select(row => row.Select(m => Math.Max(m, -1e9)).ToArray())])))),
        Mistake("attention-masked-row-is-nan", "ATTENTION-8", "the weights of a query that may look at no key are 0/0", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["mask"] is null)
                return result;
            double[][] mask = Mask(args);
            return result.With("y", Rows([.. result.Rows("y").Select((row, i) => mask[i][..(i + 1)].All(double.IsNegativeInfinity) ? row.Select(_ => double.NaN).ToArray() : row)]));
        }),
    ];

    private static IReadOnlyList<WrongImplementation> Plain() =>
    [
        Mistake("attention-unscaled", "ATTENTION-1", "scores are not divided", Op, (right, args) => Forward(right, args, scale: (_, _) => 1)),
        Mistake("attention-scaled-by-width", "ATTENTION-1", "scores are divided by the root of the whole width, whatever the number of heads", Op, (right, args) =>
            Forward(right, args, scale: (width, _) => Math.Sqrt(width))),
        Mistake("attention-looks-ahead", "ATTENTION-2", "nothing is masked", Op, (right, args) => Forward(right, args, (scores, _) => Softmax(scores))),
        Mistake("attention-mask-one-wide", "ATTENTION-2", "the mask leaves the next position in sight, which is what is to be predicted", Op, (right, args) =>
            Forward(right, args, (scores, at) => Causal(scores, at + 1))),
        Mistake("attention-mask-multiplied", "ATTENTION-3", "scores and weights are multiplied by the mask, so that hidden positions keep e⁰ in the denominator", Op, (right, args) =>
            Forward(right, args, (scores, at) => [.. Softmax([.. scores.Select((s, j) => j <= at ? s : 0)]).Select((w, j) => j <= at ? w : 0)])),
        Mistake("attention-heads-interleaved", "ATTENTION-4", "head h takes every H-th column from h on", Op, (right, args) =>
            Forward(right, args, column: (head, heads, _, i) => i * heads + head)),
        Mistake("attention-unshifted", "ATTENTION-5", "the largest score is not subtracted before the exponential", Op, (right, args) => Forward(right, args, (scores, at) =>
        {
            double[] e = [.. scores.Select((s, j) => j <= at ? Math.Exp(s) : 0)];
            return [.. e.Select(x => x / e.Sum())];
        })),
        Mistake("attention-gradient-unscaled", "ATTENTION-6", "the backward pass forgets the division by √D", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double root = Math.Sqrt(args.Rows("q")[0].Length / args.Number(Hyperparameters.Heads));
            foreach (string member in result.ContainsKey("grad_q") ? QueryAndKey : [])
                result = result.With(member, Rows([.. result.Rows(member).Select(row => row.Select(x => x * root).ToArray())]));
            return result;
        }),
        Mistake("attention-gradient-without-mean", "ATTENTION-6", "a weight's gradient is passed on as w·d, without taking the weighted mean out", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["grad_y"] is null)
                return result;
            double[][] q = args.Rows("q"), k = args.Rows("k"), v = args.Rows("v"), dy = args.Rows("grad_y");
            int heads = (int)args.Number(Hyperparameters.Heads), width = q[0].Length / heads;
            double[][] dq = [.. q.Select(row => new double[row.Length])];
            double[][] dk = [.. q.Select(row => new double[row.Length])];
            for (int head = 0; head < heads; head++)
            {
                int first = head * width;
                for (int i = 0; i < q.Length; i++)
                {
                    double[] w = Causal([.. k.Select(key => Product(q[i], key, first, width) / Math.Sqrt(width))], i);
                    for (int j = 0; j <= i; j++)
                    {
                        double ds = w[j] * Product(dy[i], v[j], first, width) / Math.Sqrt(width);
                        for (int c = first; c < first + width; c++)
                        {
                            dq[i][c] += ds * k[j][c];
                            dk[j][c] += ds * q[i][c];
                        }
                    }
                }
            }

            return result.With("grad_q", Rows(dq)).With("grad_k", Rows(dk));
        }),
    ];

    // What a mask adds; false of a truth value is −∞.
    private static double[][] Mask(JsonObject args) => [.. ((JsonArray)args["mask"]!).Select(row => ((JsonArray)row!).Select(m =>
        m!.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.True => 0,
            System.Text.Json.JsonValueKind.False => double.NegativeInfinity,
            _ => Number(m),
        }).ToArray())];

    /// <summary>The answer with an output made in another way.</summary>
    private static JsonObject Forward(
        IImplementation right, JsonObject args, Weights? weights = null, Func<int, int, double>? scale = null, Func<int, int, int, int, int>? column = null)
    {
        double[][] q = args.Rows("q"), k = args.Rows("k"), v = args.Rows("v");
        int heads = (int)args.Number(Hyperparameters.Heads), width = q[0].Length / heads;
        double divisor = scale?.Invoke(q[0].Length, width) ?? Math.Sqrt(width);
        double[][] y = [.. q.Select(row => new double[row.Length])];
        for (int head = 0; head < heads; head++)
        {
            int[] columns = [.. Enumerable.Range(0, width).Select(i => column?.Invoke(head, heads, width, i) ?? head * width + i)];
            for (int i = 0; i < q.Length; i++)
            {
                double[] scores = [.. k.Select(key => columns.Sum(c => q[i][c] * key[c]) / divisor)];
                double[] w = (weights ?? Causal)(scores, i);
                foreach (int c in columns)
                    y[i][c] = v.Select((value, j) => w[j] * value[c]).Sum();
            }
        }

        return right.Answer(Op, args).With("y", Rows(y));
    }

    private static double[] Causal(double[] scores, int at) => Softmax([.. scores.Select((s, j) => j <= at ? s : double.NegativeInfinity)]);

    private static double[] Softmax(double[] scores)
    {
        double largest = scores.Max();
        double[] e = [.. scores.Select(s => Math.Exp(s - largest))];
        return [.. e.Select(x => x / e.Sum())];
    }

    private static double Product(double[] x, double[] y, int first, int count) => Enumerable.Range(first, count).Sum(c => x[c] * y[c]);
}
