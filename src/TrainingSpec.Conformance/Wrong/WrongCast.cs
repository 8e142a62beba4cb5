using System.Text.Json.Nodes;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Casts as they go wrong.</summary>
internal static class WrongCast
{
    private const string Op = "cast";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("cast-truncates", "CAST-1", "the bits that don't fit are dropped, which rounds towards zero (TensorFlow's first bfloat16)", Op, (right, args) =>
            Each(right, args, (x, near) => double.IsFinite(near.Value) && Math.Abs(near.Value) > Math.Abs(x) ? near.Bits - 1 : near.Bits)),
        Mistake("cast-through-float32", "CAST-2", "a double is cast to float first, and that to 16 bits", Op, (right, args) =>
            right.Answer(Op, args.With("x", Array(System.Array.ConvertAll(args.Row("x"), x => (double)(float)x))))),
        Mistake("cast-saturates", "CAST-3", "what is too large becomes the largest finite number", Op, (right, args) =>
            Each(right, args, (x, near) => double.IsFinite(x) && double.IsInfinity(near.Value) ? near.Bits - 1 : near.Bits)),
        Mistake("cast-flushes-subnormals", "CAST-4", "subnormal numbers become zero, as with FTZ and DAZ", Op, (right, args) =>
        {
            CastTarget to = Target(args);
            double normal = to == CastTarget.Float16 ? Math.ScaleB(1, -14) : Math.ScaleB(1, -126);
            return Each(right, args, (x, near) => Math.Abs(near.Value) < normal ? Cast.Of(Math.CopySign(0, x), to).Bits : near.Bits);
        }),
        Mistake("cast-loses-sign-of-zero", "CAST-5", "a negative zero becomes a positive one", Op, (right, args) =>
            Each(right, args, (_, near) => near.Value == 0 ? 0 : near.Bits)),
        Mistake("cast-stochastic-one-draw", "CAST-7", "one random number rounds the whole tensor, so that its errors do not cancel", Op, (right, args) =>
        {
            if ((string?)args["rounding"] != "stochastic")
                return right.Answer(Op, args);
            double[] x = args.Row("x");
            return new JsonObject
            {
                ["x"] = new JsonArray([.. x.Select(v => right.Answer(Op, ((JsonObject)args.DeepClone()).With("x", Array(v)))["x"]![0]!.DeepClone())]),
                ["bits"] = new JsonArray([.. x.Select(v => right.Answer(Op, ((JsonObject)args.DeepClone()).With("x", Array(v)))["bits"]![0]!.DeepClone())]),
            };
        }),
        Mistake("cast-stochastic-ignored", "CAST-7", "a stochastic rounding is asked for and one to nearest done", Op, (right, args) =>
        {
            foreach (string name in new[] { "rounding", "seed", "stream", "offset" })
                args.Remove(name);
            return right.Answer(Op, args);
        }),
    ];

    private static JsonObject Each(IImplementation right, JsonObject args, Func<double, CastNumber, uint> bits)
    {
        double[] x = args.Row("x");
        CastTarget to = Target(args);
        JsonObject result = right.Answer(Op, args);
        if ((string?)args["rounding"] == "stochastic")
            return result;
        uint[] wrong = [.. x.Select(v => bits(v, Cast.Of(v, to)))];
        return result
            .With("bits", new JsonArray([.. wrong.Select(b => (JsonNode)b)]))
            .With("x", Array([.. wrong.Select(b => Value(b, to))]));
    }

    private static CastTarget Target(JsonObject args) => (string)args["to"]! switch
    {
        "float16" => CastTarget.Float16,
        "bfloat16" => CastTarget.BFloat16,
        _ => CastTarget.Float32,
    };

    private static double Value(uint bits, CastTarget to) => to switch
    {
        CastTarget.Float16 => Float16.FromBits((ushort)bits).Value,
        CastTarget.BFloat16 => BFloat16.FromBits((ushort)bits).Value,
        _ => BitConverter.UInt32BitsToSingle(bits),
    };
}
