using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/activations.md.</summary>
internal static class ActivationRules
{

    [Rule("ACTIVATIONS-1")]
    internal static void ReluKeepsWhatIsAboveZero(Questions ask) => Are(ask, "relu", "y", [-2, -0.5, 0, 0.5, 3], [0, 0, 0, 0.5, 3]);

    [Rule("ACTIVATIONS-2")]
    internal static void ReluIsFlatAtZero(Questions ask) => Are(ask, "relu", "slope", [-2, 0, 3], [0, 0, 1]);

    [Rule("ACTIVATIONS-3")]
    internal static void SigmoidOverflowsNowhere(Questions ask)
    {
        double[] x = [0, 2, -2, -700, 800, -800];
        Are(ask, "sigmoid", "y", x, [0.5, 1 / (1 + Answered.Exp(-2)), Answered.Exp(-2) / (1 + Answered.Exp(-2)), Answered.Exp(-700), 1, 0]);
        Expect.That(ask.ReadRow("activation", "slope", Ask("sigmoid", x)).All(x => double.IsFinite(x.Value)), "a slope of sigmoid is not finite");
    }

    [Rule("ACTIVATIONS-4")]
    internal static void TanhIsOddAndExactNearZero(Questions ask)
    {
        double[] x = [1e-10, 0.5, 1, 3, 1000];
        Answered[] y = ask.ReadRow("activation", "y", Ask("tanh", x));
        Answered[] mirrored = ask.ReadRow("activation", "y", Ask("tanh", [.. x.Select(v => -v)]));
        Expect.Same("tanh(−x)", mirrored, [.. y.Select(v => -v)]);
        Answered e = Answered.Exp(2);
        Are(ask, "tanh", "y", [1e-10, 1, 1000], [1e-10, (e - 1) / (e + 1), 1]);
    }

    [Rule("ACTIVATIONS-5")]
    internal static void GeluByTanhIsItsFormula(Questions ask)
    {
        double[] x = [-3, -1, 0, 0.5, 2];
        Are(ask, "gelu_tanh", "y", x, [.. x.Select(v => 0.5 * v * (1 + Answered.Tanh(Inner(v))))]);
    }

    [Rule("ACTIVATIONS-6")]
    internal static void SlopesAreDerivatives(Questions ask)
    {
        double[] x = [-2, -0.5, 0, 1, 3];
        Answered[] s = [.. x.Select(v => 1 / (1 + Answered.Exp(-v)))];
        Answered[] t = [.. x.Select(v => Answered.Tanh(v))];
        Answered[] g = [.. x.Select(v => Answered.Tanh(Inner(v)))];
        Are(ask, "sigmoid", "slope", x, [.. s.Select(v => v * (1 - v))]);
        Are(ask, "tanh", "slope", x, [.. t.Select(v => 1 - v * v)]);
        // Φ(x) + x·φ(x), rounded from 40 digits.
        Are(ask, "gelu", "slope", x, [-0.085231801078196897, 0.13250487534383716, 0.5, 1.0833154705876863, 1.0119456472041839]);
        Are(ask, "gelu_tanh", "slope", x, [.. x.Zip(g, (v, y) => 0.5 * (1 + y) + 0.5 * v * (1 - y * y) * Answered.Sqrt(2 / Answered.Pi) * (1 + 3 * 0.044715 * v * v))]);
    }

    // x·Φ(x), rounded from 40 digits: no function of System.Math gives them.
    [Rule("ACTIVATIONS-7")]
    internal static void GeluKeepsItsDigits(Questions ask) => Are(
        ask, "gelu", "y", [-6, -1, 0, 0.5, 3], [-5.9195258702261888e-9, -0.15865525393145705, 0, 0.34573123063700655, 2.9959503059051097]);

    [Rule("ACTIVATIONS-8")]
    internal static void SiluIsGatedByItsOwnLogistic(Questions ask)
    {
        double[] x = [-700, -2, -0.5, 0, 1, 3, 800];
        Answered[] gate = [.. x.Select(v => v < 0 ? Answered.Exp(v) / (1 + Answered.Exp(v)) : 1 / (1 + Answered.Exp(-v)))];
        Are(ask, "silu", "y", x, [.. x.Zip(gate, (v, s) => v * s)]);
        Are(ask, "silu", "slope", x[1..], [.. x.Zip(gate, (v, s) => s * (1 + v * (1 - s))).Skip(1)]);
    }

    [Rule("ACTIVATIONS-9")]
    internal static void EluFallsToMinusAlpha(Questions ask)
    {
        double[] x = [-1000, -1, -1e-10, 0, 2];
        Answered[] y = Are(ask, "elu", "y", x, [-0.5, (Answered.Exp(-1) - 1) / 2, 0.5 * Answered.Expm1(-1e-10), 0, 2], alpha: 0.5);

        // Near 0 no more is allowed than what eˣ − 1 as a function of its own is off by.
        ask.Near("y of elu at -1e-10, by its digits", y[2].Value, 0.5 * Answered.Expm1(-1e-10));
        Are(ask, "elu", "slope", x, [0, Answered.Exp(-1) / 2, Answered.Exp(-1e-10) / 2, 0.5, 1], alpha: 0.5);
        Are(ask, "elu", "y", [-1, 2], [Answered.Exp(-1) - 1, 2]);
    }

    [Rule("ACTIVATIONS-10")]
    internal static void SoftplusIsRightForEveryNumber(Questions ask)
    {
        double[] x = [-40, -2, 0, 1, 22, 1000];
        Are(ask, "softplus", "y", x, [Answered.Exp(-40), Answered.Log(1 + Answered.Exp(-2)), Answered.Log(2), Answered.Log(1 + Math.E), 22 + Answered.Exp(-22), 1000]);
        Are(ask, "softplus", "slope", x, [Answered.Exp(-40), 1 / (1 + Answered.Exp(2)), 0.5, 1 / (1 + Answered.Exp(-1)), 1 / (1 + Answered.Exp(-22)), 1]);
    }

    [Rule("ACTIVATIONS-11")]
    internal static void LeakyReluKeepsAShareBelow0(Questions ask)
    {
        double[] x = [-2, -0.5, 0, 3];
        Are(ask, "leaky_relu", "y", x, [-0.5, -0.125, 0, 3], leak: 0.25);
        Are(ask, "leaky_relu", "slope", x, [0.25, 0.25, 0.25, 1], leak: 0.25);
        Are(ask, "leaky_relu", "y", [-2, 2], [-2 * (Answered)0.01, 2]);
    }

    [Rule("ACTIVATIONS-12")]
    internal static void SeluIsAnEluOfTwoConstants(Questions ask)
    {
        const double Scale = 1.0507009873554805, Alpha = 1.6732632423543772;
        double[] x = [-1000, -1, -1e-10, 0, 2];
        Answered[] y = Are(ask, "selu", "y", x, [-Scale * (Answered)Alpha, Scale * (Alpha * (Answered.Exp(-1) - 1)), Scale * (Alpha * Answered.Expm1(-1e-10)), 0, Scale * (Answered)2]);
        ask.Near("y of selu at -1e-10, by its digits", y[2].Value, Scale * (Alpha * Answered.Expm1(-1e-10)));
        Are(ask, "selu", "slope", x, [0, Scale * (Alpha * Answered.Exp(-1)), Scale * (Alpha * Answered.Exp(-1e-10)), Scale * (Answered)Alpha, Scale]);
    }

    [Rule("ACTIVATIONS-13")]
    internal static void ClampsAreFlatBeyondTheirBounds(Questions ask)
    {
        double[] x = [-8, -1, -0.5, 0, 0.5, 1, 4, 6, 8];
        Are(ask, "relu6", "y", x, [0, 0, 0, 0, 0.5, 1, 4, 6, 6]);
        Are(ask, "relu6", "slope", x, [0, 0, 0, 0, 1, 1, 1, 0, 0]);
        Are(ask, "hard_tanh", "y", x, [-1, -1, -0.5, 0, 0.5, 1, 1, 1, 1]);
        Are(ask, "hard_tanh", "slope", x, [0, 0, 1, 1, 1, 0, 0, 0, 0]);
    }

    [Rule("ACTIVATIONS-14")]
    internal static void SoftsignFallsAsAPower(Questions ask)
    {
        double[] x = [-3, -1, 0, 0.5, 1e150];
        Are(ask, "softsign", "y", x, [-0.75, -0.5, 0, (Answered)1 / 3, 1]);
        Are(ask, "softsign", "slope", x[..4], [0.0625, 0.25, 1, (Answered)4 / 9]);
    }

    private static Answered Inner(Answered x) => Answered.Sqrt(2 / Answered.Pi) * (x + 0.044715 * x * x * x);

    private static System.Text.Json.Nodes.JsonObject Ask(string kind, double[] x, double? alpha = null, double? leak = null)
    {
        var o = new System.Text.Json.Nodes.JsonObject { ["kind"] = kind, ["x"] = Array(x) };
        if (alpha is { } given)
            o["alpha"] = given;
        if (leak is { } slope)
            o["negative_slope"] = slope;
        return o;
    }

    private static Answered[] Are(Questions ask, string kind, string member, double[] x, Answered[] expected, double? alpha = null, double? leak = null)
    {
        Answered[] actual = ask.ReadRow("activation", member, Ask(kind, x, alpha, leak));
        for (int i = 0; i < x.Length; i++)
            ask.Near(FormattableString.Invariant($"{member} of {kind} at {x[i]:R}"), actual[i], expected[i]);
        return actual;
    }
}
