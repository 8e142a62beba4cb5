namespace TrainingSpec.Conformance.NUnit;

/// <summary>The chapter of the book whose rules a fixture asks.</summary>
/// <param name="topic">Its name, such as "adamw".</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TopicAttribute(string topic) : Attribute
{
    /// <summary>The chapter's name.</summary>
    public string Topic { get; } = topic;
}
