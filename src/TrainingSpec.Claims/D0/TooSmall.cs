using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Too Small": the rate that is too low.</summary>
internal static class TooSmall
{
    /// <summary>The two lowest printed rates against the one for the character model, after as many epochs.</summary>
    [Claim("D0-028")]
    [Turn("facts/loss after as many epochs", "lower", Verdict.Erratum)]
    internal static Finding SlowProgress(Claim claim, Document document)
    {
        double right = document["D0-045"].PrintedNumber("lr").Value.ToDouble();
        PairedOutcome[] outcomes = [.. Low(document).Select(rate => new PairedRuns(
            Say($"does the rate {rate} leave the loss of a character model higher than {right} does"), "training loss after 10 epochs", Pairs: 10, Least: 0.05)
            .Run(Say($"at {rate}"), Say($"at {right}"), seed => (new CharRun { Validates = false, Seed = seed, Rate = rate }.Run().Train, new CharRun { Validates = false, Seed = seed, Rate = right }.Run().Train)))];
        string found = outcomes.Select(o => o.Direction).Distinct().ToArray() is [var one] ? one : "either";
        return Judge.Stated(claim, "loss after as many epochs", found, Say($"{And(outcomes.Select(o => Say($"{o.Higher} of {o.Values.Count}")))} higher"), And(outcomes.Select(o => o.ToString())));
    }

    /// <summary>The lowest printed rate for as many epochs as the document's listing runs at most.</summary>
    [Claim("D0-029")]
    [Turn("facts/a good solution", "is reached", Verdict.Erratum)]
    internal static Finding MayNeverBeGood(Claim claim, Document document)
    {
        (double rate, int epochs) = (Low(document).Min(), (int)document["D0-118"].PrintedNumber("max_epochs").Value.ToDouble());
        var poor = new Tally(Say($"runs at {rate} that after {epochs} epochs are no better than counting characters"));
        double best = double.PositiveInfinity, unigram = 0;
        foreach (int seed in Enumerable.Range(0, 5))
        {
            var run = new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = epochs, Examples = 128 };
            (double end, unigram) = (run.Run().Train, CharText.Unigram(run.Text()));
            best = Math.Min(best, end);
            poor.Add(end > unigram);
        }

        Working.Value("loss of counting characters", unigram);
        Working.Value("lowest of the final losses", best);
        return Judge.Stated(
            claim, "a good solution", poor.Shown().Count > 0 ? "may not be reached" : "is reached", Say($"{poor}"), Say($"{poor} {poor.What}: the best ends at {best:F3} against {unigram:F3}"))
            .With("on a convex quadratic every rate between 0 and 2/lambda converges in the end: what is never reached is not reached within the epochs that one has");
    }

    /// <summary>Where the sketched curve falls fast and where slowly, against runs at the two lowest printed rates.</summary>
    [Claim("D0-030")]
    [Turn("D0/slow figure/strokes", "[[1, 4], [2, 3], [3, 3], [4, 3], [5, 2], [6, 2], [7, 2], [8, 2], [9, 1], [10, 1], [11, 1], [12, 1], [13, 1]]", Verdict.Confirmed)]
    internal static Finding SketchOfSlowProgress(Claim claim, Document document)
    {
        int[] heights = FigureCurve.Heights(document.Facts[claim.Facts["figure"].Text]["strokes"], upper: false);
        int[] drawn = FigureCurve.Stretches(heights);
        Working.Value("columns that the sketch spends at each height, from the top", drawn);
        var slower = new Tally("runs at the low rates that spend no less time in each lower part of their fall, within a twentieth of it");
        List<int[]> shown = [];
        foreach (double rate in Low(document))
        {
            foreach (int seed in Enumerable.Range(0, 5))
            {
                CharOutcome run = new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 40, Examples = 256 }.Run();
                int[] spent = FigureCurve.Stretches([.. run.Log.Select(l => l.Train)], drawn.Length);
                slower.Add(SlowsDown(spent, run.Log.Count / 20));
                shown.Add(spent);
            }
        }

        Working.Value("epochs of 40 that a run at the lowest rate spends in equal parts of its fall", shown[^1]);
        return Judge.Holds(
            slower.Shown().Always && SlowsDown(drawn, 1),
            Say($"{And(drawn.Select(d => Say($"{d}")))} columns"),
            Say($"the sketch spends {And(drawn.Select(d => Say($"{d}")))} columns at its heights, ever more as runs do: {slower} {slower.What}"),
            Say($"the sketch drops at once and then stands still between drops: {And(drawn.Select(d => Say($"{d}")))} columns at its heights; descent at a low rate falls in every epoch and ever more slowly: {slower} {slower.What}, the last {And(shown[^1].Select(s => Say($"{s}")))} epochs"));

        static bool SlowsDown(int[] spent, int slack) => Enumerable.Range(1, spent.Length - 1).All(i => spent[i] >= spent[i - 1] - slack);
    }

    /// <summary>The two lowest rates of the list of common values.</summary>
    internal static double[] Low(Document document) => [.. ((string[])["D0-043", "D0-044"]).Select(id => document[id].PrintedNumber("lr").Value.ToDouble())];
}
