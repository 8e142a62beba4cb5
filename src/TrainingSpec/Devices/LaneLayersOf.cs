using System.Buffers;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Devices.LaneSpans;

namespace TrainingSpec.Devices;

/// <summary>The layers of a model over lanes of one kind. Where lanes are columns and the width is no multiple of them, the same formulas run number by number.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal sealed class LaneLayers<T> : LaneLayers
    where T : unmanaged, ILanes<T>
{
    public override int Panels(int columns) => LaneMatrixProduct.Panels<T>(columns);

    public override int PackedLength(int inner, int columns) => LaneMatrixProduct.Panels<T>(columns) * LaneMatrixProduct.TileColumns<T>() * inner;

    public override void Pack(ReadOnlySpan<float> b, MatrixLayout layout, int inner, int columns, int first, int end, Span<float> right) =>
        LaneMatrixProduct.Pack<T>(b, layout, inner, columns, first, end, right);

    public override void MultiplyRows(ReadOnlySpan<float> a, MatrixLayout layout, ReadOnlySpan<float> right, Span<float> c, int first, int end, int inner, int columns) =>
        LaneMatrixProduct.MultiplyRows<T>(a, layout, right, c, first, end, inner, columns);

    public override void Embed(ReadOnlySpan<int> ids, int length, ReadOnlySpan<Real32> tokens, ReadOnlySpan<Real32> positions, Span<Real32> x, int width)
    {
        if (width % T.Count == 0)
            Embedding.Forward(ids, length, Vectors<T>(tokens), Vectors<T>(positions), Vectors<T>(x), width / T.Count);
        else
            Embedding.Forward(ids, length, tokens, positions, x, width);
    }

    public override void AddTokenGradient(ReadOnlySpan<int> ids, ReadOnlySpan<Real32> dx, Span<Real32> dTokens, int width)
    {
        if (width % T.Count == 0)
            Embedding.AddTokenGradient(ids, Vectors<T>(dx), Vectors<T>(dTokens), width / T.Count);
        else
            Embedding.AddTokenGradient(ids, dx, dTokens, width);
    }

    public override void AddPositionGradient(ReadOnlySpan<Real32> dx, int length, Span<Real32> dPositions, int width)
    {
        if (width % T.Count == 0)
            Embedding.AddPositionGradient(Vectors<T>(dx), length, Vectors<T>(dPositions), width / T.Count);
        else
            Embedding.AddPositionGradient(dx, length, dPositions, width);
    }

    public override void AddBias(ReadOnlySpan<Real32> bias, Span<Real32> y)
    {
        if (bias.Length % T.Count == 0)
            Linear.AddBias(Vectors<T>(bias), Vectors<T>(y));
        else
            Linear.AddBias(bias, y);
    }

    public override void BiasGradient(ReadOnlySpan<Real32> dy, Span<Real32> dBias)
    {
        if (dBias.Length % T.Count == 0)
            Linear.BiasGradient(Vectors<T>(dy), Vectors<T>(dBias));
        else
            Linear.BiasGradient(dy, dBias);
    }

    public override void GainGradient(ReadOnlySpan<Real32> dy, ReadOnlySpan<Real32> normalized, Span<Real32> dGain)
    {
        if (dGain.Length % T.Count == 0)
            Formulas.LayerNorm.GainGradient(Vectors<T>(dy), Vectors<T>(normalized), Vectors<T>(dGain));
        else
            Formulas.LayerNorm.GainGradient(dy, normalized, dGain);
    }

    public override int Blocks(int rows) => (rows + T.Count - 1) / T.Count;

    public override void LayerNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<Real32> gain, ReadOnlySpan<Real32> bias, Real32 eps, Span<float> y, Span<float> normalized, Span<float> reciprocalDeviations, bool centred, int first, int end)
    {
        int width = gain.Length;
        int cells = RowRoom.Cells(width, 1);
        using var room = new Room(5 * width + cells + 1);
        Span<T> gains = room.Take(width), biases = room.Take(width), rows = room.Take(width), outputs = room.Take(width), kept = room.Take(width), inner = room.Take(cells), reciprocals = room.Take(1);
        Everywhere(gain, gains);
        Everywhere(bias, biases);
        for (int block = first; block < end; block++)
        {
            int row = block * T.Count, count = Math.Min(T.Count, reciprocalDeviations.Length - row);
            LaneBlocks.Gather<T>(x, row * width, width, count, rows);
            reciprocals[0] = Formulas.LayerNorm.Row<T, SpanCells<T>, SpanCells<T>, SpanCells<T>>(new(rows), new(gains), new(biases), width, T.Everywhere(eps), new(outputs), new(kept), new(inner), centred);
            LaneBlocks.Scatter<T>(outputs, y, row * width, width, count);
            LaneBlocks.Scatter<T>(kept, normalized, row * width, width, count);
            LaneBlocks.Scatter<T>(reciprocals, reciprocalDeviations, row, 1, count);
        }
    }

    public override void LayerNormInputGradient(
        ReadOnlySpan<float> dy, ReadOnlySpan<Real32> gain, ReadOnlySpan<float> normalized, ReadOnlySpan<float> reciprocalDeviations, Span<float> dx, bool centred, int first, int end)
    {
        int width = gain.Length;
        int cells = RowRoom.Cells(width, 2);
        using var room = new Room(4 * width + cells + 1);
        Span<T> gains = room.Take(width), gradients = room.Take(width), kept = room.Take(width), results = room.Take(width), inner = room.Take(cells), reciprocals = room.Take(1);
        Everywhere(gain, gains);
        for (int block = first; block < end; block++)
        {
            int row = block * T.Count, count = Math.Min(T.Count, reciprocalDeviations.Length - row);
            LaneBlocks.Gather<T>(dy, row * width, width, count, gradients);
            LaneBlocks.Gather<T>(normalized, row * width, width, count, kept);
            LaneBlocks.Gather<T>(reciprocalDeviations, row, 1, count, reciprocals);
            bool ordinary = Formulas.LayerNorm.RowGradient<T>(gradients, gains, kept, reciprocals[0], results, inner, centred);
            LaneBlocks.Scatter<T>(results, dx, row * width, width, count);
            if (!ordinary)
                GradientRowByRow(dy, gain, normalized, reciprocalDeviations, dx, centred, row, count);
        }
    }

    public override void Attention(ReadOnlySpan<float> qkv, AttentionShape shape, ReadOnlySpan<Real32> mask, Span<float> weights, Span<float> y, int first, int end)
    {
        AttentionShape one = OneHead(shape);
        int squares = shape.Length * shape.Length;
        int size = shape.Length * shape.HeadWidth;
        using var room = new Room(4 * size + mask.Length);
        Span<T> heads = room.Take(3 * size), outputs = room.Take(size), added = room.Take(mask.Length);
        Everywhere(mask, added);
        for (int block = first; block < end; block++)
        {
            Span<T> kept = MemoryMarshal.Cast<float, T>(weights.Slice(block * squares * T.Count, squares * T.Count));
            int head = block * T.Count, count = Math.Min(T.Count, shape.Batch * shape.Heads - head);
            GatherHeads(qkv, shape, 3, head, count, heads);
            if (!Formulas.Attention.Forward<T>(heads, one, kept, outputs, added))
                HeadByHead(heads, one, mask, kept, outputs, count);
            ScatterHeads(outputs, shape, 1, head, count, y);
        }
    }

    public override void AttentionInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> qkv, ReadOnlySpan<float> weights, AttentionShape shape, Span<float> dQkv, int first, int end)
    {
        AttentionShape one = OneHead(shape);
        int squares = shape.Length * shape.Length, size = shape.Length * shape.HeadWidth;
        using var room = new Room(7 * size + squares);
        Span<T> heads = room.Take(3 * size), gradients = room.Take(size), results = room.Take(3 * size), dScores = room.Take(squares);
        for (int block = first; block < end; block++)
        {
            ReadOnlySpan<T> kept = MemoryMarshal.Cast<float, T>(weights.Slice(block * squares * T.Count, squares * T.Count));
            int head = block * T.Count, count = Math.Min(T.Count, shape.Batch * shape.Heads - head);
            GatherHeads(qkv, shape, 3, head, count, heads);
            GatherHeads(dy, shape, 1, head, count, gradients);
            if (!Formulas.Attention.InputGradient(gradients, heads, kept, one, results, dScores))
                GradientHeadByHead(gradients, heads, one, kept, results, count);
            ScatterHeads(results, shape, 3, head, count, dQkv);
        }
    }

    public override void Activate(Activation activation, ReadOnlySpan<float> x, Span<float> y, Span<float> slopes)
    {
        ActivationLayer.Forward(activation, Vectors<T>(x), Vectors<T>(y), Vectors<T>(slopes));
        int done = Done<T>(x.Length);
        if (done == x.Length)
            return;
        T last = Load<T>(x[done..]), result = default, slope = default;
        ActivationLayer.Forward<T>(activation, new ReadOnlySpan<T>(in last), new Span<T>(ref result), new Span<T>(ref slope));
        Store(result, y[done..]);
        Store(slope, slopes[done..]);
    }

    public override void ActivationGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> slopes, Span<float> dx)
    {
        ActivationLayer.InputGradient(Vectors<T>(dy), Vectors<T>(slopes), Vectors<T>(dx));
        int done = Done<T>(dy.Length);
        ActivationLayer.InputGradient(Scalars(dy[done..]), Scalars(slopes[done..]), Scalars(dx[done..]));
    }

    public override void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        Linear.Add(Vectors<T>(x), Vectors<T>(y));
        int done = Done<T>(x.Length);
        Linear.Add(Scalars(x[done..]), Scalars(y[done..]));
    }

    public override void Scale(Span<float> x, Real32 scale)
    {
        Clipping.ScaleAll(Vectors<T>(x), T.Everywhere(scale));
        Clipping.ScaleAll(Scalars(x[Done<T>(x.Length)..]), scale);
    }

    public override void RoundStochastically(Span<float> x, CastTarget to, ReadOnlySpan<float> uniform)
    {
        CastBounds<T> bounds = CastBounds<T>.Of(to);
        Span<T> numbers = Vectors<T>(x);
        ReadOnlySpan<T> draws = Vectors<T>(uniform);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = Cast.Stochastic(numbers[i], draws[i], bounds);
        int done = Done<T>(x.Length);
        if (done < x.Length)
            Store(Cast.Stochastic(Load<T>(x[done..]), Load<T>(uniform[done..]), bounds), x[done..]);
    }

    public override Real32 LargestMagnitude(ReadOnlySpan<float> x)
    {
        T largest = Norms.LargestMagnitude(Vectors<T>(x));
        return Real32.Max(Norms.LargestMagnitude(MemoryMarshal.Cast<T, Real32>(new ReadOnlySpan<T>(in largest))), Norms.LargestMagnitude(Scalars(x[Done<T>(x.Length)..])));
    }

    public override Real32 ScaledSumOfSquares(ReadOnlySpan<float> x, Real32 scale)
    {
        float[] taken = ArrayPool<float>.Shared.Rent(x.Length);
        Span<float> scaled = taken.AsSpan(0, x.Length);
        int done = Done<T>(x.Length);
        Norms.ScaleInto(Vectors<T>(x), T.Everywhere(scale), Vectors<T>(scaled));
        Norms.ScaleInto(Scalars(x[done..]), scale, Scalars(scaled[done..]));
        Real32 sum = LaneReduction.SumOfSquares<T>(scaled);
        ArrayPool<float>.Shared.Return(taken);
        return sum;
    }

    // What one head's scores ask for beyond the ordinary must not be done to its neighbours.
    private static void HeadByHead(ReadOnlySpan<T> heads, AttentionShape one, ReadOnlySpan<Real32> mask, Span<T> weights, Span<T> y, int count)
    {
        Real32[] head = new Real32[heads.Length], kept = new Real32[weights.Length], output = new Real32[y.Length];
        for (int lane = 0; lane < count; lane++)
        {
            LaneBlocks.ScatterOne(heads, MemoryMarshal.Cast<Real32, float>(head.AsSpan()), lane);
            Formulas.Attention.Forward<Real32>(head, one, kept, output, mask);
            LaneBlocks.GatherOne(MemoryMarshal.Cast<Real32, float>(kept), weights, lane);
            LaneBlocks.GatherOne(MemoryMarshal.Cast<Real32, float>(output), y, lane);
        }
    }

    private static void GradientRowByRow(
        ReadOnlySpan<float> dy, ReadOnlySpan<Real32> gain, ReadOnlySpan<float> normalized, ReadOnlySpan<float> reciprocalDeviations, Span<float> dx, bool centred, int row, int count)
    {
        int start = row * gain.Length, length = count * gain.Length;
        Formulas.LayerNorm.InputGradient(Scalars(dy.Slice(start, length)), gain, Scalars(normalized.Slice(start, length)), Scalars(reciprocalDeviations.Slice(row, count)), Scalars(dx.Slice(start, length)), centred);
    }

    private static void GradientHeadByHead(ReadOnlySpan<T> dy, ReadOnlySpan<T> heads, AttentionShape one, ReadOnlySpan<T> weights, Span<T> dHeads, int count)
    {
        Real32[] gradient = new Real32[dy.Length], head = new Real32[heads.Length], kept = new Real32[weights.Length], result = new Real32[heads.Length];
        for (int lane = 0; lane < count; lane++)
        {
            LaneBlocks.ScatterOne(dy, MemoryMarshal.Cast<Real32, float>(gradient.AsSpan()), lane);
            LaneBlocks.ScatterOne(heads, MemoryMarshal.Cast<Real32, float>(head.AsSpan()), lane);
            LaneBlocks.ScatterOne(weights, MemoryMarshal.Cast<Real32, float>(kept.AsSpan()), lane);
            Formulas.Attention.InputGradient<Real32>(gradient, head, kept, one, result);
            LaneBlocks.GatherOne(MemoryMarshal.Cast<Real32, float>(result), dHeads, lane);
        }
    }

    // A sequence of one head.
    private static AttentionShape OneHead(AttentionShape shape) => new(1, shape.Length, 1, shape.HeadWidth);

    // Position after position, of each its parts: query, key and value, or the output alone.
    private static void GatherHeads(ReadOnlySpan<float> x, AttentionShape shape, int parts, int head, int count, Span<T> lanes)
    {
        Span<int> starts = stackalloc int[count];
        for (int row = 0; row < shape.Length * parts; row++)
        {
            for (int lane = 0; lane < count; lane++)
                starts[lane] = Place(shape, parts, head + lane, row);
            LaneBlocks.Gather(x, starts, lanes.Slice(row * shape.HeadWidth, shape.HeadWidth));
        }
    }

    private static void ScatterHeads(ReadOnlySpan<T> lanes, AttentionShape shape, int parts, int head, int count, Span<float> x)
    {
        Span<int> starts = stackalloc int[count];
        for (int row = 0; row < shape.Length * parts; row++)
        {
            for (int lane = 0; lane < count; lane++)
                starts[lane] = Place(shape, parts, head + lane, row);
            LaneBlocks.Scatter(lanes.Slice(row * shape.HeadWidth, shape.HeadWidth), x, starts);
        }
    }

    private static int Place(AttentionShape shape, int parts, int head, int row) =>
        (head / shape.Heads * shape.Length * parts + row) * shape.Width + head % shape.Heads * shape.HeadWidth;

    private static void Everywhere(ReadOnlySpan<Real32> x, Span<T> lanes)
    {
        for (int i = 0; i < lanes.Length; i++)
            lanes[i] = T.Everywhere(x[i]);
    }

    /// <summary>Room for lanes, given back at its end.</summary>
    private ref struct Room(int length)
    {
        private readonly T[] _taken = ArrayPool<T>.Shared.Rent(length);
        private int _next;

        public Span<T> Take(int count)
        {
            Span<T> part = _taken.AsSpan(_next, count);
            _next += count;
            return part;
        }

        public readonly void Dispose() => ArrayPool<T>.Shared.Return(_taken);
    }
}
