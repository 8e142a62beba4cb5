using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking.Golden;

/// <summary>One key of a golden document with its value as it stands in the file, and the values behind it.</summary>
/// <remarks>Source: design "Golden files".</remarks>
public sealed class GoldenEntry
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private GoldenEntry(string key, bool isArray, bool isSingle, IReadOnlyList<string> tokens)
    {
        Key = key;
        IsArray = isArray;
        IsSingle = isSingle;
        Tokens = tokens;
    }

    /// <summary>The key, unique in its document.</summary>
    public string Key { get; }

    /// <summary>True where the value is an array.</summary>
    public bool IsArray { get; }

    /// <summary>True where the numbers are of binary32, so that their distance is counted in its ULPs.</summary>
    public bool IsSingle { get; }

    /// <summary>The value's elements as JSON tokens; one where the value is no array.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The value as JSON on one line.</summary>
    public string Json => IsArray ? "[" + string.Join(", ", Tokens) + "]" : Tokens[0];

    internal static string Quote(string text) => JsonSerializer.Serialize(text, Readable);

    internal static GoldenEntry Of(string key, bool isArray, bool isSingle, IEnumerable<string> tokens) =>
        new(key, isArray, isSingle, [.. tokens]);

    /// <summary>A binary64 value with all digits needed to read it back; NaN and the infinities as strings, since JSON has none.</summary>
    internal static string Exact(double value) =>
        double.IsFinite(value) ? ReadBack.Text(value) : Quote(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A binary32 value with all digits needed to read it back.</summary>
    internal static string Exact(float value) =>
        float.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : Quote(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A value of 12 significant digits, for what a platform's mathematics library may have had a hand in.</summary>
    internal static string Approximate(double value) =>
        Exact(double.IsFinite(value) ? double.Parse(value.ToString("E11", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value);
}
