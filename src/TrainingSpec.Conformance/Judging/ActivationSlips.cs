using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Wrong.Distortions;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Slips of activations: another function in the place of one of them, or of its slope.</summary>
internal static class ActivationSlips
{
    private const double Root2OverPi = 0.79788456080286536;

    // Functions of x, α, and the right value and slope.
    private static readonly (string Word, Func<double, double, double, double, double> Of)[] Functions =
    [
        ("is-x", (x, _, _, _) => x),
        ("is-0", (_, _, _, _) => 0),
        ("is-1", (_, _, _, _) => 1),
        ("is-1-above-0", (x, _, _, _) => x > 0 ? 1 : 0),
        ("is-1-from-0-on", (x, _, _, _) => x >= 0 ? 1 : 0),
        ("is-half-at-0", (x, _, y, _) => x == 0 ? 0.5 : y),
        ("is-a-sign", (x, _, _, _) => Math.Sign(x)),
        ("is-positive-part", (x, _, _, _) => Math.Max(x, 0)),
        ("is-leaky", (x, _, y, _) => x > 0 ? y : 0.01 * x),
        ("slope-is-leaky", (x, _, _, s) => x > 0 ? s : 0.01),
        ("is-a-magnitude", (x, _, _, _) => Math.Abs(x)),
        ("at-most-6", (_, _, y, _) => Math.Min(y, 6)),
        ("is-the-logistic", (x, _, _, _) => Sigmoid(x)),
        ("is-the-other-logistic", (x, _, _, _) => Sigmoid(-x)),
        ("is-the-logistic-of-half", (x, _, _, _) => Sigmoid(x / 2)),
        ("is-the-logistic-of-twice", (x, _, _, _) => Sigmoid(2 * x)),
        ("is-the-hard-logistic", (x, _, _, _) => Math.Clamp(x / 6 + 0.5, 0, 1)),
        ("is-the-hard-logistic-of-a-fifth", (x, _, _, _) => Math.Clamp(0.2 * x + 0.5, 0, 1)),
        ("is-the-slope-of-the-logistic", (x, _, _, _) => Sigmoid(x) * Sigmoid(-x)),
        ("is-gated", (x, _, _, _) => x * Sigmoid(x)),
        ("is-gated-by-1.702", (x, _, _, _) => x * Sigmoid(1.702 * x)),
        ("is-gated-hard", (x, _, _, _) => x * Math.Clamp(x / 6 + 0.5, 0, 1)),
        ("is-gated-without-x", (x, _, _, _) => Sigmoid(x) + Sigmoid(x) * Sigmoid(-x)),
        ("is-gated-with-the-gate", (x, _, _, _) => Sigmoid(x) * (1 + x * Sigmoid(x))),
        ("is-gated-with-x-alone", (x, _, _, _) => Sigmoid(x) * (1 + x)),
        ("is-gated-with-the-other-sign", (x, _, _, _) => Sigmoid(x) * (1 - x * Sigmoid(-x))),
        ("is-x-of-the-slope-of-the-logistic", (x, _, _, _) => x * Sigmoid(x) * Sigmoid(-x)),
        ("is-tanh", (x, _, _, _) => Math.Tanh(x)),
        ("is-tanh-of-half", (x, _, _, _) => Math.Tanh(x / 2)),
        ("is-the-slope-of-tanh", (x, _, _, _) => 1 - Math.Tanh(x) * Math.Tanh(x)),
        ("is-softsign", (x, _, _, _) => x / (1 + Math.Abs(x))),
        ("is-the-exponential", (x, _, _, _) => Math.Exp(x)),
        ("is-the-exponential-below-0", (x, a, y, _) => x > 0 ? y : a * Math.Exp(x)),
        ("is-the-exponential-less-1-without-alpha-below-0", (x, _, y, _) => x > 0 ? y : Math.Exp(x) - 1),
        ("is-the-exponential-without-alpha-below-0", (x, _, y, _) => x > 0 ? y : Math.Exp(x)),
        ("is-the-exponential-over-alpha-below-0", (x, a, y, _) => x > 0 ? y : a * (Math.Exp(x / a) - 1)),
        ("is-y-plus-alpha-below-0", (x, a, y, _) => x > 0 ? y : y + a),
        ("is-y-less-alpha-below-0", (x, a, y, _) => x > 0 ? y : y - a),
        ("is-alpha-below-0", (x, a, y, _) => x > 0 ? y : a),
        ("is-minus-alpha-below-0", (x, a, y, _) => x > 0 ? y : -a),
        ("is-1-at-0", (x, _, y, _) => x == 0 ? 1 : y),
        ("is-0-at-0", (x, _, y, _) => x == 0 ? 0 : y),
        ("is-scaled-above-0", (x, a, y, _) => x > 0 ? a * y : y),
        ("is-scaled-as-selu", (x, _, y, _) => 1.0507009873554805 * y),
        ("is-softplus", (x, _, _, _) => Plus(x)),
        ("is-softplus-of-base-2", (x, _, _, _) => Plus(x) / Math.Log(2)),
        ("is-softplus-less-its-value-at-0", (x, _, _, _) => Plus(x) - Math.Log(2)),
        ("is-softplus-of-minus-x", (x, _, _, _) => Plus(-x)),
        ("is-softplus-of-the-magnitude", (x, _, _, _) => Plus(-Math.Abs(x))),
        ("is-x-above-10", (x, _, y, _) => x > 10 ? x : y),
        ("is-x-above-20", (x, _, y, _) => x > 20 ? x : y),
        ("is-the-normal-law", (x, _, _, _) => Phi(x)),
        ("is-the-normal-density", (x, _, _, _) => Density(x)),
        ("is-x-of-the-normal-density", (x, _, _, _) => x * Density(x)),
        ("is-the-normal-law-and-density", (x, _, _, _) => Phi(x) + Density(x)),
        ("is-the-normal-law-less-x-of-its-density", (x, _, _, _) => Phi(x) - x * Density(x)),
        ("is-gelu", (x, _, _, _) => x * Phi(x)),
        ("is-gelu-without-half", (x, _, _, _) => 2 * x * Phi(x)),
        ("is-gelu-without-root-2", (x, _, _, _) => x * Phi(x * Math.Sqrt(2))),
        ("is-gelu-with-half-for-the-root", (x, _, _, _) => x * Phi(x / Math.Sqrt(2))),
        ("is-gelu-without-1", (x, _, _, _) => x * (Phi(x) - 0.5)),
        ("is-gelu-without-x", (x, _, _, _) => Phi(x)),
        ("is-the-slope-of-gelu", (x, _, _, _) => Phi(x) + x * Density(x)),
        ("is-by-tanh-without-the-cube", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * x))),
        ("is-by-tanh-of-2-over-pi", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(2 / Math.PI * (x + 0.044715 * x * x * x)))),
        ("is-by-tanh-of-the-root-of-pi", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(Math.PI / 2) * (x + 0.044715 * x * x * x)))),
        ("is-by-tanh-of-a-square", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * (x + 0.044715 * x * x)))),
        ("is-by-tanh-with-the-cube-outside", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * x + 0.044715 * x * x * x))),
        ("is-by-tanh-without-half", (x, _, _, _) => x * (1 + Math.Tanh(Root2OverPi * (x + 0.044715 * x * x * x)))),
        ("is-by-tanh-of-0.0447", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * (x + 0.0447 * x * x * x)))),
        ("is-by-tanh-of-0.44715", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * (x + 0.44715 * x * x * x)))),
        ("is-by-tanh-of-0.044", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(Root2OverPi * (x + 0.044 * x * x * x)))),
        ("is-by-tanh-of-0.8", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(0.8 * (x + 0.044715 * x * x * x)))),
        ("is-by-tanh-of-0.79788", (x, _, _, _) => 0.5 * x * (1 + Math.Tanh(0.79788 * (x + 0.044715 * x * x * x)))),
        ("is-the-logistic-of-y", (_, _, y, _) => Sigmoid(y)),
        ("is-y-less-its-square", (_, _, y, _) => y * (1 - y)),
        ("is-1-less-the-square-of-y", (_, _, y, _) => 1 - y * y),
        ("is-1-less-y", (_, _, y, _) => 1 - y),
        ("is-1-plus-y", (_, _, y, _) => 1 + y),
        ("is-y", (_, _, y, _) => y),
        ("is-y-over-x", (x, _, y, s) => x == 0 ? s : y / x),
        ("is-y-of-its-complement", (x, _, y, _) => x * (1 - y)),
        ("is-the-slope", (_, _, _, s) => s),
        ("is-x-less-its-square", (x, _, _, _) => x * (1 - x)),
        ("is-1-less-the-square-of-x", (x, _, _, _) => 1 - x * x),
        ("is-the-slope-at-y", (_, _, y, _) => Sigmoid(y) * Sigmoid(-y)),
        ("is-the-root-of-the-slope", (_, _, _, s) => Math.Sqrt(Math.Max(0, s))),
    ];

    // Functions with the slopes that belong to them.
    private static readonly (string Word, Func<double, double, double> Of, Func<double, double, double> Slope)[] Pairs =
    [
        .. from c in new (string Word, double Inner, double Cube)[]
           {
               ("without-the-cube", Root2OverPi, 0), ("of-2-over-pi", 2 / Math.PI, 0.044715), ("of-the-root-of-half-pi", Math.Sqrt(Math.PI / 2), 0.044715), ("of-0.0447", Root2OverPi, 0.0447), ("of-0.44715", Root2OverPi, 0.44715),
               ("of-0.044", Root2OverPi, 0.044), ("of-0.0044715", Root2OverPi, 0.0044715), ("of-0.045", Root2OverPi, 0.045), ("of-0.04715", Root2OverPi, 0.04715), ("of-0.8", 0.8, 0.044715), ("of-0.79788", 0.79788, 0.044715), ("of-0.7979", 0.7979, 0.044715), ("of-0.798", 0.798, 0.044715), ("of-root-2", Math.Sqrt(2), 0.044715), ("of-the-root-of-pi", 1 / Math.Sqrt(Math.PI), 0.044715),
           }
           from half in new[] { 0.5, 1 }
           select ($"by-tanh-{c.Word}{(half == 1 ? "-without-half" : "")}", (Func<double, double, double>)((x, _) => half * x * (1 + Math.Tanh(c.Inner * (x + c.Cube * x * x * x)))),
               (Func<double, double, double>)((x, _) => Math.Tanh(c.Inner * (x + c.Cube * x * x * x)) is var t ? half * (1 + t) + half * x * (1 - t * t) * c.Inner * (1 + 3 * c.Cube * x * x) : 0)),
        ("by-tanh-without-half", (x, _) => x * (1 + Math.Tanh(Root2OverPi * (x + 0.044715 * x * x * x))), (x, _) => Math.Tanh(Root2OverPi * (x + 0.044715 * x * x * x)) is var t ? 1 + t + x * (1 - t * t) * Root2OverPi * (1 + 3 * 0.044715 * x * x) : 0),
        ("by-the-normal-law-of-root-2", (x, _) => x * Phi(x * Math.Sqrt(2)), (x, _) => Phi(x * Math.Sqrt(2)) + Math.Sqrt(2) * x * Density(x * Math.Sqrt(2))),
        ("by-the-normal-law-of-half", (x, _) => x * Phi(x / 2), (x, _) => Phi(x / 2) + x / 2 * Density(x / 2)),
        ("by-the-normal-law-less-half", (x, _) => x * (Phi(x) - 0.5), (x, _) => Phi(x) - 0.5 + x * Density(x)),
        ("by-the-normal-law-twice", (x, _) => 2 * x * Phi(x), (x, _) => 2 * (Phi(x) + x * Density(x))),
        ("gated-by-1.702", (x, _) => x * Sigmoid(1.702 * x), (x, _) => Sigmoid(1.702 * x) * (1 + 1.702 * x * Sigmoid(-1.702 * x))),
        ("gated-by-1.7", (x, _) => x * Sigmoid(1.7 * x), (x, _) => Sigmoid(1.7 * x) * (1 + 1.7 * x * Sigmoid(-1.7 * x))),
        ("gated-by-2", (x, _) => x * Sigmoid(2 * x), (x, _) => Sigmoid(2 * x) * (1 + 2 * x * Sigmoid(-2 * x))),
        ("gated-by-half", (x, _) => x * Sigmoid(x / 2), (x, _) => Sigmoid(x / 2) * (1 + x / 2 * Sigmoid(-x / 2))),
        ("gated-hard", (x, _) => x * Math.Clamp(x / 6 + 0.5, 0, 1), (x, _) => x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5),
        ("the-exponential-below-0", (x, a) => x > 0 ? x : a * Math.Exp(x), (x, a) => x > 0 ? 1 : a * Math.Exp(x)),
        ("without-alpha", (x, _) => x > 0 ? x : Math.Exp(x) - 1, (x, _) => x > 0 ? 1 : Math.Exp(x)),
        ("over-alpha", (x, a) => x > 0 ? x : a * (Math.Exp(x / a) - 1), (x, a) => x > 0 ? 1 : Math.Exp(x / a)),
        ("scaled", (x, a) => a * (x > 0 ? x : Math.Exp(x) - 1), (x, a) => a * (x > 0 ? 1 : Math.Exp(x))),
        ("scaled-as-selu", (x, _) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)), (x, _) => 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * Math.Exp(x))),
        ("linear-below-0", (x, a) => x > 0 ? x : a * x, (x, a) => x > 0 ? 1 : a),
        ("leaky", (x, _) => x > 0 ? x : 0.01 * x, (x, _) => x > 0 ? 1 : 0.01),
        ("at-most-6", (x, _) => Math.Clamp(x, 0, 6), (x, _) => x is > 0 and < 6 ? 1 : 0),
        ("a-magnitude", (x, _) => Math.Abs(x), (x, _) => Math.Sign(x)),
        ("turned-around", (x, _) => Math.Min(x, 0), (x, _) => x < 0 ? 1 : 0),
        ("hard", (x, _) => Math.Clamp(x / 6 + 0.5, 0, 1), (x, _) => x is > -3 and < 3 ? 1 / 6.0 : 0),
        ("of-the-other-sign", (x, _) => Sigmoid(-x), (x, _) => -Sigmoid(x) * Sigmoid(-x)),
        ("of-base-2", (x, _) => Plus(x) / Math.Log(2), (x, _) => Sigmoid(x) / Math.Log(2)),
        ("linear-above-20", (x, _) => x > 20 ? x : Plus(x), (x, _) => x > 20 ? 1 : Sigmoid(x)),
        ("linear-above-10", (x, _) => x > 10 ? x : Plus(x), (x, _) => x > 10 ? 1 : Sigmoid(x)),
        ("softsign", (x, _) => x / (1 + Math.Abs(x)), (x, _) => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)))),
    ];

    private static readonly string[] Kinds = ["relu", "gelu", "gelu_tanh", "sigmoid", "tanh", "silu", "softplus", "elu"];

    /// <summary>The slips of an operation; none where it is no activation.</summary>
    public static IEnumerable<Slip> Of(string op) => op != "activation" ? [] : Kinds.SelectMany(kind => Pairs.Select(p => Is(kind, p.Word, (x, a, _, _) => (p.Of(x, a), p.Slope(x, a))))
        .Concat(Functions.SelectMany(f => new[] { Is(kind, $"y-{f.Word}", (x, a, y, s) => (f.Of(x, a, y, s), s)), Is(kind, $"slope-{f.Word}", (x, a, y, s) => (y, f.Of(x, a, y, s))), Is(kind, $"slope-{f.Word}-of-itself", (x, a, y, s) => (y, f.Of(x, a, s, s))) })));

    private static Slip Is(string kind, string word, Func<double, double, double, double, (double Value, double Slope)> of) => new($"activation-{kind.Replace('_', '-')}-{word}", (right, dtype, args) =>
    {
        JsonObject answer = right.Answer("activation", dtype, args);
        if (JsonTree.Text(args["kind"]) != kind)
            return answer;
        double[] y = answer.Row("y"), slope = answer.Row("slope");
        (double Value, double Slope)[] both = [.. args.Row("x").Select((x, i) => of(x, args.Number(Known.EluAlpha), y[i], slope[i]))];
        return answer.With("y", Questions.Array([.. both.Select(b => b.Value)])).With("slope", Questions.Array([.. both.Select(b => b.Slope)]));
    });

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    private static double Plus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    // The normal distribution function, by its series of odd powers near 0 and its continued fraction beyond.
    private static double Phi(double x)
    {
        if (Math.Abs(x) > 6)
        {
            double fraction = 0;
            for (int k = 60; k > 0; k--)
                fraction = k / (Math.Abs(x) + fraction);
            double tail = Density(x) / (Math.Abs(x) + fraction);
            return x < 0 ? tail : 1 - tail;
        }

        double sum = 0, term = x;
        for (int k = 1; Math.Abs(term) > 1e-18; k++)
        {
            sum += term;
            term *= x * x / (2 * k + 1);
        }

        return 0.5 + Density(x) * sum;
    }
}
