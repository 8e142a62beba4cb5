using System.IO.Enumeration;
using System.Reflection;
using System.Text.RegularExpressions;
using TrainingSpec.Claims;
using TrainingSpec.Conformance;
using TrainingSpec.Formulas;

namespace Spec.Cli;

/// <summary>Why a name can be no new topic's: git ignores its files, files of that name are there, or a type, a namespace or a word of the language has the name of what is made for it.</summary>
internal static class TakenNames
{
    // What the SDK's implicit usings bring into every file.
    private static readonly string[] Implicit = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit",
        "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator",
        "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw",
        "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    ];

    private static readonly Assembly[] Own = [typeof(FormulaCatalog).Assembly, typeof(ClaimFile).Assembly, typeof(IImplementation).Assembly, typeof(TakenNames).Assembly];

    /// <summary>Why a topic can't have the name, as the end of a sentence that begins with it; null where it can.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="topic">The name.</param>
    /// <param name="types">The types that are made for it, the namespace of its tests first.</param>
    public static string? Why(string root, string topic, IReadOnlyList<string> types) =>
        Ignored(root, topic, types[0])
        ?? Standing(root, "spec", topic, Path.GetFileNameWithoutExtension)
        ?? Standing(root, "golden", topic, Path.GetFileName)
        ?? OfTypes(types)
        ?? OfNamespaces(types[0])
        ?? (Keywords.Contains(topic) ? "is a keyword of C#" : null)
        ?? OfTests(root, types[0]);

    private static string? Ignored(string root, string topic, string folder)
    {
        string rules = Path.Combine(root, ".gitignore");
        string? ignoring = (File.Exists(rules) ? File.ReadLines(rules) : []).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or '!'))
            .FirstOrDefault(line => new[] { topic, folder }.Any(name => FileSystemName.MatchesSimpleExpression(line.Trim('/'), name, ignoreCase: true)));
        return ignoring is null ? null : $"would have files that git ignores by {ignoring} in .gitignore";
    }

    // In any case: two names that differ in it alone are one file on some machines.
    private static string? Standing(string root, string folder, string topic, Func<string, string?> name)
    {
        string path = Path.Combine(root, folder);
        string? taken = (Directory.Exists(path) ? Directory.GetFileSystemEntries(path) : []).FirstOrDefault(entry => topic.Equals(name(entry), StringComparison.OrdinalIgnoreCase));
        return taken is null ? null : $"is there already: {folder}/{Path.GetFileName(taken)}";
    }

    private static string? OfTypes(IReadOnlyList<string> types)
    {
        Type? taken = Own.SelectMany(a => a.GetTypes()).Concat(Framework().Where(t => Implicit.Contains(t.Namespace))).FirstOrDefault(t => !t.IsNested && types.Contains(t.Name, StringComparer.OrdinalIgnoreCase));
        return taken is null ? null : $"would be ambiguous with the type {taken.FullName}";
    }

    // Any part of our own, and what all others begin with.
    private static string? OfNamespaces(string name)
    {
        IEnumerable<string> all = Own.SelectMany(a => a.GetTypes()).Select(t => t.Namespace ?? "").Distinct().SelectMany(Beginnings).Concat(Framework().Select(t => (t.Namespace ?? "").Split('.')[0]));
        string? taken = all.FirstOrDefault(n => n.Split('.')[^1].Equals(name, StringComparison.OrdinalIgnoreCase));
        return taken is null ? null : $"would be ambiguous with the namespace {taken}";
    }

    private static IEnumerable<string> Beginnings(string name)
    {
        string[] parts = name.Split('.');
        return Enumerable.Range(1, parts.Length).Select(n => string.Join('.', parts[..n]));
    }

    // The test framework is no part of this program; what tests name at the beginning of an expression or as an attribute would be hidden by the namespace of the topic's tests.
    private static string? OfTests(string root, string name)
    {
        string tests = Path.Combine(root, "tests");
        var used = new Regex($@"(?<![\w.""])({name}\.[A-Z]|\[{name}[\](,])", RegexOptions.CultureInvariant);

        // What the recipe writes lies beside the projects, and is no test of this checkout.
        string? file = (Directory.Exists(tests) ? Directory.GetDirectories(tests, "*.Tests").SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)) : [])
            .Where(f => !Path.GetRelativePath(root, f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal).FirstOrDefault(f => used.IsMatch(File.ReadAllText(f)));
        return file is null ? null : $"would hide the {name} that {Path.GetRelativePath(root, file).Replace('\\', '/')} uses";
    }

    private static IEnumerable<Type> Framework() => Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.*.dll").SelectMany(Exported);

    private static Type[] Exported(string path)
    {
        try
        {
            return Assembly.Load(AssemblyName.GetAssemblyName(path)).GetExportedTypes();
        }
        catch (Exception e) when (e is BadImageFormatException or IOException)
        {
            // One of the framework's libraries that is not .NET.
            return [];
        }
    }
}
