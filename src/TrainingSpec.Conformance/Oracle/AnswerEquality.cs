using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>How two results differ.</summary>
/// <param name="Text">Where, and by how much.</param>
/// <param name="Expected">The number of the first; null where no two numbers differ.</param>
/// <param name="Actual">That of the other.</param>
/// <param name="Allowed">By how much they might.</param>
internal sealed record AnswerDifference(string Text, double? Expected = null, double? Actual = null, double? Allowed = null);

/// <summary>Compares two answers to one request by the rules of <see cref="MemberEquality"/>.</summary>
/// <remarks>Source: oracle protocol, "How equal is equal".</remarks>
public static class AnswerEquality
{
    /// <summary>Where two results differ by more than the protocol allows; null if they are equal.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="dtype">The dtype of the request.</param>
    /// <param name="args">The request's arguments; an undefined element for none.</param>
    /// <param name="expected">One result.</param>
    /// <param name="actual">The other.</param>
    /// <exception cref="ArgumentException">No rule for a member of the first result.</exception>
    public static string? Difference(string operation, string dtype, JsonElement args, JsonElement expected, JsonElement actual) =>
        Compare(operation, dtype, args, expected, actual, default, 1)?.Text;

    // They count and take no part in what is rounded.
    private static readonly string[] Classes = ["targets", "ignore_index"];

    /// <summary>The same, where a formula may lose digits: numbers that are near may differ by roundings of the largest number that takes part, 1 and every argument but the numbers of classes among them, however small they are themselves.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="args">The request's arguments.</param>
    /// <param name="expected">One result.</param>
    /// <param name="actual">The other.</param>
    internal static AnswerDifference? DifferenceBeyondLostDigits(string operation, string dtype, JsonElement args, JsonElement expected, JsonElement actual) =>
        Compare(operation, dtype, args, expected, actual, default, 1, losesDigits: true);

    /// <summary>The same, where numbers that are near may differ by what follows of the distance that stands in their place: as much on either side, and a rounding of the largest number that takes part, since an equivalent form may cancel.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="args">The request's arguments.</param>
    /// <param name="expected">One result.</param>
    /// <param name="actual">The other.</param>
    /// <param name="distances">A result with a distance in place of each number; where none stands the protocol's coefficients hold.</param>
    /// <param name="times">How many times as large roundings are.</param>
    /// <param name="losesDigits">True where 1 and every argument take part.</param>
    /// <returns>How far off the first number that differs is.</returns>
    internal static AnswerDifference? Compare(string operation, string dtype, JsonElement args, JsonElement expected, JsonElement actual, JsonElement distances, double times, bool losesDigits = false)
    {
        string[] names = Names(expected), others = Names(actual);
        if (!names.SequenceEqual(others))
            return new($"{(others.Length == 0 ? "no members" : $"members {string.Join(", ", others)}")} instead of {string.Join(", ", names)}");
        var dealt = new List<double>();
        foreach (string name in names)
        {
            MemberEquality rule = RuleOf(operation, name);
            if (rule.Kind == EqualityKind.Own)
                continue;
            if (losesDigits)
                rule = rule with { Beside = [.. rule.Beside, "1", .. args.EnumerateObject().Select(a => a.Name).Except(Classes)] };
            (double absolute, double relative) = Tolerance(rule, dtype, args, expected.GetProperty(name), actual.GetProperty(name));
            bool isDealt = rule.Kind == EqualityKind.Dealt;
            JsonElement derived = rule.Kind == EqualityKind.Near ? Member(distances, name) : default;
            double once = derived.ValueKind == JsonValueKind.Undefined ? 0 : Roundoff(dtype) * Largest(rule, args, expected.GetProperty(name), actual.GetProperty(name));
            double? AllowedOf(JsonElement distance) => distance.ValueKind == JsonValueKind.Number ? times * Distances.Allowed(distance.GetDouble() + once) : null;
            if (At(name, expected.GetProperty(name), actual.GetProperty(name), isDealt ? double.PositiveInfinity : absolute, relative, derived, AllowedOf, dtype == "float32") is { } difference)
                return difference;
            if (isDealt)
                dealt.AddRange(Numbers(actual.GetProperty(name)));
        }

        return dealt.Count > 0 && (dealt.Distinct().Count() < dealt.Count || dealt.Exists(i => i < 0 || i >= args.GetProperty("count").GetDouble() || i != Math.Floor(i)))
            ? new("an index stands twice or is none")
            : null;
    }

    /// <summary>By how much numbers of a member may differ from a result's, where the other result is no larger, and why in words.</summary>
    /// <exception cref="ArgumentException">No rule for the member.</exception>
    internal static (MemberEquality Rule, double Within, string Because) Bound(string operation, string dtype, JsonObject args, JsonObject expected, string member)
    {
        MemberEquality rule = RuleOf(operation, member);
        JsonElement asked = JsonTree.Element(args), result = JsonTree.Element(expected).GetProperty(member);
        (double absolute, _) = Tolerance(rule, dtype, asked, result, result);
        string where = string.Join(", ", rule.Beside.Prepend("the result"));
        string count = rule.PerNumber == 0 ? "" : Wording.Of($"n = {Asked(asked)} numbers in the arguments, ");
        return (rule, absolute, Wording.Of($"({rule.Text})·u·M: {count}u = 2^-{(dtype == "float32" ? 24 : 53)}, M = {Largest(rule, asked, result, result):R}, the largest of {where}"));
    }

    private static MemberEquality RuleOf(string operation, string member) => MemberEquality.All.FirstOrDefault(r => r.Operation == operation && r.Member == member)
        ?? throw new ArgumentException($"member = {member} of {operation} has no rule of equality", nameof(member));

    private static string[] Names(JsonElement result) => [.. result.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal)];

    private static (double Absolute, double Relative) Tolerance(MemberEquality rule, string dtype, JsonElement args, JsonElement expected, JsonElement actual)
    {
        if (rule.Kind != EqualityKind.Near)
            return (0, 0);

        // Both are within 1 ULP of the exact result; the smallest numbers are spaced evenly.
        if (dtype is "float16" or "bfloat16")
            return (Math.ScaleB(1, dtype == "float16" ? -23 : -132), 4 * Math.ScaleB(1, dtype == "float16" ? -11 : -8));
        return (((double)rule.PerNumber * Asked(args) + rule.Besides) * Math.ScaleB(1, dtype == "float32" ? -24 : -53) * Largest(rule, args, expected, actual), 0);
    }

    // That of the format in which a dtype's numbers are computed.
    private static double Roundoff(string dtype) => dtype == "float64" ? Real64.UnitRoundoff : Real32.UnitRoundoff;

    private static int Asked(JsonElement args) => args.ValueKind != JsonValueKind.Object ? 0 : args.EnumerateObject().Where(m => m.Name != "state").Sum(m => Numbers(m.Value).Count());

    private static double Largest(MemberEquality rule, JsonElement args, JsonElement expected, JsonElement actual)
    {
        IEnumerable<double> magnitudes = Numbers(expected).Concat(Numbers(actual));
        foreach (string beside in rule.Beside)
        {
            magnitudes = double.TryParse(beside, CultureInfo.InvariantCulture, out double number) ? magnitudes.Append(number)
                : args.ValueKind == JsonValueKind.Object && args.TryGetProperty(beside, out JsonElement argument) ? magnitudes.Concat(Numbers(argument))
                : magnitudes;
        }

        return magnitudes.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
    }

    // The member or the item, undefined where there is none.
    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement member) ? member : default;

    private static JsonElement Item(JsonElement of, int index) => of.ValueKind == JsonValueKind.Array && index < of.GetArrayLength() ? of[index] : default;

    private static AnswerDifference? At(string where, JsonElement expected, JsonElement actual, double absolute, double relative, JsonElement derived, Func<JsonElement, double?> allowedOf, bool isSingle)
    {
        if (expected.ValueKind == JsonValueKind.Array && actual.ValueKind == JsonValueKind.Array)
        {
            if (expected.GetArrayLength() != actual.GetArrayLength())
                return new(string.Create(CultureInfo.InvariantCulture, $"{where} has {actual.GetArrayLength()} items instead of {expected.GetArrayLength()}"));
            return expected.EnumerateArray().Zip(actual.EnumerateArray()).Index()
                .Select(at => At(string.Create(CultureInfo.InvariantCulture, $"{where}[{at.Index}]"), at.Item.First, at.Item.Second, absolute, relative, Item(derived, at.Index), allowedOf, isSingle))
                .FirstOrDefault(difference => difference is not null);
        }

        if (expected.ValueKind == JsonValueKind.Object && actual.ValueKind == JsonValueKind.Object)
        {
            string[] names = Names(expected), others = Names(actual);
            return names.SequenceEqual(others)
                ? names.Select(name => At($"{where}.{name}", expected.GetProperty(name), actual.GetProperty(name), absolute, relative, Member(derived, name), allowedOf, isSingle)).FirstOrDefault(difference => difference is not null)
                : new($"{where} has {string.Join(", ", others)} instead of {string.Join(", ", names)}");
        }

        if (Number(expected) is { } a && Number(actual) is { } b)
        {
            // An infinity is equal to itself alone, whatever a share of it would allow.
            double allowed = allowedOf(derived) ?? absolute + relative * Math.Max(Math.Abs(a), double.IsFinite(b) ? Math.Abs(b) : 0);
            bool equal = a.Equals(b) || a == b || (isSingle && IsSameSingle(a, b)) || (double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= allowed);
            return equal ? null : new(string.Create(CultureInfo.InvariantCulture, $"{where} = {b:R} instead of {a:R}, which may differ by {allowed:G3}"), a, b, allowed);
        }

        return expected.ValueKind == actual.ValueKind && JsonElement.DeepEquals(expected, actual) ? null : new($"{where} = {actual.GetRawText()} instead of {expected.GetRawText()}");
    }

    // A number of float32 may be written with the digits that it takes there, or with those that it takes in float64; a count has all its digits in either.
    private static bool IsSameSingle(double a, double b) => (float)a == (float)b && !(IsCount(a) && IsCount(b));

    private static bool IsCount(double x) => x == Math.Floor(x) && Math.Abs(x) <= 1L << 53;

    private static IEnumerable<double> Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Numbers(m.Value)),
        _ => Number(element) is { } number ? [number] : [],
    };

    private static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String when element.ValueEquals("NaN"u8) => double.NaN,
        JsonValueKind.String when element.ValueEquals("Infinity"u8) => double.PositiveInfinity,
        JsonValueKind.String when element.ValueEquals("-Infinity"u8) => double.NegativeInfinity,
        _ => null,
    };
}
