using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>An answer, and how far each of its numbers may lie from the right one; derived once somebody asks.</summary>
/// <param name="op">The operation.</param>
/// <param name="dtype">The dtype.</param>
/// <param name="args">What was asked.</param>
/// <param name="answer">What came.</param>
/// <param name="before">The answer whose state went in; null in the first step.</param>
/// <param name="goesOn">True where numbers of that answer may have gone in too, which are known by their values.</param>
internal sealed class Derivation(string op, string dtype, JsonObject args, JsonObject answer, Derivation? before, bool goesOn)
{
    private readonly Lazy<JsonObject?> _distances = new(() => Distances.Of(dtype, op, Asked(args, before), goesOn ? Known(before) : new SortedDictionary<double, double>()));
    private Dictionary<JsonNode, double>? _byNumber;

    /// <summary>How far a number of the answer may be off; 0 where nothing is known of it, so that it is met or missed.</summary>
    public double Of(JsonNode number) => ByNumber.GetValueOrDefault(number);

    /// <summary>The operation.</summary>
    public string Operation => op;

    /// <summary>The answer with a distance in place of each number; null where none could be derived.</summary>
    public JsonObject? All => _distances.Value;

    /// <summary>True where numbers are compared by roundings and nothing of them was derived.</summary>
    public bool IsUnknown => MemberEquality.All.Any(r => r.Operation == op && r.Kind == EqualityKind.Near) && All is null;

    private Dictionary<JsonNode, double> ByNumber
    {
        get
        {
            if (_byNumber is not null)
                return _byNumber;
            var byNumber = new Dictionary<JsonNode, double>(ReferenceEqualityComparer.Instance);

            // The other members are answered exactly, whole numbers or words, and are their own there too.
            foreach (MemberEquality rule in MemberEquality.All.Where(r => r.Operation == op && r.Kind == EqualityKind.Near))
                Pair(answer[rule.Member], All?[rule.Member], byNumber);
            return _byNumber = byNumber;
        }
    }

    private static JsonObject Asked(JsonObject args, Derivation? before)
    {
        var asked = (JsonObject)args.DeepClone();
        if (before is not null)
            asked["state"] = before.All?["state"]?.DeepClone();
        return asked;
    }

    private static SortedDictionary<double, double> Known(Derivation? before)
    {
        var known = new SortedDictionary<double, double>();
        foreach ((JsonNode number, double distance) in before?.ByNumber ?? new Dictionary<JsonNode, double>())
        {
            if (number.AsValue().TryGetValue(out double value) && distance > known.GetValueOrDefault(value))
                known[value] = distance;
        }

        return known;
    }

    private static void Pair(JsonNode? answered, JsonNode? distances, Dictionary<JsonNode, double> into)
    {
        switch (answered, distances)
        {
            case (JsonObject a, JsonObject d):
                foreach ((string name, JsonNode? member) in a)
                    Pair(member, d[name], into);
                break;
            case (JsonArray a, JsonArray d):
                for (int i = 0; i < Math.Min(a.Count, d.Count); i++)
                    Pair(a[i], d[i], into);
                break;
            case (JsonValue, JsonValue d) when d.TryGetValue(out double distance):
                into[answered] = distance;
                break;
        }
    }
}
