using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Initialization as it goes wrong; a law with wrong moments is drawn from with the same wrong moments.</summary>
internal static class WrongInitialization
{
    private const string Moments = "init.moments";
    private const string Sample = "init.sample";
    private const string Cut = "init.truncated";
    private const string Fans = "init.fans";
    private const string Orthogonal = "init.orthogonal";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        OtherLaw("init-xavier-fan-in-only", "INITIALIZATION-1", "Xavier's variance is taken as 1/fan_in, as for the forward pass alone", "xavier", args =>
            args.With("scheme", ((string)args["scheme"]!).Replace("xavier", "he", StringComparison.Ordinal)).With("fan_in", 2 * args.Number("fan_in"))),
        OtherLaw("init-he-fans-swapped", "INITIALIZATION-2", "He's variance is 2/fan_out (keras PR #2252, chainer PR #1774)", "he", args =>
        {
            double fanIn = args.Number("fan_in");
            return args.With("fan_in", args.Number("fan_out")).With("fan_out", fanIn);
        }),
        OtherLaw("init-he-is-lecun", "INITIALIZATION-2", "the two of He's variance is left out, so it is LeCun's 1/fan_in (LBANN PR #316)", "he", args =>
            args.With("fan_in", 2 * args.Number("fan_in"))),
        new("init-limit-is-deviation", ["INITIALIZATION-3"], "the uniform law reaches to ±σ, a third of the variance asked for", () => new Dictionary<string, Distortion>
        {
            [Moments] = (right, args) =>
            {
                JsonObject result = right.Answer(Moments, args);
                return IsUniform(args) ? result.With("limit", result.Number("std")) : result;
            },
            [Sample] = (right, args) => IsUniform(args) ? Scaled(right, args, Math.Sqrt(1.0 / 3)) : right.Answer(Sample, args),
        }),
        Spread("init-gpt-deviation-for-variance", "INITIALIZATION-4", "0.02 is taken for the variance", "gpt_normal", Math.Sqrt(0.02) / 0.02),
        Spread("init-gpt-residual-per-layer", "INITIALIZATION-5", "the residual branches are counted once per layer, √layers for √(2·layers)", "gpt_residual", Math.Sqrt(2)),
        Mistake("init-variance-for-deviation", "INITIALIZATION-6", "normal numbers are multiplied by the variance, as N(0, σ²) read into a generator that takes σ", Sample, (right, args) =>
            IsUniform(args) || IsTruncated(args) ? right.Answer(Sample, args) : Scaled(right, args, right.Answer(Moments, LawOf(args)).Number("std"))),
        Mistake("init-uniform-is-normal", "INITIALIZATION-7", "the uniform law is a normal one of the same variance (LBANN PR #316)", Sample, (right, args) =>
            right.Answer(Sample, args.With("scheme", ((string)args["scheme"]!).Replace("uniform", "normal", StringComparison.Ordinal)))),
        Mistake("init-uniform-one-sided", "INITIALIZATION-7", "u·limit, which is never negative", Sample, (right, args) =>
        {
            JsonObject result = right.Answer(Sample, args);
            double limit = IsUniform(args) ? right.Answer(Moments, LawOf(args)).Number("limit") : 0;
            return IsUniform(args) ? result.With("values", Array([.. result.Row("values").Select(v => (v + limit) / 2)])) : result;
        }),
        Mistake("init-units-equal", "INITIALIZATION-8", "every unit gets the same row of weights, so that symmetry is never broken", Sample, (right, args) =>
        {
            JsonObject result = right.Answer(Sample, args);
            double[] values = result.Row("values");
            int fanIn = (int)args.Number("fan_in", values.Length);
            return result.With("values", Array([.. values.Select((_, i) => values[i % fanIn])]));
        }),
        Mistake("init-lecun-takes-both-fans", "INITIALIZATION-10", "LeCun's variance is taken for the mean of both fans", [Moments, Sample], op => (right, args) =>
            right.Answer(op, args.With("scheme", (string)args["scheme"]! is "lecun_normal" or "lecun_uniform" ? ((string)args["scheme"]!).Replace("lecun", "xavier", StringComparison.Ordinal) : (string)args["scheme"]!))),
        new("init-truncated-of-the-whole-law", ["INITIALIZATION-11"], "the law has the scheme's deviation before the cut, so that the weights have 0.88 of it", () => new Dictionary<string, Distortion>
        {
            [Moments] = (right, args) =>
            {
                JsonObject result = right.Answer(Moments, args);
                return !IsTruncated(args) ? result : result.With("std", Left * result.Number("std")).With("variance", Left * Left * result.Number("variance")).With("limit", Left * result.Number("limit"));
            },
            [Sample] = (right, args) => IsTruncated(args) ? Scaled(right, args, Left) : right.Answer(Sample, args),
        }),
        Mistake("init-truncated-moments-of-the-whole", "INITIALIZATION-12", "mean and deviation of the law before the cut are taken for those after it", Cut, (_, args) =>
        {
            double deviation = args.Number(Hyperparameters.LawDeviation);
            return new() { ["mean"] = 0, ["std"] = deviation, ["variance"] = deviation * deviation };
        }),
        Mistake("init-truncated-mean-and-deviation-swapped", "INITIALIZATION-12", "what is drawn is multiplied by the mean, 0, and the deviation is added, so that all weights are one number", Cut, (_, args) =>
            new() { ["mean"] = args.Number(Hyperparameters.LawDeviation) * Math.Min(1, args.Number(Hyperparameters.UpperCut)), ["std"] = 0, ["variance"] = 0 }),
        Mistake("init-truncated-by-clamping", "INITIALIZATION-13", "what lies beyond the cut is set to the cut, where a twentieth of all weights then stands", "init.truncated_sample", (right, args) =>
        {
            (double deviation, double lower, double upper) = (args.Number(Hyperparameters.LawDeviation), args.Number(Hyperparameters.LowerCut), args.Number(Hyperparameters.UpperCut));
            double[] z = right.Answer("random.normal", new() { ["seed"] = args["seed"]!.DeepClone(), ["count"] = args["count"]!.DeepClone() }).Row("values");
            return new() { ["values"] = Array([.. z.Select(x => deviation * Math.Clamp(x, lower, upper))]) };
        }),
        Mistake("init-truncated-bounds-in-weights", "INITIALIZATION-13", "the cuts are taken for weights, as PyTorch's trunc_normal_ takes them, so that a law of deviation 0.02 is not cut at all", "init.truncated_sample", (right, args) =>
        {
            double deviation = args.Number(Hyperparameters.LawDeviation);
            double InDeviations(Hyperparameter cut) => cut.Domain.Contains(args.Number(cut) / deviation) ? args.Number(cut) / deviation : args.Number(cut);
            return right.Answer("init.truncated_sample", args.With("a", InDeviations(Hyperparameters.LowerCut)).With("b", InDeviations(Hyperparameters.UpperCut)));
        }),
        Mistake("init-gain-of-variance", "INITIALIZATION-14", "the gain multiplies the variance, as the scale of Keras' VarianceScaling does", [Moments, Sample], op => (right, args) =>
            right.Answer(op, args["gain"] is null ? args : args.With("gain", Math.Sqrt(args.Number("gain"))))),
        Mistake("init-fans-without-kernel", "INITIALIZATION-15", "the fans are the channels alone, and the places of the kernel are left out", Fans, (_, args) =>
        {
            long[] shape = [.. ((JsonArray)args["shape"]!).Select(Whole)];
            (long inputs, long outputs) = (string?)args["layout"] == "outputs_last" ? (shape[^2], shape[^1]) : (shape[1], shape[0]);
            return new() { ["fan_in"] = inputs, ["fan_out"] = outputs / (long)args.Number(Hyperparameters.Groups) };
        }),
        Mistake("init-fans-without-groups", "INITIALIZATION-16", "the fan out is that of a convolution of one group", Fans, (right, args) => right.Answer(Fans, args.With("groups", 1))),
        Mistake("init-gain-squared", "INITIALIZATION-17", "the gain of the variance is given for that of the deviation, 2 for ReLU", "init.gain", (right, args) =>
            right.Answer("init.gain", args) is var result ? result.With("gain", result.Number("gain") * result.Number("gain")) : result),
        Mistake("init-orthogonal-only-normalized", "INITIALIZATION-18", "the vectors of normal numbers are brought to their length, and not made orthogonal", Orthogonal, (right, args) =>
        {
            (int rows, int columns) = ((int)args.Number("rows"), (int)args.Number("columns"));
            double[][] vectors = [.. right.Answer("random.normal", new() { ["seed"] = args["seed"]!.DeepClone(), ["count"] = rows * columns }).Row("values").Chunk(Math.Max(rows, columns))
                .Select(v => v.Select(x => args.Number(Hyperparameters.Gain) * x / Math.Sqrt(v.Sum(y => y * y))).ToArray())];
            return new() { ["values"] = rows < columns ? Rows(vectors) : Rows([.. Enumerable.Range(0, rows).Select(i => vectors.Select(v => v[i]).ToArray())]) };
        }),
        Mistake("init-orthogonal-without-signs", "INITIALIZATION-19", "Q is taken as Householder's reflections give it, whose first column always points one way: not every rotation is as likely as any other", Orthogonal, (right, args) =>
        {
            // A reflection makes the diagonal of R as negative as the element above which it stands was positive; that of the first column is seen here.
            JsonObject result = right.Answer(Orthogonal, args);
            double[][] q = result.Rows("values");
            double sign = q[0][0] > 0 ? -1 : 1;
            return result.With("values", Rows([.. q.Select((row, i) => row.Select((x, j) => (q.Length < row.Length ? i : j) == 0 ? sign * x : x).ToArray())]));
        }),
        Mistake("init-generator-of-its-own", "INITIALIZATION-20", "weights are drawn from a generator of the library's own, whatever seed is given", Sample, (right, args) => right.Answer(Sample, args.With("seed", 0))),
    ];

    // √0.774, what a cut at two deviations leaves of a deviation.
    private static double Left => Math.Sqrt(Initialization.TruncatedVariance<Real64>(-2, 2).Value);

    private static bool IsTruncated(JsonObject args) => ((string)args["scheme"]!).EndsWith("truncated", StringComparison.Ordinal);

    // Both operations answer with the law that changed arguments name.
    private static WrongImplementation OtherLaw(string name, string breaks, string story, string family, Func<JsonObject, JsonObject> change) =>
        Mistake(name, breaks, story, [Moments, Sample], op => (right, args) =>
        {
            string scheme = (string)args["scheme"]!;
            JsonObject result = right.Answer(op, scheme.StartsWith(family, StringComparison.Ordinal) && !IsTruncated(args) ? change(args) : args);
            return result;
        });

    private static WrongImplementation Spread(string name, string breaks, string story, string scheme, double factor) =>
        new(name, [breaks], story, () => new Dictionary<string, Distortion>
        {
            [Moments] = (right, args) =>
            {
                JsonObject result = right.Answer(Moments, args);
                return (string)args["scheme"]! != scheme
                    ? result
                    : result.With("std", factor * result.Number("std")).With("variance", factor * factor * result.Number("variance"));
            },
            [Sample] = (right, args) => (string)args["scheme"]! == scheme ? Scaled(right, args, factor) : right.Answer(Sample, args),
        });

    private static bool IsUniform(JsonObject args) => ((string)args["scheme"]!).EndsWith("uniform", StringComparison.Ordinal);

    private static JsonObject Scaled(IImplementation right, JsonObject args, double factor)
    {
        JsonObject result = right.Answer(Sample, args);
        return result.With("values", Array([.. result.Row("values").Select(v => factor * v)]));
    }

    private static JsonObject LawOf(JsonObject args)
    {
        var law = (JsonObject)args.DeepClone();
        law.Remove("seed");
        law.Remove("count");
        return law;
    }
}
