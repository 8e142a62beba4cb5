using System.Reflection;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>The languages of the documents' listings.</summary>
internal enum ListingLanguage
{
    /// <summary>With NumPy at hand.</summary>
    Python,

    /// <summary>Its standard library alone.</summary>
    Go,
}

/// <summary>A listing of a document, taken out of the document where it lies and run in its own language; nothing of it is copied here.</summary>
/// <remarks>Held in a static field, by which all scripts are found: those of one language run in one process, once. They step aside where the documents or the language are not at hand.</remarks>
internal sealed class ListingScript
{
    private static readonly Lazy<IReadOnlyList<ListingScript>> Found = new(Discover);
    private static readonly Lazy<IReadOnlyDictionary<ListingScript, ListingOutput>> Python = new(() => PythonListings.Run(Of(ListingLanguage.Python)));
    private static readonly Lazy<IReadOnlyDictionary<ListingScript, ListingOutput>> Go = new(() => GoListings.Run(Of(ListingLanguage.Go)));

    /// <summary>All scripts of this assembly.</summary>
    public static IReadOnlyList<ListingScript> All => Found.Value;

    /// <summary>The language.</summary>
    public required ListingLanguage Language { get; init; }

    /// <summary>D0 … D4.</summary>
    public required string Document { get; init; }

    /// <summary>The listing's lines, first and last, counted from 1; several are run one after the other.</summary>
    public required IReadOnlyList<(int First, int Last)> Lines { get; init; }

    /// <summary>Code after them: in Python it ends in show(value), in Go it is the body of a function that returns a value.</summary>
    public required string Driver { get; init; }

    /// <summary>Code before them, such as names that the listing never brings in.</summary>
    public string Before { get; init; } = "";

    /// <summary>Code between them and the driver: the end of a function whose head stands in <see cref="Before"/>.</summary>
    public string After { get; init; } = "";

    /// <summary>True where the driver gets the text under the name "listing" and runs it itself; Python alone.</summary>
    public bool AsText { get; init; }

    /// <summary>Where a listing leaves a comment for a hole, what fills it.</summary>
    public IReadOnlyDictionary<string, string> Holes { get; init; } = new Dictionary<string, string>();

    /// <summary>The tests that hold it.</summary>
    public Type Tests { get; private set; } = typeof(void);

    /// <summary>A Python listing.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="driver">Ends in show(value).</param>
    /// <param name="before">Code before it.</param>
    public static ListingScript InPython(string document, (int, int)[] lines, string driver, string before = "") =>
        new() { Language = ListingLanguage.Python, Document = document, Lines = lines, Driver = driver, Before = before };

    /// <summary>A Python listing whose text the driver runs itself.</summary>
    /// <inheritdoc cref="InPython"/>
    public static ListingScript TextInPython(string document, (int, int)[] lines, string driver) =>
        new() { Language = ListingLanguage.Python, Document = document, Lines = lines, Driver = driver, AsText = true };

    /// <summary>A Go listing.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="driver">The body of a function that returns a value.</param>
    /// <param name="before">Code before it.</param>
    /// <param name="after">Code between it and the driver.</param>
    public static ListingScript InGo(string document, (int, int)[] lines, string driver, string before = "", string after = "") =>
        new() { Language = ListingLanguage.Go, Document = document, Lines = lines, Driver = driver, Before = before, After = after };

    /// <summary>What the driver showed.</summary>
    public ShownValue Output
    {
        get
        {
            DocumentText.Needed(Document);
            ListingOutput output = (Language == ListingLanguage.Python ? Python : Go).Value[this];
            if (output.Missing is { } missing)
                Assert.Ignore(missing);
            return output.Value ?? throw new AssertionException($"{this}: {output.Error}");
        }
    }

    /// <summary>The listing's text, moved to the left margin, holes filled.</summary>
    public string Text()
    {
        string[] document = DocumentText.Needed(Document);
        string text = string.Join('\n', Lines.Select(l => Margin(document[(l.First - 1)..l.Last])));
        return Holes.Aggregate(text, (t, hole) => t.Replace(hole.Key, hole.Value, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Document}, lines {string.Join(" and ", Lines.Select(l => $"{l.First} to {l.Last}"))}";

    private static string Margin(string[] lines)
    {
        int margin = lines.Where(l => l.Trim().Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l.Length < margin ? "" : l[margin..]));
    }

    private static ListingScript[] Of(ListingLanguage language) => [.. All.Where(s => s.Language == language && DocumentText.Lines(s.Document) is not null)];

    private static ListingScript[] Discover() =>
        [.. from type in typeof(ListingScript).Assembly.GetTypes()
            where !type.ContainsGenericParameters
            from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            where field.FieldType == typeof(ListingScript)
            select ((ListingScript)field.GetValue(null)!).In(type)];

    private ListingScript In(Type tests)
    {
        Tests = tests;
        return this;
    }
}

/// <summary>What became of a script.</summary>
/// <param name="Value">What it showed; null where it failed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Missing">What is not installed.</param>
internal sealed record ListingOutput(ShownValue? Value, string? Error = null, string? Missing = null);
