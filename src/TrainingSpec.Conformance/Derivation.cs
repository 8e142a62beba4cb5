using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance;

/// <summary>An answer, and how far each of its numbers may lie from the right one; derived once somebody asks.</summary>
/// <param name="op">The operation.</param>
/// <param name="args">What was asked.</param>
/// <param name="answer">What came.</param>
/// <param name="before">The answer whose state went in; null in the first step.</param>
internal sealed class Derivation(string op, JsonObject args, JsonObject answer, Derivation? before)
{
    private JsonObject? _distances;
    private Dictionary<JsonNode, double>? _byNumber;

    /// <summary>How far a number of the answer may be off; 0 where nothing is known of it, so that it is met or missed.</summary>
    public double Of(JsonNode number) => ByNumber.GetValueOrDefault(number);

    /// <summary>The operation.</summary>
    public string Operation => op;

    /// <summary>True where numbers are compared by roundings and nothing of them was derived.</summary>
    public bool IsUnknown => MemberEquality.All.Any(r => r.Operation == op && r.Kind == EqualityKind.Near) && ByNumber is not null && _distances is null;

    private Dictionary<JsonNode, double> ByNumber
    {
        get
        {
            if (_byNumber is not null)
                return _byNumber;
            var asked = (JsonObject)args.DeepClone();
            var known = new SortedDictionary<double, double>();
            if (before is not null)
            {
                asked["state"] = before.State;
                foreach ((JsonNode number, double distance) in before.ByNumber)
                {
                    if (number.AsValue().TryGetValue(out double value) && distance > known.GetValueOrDefault(value))
                        known[value] = distance;
                }
            }

            _distances = Distances.Of<Real64>(op, asked, known);
            _byNumber = new(ReferenceEqualityComparer.Instance);

            // The other members are answered exactly, whole numbers or words, and are their own there too.
            foreach (MemberEquality rule in MemberEquality.All.Where(r => r.Operation == op && r.Kind == EqualityKind.Near))
                Pair(answer[rule.Member], _distances?[rule.Member], _byNumber);
            return _byNumber;
        }
    }

    private JsonNode? State => ByNumber is null ? null : _distances?["state"]?.DeepClone();

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
