using System.Runtime.InteropServices;
using TrainingSpec.Checking;
using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Tests.Ptx;

/// <summary>Each instruction that computes, executed by a kernel of its own, against arithmetic in whole numbers.</summary>
[TestFixture]
public class PtxOperationTests
{
    private static readonly ulong[] Special32 =
    [
        0, 0x80000000, 1, 0x80000001, 0x007FFFFF, 0x00800000, 0x3F800000, 0xBF800000, 0x3F800001, 0x3F7FFFFF, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000,
        0xFF800000, 0x7FC00000, 0xFFC00001, 0x4B000000, 0x4B000001, 0x3F000000, 0x3FC00000, 0xBFC00000, 0x4F000000, 0xCF000000, 0x4F7FFFFF, 2, 31, 32, 33,
        64, 0x7FFFFFFF, 0xFFFFFFFF,
    ];

    private static readonly ulong[] Special64 =
    [
        0, 0x8000000000000000, 1, 0x8000000000000001, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FF0000000000000, 0xBFF0000000000000, 0x3FF0000000000001,
        0x3FEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000, 0xFFF8000000000001,
        0x4330000000000000, 0x3FE0000000000000, 0x3FF8000000000000, 0xBFF8000000000000, 0x43E0000000000000, 0xC3E0000000000000, 0x43EFFFFFFFFFFFFF,
        0x47EFFFFFE0000000, 0x47EFFFFFF0000000, 0x36A0000000000000, 0x3690000000000000, 2, 63, 64, 65, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF,
        0x0020000000000001, 0x0040000020000001, 0x8000008000000001, 0x4000004000000001, 0x4000004000000000,
    ];

    private static IEnumerable<string> Names() => PtxOperation.Names.Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void An_instruction_computes_what_PTX_says(string name)
    {
        PtxOperation operation = PtxOperation.Find(name)!;
        ulong[][] inputs = Inputs(operation, name);
        int count = inputs[0].Length;
        var machine = new PtxMachine(PtxModule.Parse(Kernel(name, operation)));
        PtxBuffer[] sources = [.. inputs.Select((x, i) => machine.Copy<ulong>($"operand {i}", x))];
        PtxBuffer result = machine.Copy<ulong>("result", new ulong[count]);
        machine.Launch("k", (count + 127) / 128, 128, 0, [.. sources.Append(result).Select(buffer => BitConverter.GetBytes(buffer.Address)), BitConverter.GetBytes(count)]);
        ReadOnlySpan<ulong> computed = MemoryMarshal.Cast<byte, ulong>(result.Bytes);
        for (int i = 0; i < count; i++)
        {
            (ulong a, ulong b, ulong c) = (inputs[0][i], inputs[1][i], inputs[2][i]);
            ulong? expected = OperationExpectation.Of(name, a, b, c);
            bool agrees = expected is ulong bits ? computed[i] == bits : IsNaN(computed[i], operation.Result.Size);
            if (!agrees)
                Assert.Fail(FormattableString.Invariant($"{name} of 0x{a:X}, 0x{b:X}, 0x{c:X} is 0x{computed[i]:X}, expected {(expected is ulong e ? $"0x{e:X}" : "NaN")}"));
        }
    }

    [Test]
    public void The_machine_knows_each_kind_of_instruction_that_kernels_use() =>
        Assert.That(PtxOperation.Names, Is.SupersetOf(new[] { "fma.rn.f32", "fma.rn.f64", "cvt.rmi.f64.f64", "setp.geu.f64", "mul.wide.u32", "mad.lo.u64", "selp.b64" }));

    [TestCase("div.s32", 4)]
    [TestCase("rem.u64", 8)]
    public void Division_by_zero_is_a_fault(string name, int size)
    {
        PtxOperation operation = PtxOperation.Find(name)!;
        var machine = new PtxMachine(PtxModule.Parse(Kernel(name, operation)));
        byte[] Cells(ulong value) => BitConverter.GetBytes(machine.Copy<ulong>("cells", [value]).Address);
        PtxFaultException? fault = Assert.Throws<PtxFaultException>(() => machine.Launch("k", 1, 1, 0, Cells(5), Cells(0), Cells(0), Cells(0), BitConverter.GetBytes(1)));
        Assert.That(fault!.Kind, Is.EqualTo(PtxFaultKind.Division));
        Assert.That(operation.Result.Size, Is.EqualTo(size));
    }

    private static bool IsNaN(ulong bits, int size) => size == 4 ? Ieee754.Single.IsNaN(bits) : Ieee754.Double.IsNaN(bits);

    // Operands stand in cells of 64 bits; a predicate is a cell that is not 0.
    private static string Kernel(string name, PtxOperation operation)
    {
        string Register(PtxType type, int i) => type.Size switch { 0 => $"%p{i}", < 4 => $"%h{i}", 4 => $"%r{i}", _ => $"%rd{i}" };
        IEnumerable<string> loads = operation.Sources.Select((type, i) => type.Size == 0
            ? $"ld.global.b64 %rd9, [%rd1{i}]; setp.ne.b64 %p{i}, %rd9, 0;"
            : $"ld.global.b{8 * Math.Max(type.Size, 2)} {Register(type, i)}, [%rd1{i}];");
        string sources = string.Join(", ", operation.Sources.Select(Register));
        string store = operation.Result.Size == 0
            ? "selp.b64 %rd9, 1, 0, %p5; st.global.b64 [%rd13], %rd9;"
            : $"st.global.b{8 * Math.Max(operation.Result.Size, 2)} [%rd13], {Register(operation.Result, 5)};";
        return $$"""
            .version 8.0
            .target sm_90
            .address_size 64
            .visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d, .param .b32 n)
            {
                .reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<20>; .reg .b64 %rd<20>;
                mov.b32 %r10, %ctaid.x; mov.b32 %r11, %ntid.x; mov.b32 %r12, %tid.x;
                mad.lo.u32 %r13, %r10, %r11, %r12;
                ld.param.b32 %r14, [n];
                setp.ge.u32 %p8, %r13, %r14;
                @%p8 bra END;
                ld.param.u64 %rd10, [a]; ld.param.u64 %rd11, [b]; ld.param.u64 %rd12, [c]; ld.param.u64 %rd13, [d];
                mul.wide.u32 %rd8, %r13, 8;
                add.u64 %rd10, %rd10, %rd8; add.u64 %rd11, %rd11, %rd8; add.u64 %rd12, %rd12, %rd8; add.u64 %rd13, %rd13, %rd8;
                {{string.Join("\n    ", loads)}}
                {{name}} {{Register(operation.Result, 5)}}, {{sources}};
                {{store}}
                END: ret;
            }
            """;
    }

    // All pairs of special values, then random ones, near each other every second time.
    private static ulong[][] Inputs(PtxOperation operation, string name)
    {
        var random = new SplitMix(754);
        var inputs = new List<ulong>[] { [], [], [] };
        ulong[] first = Specials(operation.Sources[0]), second = operation.Sources.Count > 1 ? Specials(operation.Sources[1]) : [0];
        void Add(ulong a, ulong b, ulong c)
        {
            ulong[] values = [a, b, c];
            for (int i = 0; i < 3; i++)
            {
                ulong value = i < operation.Sources.Count ? Fit(values[i], operation.Sources[i]) : 0;

                // Whole numbers have no quotient by zero.
                inputs[i].Add(i == 1 && value == 0 && IsQuotient(name) ? 1 : value);
            }
        }

        int turn = 0;
        foreach (ulong a in first)
        {
            foreach (ulong b in second)
            {
                ulong[] third = operation.Sources.Count > 2 ? Specials(operation.Sources[2]) : [0];
                Add(a, b, third[turn++ % third.Length]);
            }
        }

        for (int i = 0; i < 300; i++)
        {
            ulong a = random.Next(), b = i % 2 == 0 ? random.Next() : a ^ (random.Next() & 0xFF), c = random.Next();
            Add(a, b, c);

            // Numbers of like size, where sums cancel and products meet the subnormals.
            ulong mask = operation.Sources[0].Size == 4 ? 0x007FFFFFUL : 0x000FFFFFFFFFFFFFUL, exponent = operation.Sources[0].Size == 4 ? 0x20000000UL : 0x2000000000000000UL;
            Add((a & mask) | exponent, (b & mask) | exponent | (b & (mask + 1)), c & mask);
        }

        return Array.ConvertAll(inputs, list => list.ToArray());
    }

    private static bool IsQuotient(string name) => name.StartsWith("div.s", StringComparison.Ordinal) || name.StartsWith("div.u", StringComparison.Ordinal) || name.StartsWith("rem.", StringComparison.Ordinal);

    private static ulong[] Specials(PtxType type) => type.Size switch { 0 => [0, 1], 8 => Special64, _ => Special32 };

    private static ulong Fit(ulong value, PtxType type) => type.Size switch
    {
        0 => value & 1,
        1 => value & 0xFFFF,
        8 => value,
        int size => value & ((1UL << (8 * size)) - 1),
    };
}
