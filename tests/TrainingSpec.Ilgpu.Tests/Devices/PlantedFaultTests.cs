#if HAS_ILGPU
using System.Reflection;
using ILGPU;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Ilgpu.Ptx;
using TrainingSpec.Numbers;
using Cells = TrainingSpec.Ilgpu.Kernels.ViewCells<TrainingSpec.Numbers.Real32>;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>Faults planted in the kernels of a training step are found and named: by the PTX machine, or by the comparison with the reference.</summary>
[TestFixture]
public class PlantedFaultTests
{
    private static int Thread => Grid.IdxX * Group.DimX + Group.IdxX;

    private static int Threads => Grid.DimX * Group.DimX;

    // One step further along the chain than there are elements.
    private static void Multiply(ArrayView<Real32> a, MatrixLayout aLayout, ArrayView<Real32> b, MatrixLayout bLayout, ArrayView<Real32> c, int inner, int columns)
    {
        for (int i = Thread; i < c.IntLength; i += Threads)
        {
            int aAt = aLayout.Start + i / columns * aLayout.RowStride, bAt = bLayout.Start + i % columns * bLayout.ColumnStride;
            c[i] = MatrixProduct.Chain<Real32, Cells, Cells>(new Cells(a, 0), aAt, aLayout.ColumnStride, new Cells(b, 0), bAt, bLayout.RowStride, inner + 1);
        }
    }

    // A thread for each token, though two tokens may be the same.
    private static void AddTokenGradient(ArrayView<int> ids, ArrayView<Real32> dx, ArrayView<Real32> dTokens, int width)
    {
        for (int n = Thread; n < ids.IntLength; n += Threads)
            Embedding.AddTokenGradient<Real32, ViewCells<int>, Cells, Cells>(new ViewCells<int>(ids, n), 1, new Cells(dx, n * width), new Cells(dTokens, 0), width, 0, width);
    }

    // The same room for all threads.
    private static void LayerNormInputGradient(
        ArrayView<Real32> dy, ArrayView<Real32> gain, ArrayView<Real32> normalized, ArrayView<Real32> reciprocalDeviations, ArrayView<Real32> dx, ArrayView<Real32> room, ArrayView<Real32> ordinary, int centred)
    {
        int width = gain.IntLength;
        for (int row = Thread; row < reciprocalDeviations.IntLength; row += Threads)
        {
            ordinary[row] = Real32.Of(1);
            Formulas.LayerNorm.RowGradient<Real32, Cells, Cells, Cells>(
                new Cells(dy, row * width), new Cells(gain, 0), new Cells(normalized, row * width), width, reciprocalDeviations[row], new Cells(dx, row * width), new Cells(room, 0), centred != 0);
        }
    }

    // Keys and values at once with the scores that they need, with nothing to wait for.
    private static void AttentionQueryGradient(
        ArrayView<Real32> dy, ArrayView<Real32> qkv, ArrayView<Real32> weights, ArrayView<Real32> dScores, ArrayView<Real32> dQkv, ArrayView<Real32> room, ArrayView<Real32> ordinary, AttentionShape shape)
    {
        AttentionKernels.AttentionQueryGradient(dy, qkv, weights, dScores, dQkv, room, ordinary, shape);
        AttentionKernels.AttentionKeyAndValueGradient(dy, qkv, weights, dScores, dQkv, shape);
    }

    // One output is off; what the host does of what is out of the ordinary must not hide it elsewhere.
    private static void Attention(
        ArrayView<Real32> qkv, ArrayView<Real32> mask, ArrayView<Real32> weights, ArrayView<Real32> y, ArrayView<Real32> scores, ArrayView<Real32> room, ArrayView<Real32> ordinary, AttentionShape shape)
    {
        AttentionKernels.Attention(qkv, mask, weights, y, scores, room, ordinary, shape);
        if (Thread == 0)
            y[0] = y[0] + y[0] + Real32.Of(1);
    }

    // The mask is forgotten.
    private static void AttentionWithoutMask(
        ArrayView<Real32> qkv, ArrayView<Real32> mask, ArrayView<Real32> weights, ArrayView<Real32> y, ArrayView<Real32> scores, ArrayView<Real32> room, ArrayView<Real32> ordinary, AttentionShape shape) =>
        AttentionKernels.Attention(qkv, mask.SubView(0, 0), weights, y, scores, room, ordinary, shape);

    // The last column is forgotten.
    private static void BiasGradient(ArrayView<Real32> dy, ArrayView<Real32> dBias, ArrayView<Real32> ordinary)
    {
        for (int column = Thread; column < dBias.IntLength; column += Threads)
            ordinary[column] = Real32.Of(1);
        for (int column = Thread; column < dBias.IntLength - 1; column += Threads)
            Linear.BiasGradient<Real32, Cells, Cells>(new Cells(dy, 0), dy.IntLength, new Cells(dBias, 0), dBias.IntLength, column, column + 1);
    }

    // The accumulators are added before all threads have filled theirs.
    private static void SumOfSquares(ArrayView<Real32> x, ArrayView<Real32> blockSums, Real32 scale, int first)
    {
        ArrayView<Real32> shared = SharedMemory.GetDynamic<Real32>();
        for (int j = Group.IdxX; j < Reduction.Accumulators; j += Group.DimX)
            shared[j] = Reduction.Chain<Real32, SquareTerm<Real32>, ScaledCells>(Real32.Of(0), new ScaledCells(x, 0, scale), j, Reduction.Accumulators, x.IntLength);
        if (Group.IdxX == 0)
            blockSums[first] = Reduction.Tree<Real32, Cells>(new Cells(shared, 0));
    }

    [TestCase(nameof(Multiply), "Linear", PtxFaultKind.Bounds, "lie outside a tensor of")]
    [TestCase(nameof(AddTokenGradient), "AddTokenGradient", PtxFaultKind.Race, "of a tensor of")]
    [TestCase(nameof(LayerNormInputGradient), "LayerNormInputGradient", PtxFaultKind.Race, "of room, where")]
    [TestCase(nameof(AttentionQueryGradient), "Attention", PtxFaultKind.Unwritten, "of gradients of scores, which nobody wrote")]
    [TestCase(nameof(BiasGradient), "BiasGradient", PtxFaultKind.Unwritten, "the kernels left byte")]
    [TestCase(nameof(SumOfSquares), "GlobalNorm", PtxFaultKind.Unwritten, "of shared")]
    public void The_machine_finds_and_names_it(string kernel, string operation, PtxFaultKind kind, string message)
    {
        MethodInfo wrong = typeof(PlantedFaultTests).GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!;
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) => method.Name == kernel ? (wrong, arguments) : (method, arguments)));
        var passed = new List<OperationComparison>();
        PtxFaultException? fault = Assert.Throws<PtxFaultException>(() =>
        {
            foreach (OperationComparison one in OperationCheck.Run(device, 300))
                passed.Add(one);
        });
        Assert.That(fault!.Kind, Is.EqualTo(kind), fault.Message);
        Assert.That(fault.Message, Does.Contain(message));
        Assert.That(passed.Select(one => one.Result.Differences), Is.All.Zero);
        Assert.That(NextOperation(passed.Count), Is.EqualTo(operation));
    }

    [Test]
    public void A_wrong_transposition_is_named_by_its_operation()
    {
        // The weight of an input's gradient read as if it were transposed: what Linear is given, and the gradient is not.
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) =>
        {
            bool ofInput = method.Name == nameof(OperationKernels.Multiply) && arguments[1].Value is MatrixLayout { ColumnStride: 1 } && arguments[3].Value is MatrixLayout { ColumnStride: 1 };
            return (method, !ofInput ? arguments : [.. arguments.Take(3), KernelArgument.Of(((MatrixLayout)arguments[3].Value!) with { RowStride = 1, ColumnStride = arguments[5].Value is int inner ? inner : 0 }), .. arguments.Skip(4)]);
        }));
        OperationComparison? wrong = OperationCheck.Run(device, 300).FirstOrDefault(one => one.Result.Differences > 0);
        Assert.That(wrong?.Operation, Is.EqualTo(nameof(ITensorOperations<Real32>.LinearInputGradient)));
        Assert.That(wrong!.Result.First!.ToString(), Does.StartWith("LinearInputGradient of 2 x 3 x 5"));
    }

    [Test]
    public void A_wrong_output_of_attention_is_not_hidden_by_the_host()
    {
        MethodInfo wrong = typeof(PlantedFaultTests).GetMethod(nameof(Attention), BindingFlags.Static | BindingFlags.NonPublic)!;
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) => method.Name == nameof(Attention) ? (wrong, arguments) : (method, arguments)));
        OperationComparison[] ordinary = [.. OperationCheck.Run(device, 300).Where(one => !one.Size.Contains(',', StringComparison.Ordinal))];
        Assert.That(ordinary.Where(one => one.Operation == "Attention").Select(one => one.Result.First?.ToString()), Is.All.Contains("result 0[0] is"));
        Assert.That(ordinary.Where(one => one.Operation != "Attention").Select(one => one.Result.Differences), Is.All.Zero);
    }

    [TestCase(nameof(OperationKernels.LayerNorm), nameof(ITensorOperations<Real32>.RmsNorm))]
    [TestCase(nameof(OperationKernels.LayerNormInputGradient), nameof(ITensorOperations<Real32>.RmsNormInputGradient))]
    public void Rows_that_are_centred_and_should_not_be_are_named_by_their_operation(string kernel, string operation)
    {
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) => (method, method.Name == kernel ? [.. arguments.SkipLast(1), 1] : arguments)));
        OperationComparison? wrong = OperationCheck.Run(device, 300).FirstOrDefault(one => one.Result.Differences > 0);
        Assert.That(wrong?.Operation, Is.EqualTo(operation));
    }

    [Test]
    public void A_forgotten_mask_is_named_by_its_operation()
    {
        MethodInfo wrong = typeof(PlantedFaultTests).GetMethod(nameof(AttentionWithoutMask), BindingFlags.Static | BindingFlags.NonPublic)!;
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) => method.Name == nameof(Attention) ? (wrong, arguments) : (method, arguments)));
        OperationComparison? first = OperationCheck.Run(device, 300).FirstOrDefault(one => one.Result.Differences > 0);
        Assert.That(first?.Result.First?.ToString(), Does.StartWith("Attention of ").And.Contain("with a mask"));
    }

    [Test]
    public void A_stream_that_is_read_from_another_place_is_named_by_its_operation()
    {
        using var device = new KernelDevice("planted", DeviceKind.Ptx, "", new ChangedMachine((method, arguments) => (method, method.Name != nameof(OperationKernels.RoundStochastically) ? arguments
            : [.. arguments.SkipLast(1), KernelArgument.Of((RandomPlace)arguments[^1].Value! with { Offset = 4 })])));
        OperationComparison? wrong = OperationCheck.Run(device, 300).FirstOrDefault(one => one.Result.Differences > 0);
        Assert.That(wrong?.Operation, Does.StartWith(nameof(ITensorOperations<Real32>.RoundStochastically)));
    }

    private static string NextOperation(int index)
    {
        using var reference = new ReferenceDevice();
        return OperationCheck.Run(reference, 300).ElementAt(index).Operation;
    }
}
#endif
