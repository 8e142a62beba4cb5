using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Initialization as it goes wrong; a law with wrong moments is drawn from with the same wrong moments.</summary>
internal static class WrongInitialization
{
    private const string Moments = "init.moments";
    private const string Sample = "init.sample";

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
                return result["limit"] is null ? result : result.With("limit", result.Number("std"));
            },
            [Sample] = (right, args) => IsUniform(args) ? Scaled(right, args, Math.Sqrt(1.0 / 3)) : right.Answer(Sample, args),
        }),
        Spread("init-gpt-deviation-for-variance", "INITIALIZATION-4", "0.02 is taken for the variance", "gpt_normal", Math.Sqrt(0.02) / 0.02),
        Spread("init-gpt-residual-per-layer", "INITIALIZATION-5", "the residual branches are counted once per layer, √layers for √(2·layers)", "gpt_residual", Math.Sqrt(2)),
        Mistake("init-variance-for-deviation", "INITIALIZATION-6", "normal numbers are multiplied by the variance, as N(0, σ²) read into a generator that takes σ", Sample, (right, args) =>
            IsUniform(args) ? right.Answer(Sample, args) : Scaled(right, args, right.Answer(Moments, LawOf(args)).Number("std"))),
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
    ];

    // Both operations answer with the law that changed arguments name.
    private static WrongImplementation OtherLaw(string name, string breaks, string story, string family, Func<JsonObject, JsonObject> change) =>
        Mistake(name, breaks, story, [Moments, Sample], op => (right, args) =>
        {
            string scheme = (string)args["scheme"]!;
            JsonObject result = right.Answer(op, scheme.StartsWith(family, StringComparison.Ordinal) ? change(args) : args);
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
