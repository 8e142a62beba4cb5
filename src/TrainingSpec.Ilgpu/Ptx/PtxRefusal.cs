using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Why a PTX text may give other bits than the reference, or cannot be linked.</summary>
/// <remarks>
/// Refused: float arithmetic that is not rounded to nearest (.rn) or is flushed or saturated; approximations; minimum and maximum that drop NaN;
/// float atomics, whose order is not fixed; external functions, calls to functions that the text does not define, calls through a register, recursion.
/// Source: PTX ISA 8.0, "Floating Point Instructions", "atom", "red", "call".
/// </remarks>
public static partial class PtxRefusal
{
    /// <summary>One line for each reason to refuse, with its line number; empty where the text is accepted.</summary>
    public static IReadOnlyList<string> Reasons(string ptx)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        string text = Comment().Replace(ptx, match => new string('\n', match.Value.Count(c => c == '\n')));
        var reasons = new List<string>();
        foreach (Match match in Instruction().Matches(text))
        {
            if (Refuse(match.Groups["op"].Value, match.Groups["suffixes"].Value.Split('.', StringSplitOptions.RemoveEmptyEntries)) is string reason)
                reasons.Add(Line(text, match.Index, $"{match.Value}: {reason}"));
        }

        foreach (Match match in ExternalFunction().Matches(text))
            reasons.Add(Line(text, match.Index, $"{match.Value}: external function"));
        reasons.AddRange(RefuseCalls(text));
        return reasons;
    }

    private static string? Refuse(string operation, string[] suffixes)
    {
        bool isFloat = suffixes.Any(suffix => FloatType().IsMatch(suffix));
        if (suffixes.Contains("approx") || suffixes.Contains("full"))
            return "approximation";
        if (!isFloat)
            return null;
        if (suffixes.Contains("ftz"))
            return "flushes subnormal numbers";
        return operation switch
        {
            "atom" or "red" => "float atomic, its order is not fixed",
            "ex2" or "lg2" or "sin" or "cos" or "tanh" or "rsqrt" => "approximation",
            "min" or "max" => suffixes.Contains("NaN") ? null : "drops NaN",
            "add" or "sub" or "mul" or "mad" or "fma" or "div" or "sqrt" or "rcp" =>
                !suffixes.Contains("rn") ? "arithmetic that is not rounded to nearest" : suffixes.Contains("sat") ? "saturates" : null,
            _ => null,
        };
    }

    private static IEnumerable<string> RefuseCalls(string text)
    {
        // Where each function with a body begins; a call belongs to the last one that began before it.
        List<(int Index, string Name)> bodies = [.. Body().Matches(text).Select(match => (match.Index, match.Groups["name"].Value))];
        var calls = new Dictionary<string, HashSet<string>>();
        foreach (Match match in Call().Matches(text))
        {
            string target = match.Groups["name"].Value;
            if (!bodies.Any(body => body.Name == target))
            {
                yield return Line(text, match.Index, $"call {target}: unresolved function");
                continue;
            }

            string caller = bodies.LastOrDefault(body => body.Index < match.Index).Name ?? "";
            if (!calls.TryGetValue(caller, out HashSet<string>? targets))
                calls[caller] = targets = [];
            targets.Add(target);
        }

        foreach (string function in calls.Keys.Where(function => Reaches(calls, function, function, [])))
            yield return $"{function}: recursion";
    }

    private static bool Reaches(Dictionary<string, HashSet<string>> calls, string from, string to, HashSet<string> seen) =>
        calls.TryGetValue(from, out HashSet<string>? targets)
        && targets.Any(target => target == to || (seen.Add(target) && Reaches(calls, target, to, seen)));

    private static string Line(string text, int index, string reason) =>
        string.Create(CultureInfo.InvariantCulture, $"line {text.AsSpan(0, index).Count('\n') + 1}: {reason}");

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w.%$])(?<op>add|sub|mul|mad|fma|div|sqrt|rcp|min|max|atom|red|ex2|lg2|sin|cos|tanh|rsqrt)(?<suffixes>(?:\.[A-Za-z0-9_:]+)+)")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(?:f16|f16x2|bf16|bf16x2|f32|f32x2|f64|tf32|e4m3|e5m2)$")]
    private static partial Regex FloatType();

    [GeneratedRegex(@"\.extern\s+\.func\s*(?:\([^)]*\)\s*)?[\w$%]+")]
    private static partial Regex ExternalFunction();

    [GeneratedRegex(@"\.(?:func|entry)\s*(?:\([^)]*\)\s*)?(?<name>[\w$%]+)\s*(?:\([^)]*\))?[^;{}]*\{")]
    private static partial Regex Body();

    [GeneratedRegex(@"(?<![\w.%$])call(?:\.uni)?\s+(?:\([^)]*\)\s*,\s*)?(?<name>[\w$%]+)")]
    private static partial Regex Call();
}
