using System.Reflection;

namespace TrainingSpec.Checking.Golden;

/// <summary>Marks a public static method without parameters that computes golden documents: it returns one <see cref="GoldenDocument"/> or several.</summary>
/// <remarks>What is golden can be computed outside the tests, so that `spec golden` can recompute it.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenSourceAttribute : Attribute;

/// <summary>Finds and runs the methods marked with <see cref="GoldenSourceAttribute"/>.</summary>
public static class GoldenCatalog
{
    /// <summary>All golden documents that the assemblies compute, in order of topic and name.</summary>
    /// <param name="assemblies">Where to look.</param>
    /// <exception cref="GoldenException">A marked method is not public and static, has parameters or returns something else, or two documents share a file.</exception>
    public static IReadOnlyList<GoldenDocument> Documents(params Assembly[] assemblies) => Documents(assemblies.Distinct().SelectMany(a => a.GetTypes()));

    /// <summary>All golden documents that the types compute, in order of topic and name.</summary>
    /// <param name="types">Where to look.</param>
    /// <exception cref="GoldenException">A marked method is not public and static, has parameters or returns something else, or two documents share a file.</exception>
    public static IReadOnlyList<GoldenDocument> Documents(IEnumerable<Type> types)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        List<GoldenDocument> documents = [.. types
            .SelectMany(t => t.GetMethods(Any))
            .Where(m => m.IsDefined(typeof(GoldenSourceAttribute), false))
            .SelectMany(Run)
            .OrderBy(d => d.Id, StringComparer.Ordinal)];
        for (int i = 1; i < documents.Count; i++)
        {
            if (documents[i].Id == documents[i - 1].Id) throw new GoldenException($"Two golden sources compute {documents[i].Id}.");
        }

        return documents;
    }

    private static IEnumerable<GoldenDocument> Run(MethodInfo method)
    {
        string name = $"{method.DeclaringType?.FullName}.{method.Name}";
        if (!method.IsStatic || !method.IsPublic || method.GetParameters().Length > 0 || method.ContainsGenericParameters)
            throw new GoldenException($"The golden source {name} must be public and static, without parameters.");
        object? made = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        return made switch
        {
            GoldenDocument one => [one],
            IEnumerable<GoldenDocument> several => several,
            _ => throw new GoldenException($"The golden source {name} must return a GoldenDocument or several."),
        };
    }
}
