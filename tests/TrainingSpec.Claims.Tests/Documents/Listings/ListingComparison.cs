using System.Text.Json;
using System.Text.Json.Serialization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>What a listing showed, against what our model of it gives; and our numbers as Python writes them.</summary>
internal static class ListingComparison
{
    private static readonly JsonSerializerOptions Named = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Numbers, in any nesting; functions of another library are within a few units of the last place of ours, and sums in another order.</summary>
    /// <param name="listing">What the listing showed.</param>
    /// <param name="model">What our model gives.</param>
    /// <param name="roundings">Roundings between the two, of numbers up to the size of the result or to <paramref name="size"/>.</param>
    /// <param name="size">The largest number that takes part, where terms cancel.</param>
    public static void Same(ShownValue listing, double[] model, int roundings = 64, double size = 0) => Same([listing], model, roundings, size);

    /// <summary>Numbers of several values, one after the other.</summary>
    /// <inheritdoc cref="Same(ShownValue, double[], int, double)"/>
    public static void Same(IEnumerable<ShownValue> listing, double[] model, int roundings = 64, double size = 0)
    {
        double[] run = [.. listing.SelectMany(value => Flat(value.Compared()))], ours = model;
        Assert.That(run, Has.Length.EqualTo(ours.Length));
        for (int i = 0; i < run.Length; i++)
            Assert.That(ours[i], double.IsFinite(run[i]) ? Is.EqualTo(run[i]).Within(roundings * Real64.UnitRoundoff * Math.Max(size, Math.Abs(run[i]))) : Is.EqualTo(run[i]), $"number {i}");
    }

    /// <summary>One number.</summary>
    public static void Same(ShownValue listing, double model) => Same(listing, [model]);

    /// <summary>Texts, errors by their names among them; null for nothing.</summary>
    public static void Same(ShownValue listing, IEnumerable<string?> model) => Assert.That(Words(listing), Is.EqualTo(model));

    /// <summary>Truth values.</summary>
    public static void Same(ShownValue listing, IEnumerable<bool> model) => Assert.That(listing.EnumerateArray().Select(e => e.GetBoolean()), Is.EqualTo(model));

    /// <summary>The texts of a row.</summary>
    public static string?[] Words(ShownValue row) => [.. row.EnumerateArray().Select(e => e.GetString())];

    /// <summary>A row over binary64.</summary>
    public static Real64[] Reals(IEnumerable<double> row) => [.. row.Select(x => new Real64(x))];

    /// <summary>A row of binary64 as doubles.</summary>
    public static double[] Doubles(IEnumerable<Real64> row) => [.. row.Select(x => x.Value)];

    /// <summary>A value as Python writes it.</summary>
    public static string Literal<T>(T value) => JsonSerializer.Serialize(value, Named)
        .Replace("\"NaN\"", "float('nan')", StringComparison.Ordinal).Replace("\"-Infinity\"", "float('-inf')", StringComparison.Ordinal).Replace("\"Infinity\"", "float('inf')", StringComparison.Ordinal)
        .Replace("true", "True", StringComparison.Ordinal).Replace("false", "False", StringComparison.Ordinal);

    // The numbers of a value in their order; None is none of them.
    private static IEnumerable<double> Flat(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Flat),
        JsonValueKind.String => [json.GetString() switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, "nan" => double.NaN, var word => throw new AssertionException($"'{word}' is no number") }],
        _ => [json.GetDouble()],
    };
}
