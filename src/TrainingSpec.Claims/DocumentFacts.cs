using System.Collections.Immutable;
using System.Text.Json;

namespace TrainingSpec.Claims;

/// <summary>The facts of one document, from facts/D4.json and from facts/D4-….json beside it; nothing in them changes.</summary>
public sealed class DocumentFacts
{
    private readonly string _path;
    private readonly ImmutableDictionary<string, (string Path, JsonElement Value)> _entries;
    private readonly ClaimDataException? _damage;

    private DocumentFacts(string path, ImmutableDictionary<string, (string Path, JsonElement Value)> entries, ClaimDataException? damage = null) =>
        (_path, _entries, _damage) = (path, entries, damage);

    /// <summary>The facts under a key: a name, or the id of a claim for what its statement says as data.</summary>
    /// <exception cref="ClaimDataException">There are none, or a file is damaged.</exception>
    public Facts this[string key]
    {
        get
        {
            (string path, JsonElement value) = Entry(key);
            return new Facts(path, value, key);
        }
    }

    /// <summary>The keys in order.</summary>
    /// <exception cref="ClaimDataException">A file is damaged.</exception>
    public IEnumerable<string> Keys => _damage is null ? _entries.Keys.Order(StringComparer.Ordinal) : throw _damage;

    /// <summary>True where there are facts under a key.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The facts of one document; a damaged file is told where a check needs facts.</summary>
    /// <param name="folder">The folder of the claims files.</param>
    /// <param name="document">D0 … D4.</param>
    public static DocumentFacts Read(string folder, string document)
    {
        string facts = Path.Combine(folder, "facts"), path = Path.Combine(facts, document + ".json");
        try
        {
            string[] files = Directory.Exists(facts) ? [.. Directory.GetFiles(facts, document + "*.json").Order(StringComparer.Ordinal)] : [];
            var entries = ImmutableDictionary.CreateBuilder<string, (string Path, JsonElement Value)>(StringComparer.Ordinal);
            foreach (string file in files)
            {
                JsonElement root = Json.Read(file);
                if (root.ValueKind != JsonValueKind.Object)
                    throw new ClaimDataException($"{file}: not an object of facts");
                foreach (JsonProperty entry in root.EnumerateObject())
                {
                    if (!entries.TryAdd(entry.Name, (file, entry.Value)))
                        throw new ClaimDataException($"{file}: {entry.Name} stands in {Path.GetFileName(entries[entry.Name].Path)} as well");
                }
            }

            return new DocumentFacts(path, entries.ToImmutable());
        }
        catch (ClaimDataException e)
        {
            return Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Damaged(path, new ClaimDataException($"{facts}: {e.Message}", e));
        }
    }

    private static DocumentFacts Damaged(string path, ClaimDataException damage) => new(path, ImmutableDictionary<string, (string Path, JsonElement Value)>.Empty, damage);

    /// <summary>The same facts, one place changed.</summary>
    /// <exception cref="ClaimDataException">The place holds nothing, or the value does not fit.</exception>
    internal DocumentFacts With(DataPlace place, string value)
    {
        (string path, JsonElement old) = Entry(place.Steps[0]);
        return new DocumentFacts(_path, _entries.SetItem(place.Steps[0], (path, place.Change(old, value, depth: 1))));
    }

    private (string Path, JsonElement Value) Entry(string key) => _damage is not null ? throw _damage
        : _entries.TryGetValue(key, out (string Path, JsonElement Value) entry) ? entry
        : throw new ClaimDataException($"{_path}: {key} is missing");
}
