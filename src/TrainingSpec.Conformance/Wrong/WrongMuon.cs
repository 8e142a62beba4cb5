using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Muon as it goes wrong.</summary>
internal static class WrongMuon
{
    private const string Op = "muon.step";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("muon-unnormalized", "MUON-1", "the iteration begins with the matrix as it is, beyond the singular values that it brings near 1", Op, (right, args) =>
            Turned(right, args, norm => 1, 3.4445, -4.7750, 2.0315)),
        Mistake("muon-cubic", "MUON-2", "the classic cubic iteration 1.5X - 0.5XXᵀX, which five steps don't bring near 1", Op, (right, args) =>
            Turned(right, args, norm => norm, 1.5, -0.5, 0)),
        Mistake("muon-scale-of-columns", "MUON-3", "the step is longer by √max(1, columns/rows)", Op, (right, args) =>
            Stepped(right, args, (k, direction) => [.. direction.Select(x => x * Scale(args, k, 1, 0) / Scale(args, k, 0, 1))])),
        Mistake("muon-momentum-after", "MUON-4", "each gradient's direction enters the buffer, and the buffer is the step", Op, (right, args) =>
        {
            double momentum = args.Number(Hyperparameters.MuonMomentum);
            double[][] own = Directions(right, ((JsonObject)args.DeepClone()).With("momentum", 0).With("state", null));
            double[][] before = args["state"] is JsonObject state ? state.Rows("m") : [.. own.Select(row => new double[row.Length])];
            double[][] buffers = [.. own.Zip(before, (d, b) => d.Zip(b, (x, y) => x + momentum * y).ToArray())];
            JsonObject answer = Stepped(right, args, (k, _) => Looks(args) ? [.. own[k].Zip(buffers[k], (x, y) => x + momentum * y)] : buffers[k]);
            answer["state"]!["m"] = Rows(buffers);
            return answer;
        }),
        Mistake("muon-plain-momentum", "MUON-5", "the buffer is the direction where Nesterov's look-ahead is asked for", Op, (right, args) => right.Answer(Op, args.With("nesterov", false))),
        Mistake("muon-decay-in-gradient", "MUON-6", "λθ is added to the gradient, where the iteration takes its size away", Op, (right, args) =>
        {
            double decay = args.Number(Hyperparameters.MatrixDecay);
            double[][] theta = args.Rows("params"), gradients = args.Rows("grads");
            return right.Answer(Op, args.With("weight_decay", 0).With("grads", Rows([.. gradients.Zip(theta, (g, t) => g.Zip(t, (x, y) => x + decay * y).ToArray())])));
        }),
    ];

    private static bool Looks(JsonObject args) => args["nesterov"] is null || args.Flag("nesterov");

    internal static double Scale(JsonObject args, int matrix, int over, int under)
    {
        JsonArray shape = (JsonArray)args["shapes"]![matrix]!;
        return Math.Sqrt(Math.Max(1, (double)Whole(shape[over]) / Whole(shape[under])));
    }

    // What is taken from each matrix at a rate of 1, without decay.
    private static double[][] Directions(IImplementation right, JsonObject args)
    {
        double[][] zeros = [.. args.Rows("params").Select(row => new double[row.Length])];
        return [.. right.Answer(Op, ((JsonObject)args.DeepClone()).With("params", Rows(zeros)).With("lr", 1).With("weight_decay", 0)).Rows("params").Select(row => row.Select(x => -x).ToArray())];
    }

    // The right state, and parameters that another direction moves.
    internal static JsonObject Stepped(IImplementation right, JsonObject args, Func<int, double[], double[]> direction)
    {
        JsonObject answer = right.Answer(Op, (JsonObject)args.DeepClone());
        double[][] directions = Directions(right, args);
        double lr = args.Number("lr"), kept = 1 - lr * args.Number(Hyperparameters.MatrixDecay);
        return answer.With("params", Rows([.. args.Rows("params").Select((theta, k) => theta.Zip(direction(k, directions[k]), (x, d) => kept * x - lr * d).ToArray())]));
    }

    // The same with an iteration of other coefficients from the matrix over something of its norm.
    internal static JsonObject Turned(IImplementation right, JsonObject args, Func<double, double> divisor, double linear, double cubic, double quintic, Func<double, double, double, double>? looked = null, int? steps = null)
    {
        double momentum = args.Number(Hyperparameters.MuonMomentum), eps = args.Number(Hyperparameters.MuonEpsilon);
        double[][] buffers = right.Answer(Op, (JsonObject)args.DeepClone())["state"]!.AsObject().Rows("m"), gradients = args.Rows("grads");
        return Stepped(right, args, (k, _) =>
        {
            double[] x = Looks(args) ? [.. gradients[k].Zip(buffers[k], (g, b) => looked?.Invoke(g, b, momentum) ?? g + momentum * b)] : buffers[k];
            double over = divisor(Math.Sqrt(x.Sum(e => e * e)) + eps), scale = Scale(args, k, 0, 1);
            int columns = (int)Whole(args["shapes"]![k]![1]);
            x = [.. x.Select(e => e / over)];
            for (double n = steps ?? args.Number(Hyperparameters.Iterations); n > 0; n--)
            {
                double[] third = Gram(x, x, columns), fifth = Gram(x, third, columns);
                x = [.. x.Select((e, i) => linear * e + cubic * third[i] + quintic * fifth[i])];
            }

            return [.. x.Select(e => scale * e)];
        });
    }

    // XXᵀY.
    private static double[] Gram(double[] x, double[] y, int columns)
    {
        double[][] left = [.. x.Chunk(columns)], right = [.. y.Chunk(columns)];
        return [.. left.SelectMany(row => Enumerable.Range(0, columns).Select(j => left.Zip(right, (other, own) => row.Zip(other, (p, q) => p * q).Sum() * own[j]).Sum()))];
    }
}
