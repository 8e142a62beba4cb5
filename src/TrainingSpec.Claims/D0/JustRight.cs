using TrainingSpec.Claims.D0.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Just Right": the rate that suits.</summary>
internal static class JustRight
{
    /// <summary>The rate for the document's character model: how the loss goes from epoch to epoch, where it ends, how far a step goes.</summary>
    [Claim("D0-035")]
    [Turn("facts/decline", "unsteady", Verdict.Erratum)]
    internal static Finding SteadyDecline(Claim claim, Document document)
    {
        double rate = document["D0-045"].PrintedNumber("lr").Value.ToDouble();
        Tally steady = new(Say($"runs at {rate} whose mean training loss is lower in each quarter of 40 epochs than in the one before")), good = new("of them ending nearer to the least possible loss than to counting characters"), settles = new("of them with shorter steps in the last epoch than in the first");
        foreach (int seed in Enumerable.Range(0, 10))
        {
            var run = new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 40, Examples = 256 };
            CharOutcome outcome = run.Run();
            double[] quarters = [.. outcome.Log.Chunk(10).Select(q => q.Average(l => l.Train))];
            steady.Add(quarters.Zip(quarters.Skip(1)).All(q => q.Second < q.First));
            good.Add(2 * outcome.Train < CharText.Floor(run.Text()) + CharText.Unigram(run.Text()));
            int perEpoch = outcome.Norms.Length / outcome.Log.Count;
            settles.Add(outcome.Norms[^perEpoch..].Average() < outcome.Norms[..perEpoch].Average());
        }

        return Judge.All(
            Judge.Stated(claim, "decline", steady.Shown().Always ? "steady" : "unsteady", Say($"{steady}"), Say($"{steady} {steady.What}")),
            Judge.Holds(good.Shown().Always, Say($"{good}"), Say($"{good} {good.What}"), Say($"{good} {good.What}")),
            Judge.Holds(settles.Shown().Count > 0, Say($"{settles}"), Say($"{settles} {settles.What}"), Say($"{settles} {settles.What}")));
    }

    /// <summary>Where the sketched curve falls fast and where slowly, against runs at the rate for the character model.</summary>
    [Claim("D0-036")]
    [Turn("D0/good figure/strokes", "[[1, 5], [2, 5], [3, 5], [4, 4], [5, 4], [6, 3], [7, 2], [8, 1]]", Verdict.Erratum)]
    internal static Finding SketchOfTheGoodCase(Claim claim, Document document)
    {
        double rate = document["D0-045"].PrintedNumber("lr").Value.ToDouble();
        int[] heights = FigureCurve.Heights(document.Facts[claim.Facts["figure"].Text]["strokes"], upper: true), drawn = FigureCurve.Stretches(heights);
        Working.Value("heights of the sketch from left to right", heights);
        Working.Value("columns that it spends at each height, from the top", drawn);
        bool falls = Enumerable.Range(1, heights.Length - 1).All(i => heights[i] <= heights[i - 1]);
        var slower = new Tally(Say($"runs at {rate} that spend more time in the lower half of their fall than in the upper"));
        foreach (int seed in Enumerable.Range(0, 10))
        {
            int[] spent = FigureCurve.Stretches([.. new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 40, Examples = 256 }.Run().Log.Select(l => l.Train)], 2);
            slower.Add(spent[1] > spent[0]);
        }

        bool convex = Enumerable.Range(1, drawn.Length - 1).All(i => drawn[i] >= drawn[i - 1]);
        return Judge.Holds(
            falls && convex && slower.Shown().Always,
            Say($"{And(drawn.Select(d => Say($"{d}")))} columns"),
            Say($"the sketch never rises and flattens, with {And(drawn.Select(d => Say($"{d}")))} columns at its heights, as runs do: {slower} {slower.What}"),
            Say($"the sketch spends {And(drawn.Select(d => Say($"{d}")))} columns at its heights; {slower} {slower.What}"));
    }
}
