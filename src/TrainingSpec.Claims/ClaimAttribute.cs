namespace TrainingSpec.Claims;

/// <summary>Ties a check to the claim it reaches a verdict on; the method is <c>static Finding Name(Claim claim)</c>, or <c>static Finding Name()</c> where it needs nothing of the claim.</summary>
/// <param name="id">The claim's id, such as "D4-071".</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClaimAttribute(string id) : Attribute
{
    /// <summary>The claim's id.</summary>
    public string Id { get; } = id;
}
