using Spec.Cli.Experiments;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace Spec.Cli.Plots;

/// <summary>The pictures of the book, by the name of their file; every number in them comes from the library.</summary>
internal static class BookPlots
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyDictionary<string, Func<Plot>> All { get; } = new SortedDictionary<string, Func<Plot>>(StringComparer.Ordinal)
    {
        ["activations"] = () => Activation("Four activations", "y", Activations.Relu, Activations.Sigmoid, Real64.Tanh, Activations.GeluTanh),
        ["slopes"] = () => Activation(
            "The slopes of four activations", "dy/dx", Activations.ReluDerivative, x => Activations.SigmoidDerivative(Activations.Sigmoid(x)), x => Activations.TanhDerivative(Real64.Tanh(x)), Activations.GeluTanhDerivative),
        ["learning-rates"] = () => Experiment("learning-rates"),
        ["initializations"] = () => Experiment("initializations"),
        ["early-stopping"] = () => Experiment("early-stopping"),
        ["forgetting"] = () => Experiment("forgetting"),
        ["large-batches"] = () => Experiment("large-batches"),
        ["adam"] = AdamSteps,
        ["cast"] = CastErrors,
        ["checkpointing"] = Checkpoints,
        ["initialization"] = Depth,
        ["lr-finder"] = Sweep,
        ["schedules"] = Rates,
    };

    private static Plot Experiment(string name) => ChartPlot.Of(ExperimentCatalog.Find(name).Run().Charts[0]);

    private static Plot Activation(string title, string axis, Func<Real64, Real64> relu, Func<Real64, Real64> sigmoid, Func<Real64, Real64> tanh, Func<Real64, Real64> gelu)
    {
        PlotLine Line(string name, Func<Real64, Real64> f) => new(name, [.. Range(-200, 401).Select(i => i / 50.0).Select(x => (x, f(x).Value))]);
        return new Plot(title, new("x", [-4, -3, -2, -1, 0, 1, 2, 3, 4]), new(axis, [-1, -0.5, 0, 0.5, 1, 1.5, 2]), Line("ReLU", relu), Line("logistic", sigmoid), Line("tanh", tanh), Line("GELU (tanh)", gelu));
    }

    private static Plot AdamSteps()
    {
        PlotLine Line(string name, bool corrected)
        {
            Real64 m = 0, v = 0;
            return new(name, [.. Range(1, 3000).Select(t =>
            {
                m = Adam.FirstMoment<Real64>(m, 1, 0.9);
                v = Adam.SecondMoment<Real64>(v, 1, 0.999);
                Real64 mHat = corrected ? Adam.Corrected(m, Adam.BiasCorrection<Real64>(0.9, t)) : m;
                Real64 vHat = corrected ? Adam.Corrected(v, Adam.BiasCorrection<Real64>(0.999, t)) : v;
                return ((double)t, -Adam.Update<Real64>(0, mHat, vHat, 1, 1e-8).Value);
            }).Where((_, i) => i < 60 || i % 20 == 19)]);
        }

        return new Plot(
            "Adam under a constant gradient (β₁ = 0.9, β₂ = 0.999)", new("step", [1, 3, 10, 30, 100, 300, 1000, 3000], Logarithmic: true), new("step size / learning rate", [0, 1, 2, 3, 4, 5, 6, 7]),
            Line("with bias correction", true), Line("without", false));
    }

    private static Plot CastErrors()
    {
        // The largest error among 16 numbers in each eighth of a power of two.
        PlotLine Line(string name, CastTarget target) => new(name, [.. Range(-30 * 8, 48 * 8).Select(i => (Double(i / 8.0), Range(0, 16).Max(j =>
        {
            double x = Double((i + j / 16.0) / 8);
            return Math.Abs(Cast.Of(x, target).Value - x) / x;
        })))]);
        double Double(double exponent) => Real64.Pow(2, exponent).Value;
        return new Plot(
            "The relative error of a cast", new("number", [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5], Logarithmic: true),
            new("largest relative error", [1e-4, 1e-3, 0.01, 0.1, 1], Logarithmic: true), Line("float16", CastTarget.Float16), Line("bfloat16", CastTarget.BFloat16));
    }

    private static Plot Checkpoints()
    {
        CheckpointPlan[] plans = [.. Range(1, 100).Select(k => CheckpointPlan.Of(100, k))];
        return new Plot(
            "Checkpointing 100 layers", new("segments", [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]), new("layers", [0, 20, 40, 60, 80, 100]),
            new("outputs held at the peak", [.. plans.Select(p => ((double)p.Segments, (double)p.Peak))]),
            new("layers computed twice", [.. plans.Select(p => ((double)p.Segments, (double)p.ExtraForward))]));
    }

    private static Plot Depth()
    {
        const int Units = 64, Examples = 64, Layers = 16;
        PlotLine Line(string name, double factor)
        {
            Real64 deviation = Initialization.Deviation<Real64>(factor * Initialization.HeVariance<Real64>(Units));
            var x = new Real64[Examples * Units];
            var weights = new Real64[Units * Units];
            RandomStreams.FillNormal<Real64>(seed: 1, stream: 0, offset: 0, x);
            List<(double, double)> points = [(0, Reduction.SumOfSquares<Real64>(x).Value / x.Length)];
            for (int layer = 1; layer <= Layers; layer++)
            {
                RandomStreams.FillNormal<Real64>(seed: 1, stream: (ulong)layer, offset: 0, weights);
                x = [.. Range(0, x.Length).Select(i => Range(0, Units).Aggregate((Real64)0, (sum, j) =>
                    Real64.Fma(Initialization.NormalWeight(deviation, weights[i % Units * Units + j]), x[i / Units * Units + j], sum)))];
                points.Add((layer, Reduction.SumOfSquares<Real64>(x).Value / x.Length));
                x = Array.ConvertAll(x, Activations.Relu);
            }

            return new(name, [.. points]);
        }

        return new Plot(
            "A ReLU network of width 64: the mean square before each activation", new("layer", [0, 2, 4, 6, 8, 10, 12, 14, 16]), new("mean square", [1e-6, 1e-4, 0.01, 1, 100, 1e4, 1e6], Logarithmic: true),
            Line("He: 2/n", 1), Line("half of it: 1/n", 0.5), Line("twice: 4/n", 2));
    }

    private static Plot Sweep()
    {
        var config = new GptConfig { Vocabulary = 8, Width = 16, Layers = 1, Heads = 2, Context = 8 };
        Real64[] rates = LearningRateFinder.Sweep<Real64>(1e-4, 10, 80);
        TokenBatch Batch(int step)
        {
            // Counting modulo 8 with a drawn step of 1 to 3: what comes next can be told from two tokens.
            int[][] rows = [.. Range(0, 8).Select(row => Range(0, 9).Select(place => (int)((RandomStreams.Word(1, (ulong)step, (ulong)row) + (ulong)place * (1 + RandomStreams.Word(2, (ulong)step, (ulong)row) % 3)) % 8)).ToArray())];
            return new TokenBatch([.. rows.Select(row => row[..8])], [.. rows.Select(row => row[1..])]);
        }

        RateSweep<Real64> sweep = LearningRateFinder.Run(
            new GptTraining<Real64>(new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, seed: 1, 0.2))), new TokenLossTraining<Real64>(),
            new GlobalNormClipping<Real64>(1e9), new AdamTraining<Real64>(AdamOptions.Adam(0)), Batch, [.. rates.Select(r => r.Value)]);
        RateSuggestion<Real64> suggestion = LearningRateFinder.Suggest(rates[..sweep.Losses.Length], sweep.Losses, 0.8);
        double steepest = rates[suggestion.Steepest!.Value].Value, before = rates[suggestion.BeforeDivergence!.Value].Value;
        return new Plot(
            "A sweep of Adam's rate on a GPT of one layer", new("learning rate", [1e-4, 1e-3, 0.01, 0.1, 1, 10], Logarithmic: true), new("loss (nats)", [0, 2, 4, 6, 8, 10]),
            new("loss", [.. sweep.Rates.Zip(sweep.Losses, (lr, loss) => (lr, loss.Value))]), new("smoothed", [.. suggestion.Smoothed.Select((loss, i) => (rates[i].Value, loss.Value))]),
            new("steepest", [(steepest, 0), (steepest, 10)], Dashed: true), new("before divergence", [(before, 0), (before, 10)], Dashed: true));
    }

    private static Plot Rates()
    {
        PlotLine Line(string name, Func<int, Real64> rate) => new(name, [.. Range(0, 501).Select(i => 2 * i).Select(t => ((double)t, rate(t).Value))]);
        return new Plot(
            "Five schedules", new("step", [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]), new("rate / highest rate", [0, 0.2, 0.4, 0.6, 0.8, 1]),
            Line("step decay", t => Schedules.StepDecay<Real64>(1, 0.5, every: 200, t)), Line("linear", t => Schedules.LinearDecay<Real64>(1, total: 1000, t)),
            Line("cosine", t => Schedules.Cosine<Real64>(1, 0, start: 0, total: 1000, t)), Line("warmup, cosine", t => Schedules.WarmupCosine<Real64>(1, 0, warmup: 100, total: 1000, t)),
            Line("hold", t => Schedules.WarmupHoldCosine<Real64>(1, 0, warmup: 100, decayStart: 800, total: 1000, t)));
    }

    private static IEnumerable<int> Range(int start, int count) => Enumerable.Range(start, count);
}
