using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/adafactor.md. A first step of a vector, without ε, threshold and scale, is the rate times the signs.</summary>
internal static class AdafactorRules
{
    private const string Op = "adafactor.step";

    [Rule("ADAFACTOR-1")]
    internal static void AnElementHasTheMomentOfItsRowAndColumn(Questions ask)
    {
        // Means of rows are 1 and 1/2, of columns the same, of all 3/4: second moments 4/3 and 2/3, and whatever the scale, their ratio.
        Answered[] moved = First(ask, [2, 2], [1, 1, 1, 0], Plain()), larger = First(ask, [2, 2], [8, 8, 8, 0], Plain());
        Expect.That(moved[0].Value < 0, "the step does not go against the gradient");
        ask.Near("an element of the smaller column", moved[1], Answered.Sqrt(2) * moved[0]);
        ask.Near("an element of the smaller row", moved[2], Answered.Sqrt(2) * moved[0]);
        ask.Near("a gradient eight times as large", larger[1], moved[1]);
    }

    [Rule("ADAFACTOR-2")]
    internal static void AVectorKeepsOneForEachElement(Questions ask)
    {
        foreach (long[] shape in new long[][] { [1, 3], [3, 1] })
        {
            Answered[] moved = First(ask, shape, [4, -0.5, 32], Plain());
            ask.Near("a smaller element", moved[1], -moved[0]);
            ask.Near("a larger element", moved[2], moved[0]);
        }
    }

    [Rule("ADAFACTOR-3")]
    internal static void SharesFallAsAPowerOfTheStep(Questions ask)
    {
        // The second moment is 1, and then 1 - s + 64s; the third share is 1/√3.
        Answered share = Answered.Pow(2, -0.8), second = 1 + 63 * share;
        Answered[] usual = Moves(ask, [1, 8], _ => Plain()), other = Moves(ask, [1, 1, 8], _ => With(Plain(), ("decay_rate", 0.5)));
        ask.Near("the first step", usual[0], -1);
        ask.Near("the second step", usual[1], -8 / Answered.Sqrt(second));
        ask.Near("the third step", other[2], -8 / Answered.Sqrt(1 + 63 / Answered.Sqrt(3)));
    }

    [Rule("ADAFACTOR-4")]
    internal static void EpsilonIsAddedToSquares(Questions ask) => ask.Near("3/√(9 + 16)", First(ask, [1, 2], [3, 3], With(Plain(), ("eps", 16)))[0], -0.6);

    [Rule("ADAFACTOR-5")]
    internal static void StepsAreClippedByTheirRootMeanSquare(Questions ask)
    {
        ask.Near("clipped to a half", First(ask, [1, 4], [1, 1, 1, 1], With(Plain(), ("clip_threshold", 0.5), ("lr", 0.25)))[0], -0.125);
        ask.Near("not clipped", First(ask, [1, 4], [1, 1, 1, 1], With(Plain(), ("clip_threshold", 4)))[3], -1);
        JsonObject usual = Plain();
        usual.Remove("clip_threshold");
        ask.Near("clipped to 1 where nothing is said", Moves(ask, [1, 1024], _ => usual)[1], -1);
    }

    [Rule("ADAFACTOR-6")]
    internal static void TheRateFallsWithTheSteps(Questions ask)
    {
        JsonObject relative = With(Plain(), ("lr", 0.75));
        relative.Remove("relative_step");
        Answered[] moves = Moves(ask, [1, 1, 1, 1], _ => relative);
        ask.Near("lr at first", moves[0], -0.75);
        ask.Near("1/√4", moves[3], -0.5);
        relative.Remove("lr");
        ask.Near("0.01 where nothing is said", First(ask, [1, 1], [1], relative)[0], -0.01);
    }

    [Rule("ADAFACTOR-7")]
    internal static void TheRateIsRelativeToTheParameters(Questions ask)
    {
        JsonObject scaled = With(Plain(), ("lr", 0.125), ("eps_scale", 0.25));
        scaled.Remove("scale_parameter");
        ask.Near("times √25", First(ask, [1, 2], [1, 1], scaled, 1, 7)[0], 1 - 0.625);
        ask.Near("times ε₂", First(ask, [1, 2], [1, 1], scaled)[0], -0.125 * 0.25);
    }

    [Rule("ADAFACTOR-8")]
    internal static void MomentumIsOfScaledSteps(Questions ask)
    {
        Answered[] moves = Moves(ask, [1, 1], t => With(Plain(), ("beta1", 0.5), ("lr", t == 0 ? 1 : 0.25)));
        ask.Near("half of the first step", moves[0], -0.5);
        ask.Near("half of that and half of a step at a quarter", moves[1], -(0.25 + 0.125));
        ask.Near("half of a clipped step", First(ask, [1, 1], [1], With(Plain(), ("beta1", 0.5), ("clip_threshold", 0.5)))[0], -0.25);
    }

    [Rule("ADAFACTOR-9")]
    internal static void DecayHasTheGivenRate(Questions ask) => ask.Near("0.5·0.25·8 less", Decayed(ask, null).Decay, 1);

    [Rule("ADAFACTOR-10")]
    internal static void DecayWithTheRateOfTheStepIsAVariant(Questions ask)
    {
        (Answered step, Answered decay) = Decayed(ask, "step");
        ask.Near("0.25·8 times the step less", decay, 2 * step);
    }

    [Rule("ADAFACTOR-11")]
    internal static void EpsilonAsAFloorIsAVariant(Questions ask)
    {
        JsonObject floor = With(Plain(), ("eps", 2));
        floor["eps_on"] = "estimate";
        ask.Near("below the floor", First(ask, [1, 2], [0.5, 0.5], floor)[0], -0.25);
        ask.Near("above the floor", First(ask, [1, 2], [8, 8], floor)[0], -1);
    }

    // What a step at the rate 0.5·8 and decay take from 8.
    private static (Answered Step, Answered Decay) Decayed(Questions ask, string? by)
    {
        JsonObject args = With(Plain(), ("lr", 0.5)), decayed;
        args["scale_parameter"] = true;
        decayed = With(args, ("weight_decay", 0.25));
        if (by is not null)
            decayed["decay_by"] = by;
        Answered stepped = First(ask, [1, 2], [1, 1], args, 8, 8)[0];
        return (8 - stepped, stepped - First(ask, [1, 2], [1, 1], decayed, 8, 8)[0]);
    }

    private static JsonObject Plain()
    {
        JsonObject args = Args(("lr", 1), ("eps", 0));
        (args["clip_threshold"], args["relative_step"], args["scale_parameter"]) = (null, false, false);
        return args;
    }

    private static JsonObject With(JsonObject args, params (string Name, double Value)[] more)
    {
        var all = (JsonObject)args.DeepClone();
        foreach ((string name, double value) in more)
            all[name] = value;
        return all;
    }

    // The parameters after a first step, from 0 where nothing is said.
    private static Answered[] First(Questions ask, long[] shape, double[] gradient, JsonObject args, params double[] start) =>
        Row(ask, Ask(ask, shape, start.Length > 0 ? start : new double[gradient.Length], gradient, args, null));

    // What each step adds to a number.
    private static Answered[] Moves(Questions ask, double[] gradients, Func<int, JsonObject> args)
    {
        JsonNode? state = null;
        var moves = new Answered[gradients.Length];
        for (int t = 0; t < moves.Length; t++)
        {
            JsonObject result = Ask(ask, [1, 1], [0], [gradients[t]], args(t), state);
            (moves[t], state) = (Row(ask, result)[0], result["state"]);
        }

        return moves;
    }

    private static JsonObject Ask(Questions ask, long[] shape, double[] theta, double[] gradient, JsonObject args, JsonNode? state)
    {
        var asked = (JsonObject)args.DeepClone();
        (asked["params"], asked["shapes"], asked["grads"], asked["state"]) = (Rows(theta), new JsonArray(Integers(shape)), Rows(gradient), state?.DeepClone());
        return ask.Ask(Op, asked);
    }

    private static Answered[] Row(Questions ask, JsonObject result) =>
        result["params"] is JsonArray { Count: 1 } all ? ask.ReadRow(all[0]) : throw new RuleBrokenException("params is not shaped as params");
}
