using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Initialization;

/// <summary>Why weights must differ: a net with one hidden layer of tanh, trained by gradient descent on squared errors.</summary>
internal sealed class SymmetryTests
{
    private const int Inputs = 3;
    private const int Hidden = 4;
    private const int Examples = 5;

    [Rule("INITIALIZATION-8")]
    [Law(MaxTest = 200)]
    public bool Units_that_start_equal_stay_equal_bit_for_bit(ulong seed)
    {
        Real64[] row = new Initializer { Scheme = InitializationScheme.XavierNormal, FanIn = Inputs, FanOut = Hidden }.Sample<Real64>(seed, Inputs);
        (Real64[] w, Real64[] v) = Trained([.. Enumerable.Repeat(row, Hidden).SelectMany(r => r)], [.. Enumerable.Repeat(new Real64(0.5), Hidden)], seed);
        return Enumerable.Range(1, Hidden - 1).All(j =>
            w.AsSpan(j * Inputs, Inputs).SequenceEqual(w.AsSpan(0, Inputs)) && v[j] == v[0])
            && !w.AsSpan(0, Inputs).SequenceEqual(row);
    }

    [Rule("INITIALIZATION-8")]
    [Law(MaxTest = 200)]
    public bool From_zeros_no_weight_ever_moves(ulong seed)
    {
        (Real64[] w, Real64[] v) = Trained(new Real64[Hidden * Inputs], new Real64[Hidden], seed);
        return w.Concat(v).All(x => x.Value == 0);
    }

    [Rule("INITIALIZATION-8")]
    [Law(MaxTest = 200)]
    public bool Units_that_start_apart_come_to_differ_in_what_they_compute(ulong seed)
    {
        Real64[] start = new Initializer { Scheme = InitializationScheme.XavierNormal, FanIn = Inputs, FanOut = Hidden }.Sample<Real64>(seed, Hidden * Inputs);
        (Real64[] w, Real64[] v) = Trained(start, [.. Enumerable.Repeat(new Real64(0.5), Hidden)], seed);
        return w.Chunk(Inputs).Select(r => string.Join(' ', r)).Distinct().Count() == Hidden && v.Distinct().Count() == Hidden;
    }

    private static (Real64[] Hidden, Real64[] Output) Trained(Real64[] hidden, Real64[] output, ulong seed)
    {
        var data = new Real64[Examples * (Inputs + 1)];
        RandomStreams.FillNormalPairs<Real64>(seed, 7, 0, data);
        Real64[] x = data[..(Examples * Inputs)], target = data[(Examples * Inputs)..];
        Real64[][] parameters = [hidden, output];
        for (int step = 0; step < 20; step++)
        {
            Real64[] z = new Real64[Examples * Hidden], y = new Real64[Examples];
            Linear.Forward(x, parameters[0], [], z, Inputs, Hidden);
            Real64[] h = Array.ConvertAll(z, Real64.Tanh);
            Linear.Forward(h, parameters[1], [], y, Hidden, 1);
            Real64[] error = [.. y.Zip(target, (a, b) => a - b)], dh = new Real64[h.Length], dw = new Real64[Hidden * Inputs], dv = new Real64[Hidden];
            Linear.WeightGradient(error, h, dv, Hidden, 1);
            Linear.InputGradient(error, parameters[1], dh, Hidden, 1);
            Real64[] dz = [.. dh.Zip(h, (d, a) => d * Formulas.Activations.TanhDerivative(a))];
            Linear.WeightGradient(dz, x, dw, Inputs, Hidden);
            parameters = SgdOptimizer.Step(parameters, [dw, dv], null, new SgdOptions { LearningRate = 0.05 }).Parameters;
        }

        return (parameters[0], parameters[1]);
    }
}
