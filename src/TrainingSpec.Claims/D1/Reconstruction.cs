using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>The total with which the document's snippets print the log's rates.</summary>
internal sealed class Reconstruction
{
    /// <summary>The largest total that is tried.</summary>
    public const int Most = 6000;

    private readonly Rational _peak, _floor;
    private readonly int _warmup;

    private Reconstruction(Claim first, IReadOnlyList<(int Step, PrintedNumber Rate)> log)
    {
        (_peak, _floor, _warmup) = (first.GivenExact("base"), first.GivenExact("min"), first.GivenInteger("warmup"));
        (Peak, Floor) = (_peak.ToDouble(), _floor.ToDouble());
        int last = log.Max(l => l.Step);
        (int Step, double Rate, double Half)[] rates = [.. log.Select(l => (l.Step, l.Rate.Value.ToDouble(), l.Rate.Unit.ToDouble() / 2 * (1 + 1e-9)))];
        int[] totals = [.. Enumerable.Range(last + 1, Most - last)];
        int Fits(Func<long, double> at) => rates.Count(r => Math.Abs(at(r.Step) - r.Rate) <= r.Half);
        int[] fits = [.. totals.Select(t => Fits(s => ScheduleListing.At(Peak, s, _warmup, t, Floor)))];
        Totals = [.. totals.Where((_, i) => fits[i] == rates.Length)];
        // Where nothing prints all rates, the total that prints most of them; an even one, for the document trains two epochs.
        int best = fits.Max();
        int[] nearest = [.. totals.Where((_, i) => fits[i] == best)];
        Total = nearest.FirstOrDefault(t => t % 2 == 0, nearest[0]);
        FromZero = totals.Count(t => Fits(s => ScheduleListing.At(Peak, s - 1, _warmup, t, Floor)) == rates.Length);
        Held = totals.Count(t => Fits(s => ScheduleListing.Phases(Peak, s, _warmup, t, Floor, 0.8)) == rates.Length || Fits(s => ScheduleListing.Phases(Peak, s - 1, _warmup, t, Floor, 0.8)) == rates.Length);
        Working.Tried(Say($"totals from {last + 1} to {Most} for the snippets with the counter from 1 and from 0, and for the prose's three phases"));
        Working.Value("totals that print all the rates, counted from 1", Totals);
        Working.Value("totals that do so counted from 0", FromZero);
        Working.Value("totals that do so with a constant rate to 80 %", Held);
        Working.Value("total of the reconstructed schedule", Total);
    }

    public double Peak { get; }

    public double Floor { get; }

    /// <summary>The totals that print all rates, counted from 1.</summary>
    public int[] Totals { get; }

    /// <summary>The total that is taken.</summary>
    public int Total { get; }

    /// <summary>How many totals print all rates with the counter from 0.</summary>
    public int FromZero { get; }

    /// <summary>How many print them with a constant rate to 80 % of the steps.</summary>
    public int Held { get; }

    public static Reconstruction Of(Document document, IReadOnlyList<(int Step, PrintedNumber Rate)> log) => new(document["D1-117"], log);

    /// <summary>The rate of a step, exact but for twice the precision of binary64.</summary>
    public Rational Rate(int step)
    {
        Precise rate = step < _warmup
            ? Working.Apply(Schedules.WarmupRate, Exact.Of(_peak), Precise.Of(_warmup), Precise.Of(step))
            : Working.Apply(Schedules.CosineRate, Exact.Of(_peak), Exact.Of(_floor), Schedules.Progress(Precise.Of(_warmup), Precise.Of(Total), Precise.Of(step)));
        return Exact.Value(rate);
    }
}

/// <summary>What is wrong with an optimizer.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every element's update is written to the first element of its tensor.</summary>
    OneElement,

    /// <summary>There are no updates.</summary>
    NoUpdate,
}

/// <summary>A table of logits trained by Adam with and without a fault.</summary>
internal static class FaultyRuns
{
    private const int Tokens = 256;

    public static string Name(Fault fault) => fault switch
    {
        Fault.None => "a working Adam",
        Fault.OneElement => "one that writes all updates to one element",
        _ => "no updates",
    };

    /// <summary>The expected loss after so many updates: logits are a weight per token, and tokens follow Zipf's law.</summary>
    public static double LossAt(int seed, Fault fault, int vocabulary, int total, int steps)
    {
        var draws = new Draws(seed);
        double[] weights = [.. Enumerable.Range(1, vocabulary).Select(i => 1.0 / i)];
        double sum = weights.Sum();
        double[] frequencies = [.. weights.Select(w => w / sum)], cumulated = new double[vocabulary];
        for (int i = 0; i < vocabulary; i++)
            cumulated[i] = frequencies[i] + (i == 0 ? 0 : cumulated[i - 1]);
        // Two layers as small as can be: hidden values and an output matrix of width 16, so that a step of the rate moves a logit by more than the rate.
        const int Width = 16;
        double[][] output = [.. Enumerable.Range(0, vocabulary).Select(_ => Enumerable.Range(0, Width).Select(_ => 0.02 * draws.Normal()).ToArray())];
        double[] hidden = [.. Enumerable.Range(0, Width).Select(_ => draws.Normal())];
        AdamRun<Real64>[][] runs = [.. output.Select(row => row.Select(x => new AdamRun<Real64>(x)).ToArray())];
        for (int t = 1; t <= steps; t++)
        {
            double rate = ScheduleListing.At(1e-3, t, 10, total, 1e-4);
            Real64[] p = Predict(output, hidden);
            double[] error = [.. p.Select(x => x.Value)];
            for (int n = 0; n < Tokens; n++)
            {
                int drawn = Array.BinarySearch(cumulated, draws.Uniform(0, 1));
                error[Math.Min(vocabulary - 1, drawn < 0 ? ~drawn : drawn)] -= 1.0 / Tokens;
            }

            for (int i = 0; i < vocabulary; i++)
            {
                for (int k = 0; k < Width; k++)
                {
                    runs[i][k].LearningRate = rate;
                    double before = runs[i][k].Theta.Value, change = runs[i][k].Step(error[i] * hidden[k]).Value - before;
                    if (fault == Fault.None)
                        output[i][k] += change;
                    else if (fault == Fault.OneElement)
                        output[0][0] += change;
                }
            }
        }

        Real64[] last = Predict(output, hidden);
        return -frequencies.Select((f, i) => f * Math.Log(last[i].Value)).Sum();
    }

    private static Real64[] Predict(double[][] output, double[] hidden)
    {
        Real64[] logits = [.. output.Select(row => new Real64(row.Zip(hidden, (w, h) => w * h).Sum()))], p = new Real64[logits.Length];
        Softmax.Probabilities<Real64>(logits, p);
        return p;
    }
}
