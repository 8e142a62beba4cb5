using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Numbers on their way from a claim into a formula, and from there into a golden document.</summary>
internal static class ExampleNumbers
{
    private static readonly Lazy<DocumentLibrary> Documents = new(() => DocumentLibrary.Open());

    /// <summary>The documents, read once.</summary>
    internal static Document Document(string name) => Documents.Value[name];

    /// <summary>A claim by its id.</summary>
    internal static Claim Claim(string id) => Document(id.Split('-')[0])[id];

    /// <summary>A row that a claim gives.</summary>
    internal static Real64[] Given(string id, string key) => [.. Claim(id).GivenRow(key).Select(x => new Real64(x))];

    /// <summary>Values for a document.</summary>
    internal static IEnumerable<double> Doubles(IEnumerable<Real64> values) => values.Select(x => x.Value);

    /// <summary>Values in single precision for a document.</summary>
    internal static IEnumerable<float> Singles(IEnumerable<Real32> values) => values.Select(x => x.Value);
}
