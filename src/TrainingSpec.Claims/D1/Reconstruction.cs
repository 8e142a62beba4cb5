using System.Globalization;
using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>The schedule of the log: the document's snippets over the total that the facts name, and the search for such totals.</summary>
internal sealed class Reconstruction
{
    /// <summary>The largest total that is tried.</summary>
    public const int Most = 6000;

    private readonly Rational _peak, _floor;
    private readonly int _warmup;

    private Reconstruction(Claim first, int[] stated, IReadOnlyList<(int Step, PrintedNumber Rate)> log)
    {
        Stated = stated;
        // An even one, for the document trains two epochs.
        Total = stated.FirstOrDefault(t => t % 2 == 0, stated[0]);
        (_peak, _floor, _warmup) = (first.GivenExact("base"), first.GivenExact("min"), first.GivenInteger("warmup"));
        (Peak, Floor) = (_peak.ToDouble(), _floor.ToDouble());
        int last = log.Max(l => l.Step);
        (Totals, FromZero, Held) = Kept.Of((Peak, Floor, _warmup, string.Join(' ', log.Select(l => $"{l.Step}:{l.Rate.Text}"))), static x => Search(x.Peak, x.Floor, x._warmup, x.Item4));
        Working.Tried(Say($"totals from {last + 1} to {Most} for the snippets with the counter from 1 and from 0, and for the prose's three phases"));
        Working.Value("totals that print all the rates, counted from 1", Totals);
        Working.Value("totals that do so counted from 0", FromZero);
        Working.Value("totals that do so with a constant rate to 80 %", Held);
        Working.Value("total of the reconstructed schedule, from the facts", Total);
    }

    private static (int[] Totals, int FromZero, int Held) Search(double peak, double floor, int warmup, string log)
    {
        (int Step, double Rate, double Half)[] rates = [.. log.Split(' ').Select(l => l.Split(':')).Select(l => (int.Parse(l[0], CultureInfo.InvariantCulture), PrintedNumber.All(l[1])[0])).Select(l => (
            l.Item1, l.Item2.Value.ToDouble(), l.Item2.Unit.ToDouble() / 2 * (1 + 1e-9)))];
        int last = rates.Max(r => r.Step);
        int[] totals = [.. Enumerable.Range(last + 1, Most - last)];
        int Fits(Func<long, double> at) => rates.Count(r => Math.Abs(at(r.Step) - r.Rate) <= r.Half);
        int[] fits = [.. totals.Select(t => Fits(s => ScheduleListing.At(peak, s, warmup, t, floor)))];
        return (
            [.. totals.Where((_, i) => fits[i] == rates.Length)],
            totals.Count(t => Fits(s => ScheduleListing.At(peak, s - 1, warmup, t, floor)) == rates.Length),
            totals.Count(t => Fits(s => ScheduleListing.Phases(peak, s, warmup, t, floor, 0.8)) == rates.Length || Fits(s => ScheduleListing.Phases(peak, s - 1, warmup, t, floor, 0.8)) == rates.Length));
    }

    public double Peak { get; }

    public double Floor { get; }

    /// <summary>The totals that print all rates, counted from 1.</summary>
    public int[] Totals { get; }

    /// <summary>The totals that the facts name.</summary>
    public int[] Stated { get; }

    /// <summary>The total that is taken, the even one of those that the facts name.</summary>
    public int Total { get; }

    /// <summary>What the snippets take: the highest rate, the steps of warmup, the total and the lowest rate.</summary>
    public (double Peak, int Warmup, int Total, double Floor) Shape => (Peak, _warmup, Total, Floor);

    /// <summary>How many totals print all rates with the counter from 0.</summary>
    public int FromZero { get; }

    /// <summary>How many print them with a constant rate to 80 % of the steps.</summary>
    public int Held { get; }

    public static Reconstruction Of(Document document, IReadOnlyList<(int Step, PrintedNumber Rate)> log) => new(document["D1-117"], [.. document["D1-112"].Facts["totals"].Rows.Select(t => t.Integer)], log);

    public static Reconstruction Of(Document document) => Of(document, [.. LoggedStep.All(document).Select(l => (l.Step, l.Rate))]);

    /// <summary>The rate of a step, exact but for twice the precision of binary64.</summary>
    public Rational Rate(int step)
    {
        Precise rate = step < _warmup
            ? Working.Apply(Schedules.WarmupRate, Exact.Of(_peak), Precise.Of(_warmup), Precise.Of(step))
            : Working.Apply(Schedules.CosineRate, Exact.Of(_peak), Exact.Of(_floor), Schedules.Progress(Precise.Of(_warmup), Precise.Of(Total), Precise.Of(step)));
        return Exact.Value(rate);
    }
}

/// <summary>An output matrix on one fixed hidden vector, trained by Adam with and without a fault.</summary>
internal static class FaultyRuns
{
    /// <summary>Width of the hidden vector.</summary>
    public const int Width = 16;

    private const int Tokens = 256;

    public static string Name(Fault fault) => fault switch
    {
        Fault.None => "a working Adam",
        Fault.OneElement => "one that writes all updates to one element",
        _ => "no updates",
    };

    /// <summary>The expected loss after so many updates: logits are a trained matrix times a fixed hidden vector, and tokens follow Zipf's law.</summary>
    public static double LossAt(int seed, Fault fault, int vocabulary, (double Peak, int Warmup, int Total, double Floor) schedule, int steps)
    {
        var draws = new Draws(seed);
        double[] zipf = [.. Enumerable.Range(1, vocabulary).Select(i => 1.0 / i)];
        double sum = zipf.Sum();
        double[] frequencies = [.. zipf.Select(w => w / sum)], cumulated = new double[vocabulary];
        for (int i = 0; i < vocabulary; i++)
            cumulated[i] = frequencies[i] + (i == 0 ? 0 : cumulated[i - 1]);
        // A hidden vector and an output matrix, so that a step of the rate moves a logit by more than the rate.
        double[][] output = [.. Enumerable.Range(0, vocabulary).Select(_ => Enumerable.Range(0, Width).Select(_ => 0.02 * draws.Normal()).ToArray())];
        double[] hidden = [.. Enumerable.Range(0, Width).Select(_ => draws.Normal())];
        var weights = new OrderedDictionary<string, Real64[]> { ["output"] = [.. output.SelectMany(row => row).Select(x => new Real64(x))] };
        var optimizer = new AdamTraining<Real64>(new AdamOptions { LearningRate = schedule.Peak });
        for (int t = 1; t <= steps; t++)
        {
            double[] error = [.. Predict(weights["output"], hidden).Select(x => x.Value)];
            for (int n = 0; n < Tokens; n++)
            {
                int drawn = Array.BinarySearch(cumulated, draws.Uniform(0, 1));
                error[Math.Min(vocabulary - 1, drawn < 0 ? ~drawn : drawn)] -= 1.0 / Tokens;
            }

            Real64[] before = [.. weights["output"]], gradient = [.. error.SelectMany(e => hidden.Select(h => new Real64(e * h)))];
            optimizer.Step(weights, new OrderedDictionary<string, Real64[]> { ["output"] = gradient }, ScheduleListing.At(schedule.Peak, t, schedule.Warmup, schedule.Total, schedule.Floor));
            if (fault != Fault.None)
            {
                double change = weights["output"].Zip(before, (a, b) => a.Value - b.Value).Sum();
                before.CopyTo(weights["output"], 0);
                weights["output"][0] += fault == Fault.OneElement ? change : 0;
            }
        }

        Real64[] last = Predict(weights["output"], hidden);
        return -frequencies.Select((f, i) => f * Math.Log(last[i].Value)).Sum();
    }

    private static Real64[] Predict(Real64[] output, double[] hidden)
    {
        var (logits, p) = (new Real64[output.Length / hidden.Length], new Real64[output.Length / hidden.Length]);
        for (int i = 0; i < output.Length; i++)
            logits[i / hidden.Length] += output[i] * hidden[i % hidden.Length];
        Softmax.Probabilities<Real64>(logits, p);
        return p;
    }
}
