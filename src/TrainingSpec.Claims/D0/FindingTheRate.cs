using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Finding the Right Learning Rate".</summary>
internal static class FindingTheRate
{
    /// <summary>The rule's first rate against the one that the document starts its own model with.</summary>
    [Claim("D0-037")]
    [Claim("D0-174")]
    [Turn("D0-045/printed/lr", "0.01", Verdict.Confirmed)]
    [Turn("printed/lr", "0.1", Verdict.Confirmed)]
    internal static Finding FirstRate(Claim claim, Document document)
    {
        Claim own = document["D0-045"];
        Rational rate = claim.PrintedNumber("lr").Value, elsewhere = own.PrintedNumber("lr").Value;
        double[] losses = [.. ((Rational[])[rate, elsewhere]).Select(r => Enumerable.Range(0, 5).Average(seed => new CharRun { Validates = false, Seed = seed, Rate = r.ToDouble() }.Run().Train))];
        Working.Tried(Say($"a character model after 10 epochs, mean of five seeds: {losses[0]:F3} at {rate}, {losses[1]:F3} at {elsewhere}"));
        return Judge.SameNumber(claim, "lr", elsewhere, own.Id).With(Say($"after 10 epochs the training loss is {losses[0]:F3} at {rate} and {losses[1]:F3} at {elsewhere}"));
    }

    /// <summary>The printed factor against the factors between the rates that the document goes through for its own model.</summary>
    [Claim("D0-038")]
    [Turn("D0-047/printed/to", "1.0", Verdict.Confirmed)]
    [Turn("printed/factor", "5", Verdict.Conflicts)]
    internal static Finding FactorOfTen(Claim claim, Document document)
    {
        Rational factor = claim.PrintedNumber("factor").Value, start = claim.GivenExact("start");
        Rational[] exercise = [.. PrintedNumber.All(document["D0-182"].GivenText("lr")).Select(p => p.Value)];
        Claim down = document["D0-046"], up = document["D0-047"];
        Rational lower = Working.Value("factor from 0.1 down", down.GivenExact("from") / down.PrintedNumber("to").Value), higher = Working.Value("factor from 0.1 up", up.PrintedNumber("to").Value / up.GivenExact("from"));
        var grid = new Tally("rates of the first exercise on the grid of the rule");
        grid.AddAll(exercise.Select(rate => Enumerable.Range(-6, 13).Any(k => rate == start * Power(factor, k)))).Shown();
        return Judge.Agrees(
            grid.Always && lower == factor && higher == factor,
            higher == factor && lower == factor ? "D0-182" : lower == factor ? up.Id : down.Id,
            Say($"{lower} down, {higher} up"),
            Say($"the rule goes by factors of {factor}; the document's own model goes from {down.GivenText("from")} down by {lower} and up by {higher}; {grid} {grid.What}"));

        static Rational Power(Rational basis, int k) => k >= 0 ? Enumerable.Repeat(basis, k).Aggregate((Rational)1, (a, b) => a * b) : 1 / Power(basis, -k);
    }

    /// <summary>The range test on the character model: training at the last rate before the explosion, and at the rate of the steepest fall.</summary>
    [Claim("D0-039")]
    [Turn("facts/use", "the rate of the steepest fall", Verdict.Confirmed)]
    internal static Finding RangeTest(Claim claim)
    {
        string use = claim.Facts["use"].Text;
        var runs = new PairedRuns("does the rate that the rule picks end at a higher loss than a tenth of it", "training loss after 10 epochs", Pairs: 20, Least: 0.02);
        (double Before, double Steepest)[] picked = [.. Enumerable.Range(0, runs.Pairs).Select(seed => Kept.Of(seed, static s => Sweep(s)))];
        Working.Tried(Say($"range tests on {runs.Pairs} character models, 100 rates from 1e-4 to 100: last rate before the loss exceeds four times its least {And(picked.Select(p => Say($"{p.Before:G2}")))}, rate of the steepest fall {And(picked.Select(p => Say($"{p.Steepest:G2}")))}"));
        PairedOutcome outcome = runs.Run("at the picked rate", "at a tenth of it", seed =>
        {
            double rate = use == "the rate just before the explosion" ? picked[seed].Before : picked[seed].Steepest;
            return (new CharRun { Validates = false, Seed = seed, Rate = rate }.Run().Train, new CharRun { Validates = false, Seed = seed, Rate = rate / 10 }.Run().Train);
        });
        return Judge.Holds(outcome.Direction != "higher", Say($"{outcome.Higher} of {runs.Pairs} higher"), Say($"with {use}, {outcome}"), Say($"with {use}, {outcome}"));
    }

    /// <summary>Rates raised by equal factors, or by equal steps: how many of them fall into each decade.</summary>
    [Claim("D0-040")]
    [Turn("facts/grows", "exponentially", Verdict.Confirmed)]
    [Turn("facts/grows", "linearly", Verdict.Erratum)]
    internal static Finding Gradually(Claim claim)
    {
        string grows = claim.Facts["grows"].Text;
        const int Steps = 100;
        double[] factors = [.. LearningRateFinder.Sweep<Real64>(1e-4, 10, Steps).Select(r => r.Value)], equal = [.. Enumerable.Range(0, Steps).Select(i => 1e-4 + i * (10 - 1e-4) / (Steps - 1))];
        int[] byFactor = Working.Value("of 100 rates from 1e-4 to 10, raised by equal factors, in each decade", Decades(factors)), byStep = Working.Value("raised by equal steps", Decades(equal));
        bool first = byFactor.Min() >= Steps / 10, second = byStep.Min() >= Steps / 10;
        return Judge.TwoReadings(
            grows == "linearly" ? second : first,
            grows == "exponentially" ? first : second,
            Say($"{And(byFactor.Select(d => Say($"{d}")))} or {And(byStep.Select(d => Say($"{d}")))} rates per decade"),
            Say($"a rate that is raised {grows} from 1e-4 to 10 in {Steps} steps tries {And(byFactor.Select(d => Say($"{d}")))} rates per decade by equal factors, {And(byStep.Select(d => Say($"{d}")))} by equal steps, which can't tell where the loss explodes"));

        static int[] Decades(double[] rates) => [.. Enumerable.Range(-4, 5).Select(k => rates.Count(r => r >= 0.999999 * Math.Pow(10, k) && r < 0.999999 * Math.Pow(10, k + 1)))];
    }

    /// <summary>Nets of ten hidden layers at the printed rate.</summary>
    [Claim("D0-041")]
    [Turn("facts/for deep nets", "well chosen", Verdict.Erratum)]
    [Turn("printed/lr", "0.001", Verdict.Erratum)]
    internal static Finding TooHighForDeepNets(Claim claim)
    {
        double rate = claim.PrintedNumber("lr").Value.ToDouble();
        (Tally single, Tally batch, Tally shallow) = (Fails(rate, 10, 1), Fails(rate, 10, 32), Fails(rate, 1, 1));
        bool stated = claim.Facts["for deep nets"].Text == "often too high", one = 2 * single.Shown().Count > single.Of && 2 * shallow.Shown().Count < shallow.Of, many = 2 * batch.Shown().Count > batch.Of;
        return Judge.Conditional(
            stated && one && many,
            stated && one,
            "where an update follows a single example",
            Say($"{single}, {batch}, {shallow}"),
            Say($"{single} {single.What}, {batch} {batch.What}, {shallow} {shallow.What}"));
    }

    /// <summary>Shallow and deep nets at the printed rate: whether they learn, and against its neighbours.</summary>
    [Claim("D0-042")]
    [Turn("facts/as a start", "bad", Verdict.Erratum)]
    [Turn("printed/lr", "10", Verdict.Erratum)]
    [Turn("printed/lr", "0.00001", Verdict.Erratum)]
    internal static Finding GoodStart(Claim claim)
    {
        double rate = claim.PrintedNumber("lr").Value.ToDouble();
        Tally learn = new(Say($"runs at {rate}, of nets with one and with ten hidden layers, whose loss falls by a twentieth or more in 10 epochs"));
        foreach (int layers in (int[])[1, 10])
        {
            foreach (int seed in Enumerable.Range(0, 5))
            {
                CharOutcome run = new CharRun { Validates = false, Seed = seed, Rate = rate, Layers = layers, Examples = 256 }.Run();
                learn.Add(run.Log[^1].Train < 0.95 * run.BatchLosses[0]);
            }
        }

        return Judge.Stated(claim, "as a start", learn.Shown().Count > 0.8 * learn.Of ? "good" : "bad", Say($"{learn}"), Say($"{learn} {learn.What}"));
    }

    /// <summary>What is usual, and what the rate does.</summary>
    [Claim("D0-043")]
    internal static Finding UsualForFineTuning(Claim claim)
    {
        double rate = claim.PrintedNumber("lr").Value.ToDouble();
        double fallen = Enumerable.Range(0, 5).Average(seed => new CharRun { Validates = false, Seed = seed, Rate = rate }.Run() is var run ? run.BatchLosses[0] - run.Train : 0);
        Working.Tried(Say($"at {rate} the training loss of a character model falls by {fallen:F3} in 10 epochs, mean of five seeds"));
        return Judge.NotCheckable(claim, "how usual a rate is for fine-tuning is a fact about what people do, which no program can find");
    }

    /// <summary>The printed rate against the other common values: how far the loss comes in as many epochs.</summary>
    [Claim("D0-044")]
    [Turn("facts/among the common values", "the fastest", Verdict.Erratum)]
    [Turn("printed/lr", "0.5", Verdict.Erratum)]
    internal static Finding VeryConservative(Claim claim, Document document)
    {
        double rate = claim.PrintedNumber("lr").Value.ToDouble();
        double[] others = [.. ((string[])["D0-041", "D0-042", "D0-043"]).Select(id => document[id].PrintedNumber("lr").Value.ToDouble())];
        Tally slowest = new(Say($"runs at {rate} that fall less in 10 epochs than those at the other common values")), falls = new(Say($"runs at {rate} whose loss falls"));
        foreach (int seed in Enumerable.Range(0, 5))
        {
            double fall = Fall(rate, seed);
            slowest.Add(others.All(other => fall < Fall(other, seed)));
            falls.Add(fall > 0);
        }

        return Judge.Stated(claim, "among the common values", slowest.Shown().Always && falls.Shown().Always ? "the slowest" : slowest.Never ? "the fastest" : "between", Say($"{slowest}, {falls}"), Say($"{slowest} {slowest.What}; {falls} {falls.What}"));

        static double Fall(double rate, int seed) => new CharRun { Validates = false, Seed = seed, Rate = rate }.Run() is var run ? run.Log[0].Train - run.Train : 0;
    }

    private static Tally Fails(double rate, int layers, int batchSize)
    {
        var fails = new Tally(Say($"runs of nets with {layers} hidden {(layers == 1 ? "layer" : "layers")} at {rate}, batches of {batchSize}, that end no better than counting characters"));
        foreach (int seed in Enumerable.Range(0, 10))
        {
            var run = new CharRun { Validates = false, Seed = seed, Rate = rate, Layers = layers, BatchSize = batchSize, Examples = 256 };
            fails.Add(!(run.Run().Train < CharText.Unigram(run.Text()) - 0.01));
        }

        return fails;
    }

    private static (double Before, double Steepest) Sweep(int seed)
    {
        CharModel model = CharModel.Start("He", seed);
        var trainer = TrainerListing.ClippingFirst();
        Real64[] rates = LearningRateFinder.Sweep<Real64>(1e-4, 100, 100);
        List<Example[]> batches = [.. Enumerable.Range(0, 7).SelectMany(k => TrainerListing.CreateBatches(CharText.Windows(1, 512), 32, new Draws(seed + 100 * k)))];
        Example[] sample = CharText.Windows(1, 128);
        Real64[] losses = [.. rates.Select((rate, i) =>
        {
            trainer.Batch(model, batches[i], rate.Value);
            return new Real64(model.Mean(sample));
        })];
        RateSuggestion<Real64> suggestion = LearningRateFinder.Suggest(rates, losses);
        return (rates[suggestion.BeforeDivergence ?? rates.Length - 1].Value, rates[suggestion.Steepest ?? 0].Value);
    }
}
