using System.Text.RegularExpressions;

namespace Spec.Cli;

/// <summary>Whether dependencies inside the reference point one way: numbers, formulas, checks, devices, training, models.</summary>
internal static partial class HouseOrder
{
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Numbers"] = [],
        ["Formulas"] = ["Numbers"],
        ["Tokenizers"] = ["Formulas"],
        ["Checking"] = ["Numbers", "Formulas"],
        ["Devices"] = ["Numbers", "Formulas", "Checking"],
        ["Training"] = ["Numbers", "Formulas", "Checking", "Devices"],
        ["Models"] = ["Numbers", "Formulas", "Checking", "Devices", "Training"],
    };

    /// <summary>Files that use a folder above their own.</summary>
    /// <param name="root">The checkout.</param>
    public static IEnumerable<string> Gaps(string root)
    {
        foreach ((string folder, string[] below) in Below)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(root, "src", "TrainingSpec", folder), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                foreach (string used in In(folder, File.ReadAllText(file)))
                    yield return $"{Path.GetRelativePath(root, file).Replace('\\', '/')} uses {used}, which stands above {folder}";
            }
        }
    }

    /// <summary>The folders above that a source uses.</summary>
    public static IEnumerable<string> In(string folder, string source) => Used().Matches(source).Select(m => m.Groups[1].Value)
        .Where(used => used != folder && Below.ContainsKey(used) && !Below[folder].Contains(used)).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"\bTrainingSpec\.(\w+)")]
    private static partial Regex Used();
}
