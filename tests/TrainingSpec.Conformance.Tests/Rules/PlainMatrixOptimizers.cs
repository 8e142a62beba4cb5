using System.Numerics;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>Muon and Adafactor as one writes them down, in the arithmetic of a dtype alone and with sums from the last term on, and with a small mistake where one is named.</summary>
internal sealed class PlainMatrixOptimizers(string mistake = "") : IImplementation
{
    public string Name => $"plain {mistake}";

    public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

    public JsonObject Answer(string op, string dtype, JsonObject args) => (op, dtype) switch
    {
        ("muon.step", "float64") => Each<double>(args, Muon),
        ("muon.step", "float32") => Each<float>(args, Muon),
        ("adafactor.step", "float64") => Each<double>(args, Adafactor),
        ("adafactor.step", "float32") => Each<float>(args, Adafactor),
        _ => throw new OracleException(ErrorKind.Unsupported, "op", $"{op} in {dtype}"),
    };

    private delegate (T[] Theta, T[][] State) Step<T>(JsonObject args, int step, int rows, int columns, T[] theta, T[] g, T[][]? state);

    private static JsonObject Each<T>(JsonObject args, Step<T> move)
        where T : IFloatingPointIeee754<T>
    {
        if (args["groups"] is not null || args["maximize"] is not null || args["eps_on"] is not null || args["decay_by"] is not null)
            throw new OracleException(ErrorKind.Unsupported, "op", "an option");
        T[] Row(JsonNode? row) => [.. ((JsonArray)row!).Select(x => T.CreateChecked(Questions.Number(x)))];
        JsonArray theta = (JsonArray)args["params"]!, before = args["state"] as JsonArray ?? [], moved = [], state = [];
        for (int i = 0; i < theta.Count; i++)
        {
            T[][]? kept = before.Count > 0 ? [.. ((JsonArray)before[i]!["kept"]!).Select(Row)] : null;
            int step = before.Count > 0 ? (int)before[i]!["step"]! + 1 : 1;
            JsonArray shape = (JsonArray)args["shapes"]![i]!;
            (T[] next, T[][] after) = move(args, step, (int)Questions.Number(shape[0]), (int)Questions.Number(shape[1]), Row(theta[i]), Row(args["grads"]![i]), kept);
            moved.Add(Write(next));
            state.Add(new JsonObject { ["step"] = step, ["kept"] = new JsonArray([.. after.Select(row => (JsonNode)Write(row))]) });
        }

        return new JsonObject { ["params"] = moved, ["state"] = state };
    }

    private (T[] Theta, T[][] State) Muon<T>(JsonObject args, int step, int rows, int columns, T[] theta, T[] g, T[][]? state)
        where T : IFloatingPointIeee754<T>
    {
        T mu = Of<T>(args, "momentum", 0.95), lr = Of<T>(args, "lr", 0), decay = Of<T>(args, "weight_decay", 0), eps = Of<T>(args, "eps", 1e-7);
        T a = T.CreateChecked(mistake == "a coefficient off by 1e-3" ? 3.4455 : 3.4445), b = T.CreateChecked(-4.7750), c = T.CreateChecked(2.0315);
        T[] buffer = [.. g.Select((x, i) => state is null ? x : mu * state[0][i] + x)];
        T[] x = args["nesterov"] is { } ahead && !(bool)ahead ? [.. buffer] : [.. g.Select((e, i) => e + mu * buffer[i])];
        T squares = Sum(x.Select(e => e * e)), norm = mistake == "ε under the root" ? T.Sqrt(squares + eps) : T.Sqrt(squares) + eps;
        x = [.. x.Select(e => e / norm)];
        (int m, int n) = rows > columns ? (columns, rows) : (rows, columns);
        if (rows > columns)
            x = Transposed(x, rows, columns);
        for (double k = Questions.Number(args["ns_steps"] ?? 5) - (mistake == "the last iteration left out" ? 1 : 0); k > 0; k--)
        {
            // A = XXᵀ, B = bA + cAA, aX + BX, as published.
            T[] right = mistake == "no transpose" && m == n ? x : Transposed(x, m, n);
            T[] gram = Product(x, right, m, n, m), square = Product(gram, gram, m, m, m);
            T[] both = [.. gram.Select((e, i) => b * e + c * square[i])], rest = Product(both, x, m, m, n);
            x = [.. x.Select((e, i) => a * e + rest[i])];
        }

        if (rows > columns && mistake != "a tall matrix not turned back")
            x = Transposed(x, columns, rows);
        T scale = mistake == "no scale" ? T.One : T.Sqrt(T.Max(T.One, T.CreateChecked(rows) / T.CreateChecked(columns)));
        return ([.. theta.Select((t, i) => t - lr * decay * t - lr * scale * x[i])], [buffer]);
    }

    private (T[] Theta, T[][] State) Adafactor<T>(JsonObject args, int step, int rows, int columns, T[] theta, T[] g, T[][]? state)
        where T : IFloatingPointIeee754<T>
    {
        T lr = Of<T>(args, "lr", 0.01), eps = Of<T>(args, "eps", 1e-30), least = Of<T>(args, "eps_scale", 1e-3), decay = Of<T>(args, "weight_decay", 0), beta = Of<T>(args, "beta1", 0);
        T share = T.Pow(T.CreateChecked(step), -Of<T>(args, "decay_rate", 0.8) - T.CreateChecked(mistake == "an exponent off by 1e-3" ? 1e-3 : 0)), most = args.ContainsKey("clip_threshold") && args["clip_threshold"] is null ? T.PositiveInfinity : Of<T>(args, "clip_threshold", 1);
        T beside = mistake == "ε beside the root" ? eps : T.Zero, within = eps - beside;
        T Mean(IEnumerable<T> x) => Sum(x) / T.CreateChecked(x.Count());
        T[] Moments(int index, int count, Func<int, IEnumerable<T>> gradients) =>
            [.. Enumerable.Range(0, count).Select(i => (T.One - share) * (state is null ? T.Zero : state[index][i]) + share * Mean(gradients(i).Select(x => x * x + within)))];
        T[] r = Moments(0, rows, i => Enumerable.Range(0, columns).Select(j => g[i * columns + j])), c = Moments(1, columns, j => Enumerable.Range(0, rows).Select(i => g[i * columns + j]));
        T all = mistake == "the mean of all left out" ? T.One : Mean(r);
        T[] u = [.. g.Select((x, at) => x / (beside + T.Sqrt(rows == 1 ? c[at] : columns == 1 ? r[at] : r[at / columns] * c[at % columns] / all)))];
        T Size(T[] x) => T.Sqrt(Mean(x.Select(e => e * e)));
        T rate = args["relative_step"] is { } relative && !(bool)relative ? lr : T.Min(lr, T.One / T.Sqrt(T.CreateChecked(step)));
        if (!(args["scale_parameter"] is { } scaled && !(bool)scaled) && mistake != "no scale of the rate")
            rate *= T.Max(least, Size(theta));
        T over = T.Max(T.One, Size(u) / most);
        T[] moves = [.. u.Select(x => rate * (x / over))], average = beta > T.Zero ? [.. moves.Select((x, i) => beta * (state is null || state[2].Length == 0 ? T.Zero : state[2][i]) + (T.One - beta) * x)] : [];
        return ([.. theta.Select((t, i) => t - lr * decay * t - (beta > T.Zero ? average[i] : moves[i]))], [r, c, average]);
    }

    private static T Of<T>(JsonObject args, string name, double usual)
        where T : IFloatingPointIeee754<T> => T.CreateChecked(args[name] is { } given ? Questions.Number(given) : usual);

    private static T Sum<T>(IEnumerable<T> terms)
        where T : IFloatingPointIeee754<T> => terms.Reverse().Aggregate(T.Zero, (sum, x) => sum + x);

    private static T[] Transposed<T>(T[] x, int rows, int columns) => [.. Enumerable.Range(0, x.Length).Select(at => x[at % rows * columns + at / rows])];

    private static T[] Product<T>(T[] a, T[] b, int rows, int inner, int columns)
        where T : IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, rows * columns).Select(at => Sum(Enumerable.Range(0, inner).Select(k => a[at / columns * inner + k] * b[k * columns + at % columns])))];

    private static JsonArray Write<T>(T[] row)
        where T : IFloatingPointIeee754<T> => Questions.Array([.. row.Select(double.CreateChecked)]);
}
