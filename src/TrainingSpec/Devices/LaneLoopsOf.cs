using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Devices.LaneSpans;

namespace TrainingSpec.Devices;

/// <summary>Loops of one thread over lanes of one kind: whole vectors first, then one that is filled up.</summary>
/// <remarks>A loop over elementary functions is a method of its own, compiled in full at once: with others in one method the compiler gives up inlining, and each vector travels through memory.</remarks>
/// <typeparam name="T">The lanes.</typeparam>
internal sealed class LaneLoops<T> : LaneLoops
    where T : unmanaged, ILanes<T>
{
    public override int Lanes => T.Count;

    public override LaneLayers Layers { get; } = new LaneLayers<T>();

    public override void AdamStep(
        Span<float> theta, Span<float> m, Span<float> v, ReadOnlySpan<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        AdamCoefficients<T> c = Everywhere(coefficients);
        Formulas.AdamStep.ApplyAll(Vectors<T>(theta), Vectors<T>(m), Vectors<T>(v), Vectors<T>(gradient), c);
        int done = Done<T>(theta.Length);
        if (done == theta.Length)
            return;
        T lastTheta = Load<T>(theta[done..]), lastM = Load<T>(m[done..]), lastV = Load<T>(v[done..]);
        Formulas.AdamStep.Apply(ref lastTheta, ref lastM, ref lastV, Load<T>(gradient[done..]), c);
        Store(lastTheta, theta[done..]);
        Store(lastM, m[done..]);
        Store(lastV, v[done..]);
    }

    public override void SoftmaxCrossEntropy(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int classes, Span<float> losses, Span<float> gradient, int meanOver, GradientOf of)
    {
        // Without a gradient, all rows' exponentials pass through the same cells.
        Span<float> room = gradient.IsEmpty ? new float[classes] : [];
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> exponentials = gradient.IsEmpty ? room : gradient.Slice(row * classes, classes);
            int target = targets[row];
            Real32 max = Maximum(x);
            int first = IndexOf(x, max);
            Real32 rest = Rest(x, max, first, exponentials);
            if (!gradient.IsEmpty)
                Gradient(exponentials, target, first, rest, Real32.Of(meanOver), (int)of);
            losses[row] = Formulas.SoftmaxCrossEntropy.Loss<Real32>(x[target], max, rest);
        }
    }

    public override void BlockSumsOfSquares(ReadOnlySpan<float> x, int first, Span<float> sums) =>
        LaneReduction.BlockSumsOfSquares<T>(x, first, sums);

    public override void Evaluate(Formula formula, ReadOnlySpan<float> arguments, Span<float> results, int first, int end)
    {
        var list = new T[formula.Parameters.Count];
        for (int i = first; i < end; i += T.Count)
        {
            int count = Math.Min(T.Count, end - i);
            for (int k = 0; k < list.Length; k++)
                list[k] = Load<T>(arguments.Slice(k * results.Length + i, count));
            Store(formula.Evaluate<T>(list), results.Slice(i, count));
        }
    }

    public override void EvaluateRows(Formula formula, ReadOnlySpan<float> rows, int width, Span<float> results)
    {
        var row = new T[width];
        int count = rows.Length / width, each = results.Length / count;
        for (int first = 0; first < count; first += T.Count)
        {
            int together = Math.Min(T.Count, count - first);
            LaneBlocks.Gather(rows, first * width, width, together, row.AsSpan());
            LaneBlocks.Scatter<T>(formula.EvaluateRow<T>(row), results, first * each, each, together);
        }
    }

    // The first of the largest logits has the exponential 1, and no part in the rest.
    private static Real32 Rest(ReadOnlySpan<float> x, Real32 max, int first, Span<float> exponentials)
    {
        Exponentials(Vectors<T>(x), T.Everywhere(max), Vectors<T>(exponentials));
        int done = Done<T>(x.Length);
        if (done < x.Length)
            LastExponentials(x[done..], max, exponentials[done..]);
        if (first >= 0)
            exponentials[first] = 0;
        return Softmax.FiniteRow(LaneReduction.Sum<T>(exponentials), max);
    }

    // Over the exponentials, in place.
    private static void Gradient(Span<float> g, int target, int first, Real32 rest, Real32 rows, int ofMean)
    {
        Real32 sum = Real32.Of(1) + rest;
        if (first >= 0)
            g[first] = 1;
        g[target] = Formulas.SoftmaxCrossEntropy.TargetShare<Real32>(target == first ? Real32.Of(1) : Real32.Of(0), g[target], sum, rest);
        Gradients(Vectors<T>(g), T.Everywhere(sum), T.Everywhere(rows), ofMean);
        int done = Done<T>(g.Length);
        if (done < g.Length)
            Store(Formulas.SoftmaxCrossEntropy.Gradient(Load<T>(g[done..]), T.Everywhere(sum), T.Everywhere(rows), ofMean), g[done..]);
    }

    // The largest does not depend on the order of comparing.
    private static Real32 Maximum(ReadOnlySpan<float> x)
    {
        ReadOnlySpan<T> whole = Vectors<T>(x);
        if (whole.IsEmpty)
            return Softmax.Maximum(Scalars(x));
        T largest = Softmax.Maximum(whole);
        Real32 max = Softmax.Maximum(MemoryMarshal.Cast<T, Real32>(new ReadOnlySpan<T>(in largest)));
        ReadOnlySpan<float> rest = x[Done<T>(x.Length)..];
        return rest.IsEmpty ? max : Real32.Max(max, Softmax.Maximum(Scalars(rest)));
    }

    // As bits, which the runtime looks for in vectors; 0 has two patterns.
    private static int IndexOf(ReadOnlySpan<float> x, Real32 value)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(x);
        return value.Value == 0 ? bits.IndexOfAny(0, int.MinValue) : bits.IndexOf(BitConverter.SingleToInt32Bits(value.Value));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials(ReadOnlySpan<T> x, T max, Span<T> exponentials)
    {
        exponentials = exponentials[..x.Length];
        for (int i = 0; i < x.Length; i++)
            exponentials[i] = Softmax.Exponential(x[i], max);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LastExponentials(ReadOnlySpan<float> x, Real32 max, Span<float> exponentials) =>
        Store(Softmax.Exponential(Load<T>(x), T.Everywhere(max)), exponentials);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Gradients(Span<T> g, T sum, T rows, int ofMean)
    {
        for (int i = 0; i < g.Length; i++)
            g[i] = Formulas.SoftmaxCrossEntropy.Gradient(g[i], sum, rows, ofMean);
    }

    private static AdamCoefficients<T> Everywhere(AdamCoefficients<Real32> c) => new()
    {
        LearningRate = T.Everywhere(c.LearningRate),
        Beta1 = T.Everywhere(c.Beta1),
        Beta2 = T.Everywhere(c.Beta2),
        Share1 = T.Everywhere(c.Share1),
        Share2 = T.Everywhere(c.Share2),
        Epsilon = T.Everywhere(c.Epsilon),
        WeightDecay = T.Everywhere(c.WeightDecay),
        DecayRate = T.Everywhere(c.DecayRate),
        Correction1 = T.Everywhere(c.Correction1),
        Correction2 = T.Everywhere(c.Correction2),
        RootCorrection2 = T.Everywhere(c.RootCorrection2),
        LeastMoment = T.Everywhere(c.LeastMoment),
        Decay = c.Decay,
        EpsilonInsideRoot = c.EpsilonInsideRoot,
    };
}
