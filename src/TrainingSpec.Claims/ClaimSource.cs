using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Checking.Golden;

namespace TrainingSpec.Claims;

/// <summary>The one place that claims, facts and accepted verdicts are read from: a checkout, or the copies beside the program.</summary>
/// <remarks>
/// The rule: the checkout around the working directory; where there is none, the checkout around the program; where there is none either, the copies that the build put
/// beside the program. Claims never come from one of them and verdicts from another.
/// </remarks>
public sealed class ClaimSource
{
    /// <summary>The word under which a claim is accepted that no check judges yet.</summary>
    public const string WordOfNoCheck = "no check";

    private ClaimSource(string name, string claims, string verdicts) => (Name, Claims, Verdicts) = (name, claims, verdicts);

    /// <summary>What to call the place: "the checkout /home/me/spec".</summary>
    public string Name { get; }

    /// <summary>The folder of D0.json … D4.json and of facts/.</summary>
    public string Claims { get; }

    /// <summary>The folder of the accepted verdicts, such as D4.verdicts.verified.txt.</summary>
    public string Verdicts { get; }

    /// <summary>The place that the rule gives.</summary>
    public static ClaimSource Find()
    {
        try
        {
            return Checkout(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!);
        }
        catch (GoldenException)
        {
            return BesideProgram(AppContext.BaseDirectory);
        }
    }

    /// <summary>A checkout: spec/claims and golden/claims.</summary>
    /// <param name="root">The folder of Spec.sln.</param>
    public static ClaimSource Checkout(string root) => new($"the checkout {root}", Path.Combine(root, "spec", "claims"), Path.Combine(root, "golden", "claims"));

    /// <summary>The copies in the program's folder.</summary>
    /// <param name="folder">The program's folder.</param>
    public static ClaimSource BesideProgram(string folder) =>
        new($"the copies beside the program, {Path.TrimEndingDirectorySeparator(folder)}", Path.Combine(folder, "claims"), Path.Combine(folder, "claims", "accepted"));

    /// <summary>The claims of one document, as far as they can be read, and what is wrong with the others.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    public ClaimDocument Load(string document) => ClaimFile.Load(document, Claims);

    /// <summary>The accepted verdict's word per claim of one document, "no check" for one that is known and not judged yet; null where nothing was ever accepted.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <exception cref="ClaimDataException">The file is damaged.</exception>
    /// <exception cref="GoldenException">The file can't be read, which is another thing than being absent.</exception>
    public IReadOnlyDictionary<string, string>? Accepted(string document)
    {
        string path = Path.Combine(Verdicts, document + ".verdicts.verified.txt");
        if (new GoldenFolder(Path.GetDirectoryName(Verdicts)!).Verified(Path.GetFileName(Verdicts), document + ".verdicts", "txt") is not { } text)
            return null;
        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return ((JsonObject)JsonNode.Parse(text, null, strict)!).ToDictionary(
                p => p.Key, p => p.Value is JsonObject judged ? (string)judged["verdict"]! : (string)p.Value!, StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw Json.Damaged(path, e);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidCastException or NullReferenceException or ArgumentException)
        {
            throw new ClaimDataException($"{path}: damaged", e);
        }
    }
}
