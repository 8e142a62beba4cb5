namespace TrainingSpec.Claims.D4.Listings;

/// <summary>What the models of the listings take from the document: defaults, and the order of statements.</summary>
internal static class ListingFacts
{
    /// <summary>The defaults of the optimizer's constructor.</summary>
    public static IReadOnlyDictionary<string, Rational> AdamWDefaults(Document document)
    {
        Facts defaults = document.Facts["defaults"]["AdamW"];
        return defaults.Keys.Where(key => key != "line").ToDictionary(key => key, key => defaults[key].Exact, StringComparer.Ordinal);
    }

    /// <summary>True where the listing decays after it has applied the update.</summary>
    public static bool DecayFollowsUpdate(Document document) => LineOf(document.Facts, "update listing", "decay") > LineOf(document.Facts, "update listing", "parameters");

    /// <summary>The line of a named statement in a list of [line, name].</summary>
    public static int LineOf(DocumentFacts facts, string list, string name) => facts[list].Rows.First(row => row[1].Text == name)[0].Integer;
}
