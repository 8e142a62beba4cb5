using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Compiles kernels to text where no GPU is needed.</summary>
internal static partial class KernelText
{
    private static readonly Dictionary<string, MethodInfo> Methods =
        new Type[] { typeof(TrainingKernels), typeof(OperationKernels), typeof(AttentionKernels) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters().FirstOrDefault()?.ParameterType.Name == typeof(ArrayView<>).Name)
            .SelectMany(method => method.IsGenericMethod ? Activations.Keys.Select(activation => (Name: Name(method.Name, activation), Method: method.MakeGenericMethod(Activations[activation]))) : [(method.Name, method)])
            .OrderBy(kernel => kernel.Name, StringComparer.Ordinal)
            .ToDictionary(kernel => kernel.Name, kernel => kernel.Method);

    private static readonly ConcurrentDictionary<MethodInfo, string> PtxTexts = new(), OpenClTexts = new();

    private static Dictionary<Activation, Type> Activations => new()
    {
        [Activation.Relu] = typeof(ReluOf<Real32>),
        [Activation.GeluTanh] = typeof(GeluTanhOf<Real32>),
        [Activation.Gelu] = typeof(GeluOf<Real32>),
    };

    /// <summary>Every kernel but those of the formulas.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Methods.Keys];

    /// <summary>The method of one of <see cref="Names"/>.</summary>
    /// <exception cref="ArgumentException">There is no such kernel.</exception>
    public static MethodInfo Method(string kernel) => Methods.TryGetValue(kernel, out MethodInfo? method)
        ? method
        : throw new ArgumentException($"kernel = {kernel} is none of {string.Join(", ", Names)}", nameof(kernel));

    /// <summary>The method of a kernel that there is for each activation.</summary>
    /// <exception cref="ArgumentException">There is no such kernel.</exception>
    public static MethodInfo Method(string kernel, Activation activation) => Method(Name(kernel, activation));

    /// <summary>The PTX of a kernel for SM 9.0 and PTX ISA 8.0.</summary>
    public static string Ptx(string kernel) => Ptx(Method(kernel));

    /// <summary>The PTX of any explicitly grouped kernel; compiled once in a process.</summary>
    public static string Ptx(MethodInfo kernel) => PtxTexts.GetOrAdd(kernel, CompilePtx);

    private static string CompilePtx(MethodInfo kernel)
    {
        // A context of its own: a failed compilation poisons the one it ran in.
        using Context context = Context.Create(builder => KernelArithmetic.Register(builder.DefaultCPU()));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        return Compiled(() => ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty)).PTXAssembly, kernel);
    }

    /// <summary>The OpenCL C of a kernel, for a device of OpenCL 2.0 or later with double precision.</summary>
    public static string OpenCl(string kernel) => OpenCl(Method(kernel));

    /// <summary>The OpenCL C of any explicitly grouped kernel; compiled once in a process.</summary>
    public static string OpenCl(MethodInfo kernel) => OpenClTexts.GetOrAdd(kernel, CompileOpenCl);

    /// <summary>Compiles a kernel to OpenCL C; the same text each time, by which drivers know what they have compiled.</summary>
    public static string CompileOpenCl(MethodInfo kernel)
    {
        using Context context = Context.Create(builder => KernelArithmetic.Register(builder.DefaultCPU()));

        // Of half precision, double precision, atomics of 64 bits, sub-groups and the generic address space, kernels use the second alone.
        var capabilities = new CLCapabilityContext(false, true, false, false, false);
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL20);
        return Numbered(Compiled(() => ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty)).Source, kernel));
    }

    // ILGPU numbers types, labels, functions and shared memory by all that the process has compiled so far; here each kind by where they stand first, for a type and a function may have one number or not.
    internal static string Numbered(string text)
    {
        var numbers = new Dictionary<(string Kind, string Number), int>();
        foreach (string type in TypesInOrder(text))
            numbers.Add(("type", type), numbers.Count);
        string numbered = NumberInName().Replace(text, name =>
        {
            string kind = name.Groups["kind"].Success ? name.Groups["kind"].Value : "function";
            var key = (kind, name.Groups["number"].Value);
            numbers.TryAdd(key, numbers.Keys.Count(other => other.Kind == kind));
            return string.Create(CultureInfo.InvariantCulture, $"{name.Groups["before"].Value}{numbers[key]}");
        });
        return new[] { AliasLine(), DeclarationLine(), DefinedType() }.Aggregate(numbered, InOrder);
    }

    // Types stand in no order that lasts: here by what they are made of, the shorter ones first, which the longer ones hold.
    private static IEnumerable<string> TypesInOrder(string text)
    {
        Dictionary<string, string> aliases = AliasLine().Matches(text).ToDictionary(m => m.Groups["number"].Value, m => m.Groups["body"].Value), bodies = [];
        foreach (Match defined in DefinedType().Matches(text))
            bodies.TryAdd(defined.Groups["number"].Value, defined.Groups["body"].Value);
        string Whole(string body) => NumberOfType().Replace(body, m => aliases.TryGetValue(m.Groups["number"].Value, out string? alias) ? alias : bodies.TryGetValue(m.Groups["number"].Value, out string? inner) ? $"{{{Whole(inner)}}}" : m.Value);
        IEnumerable<string> Ordered(Dictionary<string, string> types) => types.Select(t => (t.Key, Body: Whole(t.Value))).OrderBy(t => t.Body.Length).ThenBy(t => t.Body, StringComparer.Ordinal).Select(t => t.Key);
        return [.. Ordered(aliases), .. Ordered(bodies).Except(aliases.Keys)];
    }

    // What matches keeps its places, and stands there by its numbers.
    private static string InOrder(string text, Regex what)
    {
        var sorted = new Queue<string>(what.Matches(text).OrderBy(m => int.Parse(m.Groups["number"].Value, CultureInfo.InvariantCulture)).Select(m => m.Value));
        return what.Replace(text, _ => sorted.Dequeue());
    }

    [GeneratedRegex(@"(?<before>\b(?<kind>type|L|shared_var)(?:_len)?_)(?<number>\d+)|(?<before>\b[A-Z]\w*_)(?<number>\d+)(?=\s*\()", RegexOptions.ExplicitCapture)]
    private static partial Regex NumberInName();

    [GeneratedRegex(@"\b(?:struct )?type_(?<number>\d+)\b")]
    private static partial Regex NumberOfType();

    [GeneratedRegex(@"^typedef (?<body>.*) type_(?<number>\d+);", RegexOptions.Multiline)]
    private static partial Regex AliasLine();

    [GeneratedRegex(@"^struct type_(?<number>\d+);", RegexOptions.Multiline)]
    private static partial Regex DeclarationLine();

    [GeneratedRegex(@"^struct type_(?<number>\d+)\r?\n\{(?<body>[^}]*)\};", RegexOptions.Multiline)]
    private static partial Regex DefinedType();

    private static string Name(string kernel, Activation activation) => $"{kernel}.{activation}";

    private static string Compiled(Func<string> compile, MethodInfo kernel)
    {
        try
        {
            return compile();
        }
        catch (InternalCompilerException failure)
        {
            throw new InvalidOperationException($"ILGPU cannot compile the kernel {kernel.Name}: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
