using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance;

/// <summary>The assertions of rule checks; tolerances are counts of roundings, never free numbers.</summary>
public static class Expect
{
    /// <summary>|actual − expected| ≤ γ_n·scale with γ_n = n·u/(1 − n·u), u the unit roundoff; NaN is never near, and near an infinity is that infinity alone.</summary>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="actual">The answer.</param>
    /// <param name="expected">The value by the rule.</param>
    /// <param name="roundings">n: how many roundings a right evaluation may make, those of the expected value included.</param>
    /// <param name="scale">The largest magnitude that takes part; |expected| where null.</param>
    /// <param name="unitRoundoff">u; that of float64 where it is not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The roundings are fewer than 0, or the scale is negative or not finite: anything would be near.</exception>
    /// <exception cref="RuleBrokenException">Not near.</exception>
    public static void Near(string what, double actual, double expected, int roundings, double? scale = null, double unitRoundoff = Questions.UnitRoundoff)
    {
        double nu = Domain.Require("[0, inf)", (long)roundings, nameof(roundings)) * unitRoundoff;
        double allowed = nu / (1 - nu) * (scale is { } given ? Domain.Require("[0, inf)", given, nameof(scale)) : double.IsFinite(expected) ? Math.Abs(expected) : 0);
        Within(what, actual, expected, allowed, roundings == 0 ? "it has no roundings" : string.Create(CultureInfo.InvariantCulture, $"{roundings} roundings"));
    }

    /// <summary>|actual − expected| ≤ allowed; NaN is never within, and within reach of an infinity is that infinity alone.</summary>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="actual">The answer.</param>
    /// <param name="expected">The value by the rule.</param>
    /// <param name="allowed">How far they may be apart.</param>
    /// <param name="because">What that comes of, for the message.</param>
    /// <exception cref="RuleBrokenException">Not within.</exception>
    internal static void Within(string what, double actual, double expected, double allowed, string because)
    {
        Domain.Require("[0, inf)", allowed, nameof(allowed));
        if (!(Math.Abs(actual - expected) <= allowed) && actual != expected)
            throw Broken(what, actual, expected, string.Create(CultureInfo.InvariantCulture, $"allowed ±{allowed:R}: {because}"), allowed);
    }

    /// <summary>The same bits.</summary>
    /// <exception cref="RuleBrokenException">Other bits.</exception>
    public static void Same(string what, Answered actual, Answered expected) => Same(what, actual.Value, expected.Value);

    /// <summary>The same bits in every entry.</summary>
    /// <exception cref="RuleBrokenException">Other bits or another length.</exception>
    public static void Same(string what, IReadOnlyList<Answered> actual, IReadOnlyList<Answered> expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        Same(what, [.. actual.Select(x => x.Value)], (double[])[.. expected.Select(x => x.Value)]);
    }

    /// <summary>The same bits.</summary>
    /// <exception cref="RuleBrokenException">Other bits.</exception>
    public static void Same(string what, double actual, double expected)
    {
        if (BitConverter.DoubleToInt64Bits(actual) != BitConverter.DoubleToInt64Bits(expected))
            throw Broken(what, actual, expected, "the same bits", 0);
    }

    /// <summary>The same bits in every entry.</summary>
    /// <exception cref="RuleBrokenException">Other bits or another length.</exception>
    public static void Same(string what, IReadOnlyList<double> actual, IReadOnlyList<double> expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        That(actual.Count == expected.Count, $"{what}: {actual.Count} entries, expected {expected.Count}");
        for (int i = 0; i < actual.Count; i++)
            Same($"{what}[{i}]", actual[i], expected[i]);
    }

    /// <summary>A condition holds.</summary>
    /// <exception cref="RuleBrokenException">It does not.</exception>
    public static void That(bool condition, string message)
    {
        if (!condition)
            throw new RuleBrokenException(message);
    }

    /// <summary>A question is refused as not finite or as an invalid argument, and the argument at fault is named.</summary>
    /// <param name="ask">Who is asked.</param>
    /// <param name="op">The operation.</param>
    /// <param name="args">Its arguments, one of them at fault.</param>
    /// <param name="arguments">The names that may be blamed: of two arguments at odds, either.</param>
    /// <exception cref="RuleBrokenException">It is answered, or refused otherwise.</exception>
    /// <exception cref="OracleException">It is not supported, so that nothing is known of the rule.</exception>
    public static void Refused(Questions ask, string op, JsonObject args, params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(args);
        string asked = $"{op} of {args.ToJsonString()}";
        try
        {
            ask.Ask(op, args);
        }
        catch (OracleException e) when (e.Kind is not (ErrorKind.Unsupported or ErrorKind.UnknownOp))
        {
            That(
                e.Kind is ErrorKind.InvalidArgument or ErrorKind.NonFinite && arguments.Contains(e.Argument),
                $"{asked}: {e.Word} of {e.Argument}, expected a fault of {string.Join(" or ", arguments)}");
            return;
        }

        throw new RuleBrokenException($"{asked} was answered, expected a fault of {string.Join(" or ", arguments)}");
    }

    private static RuleBrokenException Broken(string what, double actual, double expected, string how, double allowed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:R}, got {actual:R} ({how})"), expected, actual, allowed);
}
