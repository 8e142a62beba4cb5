using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/rms-norm.md.</summary>
internal static class RmsNormRules
{

    // The mean square of this row is 4, and an ε of 5 makes it 9.
    private static readonly double[] Row = [2, -2, 2, 2];

    [Rule("RMS-NORM-1")]
    internal static void RowsAreDividedByTheRootOfTheirMeanSquare(Questions ask)
    {
        Are(ask, "y", Normalize(ask, Row, null, 1e-30), [1, -1, 1, 1]);
        double root = Math.Sqrt((1 + 4 + 9 + 36) / 4.0);
        Are(ask, "y", Normalize(ask, [1, 2, 3, 6], null, 1e-30), [1 / root, 2 / root, 3 / root, 6 / root]);
    }

    [Rule("RMS-NORM-2")]
    internal static void EpsilonStandsInsideTheRoot(Questions ask)
    {
        // (x/y)² is the mean square and ε, so it grows as ε does.
        Answered Square(double eps)
        {
            Answered quotient = Row[0] / Normalize(ask, Row, null, eps)[0];
            return quotient * quotient;
        }

        ask.Near("(x/y)² at ε = 5 less that at ε = 3", Square(5) - Square(3), 2);
        Are(ask, "y of zeros", Normalize(ask, [0, 0], null, 5), [0, 0]);
    }

    [Rule("RMS-NORM-3")]
    internal static void TheGainMultipliesAfterwards(Questions ask)
    {
        double[] gain = [1, 2, -3, 0.5];
        Answered[] plain = Normalize(ask, Row, null, 5);
        Are(ask, "y with a gain", Normalize(ask, Row, gain, 5), [.. plain.Zip(gain, (y, g) => y * g)]);
    }

    [Rule("RMS-NORM-4")]
    internal static void TheGradientGoesThroughTheRoot(Questions ask)
    {
        double[] gain = [1, 2, -3, 0.5], dy = [1, 0.25, 0, 0.5], h = [.. Row.Select(x => x / 3)], d = [.. dy.Zip(gain, (a, g) => a * g)];
        JsonObject result = ask.Ask("rms_norm", Args(Row, gain, 5, dy));
        double product = d.Zip(h, (a, b) => a * b).Average();
        Answered[] dx = Numbers(ask, ((result["grad_x"] as JsonArray) ?? throw new RuleBrokenException("rms_norm answered without grad_x"))[0]);
        for (int i = 0; i < dx.Length; i++)
            ask.Near(FormattableString.Invariant($"grad_x {i}"), dx[i], (d[i] - h[i] * product) / 3);
        Answered[] own = Numbers(ask, result["grad_gain"]);
        for (int i = 0; i < own.Length; i++)
            ask.Near(FormattableString.Invariant($"grad_gain {i}"), own[i], dy[i] * h[i]);
    }

    private static Answered[] Numbers(Questions ask, JsonNode? row) => row is JsonArray ? ask.ReadRow(row) : throw new RuleBrokenException("rms_norm answered without a gradient");

    private static Answered[] Normalize(Questions ask, double[] row, double[]? gain, double eps) => ask.ReadRows("rms_norm", "y", Args(row, gain, eps, null))[0];

    private static JsonObject Args(double[] row, double[]? gain, double eps, double[]? dy)
    {
        var o = new JsonObject { ["x"] = Rows(row), ["eps"] = eps };
        if (gain is not null)
            o["gain"] = Array(gain);
        if (dy is not null)
            o["grad_y"] = Rows(dy);
        return o;
    }

    private static void Are(Questions ask, string what, Answered[] actual, Answered[] expected)
    {
        Expect.That(actual.Length == expected.Length, $"{what} has {actual.Length} numbers, not {expected.Length}");
        for (int i = 0; i < actual.Length; i++)
            ask.Near(FormattableString.Invariant($"{what} {i}"), actual[i], expected[i]);
    }
}
