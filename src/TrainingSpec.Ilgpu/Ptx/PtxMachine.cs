using System.Globalization;
using System.Runtime.InteropServices;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Executes PTX as a GPU would have to, one thread after the other between barriers, and finds what a GPU would hide.</summary>
/// <remarks>
/// Every arithmetic instruction is rounded as PTX says, once and to nearest; an instruction that leaves bits open is refused by name before anything runs.
/// Found are addresses outside a buffer, reads of memory that nobody wrote, two threads at one byte with no barrier between where one writes, and barriers
/// that not all threads of a group reach. Groups run in order, since whatever depends on their order is a race. Grids and groups have one dimension.
/// Source: PTX ISA 8.0.
/// </remarks>
public sealed class PtxMachine
{
    private readonly PtxModule? _module;
    private readonly List<PtxBuffer> _buffers = [];
    private readonly Stack<int> _free = [];

    /// <summary>A machine with no memory yet, which is told with each launch what to run.</summary>
    public PtxMachine()
    {
    }

    /// <summary>A machine with no memory yet.</summary>
    /// <param name="module">What it runs.</param>
    public PtxMachine(PtxModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _module = module;
    }

    /// <summary>The most instructions that one thread may execute in a launch.</summary>
    public long Budget { get; init; } = 1L << 32;

    /// <summary>Instructions executed by the last launch.</summary>
    public long Executed { get; private set; }

    /// <summary>Memory with the bytes of <paramref name="content"/>.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="content">What it holds.</param>
    public PtxBuffer Copy<T>(string name, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        PtxBuffer buffer = Allocate<T>(name, content.Length);
        MemoryMarshal.AsBytes(content).CopyTo(buffer.Bytes);
        buffer.MarkWritten();
        return buffer;
    }

    /// <summary>Memory that nobody has written.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="length">Elements, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">length is negative.</exception>
    public PtxBuffer Allocate<T>(string name, int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var memory = new PtxMemory(name, checked(length * Marshal.SizeOf<T>()), written: false);
        if (!_free.TryPop(out int number))
        {
            number = _buffers.Count;
            _buffers.Add(null!);
        }

        return _buffers[number] = new PtxBuffer(memory, PtxAddresses.OfBuffer(number));
    }

    /// <summary>Takes memory back: whoever still has its address finds nothing there, until the same place is given out again.</summary>
    public void Release(PtxBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        int number = _buffers.IndexOf(buffer);
        if (number < 0)
            return;
        _buffers[number] = new PtxBuffer(new PtxMemory(buffer.Name + ", which was released", 0, written: false), buffer.Address);
        _free.Push(number);
    }

    /// <summary>The bytes by which a kernel is given a whole buffer: its address and how many elements it has.</summary>
    public static byte[] View<T>(PtxBuffer buffer)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return [.. BitConverter.GetBytes(buffer.Address), .. BitConverter.GetBytes((long)(buffer.Bytes.Length / Marshal.SizeOf<T>()))];
    }

    /// <summary>The bytes by which a kernel is given a number or a struct.</summary>
    public static byte[] Value<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="kernel">One of the module's kernels.</param>
    /// <param name="groups">Groups of the grid, at least 1.</param>
    /// <param name="groupSize">Threads of a group, in [1, 1024].</param>
    /// <param name="dynamicSharedSize">Bytes of shared memory beyond what the text declares.</param>
    /// <param name="arguments">The bytes of each parameter, see <see cref="View{T}"/> and <see cref="Value{T}"/>.</param>
    /// <exception cref="PtxFaultException">The launch does not fit the kernel, or the kernel has a fault.</exception>
    public void Launch(string kernel, int groups, int groupSize, int dynamicSharedSize, params IReadOnlyList<byte[]> arguments) =>
        Launch(_module ?? throw new InvalidOperationException("this machine was given no module"), kernel, groups, groupSize, dynamicSharedSize, arguments);

    /// <summary>Runs a kernel of any module over this machine's memory, to its end.</summary>
    /// <param name="module">Whose kernel.</param>
    /// <param name="kernel">One of its kernels.</param>
    /// <param name="groups">Groups of the grid, at least 1.</param>
    /// <param name="groupSize">Threads of a group, in [1, 1024].</param>
    /// <param name="dynamicSharedSize">Bytes of shared memory beyond what the text declares.</param>
    /// <param name="arguments">The bytes of each parameter, see <see cref="View{T}"/> and <see cref="Value{T}"/>.</param>
    /// <exception cref="PtxFaultException">The launch does not fit the kernel, or the kernel has a fault.</exception>
    public void Launch(PtxModule module, string kernel, int groups, int groupSize, int dynamicSharedSize, params IReadOnlyList<byte[]> arguments)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(arguments);
        PtxFunction function = Kernel(module, kernel, groups, groupSize, dynamicSharedSize);
        RequireArguments(function, arguments);
        PtxMemory shared = Parameters(function, arguments);
        foreach (PtxBuffer buffer in _buffers)
            buffer.Memory.BeginLaunch();
        var launch = new PtxLaunch(groups, groupSize, dynamicSharedSize, _buffers);
        Executed = 0;
        for (int group = 0; group < groups; group++)
        {
            launch.BeginGroup(module);
            var threads = new PtxThread[groupSize];
            for (int i = 0; i < groupSize; i++)
            {
                // What a thread hands to functions that it calls is its own.
                PtxMemory parameters = function.Calls ? Parameters(function, arguments) : shared;
                threads[i] = new PtxThread(launch, group, i, function, parameters, Budget);
            }

            RunGroup(threads);
            Executed += threads.Sum(thread => thread.Executed);
        }
    }

    private static void RunGroup(PtxThread[] threads)
    {
        while (true)
        {
            foreach (PtxThread thread in threads)
                thread.Run();
            PtxThread? waiting = Array.Find(threads, thread => thread.State == PtxThreadState.AtBarrier);
            if (waiting is null)
                return;
            PtxThread? gone = Array.Find(threads, thread => thread.State == PtxThreadState.Done);
            if (gone is not null)
                throw At(waiting, string.Create(CultureInfo.InvariantCulture, $"thread {gone.Index} has ended and never reaches this barrier"));
            PtxThread? elsewhere = Array.Find(threads, thread => thread.Next != waiting.Next || thread.Frame.Function != waiting.Frame.Function);
            if (elsewhere is not null)
                throw At(waiting, string.Create(CultureInfo.InvariantCulture, $"thread {elsewhere.Index} waits at another barrier, on line {Here(elsewhere).Line}"));
            foreach (PtxThread thread in threads)
            {
                thread.Epoch++;
                thread.State = PtxThreadState.Running;
            }
        }
    }

    private static PtxInstruction Here(PtxThread thread) => thread.Frame.Function.Code[thread.Next - 1];

    private static PtxFaultException At(PtxThread thread, string message)
    {
        PtxInstruction instruction = Here(thread);
        string place = string.Create(CultureInfo.InvariantCulture, $" (thread {thread.Index} of group {thread.Group})");
        return new PtxFaultException(new PtxFaultException(PtxFaultKind.Barrier, message), instruction.Line, instruction.Text, place);
    }

    private static void RequireArguments(PtxFunction function, IReadOnlyList<byte[]> arguments)
    {
        if (arguments.Count != function.Parameters.Count)
            throw new PtxFaultException(PtxFaultKind.Launch, string.Create(CultureInfo.InvariantCulture, $"{function.Name} takes {function.Parameters.Count} parameters, {arguments.Count} were given"));
        foreach ((PtxVariable parameter, byte[] argument) in function.Parameters.Zip(arguments))
        {
            if (argument.Length != parameter.Size)
                throw new PtxFaultException(PtxFaultKind.Launch, string.Create(CultureInfo.InvariantCulture, $"parameter {parameter.Name} has {parameter.Size} bytes, {argument.Length} were given"));
        }
    }

    private static PtxMemory Parameters(PtxFunction function, IReadOnlyList<byte[]> arguments)
    {
        var memory = new PtxMemory("parameters of " + function.Name, function.ParamSize, written: false);
        foreach ((PtxVariable parameter, byte[] argument) in function.Parameters.Zip(arguments))
            memory.WriteFromHost((int)parameter.Address, argument);
        return memory;
    }

    private static PtxFunction Kernel(PtxModule module, string kernel, int groups, int groupSize, int dynamicSharedSize)
    {
        if (!module.Functions.TryGetValue(kernel, out PtxFunction? function) || !function.IsEntry || function.Slots is null)
            throw new PtxFaultException(PtxFaultKind.Launch, $"{kernel} is none of the kernels {string.Join(", ", module.Kernels)}");
        if (groups < 1 || groupSize is < 1 or > 1024 || dynamicSharedSize < 0)
            throw new PtxFaultException(PtxFaultKind.Launch, string.Create(CultureInfo.InvariantCulture, $"{groups} groups of {groupSize} threads with {dynamicSharedSize} bytes are no launch"));
        return function;
    }
}
