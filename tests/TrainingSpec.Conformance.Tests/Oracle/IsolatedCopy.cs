using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The project's assemblies loaded once more, with statics of their own: what is changed there is changed nowhere else.</summary>
internal sealed class IsolatedCopy() : AssemblyLoadContext(nameof(IsolatedCopy))
{
    /// <summary>Runs a static method of this assembly in the copy; what it throws is thrown here.</summary>
    /// <param name="type">The type that has it.</param>
    /// <param name="method">Its name.</param>
    /// <param name="args">Its arguments, of the framework's types.</param>
    public void Run(Type type, string method, params object?[] args)
    {
        Type copied = LoadFromAssemblyPath(type.Assembly.Location).GetType(type.FullName!, throwOnError: true)!;
        try
        {
            copied.GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.Invoke(null, args);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(Path.GetDirectoryName(typeof(IsolatedCopy).Assembly.Location)!, assemblyName.Name + ".dll");
        bool own = assemblyName.Name!.StartsWith(nameof(TrainingSpec), StringComparison.Ordinal) || assemblyName.Name.StartsWith("spec", StringComparison.OrdinalIgnoreCase);
        return own && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
