namespace Spec.Cli.Catalog;

/// <summary>Something that has an id: a claim, a rule, a formula …</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">One line about it.</param>
internal sealed record CatalogEntry(string Id, string Text)
{
    /// <summary>True where id or text hold this in any case.</summary>
    public bool Holds(string part) => Id.Contains(part, StringComparison.OrdinalIgnoreCase) || Text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
