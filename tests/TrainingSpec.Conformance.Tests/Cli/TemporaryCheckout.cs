using System.Text.Json.Nodes;
using Spec.Cli;
using TrainingSpec.Claims.WorkedExamples;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>A checkout of our own to stand in: Spec.sln, the claims with their facts, and accepted verdicts; gone afterwards.</summary>
internal sealed class TemporaryCheckout : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;

    /// <summary>Makes it and stands in it.</summary>
    /// <param name="accepted">True to take the accepted verdicts along.</param>
    /// <param name="whole">True for links to all else that a checkout has.</param>
    public TemporaryCheckout(bool accepted = false, bool whole = false)
    {
        string real = RealRoot();

        // The worked examples keep the place of the claims that they first find, and this one is soon gone.
        ExampleNumbers.Document("D0");
        Root = Directory.CreateTempSubdirectory("spec").FullName;
        File.WriteAllText(Path.Combine(Root, "Spec.sln"), "");
        Directory.CreateDirectory(Path.Combine(Root, "golden", "claims"));
        foreach (string file in Directory.GetFiles(Path.Combine(real, "spec", "claims"), "*.json", SearchOption.AllDirectories))
            Copy(file, Path.Combine(Root, Path.GetRelativePath(real, file)));
        if (accepted)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(real, "golden", "claims"), "*.verdicts.verified.txt"))
                Copy(file, Path.Combine(Root, Path.GetRelativePath(real, file)));
        }

        if (whole)
        {
            foreach (string folder in new[] { "src", "tests", Path.Combine("spec", "protocol"), Path.Combine("spec", "plots") })
                Directory.CreateSymbolicLink(Path.Combine(Root, folder), Path.Combine(real, folder));
            foreach (string file in Directory.GetFiles(Path.Combine(real, "spec"), "*.md"))
                File.CreateSymbolicLink(Path.Combine(Root, Path.GetRelativePath(real, file)), file);
            foreach (string folder in Directory.GetDirectories(Path.Combine(real, "golden")).Where(f => Path.GetFileName(f) != "claims"))
                Directory.CreateSymbolicLink(Path.Combine(Root, Path.GetRelativePath(real, folder)), folder);
        }

        Environment.CurrentDirectory = Root;
    }

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>The checkout that the tests were built from.</summary>
    public static string RealRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Spec.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("no Spec.sln above the tests");
    }

    /// <summary>Changes the list of a document's claims.</summary>
    public void Claims(string document, Action<JsonArray> change)
    {
        string path = Path.Combine(Root, "spec", "claims", document + ".json");
        JsonArray claims = JsonNode.Parse(File.ReadAllText(path))!.AsArray();
        change(claims);
        File.WriteAllText(path, claims.ToJsonString());
    }

    /// <summary>Changes one claim.</summary>
    public void Claim(string id, Action<JsonObject> change) => Claims(id.Split('-')[0], claims => change(Find(claims, id)));

    /// <summary>One claim of a list.</summary>
    public static JsonObject Find(JsonArray claims, string id) => claims.Select(c => c!.AsObject()).First(c => (string)c["id"]! == id);

    /// <summary>Runs a command line in this process.</summary>
    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        foreach (string link in Directory.GetFileSystemEntries(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MaxRecursionDepth = 1 }))
        {
            if (new FileInfo(link).LinkTarget is not null)
                File.Delete(link);
        }

        Directory.Delete(Root, true);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}
