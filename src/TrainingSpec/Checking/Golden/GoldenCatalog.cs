using System.Reflection;

namespace TrainingSpec.Checking.Golden;

/// <summary>Marks a public static method that computes golden documents: it returns one <see cref="GoldenDocument"/> or several.</summary>
/// <remarks>
/// What is golden can be computed outside the tests, so that `spec golden` can recompute it. The method has no parameters, or one of type <see cref="IReadOnlySet{T}"/> of strings, which
/// gets the topics that are asked for, or null for all: documents of others need not be computed.
/// </remarks>
/// <param name="topic">The topic of all its documents, for a source that takes long: it is not run where other topics are asked for. Null: whatever its documents say.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenSourceAttribute(string? topic = null) : Attribute
{
    /// <summary>The topic of all documents of the source; null where only the documents say it.</summary>
    public string? Topic { get; } = topic;
}

/// <summary>Finds and runs the methods marked with <see cref="GoldenSourceAttribute"/>.</summary>
public static class GoldenCatalog
{
    /// <summary>All golden documents that the assemblies compute, in order of topic and name.</summary>
    /// <param name="assemblies">Where to look.</param>
    /// <exception cref="GoldenException">A marked method is not public and static, has other parameters or returns something else, or two documents share a file.</exception>
    public static IReadOnlyList<GoldenDocument> Documents(params Assembly[] assemblies) => Documents(assemblies.Distinct().SelectMany(a => a.GetTypes()));

    /// <summary>All golden documents that the types compute, in order of topic and name.</summary>
    /// <param name="types">Where to look.</param>
    /// <exception cref="GoldenException">A marked method is not public and static, has other parameters or returns something else, or two documents share a file.</exception>
    public static IReadOnlyList<GoldenDocument> Documents(IEnumerable<Type> types) => Documents(types, null);

    /// <summary>The golden documents of some topics, in order of topic and name.</summary>
    /// <param name="types">Where to look.</param>
    /// <param name="topics">The topics; null for all.</param>
    /// <exception cref="GoldenException">As for all of them; or a source has documents of another topic than it says.</exception>
    public static IReadOnlyList<GoldenDocument> Documents(IEnumerable<Type> types, IReadOnlySet<string>? topics)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        List<GoldenDocument> documents = [.. types
            .SelectMany(t => t.GetMethods(Any))
            .Where(m => m.IsDefined(typeof(GoldenSourceAttribute), false))
            .Where(m => topics is null || Topic(m) is not { } topic || topics.Contains(topic))
            .SelectMany(m => Run(m, topics))
            .Where(d => topics is null || topics.Contains(d.Topic))
            .OrderBy(d => d.Id, StringComparer.Ordinal)];
        for (int i = 1; i < documents.Count; i++)
        {
            if (documents[i].Id == documents[i - 1].Id) throw new GoldenException($"Two golden sources compute {documents[i].Id}.");
        }

        return documents;
    }

    private static string? Topic(MethodInfo method) => method.GetCustomAttribute<GoldenSourceAttribute>()?.Topic;

    private static GoldenDocument[] Run(MethodInfo method, IReadOnlySet<string>? topics)
    {
        string name = $"{method.DeclaringType?.FullName}.{method.Name}";
        ParameterInfo[] parameters = method.GetParameters();
        bool selects = parameters is [var only] && only.ParameterType == typeof(IReadOnlySet<string>);
        if (!method.IsStatic || !method.IsPublic || !(parameters.Length == 0 || selects) || method.ContainsGenericParameters)
            throw new GoldenException($"The golden source {name} must be public and static, without parameters or with the set of topics alone.");
        object? made = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, selects ? [topics] : null, null);
        GoldenDocument[] documents = made switch
        {
            GoldenDocument one => [one],
            IEnumerable<GoldenDocument> several => [.. several],
            _ => throw new GoldenException($"The golden source {name} must return a GoldenDocument or several."),
        };
        return Topic(method) is { } topic && documents.FirstOrDefault(d => d.Topic != topic) is { } other
            ? throw new GoldenException($"The golden source {name} is said to be of {topic} and computes {other.Id}.")
            : documents;
    }
}
