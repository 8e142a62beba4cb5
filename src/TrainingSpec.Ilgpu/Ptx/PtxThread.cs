using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Why a thread stands still.</summary>
internal enum PtxThreadState
{
    Running,
    AtBarrier,
    Done,
}

/// <summary>A call that has not returned.</summary>
/// <param name="Function">What runs.</param>
/// <param name="Slots">Registers and constants.</param>
/// <param name="Parameters">Parameters, result and parameters of calls inside.</param>
/// <param name="Local">Local arrays.</param>
/// <param name="Caller">Who called, or null in a kernel.</param>
internal sealed record PtxFrame(PtxFunction Function, ulong[] Slots, PtxMemory Parameters, PtxMemory Local, PtxFrame? Caller)
{
    /// <summary>Where the caller goes on.</summary>
    public int ReturnTo { get; init; }

    /// <summary>Where the caller finds the result, or -1.</summary>
    public long ResultAt { get; init; } = -1;
}

/// <summary>One thread of a launch.</summary>
internal sealed class PtxThread
{
    private readonly PtxLaunch _launch;
    private readonly long _budget;
    private long _executed;

    public PtxThread(PtxLaunch launch, int group, int index, PtxFunction kernel, PtxMemory parameters, long budget)
    {
        _launch = launch;
        _budget = budget;
        Group = group;
        Index = index;
        GroupSize = launch.GroupSize;
        Id = checked(group * launch.GroupSize + index + 1);
        Frame = NewFrame(kernel, parameters, null, 0, -1);
        Slots = Frame.Slots;
    }

    /// <summary>Number across the launch, from 1.</summary>
    public int Id { get; }

    public int Group { get; }

    public int GroupSize { get; }

    public int Index { get; }

    /// <summary>How many barriers the group has passed.</summary>
    public int Epoch { get; set; }

    public PtxThreadState State { get; set; }

    /// <summary>Registers and constants of the call that runs.</summary>
    public ulong[] Slots { get; private set; }

    public PtxFrame Frame { get; private set; }

    /// <summary>Index of the next instruction.</summary>
    public int Next { get; set; }

    public PtxLaunch Launch => _launch;

    /// <summary>Instructions executed so far.</summary>
    public long Executed => _executed;

    /// <summary>Runs to the next barrier or to the end.</summary>
    public void Run()
    {
        while (State == PtxThreadState.Running)
        {
            PtxInstruction[] code = Frame.Function.Code;
            if (Next >= code.Length)
            {
                Return();
                continue;
            }

            PtxInstruction instruction = code[Next++];
            if (instruction.Guard >= 0 && Slots[instruction.Guard] != 0 == instruction.GuardNegated)
                continue;
            try
            {
                if (++_executed > _budget)
                    throw new PtxFaultException(PtxFaultKind.Endless, string.Create(CultureInfo.InvariantCulture, $"more than {_budget} instructions"));
                instruction.Step(this);
            }
            catch (PtxFaultException fault)
            {
                throw new PtxFaultException(fault, instruction.Line, instruction.Text, string.Create(CultureInfo.InvariantCulture, $" (thread {Index} of group {Group})"));
            }
        }
    }

    public void Call(PtxFunction function, IReadOnlyList<(long From, PtxVariable To)> arguments, long resultAt)
    {
        var parameters = new PtxMemory("parameters of " + function.Name, function.ParamSize, written: false);
        foreach ((long from, PtxVariable to) in arguments)
        {
            for (int i = 0; i < to.Size; i++)
                parameters.Write(this, (long)to.Address + i, 1, Frame.Parameters.Read(this, from + i, 1));
        }

        Frame = NewFrame(function, parameters, Frame, Next, resultAt);
        Slots = Frame.Slots;
        Next = 0;
    }

    public void Return()
    {
        PtxFrame returned = Frame;
        if (returned.Caller is not PtxFrame caller)
        {
            State = PtxThreadState.Done;
            return;
        }

        if (returned.Function.Result is PtxVariable result)
        {
            for (int i = 0; i < result.Size; i++)
                caller.Parameters.Write(this, returned.ResultAt + i, 1, returned.Parameters.Read(this, (long)result.Address + i, 1));
        }

        Frame = caller;
        Slots = caller.Slots;
        Next = returned.ReturnTo;
    }

    private PtxFrame NewFrame(PtxFunction function, PtxMemory parameters, PtxFrame? caller, int returnTo, long resultAt)
    {
        var slots = (ulong[])function.Slots!.Clone();
        foreach ((int slot, string name) in function.Special)
            slots[slot] = _launch.Special(name, Group, Index);
        return new PtxFrame(function, slots, parameters, new PtxMemory("local memory of " + function.Name, function.LocalSize, written: false), caller)
        {
            ReturnTo = returnTo,
            ResultAt = resultAt,
        };
    }
}
