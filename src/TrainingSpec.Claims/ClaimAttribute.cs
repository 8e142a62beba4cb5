namespace TrainingSpec.Claims;

/// <summary>Ties a check to the claim it reaches a verdict on; the method is <c>static Finding Name(Claim claim, Document document)</c>, or takes the one of the two that it needs. Its turns stand beside it: <see cref="TurnAttribute"/>.</summary>
/// <param name="id">The claim's id, such as "D4-071".</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClaimAttribute(string id) : Attribute
{
    /// <summary>The claim's id.</summary>
    public string Id { get; } = id;

    /// <summary>True where a claim about a formula or a worked number has no formula of the project behind it: the place of a maximum, ids, rows that are copied.</summary>
    public bool Plain { get; init; }
}
