using System.Text.Json.Nodes;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>What the models of the listings take from the document: defaults, and the order of statements.</summary>
internal static class ListingFacts
{
    private static readonly Lazy<(IReadOnlyDictionary<string, Rational> Defaults, bool DecayLast)> AdamW = new(() =>
    {
        JsonObject facts = ClaimFile.Facts("D4");
        Dictionary<string, Rational> defaults = facts["defaults"]!["AdamW"]!.AsObject()
            .Where(p => p.Key != "line").ToDictionary(p => p.Key, p => Rational.Parse((string)p.Value!), StringComparer.Ordinal);
        return (defaults, LineOf(facts, "update listing", "decay") > LineOf(facts, "update listing", "parameters"));
    });

    /// <summary>The defaults of the optimizer's constructor.</summary>
    public static IReadOnlyDictionary<string, Rational> AdamWDefaults => AdamW.Value.Defaults;

    /// <summary>True where the listing decays after it has applied the update.</summary>
    public static bool DecayFollowsUpdate => AdamW.Value.DecayLast;

    /// <summary>The line of a named statement in a list of [line, name].</summary>
    public static int LineOf(JsonObject facts, string list, string name) =>
        (int)facts[list]!.AsArray().First(row => (string)row![1]! == name)![0]!;
}
