using System.Text.RegularExpressions;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli;

/// <summary>A test that names a rule.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Name">The test's name.</param>
/// <param name="File">Its file, relative to the checkout.</param>
internal sealed record RuleTest(string Rule, string Name, string File);

/// <summary>Finds the tests that name a rule in the test sources, so that nothing needs to be built for it.</summary>
internal static partial class TestSources
{
    /// <summary>All such tests, in order of file and place.</summary>
    public static IReadOnlyList<RuleTest> Read()
    {
        string root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!;
        return
        [
            .. Directory.GetDirectories(Path.Combine(root, "tests"), "*.Tests").Order(StringComparer.Ordinal)
                .SelectMany(project => Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
                .SelectMany(file => In(file, File.ReadAllText(Path.Combine(root, file)))),
        ];
    }

    /// <summary>The tests of one file; a rule that stands before no method counts under the name "?".</summary>
    public static IEnumerable<RuleTest> In(string file, string source)
    {
        foreach (Match rule in RuleName().Matches(source))
        {
            Match declared = Declaration().Match(source, rule.Index + rule.Length);
            yield return new RuleTest(rule.Groups[1].Value, declared.Success ? declared.Groups[1].Value : "?", file);
        }
    }

    [GeneratedRegex("""^\s*\[(?:[^\]"]*,\s*)?Rule\("([^"]+)"\)""", RegexOptions.Multiline)]
    private static partial Regex RuleName();

    [GeneratedRegex("""\bpublic\s+(?:async\s+|static\s+|sealed\s+)*[\w<>\[\],.?]+\s+(\w+)\s*[({<:\r\n]""")]
    private static partial Regex Declaration();
}
