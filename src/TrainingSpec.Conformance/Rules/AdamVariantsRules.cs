using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/adam-variants.md: Adamax, NAdam, RAdam and AMSGrad. Where β₂ = 0 and ε = 0, a denominator is the gradient's magnitude.</summary>
internal static class AdamVariantsRules
{
    private const string Adamax = "adamax.step", Nadam = "nadam.step", Radam = "radam.step", Amsgrad = "amsgrad.step";

    [Rule("ADAMAX-1")]
    internal static void NormIsAFadingMaximum(Questions ask)
    {
        // u is 4, 2 and 1.
        Answered[] moves = Moves(ask, Adamax, [-4, 1, 1], Args(("lr", 1), ("beta1", 0), ("beta2", 0.5), ("eps", 0)));
        for (int t = 0; t < moves.Length; t++)
            ask.Near($"step {t + 1}", moves[t], new[] { 1, -0.5, -1 }[t]);
    }

    [Rule("ADAMAX-2")]
    internal static void OnlyTheFirstMomentIsCorrected(Questions ask) =>
        ask.Near("step 1", Moves(ask, Adamax, [2], Args(("lr", 1), ("beta1", 0.75), ("beta2", 0.5), ("eps", 0)))[0], -1);

    [Rule("ADAMAX-3")]
    internal static void EpsilonIsAddedToEachGradient(Questions ask)
    {
        // u is 5 and max(2.5, 2).
        Answered[] moves = Moves(ask, Adamax, [4, 1], Args(("lr", 1), ("beta1", 0), ("beta2", 0.5), ("eps", 1)));
        ask.Near("step 1", moves[0], -0.8);
        ask.Near("step 2", moves[1], -0.4);
    }

    [Rule("ADAMAX-4")]
    internal static void EpsilonBesideTheNormIsAVariant(Questions ask)
    {
        // u is 4 and 2.
        Answered[] moves = Moves(ask, Adamax, [4, 1], With(Args(("lr", 1), ("beta1", 0), ("beta2", 0.5), ("eps", 1)), "eps_on", "norm"));
        ask.Near("step 2", moves[1], -1.0 / 3);
    }

    [Rule("NADAM-1")]
    internal static void LooksAheadByTheNextMomentum(Questions ask)
    {
        // ψ = 0 makes μ = β₁/2 = 0.25 at every step; m is 0.5 and 0.75, Π 1/4 and 1/16.
        Answered[] moves = Moves(ask, Nadam, [1, 1], Args(("lr", 1), ("beta1", 0.5), ("beta2", 0), ("eps", 0), ("momentum_decay", 0)));
        ask.Near("step 1", moves[0], -(0.125 / (1 - 1.0 / 16) + 1));
        ask.Near("step 2", moves[1], -(0.1875 / (1 - 1.0 / 64) + 0.75 / (1 - 1.0 / 16)));
    }

    [Rule("NADAM-2")]
    internal static void MomentumGrowsToBeta1(Questions ask)
    {
        // ψ = 1: μ is 0.5·(1 − 0.48) and 0.5·(1 − 0.4608).
        Answered[] moves = Moves(ask, Nadam, [1], Args(("lr", 1), ("beta1", 0.5), ("beta2", 0), ("eps", 0), ("momentum_decay", 1)));
        ask.Near("step 1", moves[0], -(0.2696 * 0.5 / (1 - 0.26 * 0.2696) + 1));
    }

    [Rule("NADAM-3")]
    internal static void ConstantMomentumIsAVariant(Questions ask)
    {
        Answered[] moves = Moves(ask, Nadam, [1], With(Args(("lr", 1), ("beta1", 0.5), ("beta2", 0), ("eps", 0)), "momentum_decay", null));
        ask.Near("step 1", moves[0], -(0.25 / 0.75 + 1));
    }

    [Rule("RADAM-1")]
    internal static void ShortAveragesDoNotDivide(Questions ask)
    {
        Answered[] moves = Moves(ask, Radam, [4, -4, 4, 4, 4], Args(("lr", 0.125), ("beta1", 0)));
        for (int t = 0; t < moves.Length; t++)
            ask.Near($"step {t + 1}", moves[t], t == 1 ? 0.5 : -0.5);
    }

    [Rule("RADAM-2")]
    internal static void StepsAreRectified(Questions ask)
    {
        // m̂ = √v̂ = 1. At β₂ = 3/4, ρ∞ is 7 and ρ is above 5 from the eighth step on. A rate of 1 would hide one that multiplies twice.
        Answered[] moves = Moves(ask, Radam, [1, 1, 1, 1, 1, 1, 1, 1, 1], Args(("lr", 0.5), ("beta2", 0.75), ("eps", 0)));
        foreach (int t in new[] { 8, 9 })
        {
            double kept = Math.Pow(0.75, t), length = 7 - 2 * t * kept / (1 - kept);
            ask.Near($"step {t}", moves[t - 1], -0.5 * Math.Sqrt((length - 4) * (length - 2) * 7 / (3 * 5 * length)));
        }
    }

    [Rule("RADAM-3")]
    internal static void ThresholdIsTheOneGiven(Questions ask)
    {
        // ρ is 4.4 at the sixth step: above 4, so that the size of the gradients is gone.
        JsonObject args = Args(("lr", 1), ("beta1", 0), ("beta2", 0.75), ("eps", 0), ("threshold", 4));
        Answered one = Moves(ask, Radam, [1, 1, 1, 1, 1, 1], args)[5], four = Moves(ask, Radam, [4, 4, 4, 4, 4, 4], args)[5];
        ask.Near("step 6 for gradients four times as large", four, one);
    }

    [Rule("RADAM-4")]
    internal static void EpsilonStandsBesideTheUncorrectedRoot(Questions ask) => EpsilonBeside(ask, "moment", Math.Sqrt(1 - Math.Pow(0.75, 8)));

    [Rule("RADAM-5")]
    internal static void EpsilonBesideTheCorrectedRootIsAVariant(Questions ask) => EpsilonBeside(ask, "corrected", 1);

    [Rule("AMSGRAD-1")]
    internal static void DenominatorNeverFalls(Questions ask)
    {
        Answered[] moves = Moves(ask, Amsgrad, [4, 1, 1], Args(("lr", 1), ("beta1", 0), ("beta2", 0), ("eps", 0)));
        for (int t = 0; t < moves.Length; t++)
            ask.Near($"step {t + 1}", moves[t], t == 0 ? -1 : -0.25);
    }

    [Rule("AMSGRAD-2")]
    internal static void MaximumIsCorrectedAfterwards(Questions ask)
    {
        // v is 4 and 3.25, 1 − β₂² is 7/16.
        Answered[] moves = Moves(ask, Amsgrad, [4, 1], Args(("lr", 1), ("beta1", 0), ("beta2", 0.75), ("eps", 0)));
        ask.Near("step 2", moves[1], -1 / Math.Sqrt(4 * 16.0 / 7));
    }

    [Rule("AMSGRAD-3")]
    internal static void MaximumOfCorrectedMomentsIsAVariant(Questions ask)
    {
        Answered[] moves = Moves(ask, Amsgrad, [4, 1], With(Args(("lr", 1), ("beta1", 0), ("beta2", 0.75), ("eps", 0)), "max_of", "corrected"));
        ask.Near("step 2", moves[1], -0.25);
    }

    // The eighth step with ε = 1 as a share of that without: the root over itself and 1.
    private static void EpsilonBeside(Questions ask, string where, double root)
    {
        Answered Eighth(double eps) => Moves(ask, Radam, [1, 1, 1, 1, 1, 1, 1, 1], where == "moment" ? Eps(eps) : With(Eps(eps), "eps_on", where))[7];
        ask.Near("step 8", Eighth(1), Eighth(0) * root / (root + 1));
    }

    private static JsonObject Eps(double eps) => Args(("lr", 1), ("beta1", 0), ("beta2", 0.75), ("eps", eps));

    // How far each step moves one parameter from 0.
    private static Answered[] Moves(Questions ask, string op, double[] gradients, JsonObject args)
    {
        Answered[][] path = ask.Walk(op, [0], [.. gradients.Select(g => new[] { g })], args);
        return [.. path.Select((p, t) => t == 0 ? p[0] : p[0] - path[t - 1][0])];
    }

    private static JsonObject With(JsonObject args, string name, JsonNode? value)
    {
        args[name] = value;
        return args;
    }
}
