using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The operations of a training step as kernels on some machine, in whose memory tensors stay from operation to operation and from step to step.</summary>
/// <param name="machine">What runs the kernels; it outlives this.</param>
internal sealed class KernelOperations(IKernelMachine machine) : ITensorOperations<Real32>
{
    private readonly ReferenceOperations<Real32> _reference = new();
    private readonly TensorBuffers<Real32> _buffers = new();
    private readonly ResidentTensors _tensors = new(machine);
    private readonly Dictionary<(string Name, int Length), KernelBuffer> _scratch = [];
    private readonly Dictionary<int, Real32[]> _noBias = [];

    /// <inheritdoc/>
    public Real32[] Rent(int count)
    {
        Real32[] tensor = _buffers.Rent(count);
        _tensors.Forget(tensor);
        return tensor;
    }

    /// <inheritdoc/>
    public void Return(Real32[] tensor) => _buffers.Return(tensor);

    /// <inheritdoc/>
    public Real32[] Read(Real32[] tensor) => _tensors.Read(tensor);

    /// <inheritdoc/>
    public void Written(Real32[] tensor) => _tensors.Written(tensor);

    /// <inheritdoc/>
    public void Fill(Real32[] tensor, Real32 value) => Over(nameof(OperationKernels.Fill), tensor.Length, _tensors.Out(tensor), KernelArgument.Of(value));

    /// <inheritdoc/>
    public void Embed(int[] ids, int length, Real32[] tokens, Real32[] positions, Real32[] x, int width) =>
        WithInts(ids, buffer => Over(nameof(OperationKernels.Embed), x.Length, buffer, _tensors.In(tokens), _tensors.In(positions), _tensors.Out(x), length, width));

    /// <inheritdoc/>
    public void AddTokenGradient(int[] ids, Real32[] dx, Real32[] dTokens, int width) =>
        WithInts(ids, buffer => Over(nameof(OperationKernels.AddTokenGradient), width, buffer, _tensors.In(dx), _tensors.InOut(dTokens), width));

    /// <inheritdoc/>
    public void AddPositionGradient(Real32[] dx, int length, Real32[] dPositions, int width) =>
        Over(nameof(OperationKernels.AddPositionGradient), width, _tensors.In(dx), _tensors.InOut(dPositions), length, width);

    /// <inheritdoc/>
    public void Linear(Real32[] x, Real32[] weight, Real32[] bias, Real32[] y, int inputs, int outputs)
    {
        Multiply(x, MatrixLayout.RowMajor(inputs), weight, MatrixLayout.RowMajor(inputs).Transposed, y, inputs, outputs);
        if (bias.Length > 0)
            Over(nameof(OperationKernels.AddBias), y.Length, _tensors.In(bias), _tensors.InOut(y));
    }

    /// <inheritdoc/>
    public void LinearInputGradient(Real32[] dy, Real32[] weight, Real32[] dx, int inputs, int outputs) =>
        Multiply(dy, MatrixLayout.RowMajor(outputs), weight, MatrixLayout.RowMajor(inputs), dx, outputs, inputs);

    /// <inheritdoc/>
    public void LinearWeightGradient(Real32[] dy, Real32[] x, Real32[] dWeight, int inputs, int outputs) =>
        Multiply(dy, MatrixLayout.RowMajor(outputs).Transposed, x, MatrixLayout.RowMajor(inputs), dWeight, x.Length / inputs, inputs);

    /// <inheritdoc/>
    public void BiasGradient(Real32[] dy, Real32[] dBias)
    {
        KernelBuffer ordinary = Scratch("ordinary", dBias.Length);
        Over(nameof(OperationKernels.BiasGradient), dBias.Length, _tensors.In(dy), _tensors.Out(dBias), ordinary);
        if (AllOrdinary(ordinary))
            return;
        _reference.BiasGradient(Read(dy), dBias);
        AllWritten(dBias);
    }

    /// <inheritdoc/>
    public void LayerNorm(Real32[] x, Real32[] gain, Real32[] bias, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalDeviations)
    {
        if (Hyperparameter.HasDigits<Real32>(eps))
        {
            Normalize(x, gain, bias, eps, y, normalized, reciprocalDeviations, centred: 1);
            return;
        }

        _reference.LayerNorm(Read(x), Read(gain), Read(bias), eps, y, normalized, reciprocalDeviations);
        AllWritten(y, normalized, reciprocalDeviations);
    }

    /// <inheritdoc/>
    public void LayerNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalDeviations, Real32[] dx)
    {
        if (NormalizeGradient(dy, gain, normalized, reciprocalDeviations, dx, centred: 1))
            return;
        _reference.LayerNormInputGradient(Read(dy), Read(gain), Read(normalized), Read(reciprocalDeviations), dx);
        AllWritten(dx);
    }

    /// <inheritdoc/>
    public void RmsNorm(Real32[] x, Real32[] gain, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalRoots)
    {
        if (Hyperparameter.HasDigits<Real32>(Hyperparameters.RmsNormEpsilon.Require(eps)))
        {
            if (!_noBias.TryGetValue(gain.Length, out Real32[]? none))
                none = _noBias[gain.Length] = new Real32[gain.Length];
            Normalize(x, gain, none, eps, y, normalized, reciprocalRoots, centred: 0);
            return;
        }

        _reference.RmsNorm(Read(x), Read(gain), eps, y, normalized, reciprocalRoots);
        AllWritten(y, normalized, reciprocalRoots);
    }

    /// <inheritdoc/>
    public void RmsNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalRoots, Real32[] dx)
    {
        if (NormalizeGradient(dy, gain, normalized, reciprocalRoots, dx, centred: 0))
            return;
        _reference.RmsNormInputGradient(Read(dy), Read(gain), Read(normalized), Read(reciprocalRoots), dx);
        AllWritten(dx);
    }

    /// <inheritdoc/>
    public void GainGradient(Real32[] dy, Real32[] normalized, Real32[] dGain)
    {
        KernelBuffer ordinary = Scratch("ordinary", dGain.Length);
        Over(nameof(OperationKernels.GainGradient), dGain.Length, _tensors.In(dy), _tensors.In(normalized), _tensors.Out(dGain), ordinary);
        if (AllOrdinary(ordinary))
            return;
        _reference.GainGradient(Read(dy), Read(normalized), dGain);
        AllWritten(dGain);
    }

    /// <inheritdoc/>
    public int AttentionWeightCount(AttentionShape shape) => shape.WeightCount;

    /// <inheritdoc/>
    public void Attention(Real32[] qkv, AttentionShape shape, Real32[] mask, Real32[] weights, Real32[] y)
    {
        int count = shape.Batch * shape.Heads * shape.Length;
        KernelBuffer ordinary = Scratch("ordinary", count);
        OverRows(
            nameof(AttentionKernels.Attention), count, _tensors.In(qkv), _tensors.In(mask), _tensors.Out(weights), _tensors.Out(y),
            Scratch("scores", machine.RowThreads(count) * shape.Length), Room(count, RowRoom.Cells(shape.Length, 2)), ordinary, KernelArgument.Of(shape));
        if (AllOrdinary(ordinary))
            return;
        _reference.Attention(Read(qkv), shape, Read(mask), weights, y);
        AllWritten(weights, y);
    }

    /// <inheritdoc/>
    public void AttentionInputGradient(Real32[] dy, Real32[] qkv, Real32[] weights, AttentionShape shape, Real32[] dQkv)
    {
        int count = shape.Batch * shape.Heads * shape.Length;
        KernelBuffer ordinary = Scratch("ordinary", count), dScores = Scratch("gradients of scores", shape.WeightCount), gradients = _tensors.Out(dQkv);
        OverRows(
            nameof(AttentionKernels.AttentionQueryGradient), count, _tensors.In(dy), _tensors.In(qkv), _tensors.In(weights), dScores, gradients,
            Room(count, RowRoom.Cells(shape.Length, 1)), ordinary, KernelArgument.Of(shape));
        OverRows(nameof(AttentionKernels.AttentionKeyAndValueGradient), count, _tensors.In(dy), _tensors.In(qkv), _tensors.In(weights), dScores, gradients, KernelArgument.Of(shape));
        if (AllOrdinary(ordinary))
            return;
        _reference.AttentionInputGradient(Read(dy), Read(qkv), Read(weights), shape, dQkv);
        AllWritten(dQkv);
    }

    /// <inheritdoc/>
    public void Activate(Activation activation, Real32[] x, Real32[] y, Real32[] slopes) =>
        machine.LaunchOver(KernelText.Method(nameof(OperationKernels.Activate), activation), x.Length, _tensors.In(x), _tensors.Out(y), _tensors.Out(slopes));

    /// <inheritdoc/>
    public void ActivationGradient(Real32[] dy, Real32[] slopes, Real32[] dx) =>
        machine.LaunchOver(KernelText.Method(nameof(OperationKernels.ActivationGradient)), dy.Length, _tensors.In(dy), _tensors.In(slopes), _tensors.Out(dx));

    /// <inheritdoc/>
    public void Add(Real32[] x, Real32[] y) => Over(nameof(OperationKernels.Add), x.Length, _tensors.In(x), _tensors.InOut(y));

    /// <inheritdoc/>
    public void CrossEntropy(Real32[] logits, int[] targets, Real32[] losses, Real32[] gradient)
    {
        int classes = logits.Length / targets.Length;
        bool alone = gradient.Length == 0;
        Real32[] exponentials = alone ? Rent(logits.Length) : gradient;
        WithInts(targets, buffer => TrainingKernels.LaunchSoftmaxCrossEntropy(
            machine, _tensors.In(logits), buffer, _tensors.Out(losses), _tensors.Out(exponentials), Scratch("sums of blocks", targets.Length * Reduction.Blocks(classes)), classes, alone ? null : GradientOf.Mean));
        if (alone)
            Return(exponentials);
    }

    /// <inheritdoc/>
    public Real32 GlobalNorm(IReadOnlyList<Real32[]> tensors)
    {
        // All tensors' maxima, then all their sums of blocks, are brought to the host at once.
        int[] shares = [.. tensors.Select(tensor => machine.Threads(tensor.Length))], blocks = [.. tensors.Select(tensor => Reduction.Blocks(tensor.Length))];
        KernelBuffer maxima = Scratch("maxima", shares.Sum()), sums = Scratch("sums of blocks", blocks.Sum());
        for (int i = 0, first = 0; i < tensors.Count; first += shares[i++])
            Over(nameof(OperationKernels.LargestMagnitudes), tensors[i].Length, _tensors.In(tensors[i]), maxima, first);
        var values = new Real32[maxima.Length];
        machine.Read<Real32>(maxima, values);
        Real32 scale = Real32.BinaryScale(Norms.LargestMagnitude<Real32>(values));
        for (int i = 0, first = 0; i < tensors.Count; first += blocks[i++])
            TrainingKernels.LaunchSumOfSquares(machine, _tensors.In(tensors[i]), sums, scale, first);
        values = new Real32[sums.Length];
        machine.Read<Real32>(sums, values);
        var norms = new Real32[tensors.Count];
        for (int i = 0, first = 0; i < norms.Length; first += blocks[i++])
            norms[i] = Reduction.Pairwise<Real32>(values.AsSpan(first, blocks[i]));
        return Norms.Unscale(scale, Reduction.Pairwise<Real32>(norms));
    }

    /// <inheritdoc/>
    public void Scale(Real32[] x, Real32 scale) => Over(nameof(OperationKernels.Scale), x.Length, _tensors.InOut(x), KernelArgument.Of(scale));

    /// <inheritdoc/>
    public void RoundStochastically(Real32[] x, CastTarget to, RandomPlace from) =>
        Over(nameof(OperationKernels.RoundStochastically), x.Length, _tensors.InOut(x), KernelArgument.Of(CastBounds<Real32>.Of(to)), KernelArgument.Of(from));

    /// <inheritdoc/>
    public void AdamStep(Real32[] theta, Real32[] m, Real32[] v, Real32[] gradient, AdamCoefficients<Real32> coefficients) =>
        Over(nameof(TrainingKernels.AdamStep), theta.Length, _tensors.InOut(theta), _tensors.InOut(m), _tensors.InOut(v), _tensors.In(gradient), KernelArgument.Of(coefficients));

    private void Normalize(Real32[] x, Real32[] gain, Real32[] bias, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocals, int centred) =>
        OverRows(
            nameof(OperationKernels.LayerNorm), reciprocals.Length, _tensors.In(x), _tensors.In(gain), _tensors.In(bias), _tensors.Out(y), _tensors.Out(normalized), _tensors.Out(reciprocals),
            Room(reciprocals.Length, RowRoom.Cells(gain.Length, 1)), KernelArgument.Of(Hyperparameters.LayerNormEpsilon.Rounded<Real32>(eps)), centred);

    // True where no row left the range on the way.
    private bool NormalizeGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocals, Real32[] dx, int centred)
    {
        int count = reciprocals.Length;
        KernelBuffer ordinary = Scratch("ordinary", count);
        OverRows(
            nameof(OperationKernels.LayerNormInputGradient), count,
            _tensors.In(dy), _tensors.In(gain), _tensors.In(normalized), _tensors.In(reciprocals), _tensors.Out(dx), Room(count, RowRoom.Cells(gain.Length, 2)), ordinary, centred);
        return AllOrdinary(ordinary);
    }

    private void Multiply(Real32[] a, MatrixLayout aLayout, Real32[] b, MatrixLayout bLayout, Real32[] c, int inner, int columns) =>
        Over(nameof(OperationKernels.Multiply), c.Length, _tensors.In(a), KernelArgument.Of(aLayout), _tensors.In(b), KernelArgument.Of(bLayout), _tensors.Out(c), inner, columns);

    private void Over(string kernel, int count, params IReadOnlyList<KernelArgument> arguments) => machine.LaunchOver(KernelText.Method(kernel), count, arguments);

    private void OverRows(string kernel, int count, params IReadOnlyList<KernelArgument> arguments) => machine.LaunchOverRows(KernelText.Method(kernel), count, arguments);

    private void WithInts(int[] values, Action<KernelBuffer> run)
    {
        KernelBuffer buffer = machine.Copy<int>("whole numbers", values);
        run(buffer);
        machine.Release(buffer);
    }

    // Room for each thread that works on rows.
    private KernelBuffer Room(int rows, int cells) => Scratch("room", checked(machine.RowThreads(rows) * cells));

    // Memory for the time of an operation, the same for each of these sizes.
    private KernelBuffer Scratch(string name, int length)
    {
        if (!_scratch.TryGetValue((name, length), out KernelBuffer? buffer))
            buffer = _scratch[(name, length)] = machine.Allocate<Real32>(name, length);
        machine.Forget(buffer);
        return buffer;
    }

    private bool AllOrdinary(KernelBuffer ordinary)
    {
        var values = new Real32[ordinary.Length];
        machine.Read<Real32>(ordinary, values);
        return Array.TrueForAll(values, value => value.Value == 1);
    }

    private void AllWritten(params ReadOnlySpan<Real32[]> tensors)
    {
        foreach (Real32[] tensor in tensors)
            _tensors.Written(tensor);
    }
}
