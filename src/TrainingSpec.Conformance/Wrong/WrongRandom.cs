using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Rules;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;
using Gauss = MathNet.Numerics.Distributions.Normal;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Random numbers as they go wrong.</summary>
internal static class WrongRandom
{
    private const string Uniform = "random.uniform";
    private const string Normal = "random.normal";

    // Halving one number in k moves 1/(2k) of the law below ½.
    private static readonly Lazy<int> Halved = new(() => (int)(1 / (2 * KolmogorovSmirnov.Detectable(RandomRules.Count, RandomRules.UniformLevel, RandomRules.Power))));

    // Every second number of a pair may be a copy: the period is even.
    private static readonly Lazy<int> Copied = new(() => 2 * Enumerable.Range(1, 1000).Last(k => ChiSquare.Power(
        RandomRules.Count / 2, RandomRules.CopiedPairs(0), RandomRules.CopiedPairs(1.0 / k), RandomRules.UniformLevel) >= RandomRules.Power));

    // The mean square of numbers clipped at c: (2Φ(c) − 1) − 2cφ(c) + 2c²(1 − Φ(c)).
    private static readonly Lazy<double> Clip = new(() =>
    {
        double variance = 1 / MomentTest.VarianceDetectable(RandomRules.Count, RandomRules.NormalLevel, RandomRules.Power);
        return Enumerable.Range(0, 4000).Select(k => k / 1000.0).Last(c =>
            2 * Gauss.CDF(0, 1, c) - 1 - 2 * c * Gauss.PDF(0, 1, c) + 2 * c * c * Gauss.CDF(0, 1, -c) <= variance);
    });

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("philox-key-raised-early", "RANDOM-1", "the key is raised before the first round instead of after it", "random.philox", (right, args) =>
        {
            double[] key = args.Row("key");
            uint first = unchecked((uint)key[0] + 0x9E3779B9), second = unchecked((uint)key[1] + 0xBB67AE85);
            return right.Answer("random.philox", args.With("key", Integers(first, second)));
        }),
        Mistake("uniform-of-all-bits", "RANDOM-2", "all 32 bits are used, which single precision rounds to 1 at times", Uniform, (right, args) =>
        {
            ulong seed = Unsigned(args, "seed"), stream = Unsigned(args, "stream"), offset = Unsigned(args, "offset");
            return new() { ["values"] = Array([.. Enumerable.Range(0, (int)args.Number("count")).Select(i => RandomStreams.Word(seed, stream, offset + (ulong)i) / 4294967296.0)]) };
        }),
        Mistake("uniform-starts-at-block", "RANDOM-3", "an offset is rounded down to the block of four that holds it", Uniform, (right, args) =>
            right.Answer(Uniform, args.With("offset", Unsigned(args, "offset") / 4 * 4))),
        Mistake("uniform-stream-ignored", "RANDOM-4", "every stream is stream 0, so dropout and shuffling share their numbers", Uniform, (right, args) =>
            right.Answer(Uniform, args.With("stream", 0))),
        Mistake("uniform-seed-of-32-bits", "RANDOM-4", "the upper half of the seed is dropped", Uniform, (right, args) =>
            right.Answer(Uniform, args.With("seed", Unsigned(args, "seed") & uint.MaxValue))),
        Mistake("normal-log-of-u", "RANDOM-5", "the logarithm is taken of u, which may be 0, instead of 1 − u", Normal, (right, args) => Numbers(right, args, (u, v, even) =>
            Math.Sqrt(-2 * Math.Log(u)) * (even ? Math.Cos(2 * Math.PI * v) : Math.Sin(2 * Math.PI * v)))),
        Mistake("normal-pairs-from-offset", "RANDOM-5", "pairs are counted from the offset, so an odd one gives other numbers", Normal, (right, args) =>
        {
            ulong offset = Unsigned(args, "offset");
            JsonObject even = right.Answer(Uniform, With(args, "offset", offset, (int)args.Number("count") + 1));
            double[] u = even.Row("values");
            return new() { ["values"] = Array([.. Enumerable.Range(0, (int)args.Number("count")).Select(i => i % 2 == 0 ? Radius(u[i]) * Math.Cos(2 * Math.PI * u[i + 1]) : Radius(u[i - 1]) * Math.Sin(2 * Math.PI * u[i]))]) };
        }),
        Mistake("normal-radius-without-two", "RANDOM-5 RANDOM-6", "the factor 2 under the root is forgotten, so the variance is ½", Normal, (right, args) => Numbers(right, args, (u, v, even) =>
            Math.Sqrt(-Math.Log(1 - u)) * (even ? Math.Cos(2 * Math.PI * v) : Math.Sin(2 * Math.PI * v)))),
        Mistake("normal-off-centre", "RANDOM-5 RANDOM-6", "the mean is off by just what RANDOM-6 promises to find", Normal, (right, args) =>
            Each(right, Normal, args, (z, _) => z + MomentTest.MeanDetectable(RandomRules.Count, RandomRules.NormalLevel, RandomRules.Power))),
        Mistake("normal-clipped", "RANDOM-6", "the tails are clipped, as truncated initializations do, where the variance falls by just what RANDOM-6 promises to find", Normal, (right, args) =>
            Each(right, Normal, args, (z, _) => Math.Clamp(z, -Clip.Value, Clip.Value))),
        Mistake("uniform-uneven", "RANDOM-7", "so many numbers are halved that the law is off by just what RANDOM-7 promises to find", Uniform, (right, args) =>
            Each(right, Uniform, args, (u, i) => i % (ulong)Halved.Value == (ulong)Halved.Value - 1 ? u / 2 : u)),
        Mistake("uniform-repeats-neighbours", "RANDOM-7", "so many numbers repeat the one before as RANDOM-7 promises to find", Uniform, (right, args) =>
        {
            double last = 0;
            return Each(right, Uniform, args, (u, i) => last = i % (ulong)Copied.Value == (ulong)Copied.Value - 1 ? last : u);
        }),
    ];

    private static double Radius(double u) => Math.Sqrt(-2 * Math.Log(1 - u));

    private static JsonObject Numbers(IImplementation right, JsonObject args, Func<double, double, bool, double> number)
    {
        ulong offset = Unsigned(args, "offset");
        int count = (int)args.Number("count"), shift = (int)(offset % 2);
        double[] u = right.Answer(Uniform, With(args, "offset", offset - (ulong)shift, count + 2)).Row("values");
        return new() { ["values"] = Array([.. Enumerable.Range(shift, count).Select(i => number(u[i / 2 * 2], u[i / 2 * 2 + 1], i % 2 == 0))]) };
    }

    // Each number of the right answer, changed by what it is and by its place in the stream.
    private static JsonObject Each(IImplementation right, string op, JsonObject args, Func<double, ulong, double> change)
    {
        ulong offset = Unsigned(args, "offset");
        return new() { ["values"] = Array([.. right.Answer(op, args).Row("values").Select((x, i) => change(x, offset + (ulong)i))]) };
    }

    private static JsonObject With(JsonObject args, string name, ulong value, int count) =>
        ((JsonObject)args.DeepClone()).With(name, value).With("count", count);

    // A seed may be a number or a text.
    private static ulong Unsigned(JsonObject args, string name) =>
        args[name] is { } node ? ulong.Parse(node.ToString(), System.Globalization.CultureInfo.InvariantCulture) : 0;
}
