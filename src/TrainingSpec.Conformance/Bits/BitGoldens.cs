using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using TrainingSpec.Battery;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Bits;

/// <summary>The promise "the same bits everywhere" as a golden file: a hash of many results per formula, function, answer, device and training.</summary>
/// <remarks>A machine, culture, instruction set or thread count that changes one bit of one result changes a hash. Source: design, "One result".</remarks>
public static class BitGoldens
{
    private const int Cases = 200;

    /// <summary>golden/bits/Digests.verified.json.</summary>
    [GoldenSource("bits")]
    public static GoldenDocument Digests()
    {
        var document = new GoldenDocument("bits", "Digests");
        using var hash = new BitHash();
        foreach (Formula formula in FormulaCatalog.All)
            document.Add("formula." + formula.Id, OfFormula(formula, hash));
        document.Add("elementary.double", OfElementary<Real64>(hash));
        document.Add("elementary.single", OfElementary<Real32>(hash));
        document.Add("elementary.half", OfElementary<Float16>(hash));
        document.Add("elementary.bfloat16", OfElementary<BFloat16>(hash));
        document.Add("traps.double", OfTraps<Real64>(hash));
        document.Add("traps.single", OfTraps<Real32>(hash));
        document.Add("traps.lanes", OfTraps<Lanes>(hash, x => Lanes.Everywhere((float)x), x => x.Value[0]));
        document.Add("traps.lanes.double", OfTraps<Lanes64>(hash, x => new(new Vector<double>(x)), x => x.Value[0]));
        document.Add("traps.half", OfTraps<Float16>(hash));
        document.Add("traps.bfloat16", OfTraps<BFloat16>(hash));
        foreach ((string rule, string digest) in OfAnswers(hash))
            document.Add("answers." + rule, digest);
        using (var reference = new ReferenceDevice())
            document.Add("device", OfDevice(reference, hash));

        // Lanes are those of the machine; neither they nor the number of threads may be seen in the bits.
        foreach (int threads in new[] { 1, 2, 7 })
        {
            using var processor = new CpuDevice(threads);
            document.Add(string.Create(CultureInfo.InvariantCulture, $"device.cpu.{threads}"), OfDevice(processor, hash));
        }

        document.Add("training.double", OfTraining<Real64>(hash));
        document.Add("training.single", OfTraining<Real32>(hash));
        return document;
    }

    /// <summary>The digest of a device's results; the same for every device of every machine.</summary>
    /// <param name="device">The device.</param>
    /// <param name="hash">A fresh hash.</param>
    public static string OfDevice(IDevice device, BitHash hash)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(hash);
        foreach (int size in new[] { 1, 65, 4097, 20011 })
        {
            hash.Add(device.SumOfSquares(DeviceInputs.Ordinary(size, seed: 2)));
            float[] theta = DeviceInputs.Ordinary(size, seed: 4), m = DeviceInputs.Ordinary(size, seed: 5), v = Array.ConvertAll(DeviceInputs.Ordinary(size, seed: 6), MathF.Abs);
            device.AdamStep(theta, m, v, DeviceInputs.Values(size, seed: 3), DeviceInputs.Coefficients(step: 3, DecayKind.Old));
            hash.Add(theta);
            hash.Add(m);
            hash.Add(v);
        }

        foreach ((int rows, int classes) in new[] { (3, 2), (5, 65), (2, 4097) })
        {
            float[] losses = new float[rows], gradient = new float[rows * classes];
            device.SoftmaxCrossEntropy(
                DeviceInputs.Logits(rows, classes, seed: 7), DeviceInputs.Targets(rows, classes, seed: 8), classes, losses, gradient, GradientOf.Mean);
            hash.Add(losses);
            hash.Add(gradient);
        }

        return hash.Take();
    }

    private static string OfFormula(Formula formula, BitHash hash)
    {
        foreach (double[] args in FormulaSamples.Of(formula, Cases))
        {
            Add<Real64>(formula, args, hash);
            Add<Real32>(formula, args, hash);
        }

        return hash.Take();
    }

    private static void Add<T>(Formula formula, double[] args, BitHash hash)
        where T : IBinaryFormat<T>
    {
        foreach (T value in formula.EvaluateAny<T>(Array.ConvertAll(args, T.Of)))
            hash.Add(T.ToDouble(value));
    }

    private static string OfElementary<T>(BitHash hash)
        where T : IBinaryFormat<T>
    {
        var random = new SplitMix(1);
        for (int i = 0; i < 20_000; i++)
        {
            T x = T.Of(random.Sign() * random.Magnitude(-12, 3));
            hash.Add(T.ToDouble(T.Exp(x)));
            hash.Add(T.ToDouble(T.Log(T.Abs(x))));
            hash.Add(T.ToDouble(T.Cos(x)));
            hash.Add(T.ToDouble(T.Sin(x)));
            hash.Add(T.ToDouble(T.Tanh(x)));
            hash.Add(T.ToDouble(T.Erf(x)));
            hash.Add(T.ToDouble(T.Expm1(x)));
            hash.Add(T.ToDouble(T.Log1p(x)));
            hash.Add(T.ToDouble(T.Erfc(x)));
            hash.Add(T.ToDouble(T.Pow(T.Abs(x), T.Of(random.Sign() * random.Magnitude(-2, 1)))));
            hash.Add(T.ToDouble(T.Fma(x, x, T.Of(random.Sign() * random.Magnitude(-6, 6)))));
            hash.Add(T.ToDouble(T.Power(x, T.Of(random.Below(50)))));
        }

        return hash.Take();
    }

    private static string OfTraps<T>(BitHash hash)
        where T : IBinaryFormat<T> => OfTraps<T>(hash, T.Of, T.ToDouble);

    // Expressions that a compiler would like to write otherwise, on values that tell.
    private static string OfTraps<T>(BitHash hash, Func<double, T> of, Func<T, double> value)
        where T : IReal<T>
    {
        var random = new SplitMix(2);
        double[] edges = [0, double.NegativeZero, 1, 3, 1 + Real32.UnitRoundoff * 2, Real32.UnitRoundoff, 1 + Real64.UnitRoundoff * 2, Real64.UnitRoundoff, float.MaxValue, 1e-38, float.Epsilon, 1e-310, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NaN];
        T Drawn() => of(random.Below(3) == 0 ? random.Sign() * random.Magnitude(-3, 3) : random.Sign() * edges[random.Below(edges.Length)]);
        for (int i = 0; i < 300; i++)
        {
            T a = Drawn(), b = Drawn(), c = Drawn();
            foreach ((_, Func<T, T, T, T> trap) in CompilerTraps.Over<T>())
                hash.Add(value(trap(a, b, c)));
        }

        return hash.Take();
    }

    /// <summary>Every answer that the rule checks get from the reference, by rule.</summary>
    private static IEnumerable<(string Rule, string Digest)> OfAnswers(BitHash hash)
    {
        foreach (IGrouping<string, RuleCheck> rule in RuleChecks.All.GroupBy(check => check.Rule))
        {
            foreach (RuleCheck check in rule)
                check.Broken(new Recorded(new ReferenceImplementation(), hash));
            yield return (rule.Key, hash.Take());
        }
    }

    private static string OfTraining<T>(BitHash hash)
        where T : IBinaryFormat<T>
    {
        var config = new GptConfig { Vocabulary = 11, Width = 8, Layers = 2, Heads = 2, Context = 8, MlpRatio = 4, Bias = true, Tied = true, LearnedPositions = true, Activation = Activation.GeluTanh };
        var gpt = new Gpt<T>(config, GptInitialization.Normal<T>(config, seed: 1, 0.02));
        var model = new GptTraining<T>(gpt);
        var loss = new TokenLossTraining<T>();
        AdamState<T>? state = null;
        for (int step = 0; step < 5; step++)
        {
            int start = step;
            int[][] inputs = [.. Enumerable.Range(0, 2).Select(row => Enumerable.Range(0, 8).Select(i => (start + row * 3 + i * i) % 11).ToArray())];
            int[][] targets = [.. inputs.Select(row => row.Select(token => (token * 7 + 1) % 11).ToArray())];
            T[] logits = model.Forward(inputs);
            hash.Add(T.ToDouble(loss.Loss(logits, targets)));
            T[][] gradients = [.. model.Backward(loss.Gradient(logits, targets)).Values];
            (T[][] updated, state) = AdamOptimizer.Step([.. gpt.Weights.Values], gradients, state, new AdamOptions { LearningRate = 1e-2, WeightDecay = 0.1, Decay = DecayKind.Old });
            for (int k = 0; k < updated.Length; k++)
                updated[k].CopyTo(gpt.Weights.GetAt(k).Value, 0);
        }

        foreach (T[] tensor in gpt.Weights.Values)
        {
            foreach (T value in tensor)
                hash.Add(T.ToDouble(value));
        }

        return hash.Take();
    }

    private sealed class Recorded(IImplementation right, BitHash hash) : IImplementation
    {
        public string Name => right.Name;

        public JsonObject Answer(string op, JsonObject args)
        {
            try
            {
                JsonObject answer = right.Answer(op, args);
                hash.Add(answer.ToJsonString());
                return answer;
            }
            catch (OracleException e)
            {
                hash.Add(e.Word);
                throw;
            }
        }
    }
}
