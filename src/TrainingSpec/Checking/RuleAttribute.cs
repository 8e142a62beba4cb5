namespace TrainingSpec.Checking;

/// <summary>Ties a test, property or wrong implementation to a rule of a chapter.</summary>
/// <param name="id">The rule's stable id, such as "ADAM-3".</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RuleAttribute(string id) : Attribute
{
    /// <summary>The rule's stable id.</summary>
    public string Id { get; } = id;
}
