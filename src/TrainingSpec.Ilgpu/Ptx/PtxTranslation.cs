using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Makes a statement executable: names become places, operations become what they compute.</summary>
internal sealed class PtxTranslation(
    PtxSlots slots,
    IReadOnlyDictionary<string, int> labels,
    IReadOnlyDictionary<string, string[]> branchTargets,
    IReadOnlyDictionary<string, PtxFunction> functions)
{
    public PtxInstruction Instruction(PtxStatement statement)
    {
        try
        {
            int guard = statement.Guard is string predicate ? slots.Register(predicate, PtxType.Pred) : -1;
            return new PtxInstruction(statement.Line, statement.Text, guard, statement.GuardNegated, Step(statement, new PtxOperands(slots, statement)));
        }
        catch (PtxFaultException fault)
        {
            throw new PtxFaultException(fault, statement.Line, statement.Text, "");
        }
    }

    private Action<PtxThread> Step(PtxStatement statement, PtxOperands operands)
    {
        string operation = statement.Operation;
        string[] parts = operation.Split('.');
        switch (parts[0])
        {
            case "ld" or "st":
                return PtxMemoryInstructions.Step(parts, operands);
            case "cvta":
                return PtxMemoryInstructions.AddressStep(parts, operands);
            case "bra" when operation is "bra" or "bra.uni":
                return Branch(operands);
            case "brx" when operation is "brx.idx" or "brx.idx.uni":
                return IndexedBranch(operands);
            case "ret" when operation is "ret" or "ret.uni":
                operands.End();
                return thread => thread.Return();
            case "exit" when parts.Length == 1:
                operands.End();
                return thread => thread.State = PtxThreadState.Done;
            case "call" when operation is "call" or "call.uni":
                return Call(operands);
            case "bar" or "barrier" when operation is "bar.sync" or "barrier.sync":
                if (operands.Word() != "0")
                    throw Unknown(operation, "the machine knows barrier 0 of the whole group");
                operands.End();
                return thread => thread.State = PtxThreadState.AtBarrier;
            case "membar" when operation is "membar.cta" or "membar.gl" or "membar.sys":
                // One thread runs at a time, so memory is in order already; a fence orders no threads, which is what races are about.
                operands.End();
                return _ => { };
            default:
                return Compute(operation, operands);
        }
    }

    private static Action<PtxThread> Compute(string name, PtxOperands operands)
    {
        PtxOperation operation = PtxOperation.Find(name) ?? throw Unknown(name, Reason(name));
        bool converts = name.StartsWith("cvt.", StringComparison.Ordinal);
        int target = operands.Target(operation.Result, wider: converts);
        var sources = new int[3];
        for (int i = 0; i < 3; i++)
        {
            if (i < operation.Sources.Count)
            {
                operands.Comma();
                sources[i] = operands.Source(operation.Sources[i], wider: converts);
            }
            else
            {
                sources[i] = -1;
            }
        }

        operands.End();
        Func<ulong, ulong, ulong, ulong> compute = operation.Compute;
        (int a, int b, int c) = (sources[0], sources[1], sources[2]);
        if (b < 0)
            return thread => thread.Slots[target] = compute(thread.Slots[a], 0, 0);
        if (c < 0)
            return thread => thread.Slots[target] = compute(thread.Slots[a], thread.Slots[b], 0);
        return thread => thread.Slots[target] = compute(thread.Slots[a], thread.Slots[b], thread.Slots[c]);
    }

    private Action<PtxThread> Branch(PtxOperands operands)
    {
        int target = Target(operands.Word());
        operands.End();
        return thread => thread.Next = target;
    }

    private Action<PtxThread> IndexedBranch(PtxOperands operands)
    {
        int index = operands.Source(PtxType.Of("u32"));
        operands.Comma();
        string list = operands.Word();
        operands.End();
        if (!branchTargets.TryGetValue(list, out string[]? names))
            throw new PtxFaultException(PtxFaultKind.Syntax, $"{list} is no list of branch targets");
        int[] targets = Array.ConvertAll(names, Target);
        return thread =>
        {
            ulong chosen = thread.Slots[index];
            if (chosen >= (ulong)targets.Length)
                throw new PtxFaultException(PtxFaultKind.Bounds, string.Create(CultureInfo.InvariantCulture, $"index {chosen} chooses none of {targets.Length} targets"));
            thread.Next = targets[chosen];
        };
    }

    private Action<PtxThread> Call(PtxOperands operands)
    {
        long resultAt = -1;
        int resultSize = 0;
        if (operands.TryTake("("))
        {
            PtxVariable result = operands.Parameter();
            (resultAt, resultSize) = ((long)result.Address, result.Size);
            operands.Expect(")");
            operands.Comma();
        }

        string name = operands.Word();
        if (!functions.TryGetValue(name, out PtxFunction? function))
            throw new PtxFaultException(PtxFaultKind.Instruction, $"{name} is no function of this text");
        var arguments = new List<(long From, PtxVariable To)>();
        if (operands.TryTake(","))
        {
            operands.Expect("(");
            while (!operands.TryTake(")"))
            {
                PtxVariable argument = operands.Parameter();
                if (arguments.Count >= function.Parameters.Count || function.Parameters[arguments.Count].Size != argument.Size)
                    throw new PtxFaultException(PtxFaultKind.Syntax, $"{argument.Name} does not fit the parameters of {name}");
                arguments.Add(((long)argument.Address, function.Parameters[arguments.Count]));
                operands.TryTake(",");
            }
        }

        operands.End();
        if (arguments.Count != function.Parameters.Count || (function.Result?.Size ?? 0) != resultSize)
            throw new PtxFaultException(PtxFaultKind.Syntax, $"the call does not fit {name}");
        return thread =>
        {
            if (function.Slots is null)
                throw new PtxFaultException(PtxFaultKind.Instruction, $"{name} has no body");
            thread.Call(function, arguments, resultAt);
        };
    }

    private int Target(string label) =>
        labels.TryGetValue(label, out int target) ? target : throw new PtxFaultException(PtxFaultKind.Syntax, $"{label} is no label of this function");

    private static PtxFaultException Unknown(string name, string reason) => new(PtxFaultKind.Instruction, $"{name} is not executed: {reason}");

    // The refusal of texts knows why a form leaves its bits open.
    private static string Reason(string name)
    {
        IReadOnlyList<string> reasons = PtxRefusal.Reasons(name);
        return reasons.Count == 0 ? "the machine does not know it" : reasons[0][(reasons[0].LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
    }
}
