using System.Globalization;
using System.Text.Json;
using TrainingSpec.Claims.WorkedExamples;

namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>A worked example as a reader of its file sees it: numbers by key.</summary>
internal sealed class WorkedDocument
{
    private static readonly Lazy<IReadOnlyList<GoldenDocument>> Computed = new(() =>
        GoldenCatalog.Documents(typeof(SoftmaxExamples).Assembly.GetTypes().Where(t => t.Namespace == typeof(SoftmaxExamples).Namespace)));

    private readonly GoldenDocument _document;

    private WorkedDocument(GoldenDocument document) => _document = document;

    /// <summary>All documents of the worked examples, computed once.</summary>
    public static IReadOnlyList<GoldenDocument> All => Computed.Value;

    /// <summary>The document golden/topic/Name.</summary>
    public static WorkedDocument Of(string id) => new(All.Single(d => d.Id == id));

    /// <summary>Every key, in the file's order.</summary>
    public IEnumerable<string> Keys => _document.Entries.Select(e => e.Key);

    /// <summary>A number.</summary>
    public double this[string key] => Number(Entry(key).Tokens.Single());

    /// <summary>A row of numbers.</summary>
    public double[] Row(string key) => [.. Entry(key).Tokens.Select(Number)];

    /// <summary>A truth value.</summary>
    public bool Truth(string key) => bool.Parse(Entry(key).Json);

    /// <summary>A text.</summary>
    public string Text(string key) => JsonSerializer.Deserialize<string>(Entry(key).Json)!;

    /// <summary>A row of texts.</summary>
    public string[] Texts(string key) => JsonSerializer.Deserialize<string[]>(Entry(key).Json)!;

    // NaN and the infinities stand in quotes.
    private static double Number(string token) => double.Parse(token.Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture);

    private GoldenEntry Entry(string key) => _document.Entries.SingleOrDefault(e => e.Key == key)
        ?? throw new ArgumentException($"{_document.Id} has no key '{key}', but {string.Join(", ", Keys)}", nameof(key));
}
