namespace TrainingSpec.Tests.Generators;

/// <summary>The assertion that an argument is refused by its name.</summary>
internal static class Refusal
{
    public static void Refused(Action act, string argument, string message) =>
        Assert.That(act, Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo(argument).And.Message.Contains(message));
}
