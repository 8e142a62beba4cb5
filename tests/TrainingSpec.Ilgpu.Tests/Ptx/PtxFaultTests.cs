using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Tests.Ptx;

/// <summary>Faults planted in small kernels are found and named; the same kernels without them run.</summary>
[TestFixture]
public class PtxFaultTests
{
    // x[i] = x[i] + y[i] for thread i of one group, through shared memory, with a barrier before a neighbour's cell is read.
    private const string Neighbours = """
        .version 8.0
        .target sm_90
        .address_size 64
        .shared .align 4 .b8 cells[16];
        .visible .entry k(.param .u64 x, .param .u64 y)
        {
            .reg .pred %p<4>;
            .reg .b32 %r<9>;
            .reg .b64 %rd<9>;
            .reg .f32 %f<9>;
            ld.param.u64 %rd1, [x];
            ld.param.u64 %rd2, [y];
            mov.b64 %rd3, cells;
            mov.b32 %r1, %tid.x;
            mul.wide.u32 %rd4, %r1, 4;
            add.u64 %rd5, %rd1, %rd4;
            add.u64 %rd6, %rd3, %rd4;
            ld.f32 %f1, [%rd5];
            st.shared.f32 [%rd6], %f1;
            bar.sync 0;
            add.s32 %r2, %r1, 1;
            and.b32 %r2, %r2, 3;
            mul.wide.u32 %rd4, %r2, 4;
            add.u64 %rd6, %rd3, %rd4;
            ld.shared.f32 %f2, [%rd6];
            add.rn.f32 %f3, %f1, %f2;
            mul.wide.u32 %rd4, %r1, 4;
            add.u64 %rd5, %rd2, %rd4;
            st.f32 [%rd5], %f3;
            ret;
        }
        """;

    [Test]
    public void The_kernel_itself_runs()
    {
        float[] y = Run(Neighbours);
        Assert.That(y, Is.EqualTo(new float[] { 3, 6, 12, 9 }));
    }

    [TestCase("bar.sync 0;", "", PtxFaultKind.Unwritten, "reads byte 4 of shared cells, which nobody wrote", TestName = "A lost barrier before memory that nobody wrote")]
    [TestCase("and.b32 %r2, %r2, 3;", "", PtxFaultKind.Bounds, "4 bytes at 16 lie outside shared cells, which has 16", TestName = "An index one too far in shared memory")]
    [TestCase("st.f32 [%rd5], %f3;", "st.f32 [%rd5+4], %f3;", PtxFaultKind.Bounds, "4 bytes at 16 lie outside y, which has 16", TestName = "An index one too far in a buffer")]
    [TestCase("st.f32 [%rd5], %f3;", "st.f32 [%rd5+-4], %f3;", PtxFaultKind.Bounds, "4 bytes at -4 lie outside y", TestName = "An index before a buffer")]
    [TestCase("ld.f32 %f1, [%rd5];", "ld.f32 %f1, [%rd5+2];", PtxFaultKind.Alignment, "4 bytes at 2 of x are not aligned", TestName = "An address that is not aligned")]
    [TestCase("ld.f32 %f1, [%rd5];", "ld.f32 %f1, [%rd4];", PtxFaultKind.Bounds, "lies in no buffer", TestName = "An address that is no pointer")]
    public void A_fault_is_found(string line, string planted, PtxFaultKind kind, string message) => Refuses(Neighbours.Replace(line, planted, StringComparison.Ordinal), kind, message);

    [Test]
    public void Two_threads_that_write_one_cell_are_a_race() =>
        Refuses(Neighbours.Replace("st.f32 [%rd5], %f3;", "st.f32 [%rd2], %f3;", StringComparison.Ordinal), PtxFaultKind.Race, "writes byte 0 of y, where thread 0 of group 0 wrote with no barrier between (thread 1 of group 0)");

    [Test]
    public void A_lost_barrier_between_rounds_is_a_race()
    {
        // A second round overwrites what the neighbour may not have read yet.
        string second = Neighbours.Replace("ret;", "mul.wide.u32 %rd4, %r1, 4; add.u64 %rd6, %rd3, %rd4; st.shared.f32 [%rd6], %f3; ret;", StringComparison.Ordinal);
        Refuses(second, PtxFaultKind.Race, "st.shared.f32 [%rd6], %f3: writes byte 4 of shared cells, where thread 0 of group 0 read with no barrier between (thread 1 of group 0)");
        Assert.That(Run(second.Replace("mul.wide.u32 %rd4, %r1, 4; add", "bar.sync 0; mul.wide.u32 %rd4, %r1, 4; add", StringComparison.Ordinal)), Is.EqualTo(new float[] { 3, 6, 12, 9 }));
    }

    [Test]
    public void Groups_are_ordered_by_no_barrier() =>
        Refuses(Neighbours, PtxFaultKind.Race, "writes byte 0 of y, where thread 0 of group 0 wrote with no barrier between (thread 0 of group 1)", groups: 2);

    [Test]
    public void A_group_must_not_read_what_another_one_writes()
    {
        // Group 1 alone writes, into what group 0 has read.
        string text = Neighbours.Replace("st.f32 [%rd5], %f3;", "mov.b32 %r3, %ctaid.x; setp.eq.s32 %p1, %r3, 1; add.u64 %rd5, %rd1, %rd4; @%p1 st.f32 [%rd5], %f3;", StringComparison.Ordinal);
        Refuses(text, PtxFaultKind.Race, "writes byte 0 of x, where threads of several groups read", groups: 2);
    }

    [Test]
    public void A_barrier_that_a_thread_skips_is_found() =>
        Refuses(
            Neighbours.Replace("bar.sync 0;", "setp.eq.s32 %p1, %r1, 2; @%p1 bra PAST; bar.sync 0; PAST:", StringComparison.Ordinal)
                .Replace("ld.shared.f32 %f2, [%rd6];", "mov.f32 %f2, %f1;", StringComparison.Ordinal),
            PtxFaultKind.Barrier, "bar.sync 0: thread 2 has ended and never reaches this barrier");

    [Test]
    public void Different_barriers_are_found() =>
        Refuses(
            Neighbours.Replace("bar.sync 0;", "setp.eq.s32 %p1, %r1, 2; @%p1 bra PAST; bar.sync 0; bra GO; PAST: bar.sync 0; GO:", StringComparison.Ordinal),
            PtxFaultKind.Barrier, "thread 2 waits at another barrier");

    [Test]
    public void A_kernel_without_end_is_stopped() =>
        Refuses(Neighbours.Replace("ret;", "AGAIN: bra AGAIN;", StringComparison.Ordinal), PtxFaultKind.Endless, "more than 100000 instructions");

    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.f32 %f3, %f1, %f2;", "add.f32 is not executed: arithmetic that is not rounded to nearest")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "mad.f32 %f3, %f1, %f2, %f2;", "mad.f32 is not executed: arithmetic that is not rounded to nearest")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.ftz.f32 %f3, %f1, %f2;", "flushes subnormal numbers")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "ex2.approx.f32 %f3, %f1;", "approximation")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "cvt.rz.f32.f64 %f3, %rd1;", "cvt.rz.f32.f64 is not executed")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "vote.sync.any.pred %p1, %p2, 1;", "vote.sync.any.pred is not executed: the machine does not know it")]
    [TestCase("bar.sync 0;", "bar.sync 1;", "barrier 0 of the whole group")]
    [TestCase("ld.f32 %f1, [%rd5];", "ld.volatile.f32 %f1, [%rd5];", "ld.volatile.f32 is not executed")]
    [TestCase("ld.f32 %f1, [%rd5];", "atom.add.f32 %f1, [%rd5], %f2;", "float atomic")]
    public void An_instruction_whose_bits_are_open_is_refused_by_name_before_anything_runs(string line, string planted, string message)
    {
        string text = Neighbours.Replace(line, planted, StringComparison.Ordinal);
        PtxFaultException? fault = Assert.Throws<PtxFaultException>(() => PtxModule.Parse(text));
        Assert.That(fault!.Kind, Is.EqualTo(PtxFaultKind.Instruction));
        Assert.That(fault.Message, Does.Contain(message).And.StartsWith("line "));
    }

    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.f32 %f3, %f1;", "',' is missing")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.f32 %f3, %f1, %f2, %f2;", "one operand too many")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.f64 %f3, %f1, %f2;", "register %f3 of type f32 does not fit f64")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.f32 %f33, %f1, %f2;", "%f33 is no register of this function")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "add.rn.f32 %f3, %f1, 1;", "1 is no constant of type f32")]
    [TestCase("add.rn.f32 %f3, %f1, %f2;", "bra NOWHERE;", "NOWHERE is no label")]
    [TestCase("ld.shared.f32 %f2, [%rd6];", "ld.f32 %f2, [cells];", "cells lies in Shared memory, not in Generic memory")]
    [TestCase(".version 8.0", ".pragma \"x\";", "begins no word of PTX")]
    [TestCase("ret;\n", "ret;", "")]
    public void A_text_that_is_not_PTX_is_refused_with_its_line(string line, string planted, string message)
    {
        string text = Neighbours.Replace(line, planted, StringComparison.Ordinal);
        if (message.Length == 0)
            text = text[..text.LastIndexOf('}')];
        PtxFaultException? fault = Assert.Throws<PtxFaultException>(() => PtxModule.Parse(text));
        Assert.That(fault!.Kind, Is.EqualTo(PtxFaultKind.Syntax));
        Assert.That(fault.Message, Does.Contain(message).And.StartsWith("line "));
    }

    [Test]
    public void A_function_is_called_with_its_parameters_and_gives_its_result()
    {
        string text = Neighbours.Replace(".visible .entry", """
            .func (.param .f32 result) twice(.param .f32 a)
            {
                .reg .f32 %f<3>;
                ld.param.f32 %f1, [a];
                add.rn.f32 %f2, %f1, %f1;
                st.param.f32 [result], %f2;
                ret;
            }
            .visible .entry
            """, StringComparison.Ordinal).Replace("add.rn.f32 %f3, %f1, %f2;", """
            {
                .param .f32 argument0;
                st.param.f32 [argument0], %f2;
                .param .f32 returned;
                call.uni (returned), twice, (argument0);
                ld.param.f32 %f3, [returned];
            }
            """, StringComparison.Ordinal);
        Assert.That(Run(text), Is.EqualTo(new float[] { 4, 8, 16, 2 }));
    }

    [Test]
    public void An_indexed_branch_goes_where_its_list_says()
    {
        string text = Neighbours.Replace("add.rn.f32 %f3, %f1, %f2;", """
            TARGETS: .branchtargets A, B, A, B;
            brx.idx %r1, TARGETS;
            A: mov.f32 %f3, 0f3F800000; bra C;
            B: mov.f32 %f3, 0f40000000;
            C:
            """, StringComparison.Ordinal);
        Assert.That(Run(text), Is.EqualTo(new float[] { 1, 2, 1, 2 }));
    }

    [Test]
    public void A_launch_that_does_not_fit_is_refused()
    {
        var machine = new PtxMachine(PtxModule.Parse(Neighbours));
        Assert.Multiple(() =>
        {
            Assert.That(() => machine.Launch("other", 1, 4, 0), Throws.TypeOf<PtxFaultException>().With.Message.EqualTo("other is none of the kernels k"));
            Assert.That(() => machine.Launch("k", 0, 4, 0), Throws.TypeOf<PtxFaultException>().With.Message.Contains("0 groups of 4 threads"));
            Assert.That(() => machine.Launch("k", 1, 4, 0, [1, 2]), Throws.TypeOf<PtxFaultException>().With.Message.Contains("takes 2 parameters, 1 were given"));
            Assert.That(() => machine.Launch("k", 1, 4, 0, [1, 2], [3]), Throws.TypeOf<PtxFaultException>().With.Message.Contains("parameter x has 8 bytes, 2 were given"));
        });
    }

    private static void Refuses(string text, PtxFaultKind kind, string message, int groups = 1)
    {
        PtxFaultException? fault = Assert.Throws<PtxFaultException>(() => Run(text, groups));
        Assert.That(fault!.Message, Does.Contain(message));
        Assert.That(fault.Kind, Is.EqualTo(kind));
    }

    private static float[] Run(string text, int groups = 1)
    {
        var machine = new PtxMachine(PtxModule.Parse(text)) { Budget = 100_000 };
        PtxBuffer x = machine.Copy<float>("x", [1, 2, 4, 8]), y = machine.Allocate<float>("y", 4);
        machine.Launch("k", groups, 4, 0, BitConverter.GetBytes(x.Address), BitConverter.GetBytes(y.Address));
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(y.Bytes).ToArray();
    }
}
