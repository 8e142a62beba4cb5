using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/sgd.md; the values are exact in binary, so a right answer has no rounding at all.</summary>
internal static class SgdRules
{

    [Rule("SGD-1")]
    internal static void SubtractsRateTimesGradient(Questions ask)
    {
        Answered[][] path = ask.Walk("sgd.step", [1, -2], [[4, 0.5]], Args(("lr", 0.25)));
        ask.Near("1 - 0.25*4", path[0][0], 0);
        ask.Near("-2 - 0.25*0.5", path[0][1], -2.125);
    }

    [Rule("SGD-2")]
    internal static void BufferAccumulates(Questions ask)
    {
        // Buffers 1, 0.5 + 2 = 2.5, 1.25 + 4 = 5.25.
        Answered[][] path = ask.Walk("sgd.step", [0], [[1], [2], [4]], Args(("lr", 1), ("momentum", 0.5)));
        ask.Near("step 1", path[0][0], -1);
        ask.Near("step 2", path[1][0], -3.5);
        ask.Near("step 3", path[2][0], -8.75);
    }

    [Rule("SGD-3")]
    internal static void ChangedRateActsAtOnce(Questions ask)
    {
        Answered Second(double rate)
        {
            Answered[][] path = ask.Walk("sgd.step", [0], [[1], [1]], t => Args(("lr", t == 0 ? 1 : rate), ("momentum", 0.5)));
            return path[0][0] - path[1][0];
        }

        ask.Near("second step at a quarter of the rate", Second(0.25), 0.25 * Second(1));
    }

    [Rule("SGD-4")]
    internal static void NesterovIsScaledAsAWhole(Questions ask)
    {
        // Buffer 1, direction 1 + 0.5·1; buffer 1.5, direction 1 + 0.75; rate 0.25.
        JsonObject args = Args(("lr", 0.25), ("momentum", 0.5));
        args["nesterov"] = true;
        Answered[][] path = ask.Walk("sgd.step", [0], [[1], [1]], args);
        ask.Near("step 1", path[0][0], -0.375);
        ask.Near("step 2", path[1][0], -0.8125);
    }

    [Rule("SGD-9")]
    internal static void MaximizeTurnsTheGradientAlone(Questions ask)
    {
        TurnsTheGradientAlone(ask, "sgd.step");
    }

    /// <summary>Steps with maximize are those along the gradients' negatives, decay and all.</summary>
    internal static void TurnsTheGradientAlone(Questions ask, string op)
    {
        JsonObject args = Args(("lr", 0.5), ("weight_decay", 0.25)), up = Args(("lr", 0.5), ("weight_decay", 0.25));
        up["maximize"] = true;
        double[][] gradients = [[1, 3]], negative = [[-1, -3]];
        Expect.Same($"{op} upwards beside negative gradients", ask.Walk(op, [4, 4], gradients, up).SelectMany(p => p).ToArray(), ask.Walk(op, [4, 4], negative, args).SelectMany(p => p).ToArray());
    }

    [Rule("SGD-5")]
    internal static void DecayEntersTheGradient(Questions ask)
    {
        Answered[] decayed = ask.Walk("sgd.step", [4], [[1]], Args(("lr", 0.5), ("weight_decay", 0.25)))[0];
        Answered[] plain = ask.Walk("sgd.step", [4], [[1 + 0.25 * 4]], Args(("lr", 0.5)))[0];
        Expect.Same("decay 0.25 of 4 beside gradient 1", decayed, plain);
    }

    [Rule("SGD-6")]
    internal static void FirstBufferIsNotDampened(Questions ask)
    {
        // Buffers 1 and 0.5·1 + 0.75·1 = 1.25.
        Answered[][] path = ask.Walk("sgd.step", [0], [[1], [1]], Args(("lr", 1), ("momentum", 0.5), ("dampening", 0.25)));
        ask.Near("step 1", path[0][0], -1);
        ask.Near("step 2", path[1][0], -2.25);
    }

    [Rule("SGD-7")]
    internal static void StateKeepsItsBits(Questions ask) =>
        Expect.That(ask.KeepsBitsOfState("sgd.step", Args(("lr", 1), ("momentum", 0.9))), "steps of gradients scaled by a power of two are not scaled by it");

    [Rule("SGD-8")]
    internal static void BadHyperparametersAreRefused(Questions ask)
    {
        foreach ((string name, double value) in new[] { ("lr", -0.1), ("momentum", 1), ("dampening", -0.5), ("weight_decay", -0.1) })
        {
            JsonObject args = Args(("lr", 0.1), ("momentum", 0.5));
            args["params"] = Rows([1]);
            args["grads"] = Rows([0.5]);
            args[name] = value;
            Expect.Refused(ask, "sgd.step", args, name);
        }
    }
}
