using System.Collections.Immutable;

namespace TrainingSpec.Claims;

/// <summary>The data of all documents as they stand, parsed once; nothing in it changes. A change makes another library that shares all the rest.</summary>
public sealed class DocumentLibrary
{
    private readonly ImmutableDictionary<string, Lazy<Document>> _documents;

    private DocumentLibrary(ImmutableDictionary<string, Lazy<Document>> documents) =>
        _documents = documents;

    /// <summary>The documents of a place.</summary>
    /// <param name="source">The place; null for <see cref="ClaimSource.Find"/>.</param>
    public static DocumentLibrary Open(ClaimSource? source = null)
    {
        ClaimSource from = source ?? ClaimSource.Find();
        DocumentLibrary? library = null;
        return library = new(ClaimFile.Documents.ToImmutableDictionary(
            name => name, name => new Lazy<Document>(() => new Document(library!, from.Load(name), DocumentFacts.Read(from.Claims, name)))));
    }

    /// <summary>A document by its name.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    public Document this[string name] => _documents.TryGetValue(name, out Lazy<Document>? document)
        ? document.Value
        : throw new ArgumentException($"document = {name} is outside {{{string.Join(", ", ClaimFile.Documents)}}}", nameof(name));

    /// <summary>The same documents as if a place in their data held another value.</summary>
    /// <param name="place">Where.</param>
    /// <param name="value">The value, as text; it becomes what the present value is: a text, a number, a list.</param>
    /// <exception cref="ClaimDataException">The place holds nothing, or the value does not fit.</exception>
    public DocumentLibrary With(DataPlace place, string value)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Replacing(place.Document, (document, library) => document.Changed(place, value, library));
    }

    // The same documents, one of them replaced; each belongs to the new library.
    internal DocumentLibrary Replacing(string name, Func<Document, DocumentLibrary, Document> change)
    {
        DocumentLibrary? library = null;
        return library = new(_documents.ToImmutableDictionary(
            d => d.Key, d => new Lazy<Document>(() => d.Key == name ? change(d.Value.Value, library!) : d.Value.Value.In(library!))));
    }
}

/// <summary>One document's data as its checks see them: claims, facts, and the neighbours in the same library. Nothing in it changes.</summary>
public sealed class Document
{
    private readonly DocumentLibrary _library;
    private readonly DocumentFacts _facts;

    internal Document(DocumentLibrary library, ClaimDocument read, DocumentFacts facts) => (_library, Read, _facts) = (library, read, facts);

    /// <summary>D0 … D4.</summary>
    public string Name => Read.Document;

    /// <summary>The claims as they were read, and what could not be.</summary>
    public ClaimDocument Read { get; }

    /// <summary>Facts beyond what claims give and print.</summary>
    public DocumentFacts Facts => _facts;

    /// <summary>A claim of this or of another document, by its id.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    /// <exception cref="ClaimDataException">The claims file is missing or damaged, or the claim is.</exception>
    public Claim this[string id]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(id);
            string name = id.Split('-')[0];
            if (name != Name)
                return _library[name][id];
            if (Read.Claims.FirstOrDefault(c => c.Id == id) is { } claim)
                return claim.Under(_facts);
            throw new ClaimDataException(Read.Problems.FirstOrDefault(p => p.Id == id || !Read.Readable)?.Message ?? $"{Read.Path}: {id} is missing, which the check needs");
        }
    }

    /// <summary>All its claims that can be read, in order.</summary>
    public IEnumerable<Claim> Claims => Read.Claims.Select(c => c.Under(_facts));

    /// <summary>Another document of the same library.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    public Document Other(string name) => _library[name];

    /// <summary>The same document as if a place in the documents' data held another value.</summary>
    /// <param name="place">Where, from this document's point of view: see <see cref="DataPlace"/>.</param>
    /// <param name="value">The value, as text; it becomes what the present value is: a text, a number, a list.</param>
    /// <exception cref="ClaimDataException">The place holds nothing, or the value does not fit.</exception>
    public Document With(DataPlace place, string value)
    {
        ArgumentNullException.ThrowIfNull(place);
        return _library.With(place, value)[Name];
    }

    internal Document In(DocumentLibrary library) => new(library, Read, _facts);

    internal Document Changed(DataPlace place, string value, DocumentLibrary library)
    {
        if (place.Part == DataPart.Facts)
            return new Document(library, Read, _facts.With(place, value));
        Claim old = this[place.Claim!];
        Claim changed = place.Part == DataPart.Given
            ? old.With(place.Change(old.Given, value), old.Printed)
            : old.With(old.Given, place.Change(old.Printed, value));
        return new Document(library, Read with { Claims = [.. Read.Claims.Select(c => c.Id == old.Id ? changed : c)] }, _facts);
    }
}
