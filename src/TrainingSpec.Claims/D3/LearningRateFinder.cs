using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Learning Rate Finder".</summary>
internal static class LearningRateFinder
{
    private const int Count = 200;

    /// <summary>Author and year of the reference against what was looked up, and against the other document that lists it.</summary>
    [Claim("D3-061")]
    [Turn("facts/year", "2018", Verdict.Erratum)]
    [Turn("facts/author", "Ruder", Verdict.Erratum)]
    internal static Finding Reference(Claim claim, Document document)
    {
        (string author, int year) = (claim.Facts["author"].Text, claim.Facts["year"].Integer);
        Facts known = document.Facts["range test paper"];
        int preprint = document["D1-217"].PrintedNumber("year").Value.Numerator is var n ? (int)n : 0;
        Working.Value("year of the conference paper", known["conference year"].Integer);
        Working.Value("year that D1-217 gives, that of the preprint", preprint);
        return Judge.Holds(
            author == known["author"].Text && year == known["conference year"].Integer && preprint == known["preprint year"].Integer,
            $"{known["author"].Text} {known["conference year"].Integer}",
            $"the range test was published by {known["author"].Text} at a conference in {known["conference year"].Integer}; D1-217 gives {preprint}, the year of the preprint of the same work",
            $"the range test is by {known["author"].Text}, {known["preprint year"].Integer} as a preprint and {known["conference year"].Integer} at a conference")
            .AndYet("the test in that paper raises the rate linearly and plots accuracy; the exponential sweep of the loss is a later variant of it");
    }

    /// <summary>The loss of a sweep at the stated start, against the noise that a single-precision loss has.</summary>
    [Claim("D3-062")]
    [Turn("printed/eta_start", "10^{-1}", Verdict.Erratum)]
    [Turn("printed/eta_start", "10^{0}", Verdict.Erratum)]
    internal static Finding StartsTiny(Claim claim)
    {
        PrintedNumber start = claim.PrintedNumber("eta_start");
        double eta = start.Value.ToDouble();
        Real64 x = Sgd.Update<Real64>(1, 1, eta);
        double change = Working.Value($"relative change of the loss x^2/2 by a step at {start.Text}, from 1", 1 - x.Value * x.Value), unstable = Working.Value("how far below the largest stable rate of curvature 1 it lies", 2 / eta);
        Working.Uses("hessian.stable_rate");
        return Judge.Holds(
            change < 0.01 && unstable > 1000,
            Say($"{change:G2}"),
            Say($"a step at {start.Text} changes the loss of a parabola of curvature 1 by a relative {change:G2}, and lies {unstable:G2} times below the rate at which it diverges: the sweep starts where nothing happens"),
            Say($"a step at {start.Text} changes the loss of a parabola of curvature 1 by a relative {change:G2}: the sweep starts within what it should find"))
            .With("the other documents give no start of a sweep to compare with");
    }

    /// <summary>The rates of a sweep between the given ends: the ratio of neighbours, and their difference.</summary>
    [Claim("D3-063")]
    [Turn("facts/growth", "linear", Verdict.Erratum)]
    internal static Finding ExponentialSweep(Claim claim)
    {
        (double low, int count) = (claim.GivenNumber("lo"), claim.GivenInteger("N"));
        List<Tally> tallies = [], steps = [];
        foreach (double high in claim.GivenText("hi").Split(" or ").Select(h => double.Parse(h, System.Globalization.CultureInfo.InvariantCulture)))
        {
            Precise[] rates = [.. Enumerable.Range(0, count).Select(i => LrFinder.Rate(Precise.Of(low), Precise.Of(high), Precise.Of(count), Precise.Of(i)))];
            Precise factor = rates[1] / rates[0];
            Working.Value(Say($"factor between rates from {low} to {high}"), factor);
            Working.Apply(LrFinder.Rate, Precise.Of(low), Precise.Of(high), Precise.Of(count), Precise.Of(1));
            tallies.Add(new Tally(Say($"neighbouring rates up to {high} that are the same factor apart, to 88 bits"))
                .AddAll(Enumerable.Range(1, count - 1).Select(i => Closeness.Near(rates[i] / rates[i - 1], factor))).Shown());
            steps.Add(new Tally(Say($"neighbouring rates up to {high} that are the same difference apart"))
                .AddAll(Enumerable.Range(1, count - 1).Select(i => Closeness.Near(rates[i] - rates[i - 1], rates[1] - rates[0]))).Shown());
        }

        return Judge.OneOf(
            claim, "growth", [("exponential", tallies.All(t => t.Always)), ("linear", steps.All(t => t.Always))],
            And(tallies.Select(t => $"{t}")),
            $"between the ends neighbouring rates are the same factor apart ({And(tallies.Select(t => $"{t}"))}): the logarithm of the rate grows in equal steps",
            $"between the ends neighbouring rates are the same factor apart ({And(tallies.Select(t => $"{t}"))}) and not the same difference ({And(steps.Select(t => $"{t}"))})");
    }

    /// <summary>The named series over a sweep on a parabola: level, falling, then exploding beyond the stable rate.</summary>
    [Claim("D3-064")]
    [Turn("facts/plotted", "learning rate", Verdict.Erratum)]
    [Turn("D3-065/given/lambda", "0.000001", Verdict.Erratum)]
    internal static Finding PlotLossAgainstRate(Claim claim, Document document)
    {
        (double[] rates, double[] losses) = Sweep(document["D3-065"]);
        double[] series = claim.Facts["plotted"].Text == "training loss" ? losses : rates;
        double limit = Formulas.Hessian.StableRate<Real64>(document["D3-065"].GivenNumber("lambda")).Value;
        int least = Array.IndexOf(series, series.Min()), turn = Enumerable.Range(1, series.Length - 1).First(i => rates[i] > limit || i == series.Length - 1);
        bool level = Math.Abs(series[10] / series[0] - 1) < 0.001, falls = series[least] < 0.01 * series[0], explodes = series.Length > turn + 1 && series[turn + 1] > series[turn] && series[^1] > 1000 * series[least];
        Working.Uses("lr_finder.rate");
        Working.Value("rate at which the series is least", rates[least]);
        double beyond = Working.Value("first rate above the largest stable one", rates[turn]);
        Tally parts = new Tally("parts of the curve: level at first, falling to a hundredth, growing from the first rate above the stable one").AddAll([level, falls, explodes]).Shown();
        return Judge.Holds(
            parts.Always,
            $"{parts} parts",
            Say($"over a sweep on a parabola the {claim.Facts["plotted"].Text} against the rate is level, falls, and grows from {beyond:G3} on, the first rate above the stable one"),
            $"the {claim.Facts["plotted"].Text} over a sweep shows {parts} of these");
    }

    /// <summary>The two rates that the rule takes for one: that of the steepest fall and the last one before divergence.</summary>
    [Claim("D3-065")]
    [Turn("facts/steepest point is", "before divergence", Verdict.Confirmed)]
    internal static Finding SteepestAgainstDivergence(Claim claim)
    {
        (double[] rates, double[] losses) = Sweep(claim);
        Real64[] lr = [.. rates.Select(r => (Real64)r)], loss = [.. losses.Select(l => (Real64)l)];
        RateSuggestion<Real64> suggestion = Training.LearningRateFinder.Suggest(lr, loss, 0);
        (double steepest, double last) = (Working.Value("rate of the steepest fall over ln eta", rates[suggestion.Steepest!.Value]), Working.Value("last rate before the loss diverges", rates[suggestion.BeforeDivergence!.Value]));
        double apart = Working.Value("the second over the first", last / steepest), step = Working.Value("factor from one rate of the sweep to the next", rates[1] / rates[0]);
        Working.Uses("lr_finder.slope");
        string found = apart < step * 1.001 ? "just before divergence" : "before divergence";
        return Judge.Stated(
            claim,
            "steepest point is",
            found,
            Say($"{steepest:G3} and {last:G3}"),
            Say($"on a sweep over a parabola the loss falls fastest at {steepest:G3} and diverges after {last:G3}, {apart:G3} times as high and many rates of the sweep later: the two descriptions choose different rates"));
    }

    // One step of descent on lambda x^2/2 from 1 at each rate, and the loss after it, until it is no number.
    private static (double[] Rates, double[] Losses) Sweep(Claim claim)
    {
        double lambda = claim.GivenNumber("lambda");
        string[] ends = claim.GivenText("sweep").Split(',')[0].Split("..");
        double[] rates = [.. Training.LearningRateFinder.Sweep<Real64>(Parse(ends[0]), Parse(ends[1]), Count).Select(r => r.Value)];
        double x = 1;
        List<double> losses = [];
        foreach (double rate in rates)
        {
            x *= Formulas.Hessian.Factor<Real64>(rate, lambda).Value;
            losses.Add(lambda * x * x / 2);
        }

        return (rates, [.. losses]);

        static double Parse(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
