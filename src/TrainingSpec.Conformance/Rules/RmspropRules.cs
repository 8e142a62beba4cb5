using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/rmsprop.md: RMSprop, Adagrad and Adadelta.</summary>
internal static class RmspropRules
{
    private const string Rmsprop = "rmsprop.step", Adagrad = "adagrad.step", Adadelta = "adadelta.step";

    [Rule("RMSPROP-1")]
    internal static void DividesByAnUncorrectedAverage(Questions ask)
    {
        // v is 0.25·4² = 4 and 0.75·4 + 0.25·1² = 3.25.
        Answered[][] path = ask.Walk(Rmsprop, [0], [[4], [1]], Args(("lr", 1), ("alpha", 0.75), ("eps", 0)));
        ask.Near("step 1", path[0][0], -2);
        ask.Near("step 2", path[1][0], -2 - 1 / Math.Sqrt(3.25));
    }

    [Rule("RMSPROP-2")]
    internal static void EpsilonStandsOutsideTheRoot(Questions ask) => ask.Near("g = 1, ε = 3", Once(ask, Rmsprop, 1, ("alpha", 0), ("eps", 3)), -0.25);

    [Rule("RMSPROP-3")]
    internal static void RateStaysOutsideTheBuffer(Questions ask)
    {
        // Quotients of 1: the buffer is 1 and 1.5.
        Answered[][] path = ask.Walk(Rmsprop, [0], [[2], [2]], t => Args(("lr", t == 0 ? 1 : 0.25), ("alpha", 0), ("eps", 0), ("momentum", 0.5)));
        ask.Near("step 1", path[0][0], -1);
        ask.Near("step 2 at a quarter of the rate", path[1][0], -1.375);
    }

    [Rule("RMSPROP-4")]
    internal static void CenteredDividesByADeviation(Questions ask)
    {
        // v 2 and 3, means 1 and −0.5: variances 1 and 2.75.
        Answered[][] path = ask.Walk(Rmsprop, [0], [[2], [-2]], With(Args(("lr", 1), ("alpha", 0.5), ("eps", 0)), "centered", true));
        ask.Near("step 1", path[0][0], -2);
        ask.Near("step 2", path[1][0], -2 + 2 / Math.Sqrt(2.75));
    }

    [Rule("RMSPROP-5")]
    internal static void DecayEntersTheGradient(Questions ask)
    {
        Answered[] decayed = ask.Walk(Rmsprop, [4], [[1]], Args(("lr", 0.125), ("alpha", 0.75), ("weight_decay", 0.25)))[0];
        Expect.Same("decay 0.25 of 4 beside gradient 1", decayed, ask.Walk(Rmsprop, [4], [[2]], Args(("lr", 0.125), ("alpha", 0.75)))[0]);
    }

    [Rule("RMSPROP-6")]
    internal static void EpsilonInsideTheRootIsAVariant(Questions ask)
    {
        ask.Near("g = 1, ε = 3 inside", ask.Walk(Rmsprop, [0], [[1]], With(Args(("lr", 1), ("alpha", 0), ("eps", 3)), "eps_inside_root", true))[0][0], -0.5);

        // v is 2 and the mean 1, so that the variance and ε are 4.
        JsonObject centered = With(With(Args(("lr", 1), ("alpha", 0.5), ("eps", 3)), "eps_inside_root", true), "centered", true);
        ask.Near("g = 2, ε = 3 inside, centered", ask.Walk(Rmsprop, [0], [[2]], centered)[0][0], -1);
    }

    [Rule("RMSPROP-7")]
    internal static void RateInsideTheBufferIsAVariant(Questions ask)
    {
        // The buffer is 1 and 0.5 + 0.25.
        Answered[][] path = ask.Walk(Rmsprop, [0], [[2], [2]], t => With(Args(("lr", t == 0 ? 1 : 0.25), ("alpha", 0), ("eps", 0), ("momentum", 0.5)), "lr_in_velocity", true));
        ask.Near("step 2 at a quarter of the rate", path[1][0], -1.75);
    }

    [Rule("ADAGRAD-1")]
    internal static void DividesByTheRootOfTheSum(Questions ask)
    {
        // Sums 9 and 25.
        Answered[][] path = ask.Walk(Adagrad, [0], [[3], [4]], Args(("lr", 1), ("eps", 0)));
        ask.Near("step 1", path[0][0], -1);
        ask.Near("step 2", path[1][0], -1.8);
    }

    [Rule("ADAGRAD-2")]
    internal static void AdagradsEpsilonStandsOutsideTheRoot(Questions ask) => ask.Near("g = 1, ε = 3", Once(ask, Adagrad, 1, ("eps", 3)), -0.25);

    [Rule("ADAGRAD-3")]
    internal static void RateFallsFromTheSecondStepOn(Questions ask)
    {
        Answered[][] plain = ask.Walk(Adagrad, [0], [[1], [1], [1]], Args(("lr", 1))), falling = ask.Walk(Adagrad, [0], [[1], [1], [1]], Args(("lr", 1), ("lr_decay", 1)));
        Answered before = 0, fallen = 0;
        for (int t = 0; t < plain.Length; t++)
        {
            ask.Near($"step {t + 1} at κ = 1", falling[t][0] - fallen, (plain[t][0] - before) / (t + 1));
            (before, fallen) = (plain[t][0], falling[t][0]);
        }
    }

    [Rule("ADAGRAD-4")]
    internal static void SumStartsFromWhatIsGiven(Questions ask) => ask.Near("g = 3 from 16", Once(ask, Adagrad, 3, ("eps", 0), ("initial_accumulator_value", 16)), -0.6);

    [Rule("ADAGRAD-5")]
    internal static void AdagradsEpsilonInsideTheRootIsAVariant(Questions ask) =>
        ask.Near("g = 1, ε = 3 inside", ask.Walk(Adagrad, [0], [[1]], With(Args(("lr", 1), ("eps", 3)), "eps_inside_root", true))[0][0], -0.5);

    [Rule("ADADELTA-1")]
    internal static void StepIsAQuotientOfRoots(Questions ask)
    {
        // ρ = 0: √9/√25·4 = 2.4, then √(2.4² + 9)/√25·4.
        Answered[][] path = ask.Walk(Adadelta, [0], [[4], [4]], Args(("lr", 1), ("rho", 0), ("eps", 9)));
        ask.Near("step 1", path[0][0], -2.4);
        ask.Near("step 2", path[1][0], -2.4 - 0.8 * Math.Sqrt(2.4 * 2.4 + 9));
    }

    [Rule("ADADELTA-2")]
    internal static void AverageTakesTheStepBeforeTheRate(Questions ask)
    {
        Answered[][] whole = ask.Walk(Adadelta, [0], [[4], [4], [-1]], Args(("lr", 1), ("rho", 0.5), ("eps", 9)));
        Answered[][] half = ask.Walk(Adadelta, [0], [[4], [4], [-1]], Args(("lr", 0.5), ("rho", 0.5), ("eps", 9)));
        for (int t = 0; t < whole.Length; t++)
            ask.Near($"after step {t + 1} at half of the rate", half[t][0], whole[t][0] / 2);
    }

    private static Answered Once(Questions ask, string op, double gradient, params (string, double)[] args) => ask.Walk(op, [0], [[gradient]], Args([("lr", 1), .. args]))[0][0];

    private static JsonObject With(JsonObject args, string name, JsonNode value)
    {
        args[name] = value;
        return args;
    }
}
