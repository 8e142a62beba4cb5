using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/adam.md and spec/adamw.md. Each isolates its rule: where one is about moments, bias correction is off, and so on.</summary>
internal static class AdamRules
{

    [Rule("ADAM-1")]
    internal static void ConstantGradientGivesStepsOfTheRate(Questions ask)
    {
        foreach (double g in new[] { 1.0, -1.0 })
        {
            Answered[][] path = ask.Walk("adam.step", [0], [[g], [g], [g], [g]], Args(("lr", 0.125), ("eps", 0)));
            Answered before = 0;
            for (int t = 0; t < path.Length; t++)
            {
                ask.Near($"step {t + 1} under gradient {g:R}", path[t][0] - before, -0.125 * g);
                before = path[t][0];
            }
        }
    }

    [Rule("ADAM-2")]
    internal static void FirstMomentIsMovingAverage(Questions ask)
    {
        // |g| = 1 and β₂ = 0 keep the denominator at 1: m is 0.25 and 0.75·0.25 − 0.25 = −0.0625.
        // Corrected they are divided by 0.25 and 0.4375.
        (Answered[][] path, bool corrected) = Moments(ask, [[1], [-1]], 0.75, 0);
        ask.Near("step 1", path[0][0], corrected ? -1 : -0.25);
        ask.Near("step 2", path[1][0], corrected ? -1 + 1.0 / 7 : -0.1875);
    }

    [Rule("ADAM-3")]
    internal static void EpsilonStandsOutsideTheRoot(Questions ask)
    {
        // β₁ = β₂ = 0: the step is g/(|g| + ε).
        Answered[] small = ask.Walk("adam.step", [0], [[1e-8]], Plain(1e-8))[0];
        ask.Near("g = ε = 1e-8", small[0], -0.5);
        Answered[] large = ask.Walk("adam.step", [0], [[1]], Plain(3))[0];
        ask.Near("g = 1, ε = 3", large[0], -0.25);

        // With the usual β the corrections cancel in the first step, and must not reach ε.
        Answered[] first = ask.Walk("adam.step", [0], [[1]], Args(("lr", 1), ("eps", 3)))[0];
        ask.Near("g = 1, ε = 3, corrected", first[0], -0.25);
    }

    [Rule("ADAM-4")]
    internal static void DecayIsL2(Questions ask)
    {
        Answered[] decayed = ask.Walk("adam.step", [4], [[1]], Args(("lr", 0.125), ("weight_decay", 0.25)))[0];
        Answered[] plain = ask.Walk("adam.step", [4], [[1 + 0.25 * 4]], Args(("lr", 0.125)))[0];
        Expect.Same("decay 0.25 of 4 beside gradient 1", decayed, plain);
    }

    [Rule("ADAM-5")]
    internal static void SecondMomentIsAveragedSquare(Questions ask)
    {
        // β₁ = 0, β₂ = 0.75: v is 0.25·4² = 4 and 0.75·4 + 0.25·1² = 3.25; steps 4/2 and 1/√3.25.
        // Corrected the squares are divided by 0.25 and 0.4375.
        (Answered[][] path, bool corrected) = Moments(ask, [[4], [1]], 0, 0.75);
        double first = corrected ? -1 : -2;
        ask.Near("step 1", path[0][0], first);
        ask.Near("step 2", path[1][0], first - 1 / Math.Sqrt(corrected ? 52.0 / 7 : 3.25));
    }

    [Rule("ADAM-6")]
    internal static void StateHandedBackTwiceAnswersTwice(Questions ask)
    {
        JsonObject first = ask.Ask("adam.step", Step([1.0], [0.5], null));
        JsonNode? state = first["state"];
        Answered[] once = ask.ReadRows("adam.step", "params", Step([1.0], [0.25], state?.DeepClone()))[0];
        Answered[] twice = ask.ReadRows("adam.step", "params", Step([1.0], [0.25], state?.DeepClone()))[0];
        Expect.Same("the second answer", twice, once);
    }

    [Rule("ADAM-7")]
    internal static void ElementsAreIndependent(Questions ask)
    {
        double[][] gradients = [[1, -3, 0.25], [2, 0.5, -1]];
        JsonObject args = Args(("lr", 0.125));
        Answered[] together = ask.Walk("adam.step", [1, 2, 3], gradients, args)[^1];
        for (int i = 0; i < together.Length; i++)
        {
            Answered[] alone = ask.Walk("adam.step", [i + 1], [[gradients[0][i]], [gradients[1][i]]], args)[^1];
            Expect.Same($"element {i}", together[i], alone[0]);
        }
    }

    [Rule("ADAM-8")]
    internal static void EpsilonInsideTheRootIsAVariant(Questions ask)
    {
        JsonObject args = Plain(3);
        args["bias_correction"] = false;
        args["eps_inside_root"] = true;
        ask.Near("g = 1, ε = 3 inside", ask.Walk("adam.step", [0], [[1]], args)[0][0], -0.5);
    }

    [Rule("ADAM-9")]
    internal static void StateKeepsItsBits(Questions ask) =>
        Expect.That(ask.KeepsBitsOfState("adam.step", Args(("lr", 1), ("eps", 0))), "steps depend on the scale of the gradients, though ε is 0");

    [Rule("ADAM-10")]
    internal static void BadHyperparametersAreRefused(Questions ask)
    {
        foreach (string op in new[] { "adam.step", "adamw.step" })
        {
            foreach ((string name, double value) in new[] { ("lr", -0.1), ("beta1", 1), ("beta2", 1), ("eps", -1e-8), ("weight_decay", -0.1) })
            {
                JsonObject args = Step([1.0], [0.5], null);
                args[name] = value;
                Expect.Refused(ask, op, args, name);
            }
        }
    }

    [Rule("ADAM-11")]
    internal static void MaximizeTurnsTheGradientAlone(Questions ask)
    {
        foreach (string op in new[] { "adam.step", "adamw.step" })
            SgdRules.TurnsTheGradientAlone(ask, op);
    }

    [Rule("ADAMW-1")]
    internal static void ZeroGradientIsPureDecay(Questions ask)
    {
        Answered[] decayed = ask.Walk("adamw.step", [8], [[0]], Args(("lr", 0.5), ("weight_decay", 0.25)))[0];
        ask.Near("8·(1 − 0.5·0.25)", decayed[0], 7);
    }

    [Rule("ADAMW-2")]
    internal static void DecayIsOfTheOldParameter(Questions ask)
    {
        Answered half = ask.Walk("adamw.step", [8], [[1]], Args(("lr", 0.5), ("weight_decay", 1)))[0][0];
        Answered quarter = ask.Walk("adamw.step", [8], [[1]], Args(("lr", 0.5), ("weight_decay", 0.5)))[0][0];
        ask.Near("decay of 8 at αλ = 1/2 less that at 1/4", quarter - half, 2);
    }

    [Rule("ADAMW-3")]
    internal static void WithoutDecayIsAdam(Questions ask)
    {
        double[][] gradients = [[1, -3], [0.5, 2]];
        Answered[][] adamw = ask.Walk("adamw.step", [3, -2], gradients, Args(("lr", 0.125), ("weight_decay", 0)));
        Answered[][] adam = ask.Walk("adam.step", [3, -2], gradients, Args(("lr", 0.125), ("weight_decay", 0)));
        Expect.Same("step 1", adamw[0], adam[0]);
        Expect.Same("step 2", adamw[1], adam[1]);
    }

    [Rule("ADAMW-4")]
    internal static void DecayOfTheUpdatedParameterIsAVariant(Questions ask)
    {
        Answered Decayed(double lambda)
        {
            JsonObject args = Args(("lr", 0.5), ("weight_decay", lambda));
            args["decay_on"] = "updated";
            return ask.Walk("adamw.step", [8], [[1]], args)[0][0];
        }

        // What remains of the updated parameter is 1/2 and 3/4 of it.
        ask.Near("what remains at αλ = 1/2 and 1/4", Decayed(1) * 1.5, Decayed(0.5));
    }

    [Rule("ADAMW-5")]
    internal static void DecayLeavesTheMomentsAlone(Questions ask)
    {
        // Two elements with equal gradients: decay alone tells them apart, and in the second step it is nothing beside them.
        Answered[][] path = ask.Walk("adamw.step", [8, -4], [[1, 1], [0.5, 0.5]], t => Args(("lr", 0.5), ("weight_decay", t == 0 ? 0.25 : 1e-300)));
        ask.Near("the second step from 8 and from -4", path[1][0] - path[0][0], path[1][1] - path[0][1]);
    }

    // A path without bias correction, so that a rule about moments does not rest on it; with it where it can't be left out.
    private static (Answered[][] Path, bool Corrected) Moments(Questions ask, double[][] gradients, double beta1, double beta2)
    {
        JsonObject args = Args(("lr", 1), ("beta1", beta1), ("beta2", beta2), ("eps", 0));
        try
        {
            var uncorrected = (JsonObject)args.DeepClone();
            uncorrected["bias_correction"] = false;
            return (ask.Walk("adam.step", [0], gradients, uncorrected), false);
        }
        catch (OracleException e) when (e.Kind == ErrorKind.Unsupported)
        {
            return (ask.Walk("adam.step", [0], gradients, args), true);
        }
    }

    // β₁ = β₂ = 0: the moments are the gradient and its square, whatever is corrected.
    private static JsonObject Plain(double eps) => Args(("lr", 1), ("beta1", 0), ("beta2", 0), ("eps", eps));

    private static JsonObject Step(double[] parameters, double[] gradient, JsonNode? state)
    {
        JsonObject args = Args(("lr", 0.125));
        args["params"] = Rows(parameters);
        args["grads"] = Rows(gradient);
        args["state"] = state;
        return args;
    }
}
