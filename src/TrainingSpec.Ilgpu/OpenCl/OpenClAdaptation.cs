using System.Text.RegularExpressions;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>Changes to ILGPU's OpenCL C by which a compiler without the generic address space takes it; each kind that was made is told.</summary>
/// <remarks>Source: OpenCL C 2.0 specification, §6.5 (address spaces) and §6.13.8 (barriers).</remarks>
internal static partial class OpenClAdaptation
{
    /// <summary>The adapted text, and one line for each change.</summary>
    /// <param name="source">OpenCL C as ILGPU 1.5.3 emits it.</param>
    public static (string Text, IReadOnlyList<string> Changes) Apply(string source)
    {
        var changes = new List<string>();
        string text = Replace(source, GenericPointer(), "global ", "pointers to global memory say so instead of being generic", changes);
        text = MoveSharedVariables(text, changes);
        text = Replace(text, Barrier(), "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)", "barriers fence local memory too", changes);
        return (text, changes);
    }

    private static string Replace(string text, Regex pattern, string by, string what, List<string> changes)
    {
        if (pattern.IsMatch(text))
            changes.Add(what);
        return pattern.Replace(text, by);
    }

    // A program-scope variable cannot point to local memory; inside the kernel it can.
    private static string MoveSharedVariables(string text, List<string> changes)
    {
        string[] declarations = [.. SharedVariable().Matches(text).Select(match => match.Value)];
        if (declarations.Length == 0)
            return text;
        text = SharedVariable().Replace(text, "");
        int body = text.IndexOf('{', text.IndexOf("kernel void", StringComparison.Ordinal)) + 1;
        changes.Add("variables of shared memory are declared in the kernel instead of before it");
        return string.Concat(text.AsSpan(0, body), "\n", string.Concat(declarations), text.AsSpan(body));
    }

    [GeneratedRegex(@"__generic ")]
    private static partial Regex GenericPointer();

    [GeneratedRegex(@"^(?:local \w+\*|int) shared_var_\w+;\r?\n", RegexOptions.Multiline)]
    private static partial Regex SharedVariable();

    [GeneratedRegex(@"work_group_barrier \( CLK_GLOBAL_MEM_FENCE \)")]
    private static partial Regex Barrier();
}
