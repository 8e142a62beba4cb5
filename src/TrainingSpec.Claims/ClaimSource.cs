using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Checking.Golden;

namespace TrainingSpec.Claims;

/// <summary>The one place that claims, facts, accepted verdicts and chapters are read from: a checkout, or the copies beside the program.</summary>
/// <remarks>
/// The rule: the checkout around the working directory; where there is none, the checkout around the program; where there is none either, the copies that the build put
/// beside the program, in the folders of a checkout. Claims never come from one of them and verdicts or chapters from another.
/// </remarks>
public sealed class ClaimSource
{
    /// <summary>The word under which a claim is accepted that no check judges yet.</summary>
    public const string WordOfNoCheck = "no check";

    private const string Copies = "copies";

    private ClaimSource(string name, string root, bool isCheckout) => (Name, Root, IsCheckout) = (name, root, isCheckout);

    /// <summary>What to call the place: "the checkout /home/me/spec".</summary>
    public string Name { get; }

    /// <summary>The folder that holds spec/ and golden/.</summary>
    public string Root { get; }

    /// <summary>False for the copies, which have neither sources nor tests nor other golden files.</summary>
    public bool IsCheckout { get; }

    /// <summary>The folder of the book's chapters and of protocol/.</summary>
    public string Book => Path.Combine(Root, "spec");

    /// <summary>The folder of D0.json … D4.json and of facts/.</summary>
    public string Claims => Path.Combine(Book, "claims");

    /// <summary>The folder of the accepted verdicts, such as D4.verdicts.verified.txt.</summary>
    public string Verdicts => Path.Combine(Root, "golden", "claims");

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

    /// <summary>A checkout.</summary>
    /// <param name="root">The folder of Spec.sln.</param>
    public static ClaimSource Checkout(string root) => new($"the checkout {root}", root, isCheckout: true);

    /// <summary>The copies in the program's folder.</summary>
    /// <param name="folder">The program's folder.</param>
    public static ClaimSource BesideProgram(string folder) =>
        new($"the copies beside the program, {Path.TrimEndingDirectorySeparator(folder)}", Path.Combine(folder, Copies), isCheckout: false);

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
