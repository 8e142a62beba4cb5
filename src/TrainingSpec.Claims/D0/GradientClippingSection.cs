using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Gradient Clipping".</summary>
internal static class GradientClippingSection
{
    /// <summary>The listing against our clipping on random gradients, and at the threshold itself.</summary>
    [Claim("D0-156")]
    [Turn("facts/clips", "every entry", Verdict.Erratum)]
    [Turn("facts/a norm equal to the threshold", "is scaled", Verdict.Erratum)]
    internal static Finding ClipsTheNorm(Claim claim)
    {
        Tally same = new("random gradients on which the listing gives what global-norm clipping gives, but for rounding"), entry = new("of them on which it gives what clipping by value gives");
        var draws = new Draws(156);
        for (int i = 0; i < 200; i++)
        {
            double[] g = [.. draws.Row(2 + draws.Index(20)).Select(x => x.Value)], clipped = ClippingListing.Clip(g, 1.5);
            same.Add(clipped.Zip(GradientClipping.ByGlobalNorm<Real64>([[.. g.Select(x => new Real64(x))]], 1.5).Gradients[0], (a, b) => Near(a, b.Value, 64)).All(x => x));
            entry.Add(clipped.Zip(g, (a, b) => Math.Abs(a - Math.Clamp(b, -1.5, 1.5)) < 1e-12).All(x => x));
        }

        double[] equal = ClippingListing.Clip([3, 4], 5);
        Working.Value("3 and 4 clipped at their norm 5", equal);
        Working.Apply<Real64>(Clipping.Scale, 5, 1.5);
        return Judge.All(
            Judge.Stated(claim, "clips", same.Shown().Always ? "the norm of all" : "every entry", Say($"{same}"), Say($"{same} {same.What}, {entry.Shown()} {entry.What}")),
            Judge.Stated(claim, "a norm equal to the threshold", equal is [3, 4] ? "is left alone" : "is scaled", Say($"{equal[0]} and {equal[1]}"), Say($"3 and 4 at a threshold of 5 stay {equal[0]} and {equal[1]}")));
    }

    /// <summary>Thresholds of 0 and below, and gradients that are no numbers.</summary>
    [Claim("D0-157")]
    [Turn("facts/threshold of zero", "leaves the gradients", Verdict.Erratum)]
    [Turn("facts/negative threshold", "is refused", Verdict.Erratum)]
    [Turn("facts/NaN", "is removed", Verdict.Erratum)]
    [Turn("facts/infinity", "is scaled to the threshold", Verdict.Erratum)]
    internal static Finding EdgeCases(Claim claim)
    {
        double[] zero = ClippingListing.Clip([3, 4], 0), negative = ClippingListing.Clip([3, 4], -5), nan = ClippingListing.Clip([double.NaN, 4], 1), infinite = ClippingListing.Clip([double.PositiveInfinity, 4], 1);
        string raised = PythonRaises.Of(() => ClippingListing.Clip([0, 0], -5));
        Working.Tried($"0 and 0 at -5: raises {raised}");
        foreach ((string name, double[] got) in ((string, double[])[])[("3 and 4 at 0", zero), ("3 and 4 at -5", negative), ("NaN and 4 at 1", nan), ("infinity and 4 at 1", infinite)])
            Working.Tried(Say($"{name}: {got[0]} and {got[1]}"));
        return Judge.All(
            Judge.Stated(claim, "threshold of zero", zero.All(g => g == 0) ? "zeroes the gradients" : "leaves the gradients", Say($"{zero[0]} and {zero[1]}"), Say($"a threshold of 0 makes {zero[0]} and {zero[1]} of 3 and 4")),
            Judge.Stated(claim, "negative threshold", negative is [-3, -4] ? "reverses the gradients" : "is refused", Say($"{negative[0]} and {negative[1]}"), Say($"a threshold of -5 makes {negative[0]} and {negative[1]} of 3 and 4")),
            Judge.Stated(claim, "NaN", double.IsNaN(nan[0]) && nan[1] == 4 ? "passes" : "is removed", Say($"{nan[1]}"), Say($"beside a NaN a 4 stays {nan[1]} at the threshold 1: no comparison with NaN is true")),
            Judge.Stated(claim, "infinity", double.IsNaN(infinite[0]) && infinite[1] == 0 ? "becomes NaN and the rest zero" : "is scaled to the threshold", Say($"{infinite[0]} and {infinite[1]}"), Say($"infinity and 4 become {infinite[0]} and {infinite[1]}")))
            .AndYet(Say($"one NaN among the gradients switches the clipping off for all, nothing is refused, and gradients of zero at a threshold of -5 raise {raised}: their norm 0 is above the threshold, which is divided by it"));
    }

    /// <summary>How much longer the longest gradient of a single example is than the usual one.</summary>
    [Claim("D0-158")]
    [Turn("facts/gradients of certain inputs", "no larger than others", Verdict.Erratum)]
    internal static Finding LargeForSomeInputs(Claim claim, Document document)
    {
        double threshold = document["D0-179"].PrintedRange("max_norm").High!.Value.ToDouble();
        Tally heavy = new(Say($"trained character models with examples whose gradient is longer than the summary's largest threshold, {threshold}, while half of them stay below it")), bounded = new("random examples of them whose gradient with respect to the logits is no longer than the square root of 2");
        double largest = 0;
        foreach (int seed in Enumerable.Range(0, 5))
        {
            (double median, double longest) = Kept.Of(seed, static s => Lengths(s));
            largest = Math.Max(largest, longest / median);
            heavy.Add(longest > threshold && median < threshold);
        }

        var draws = new Draws(158);
        for (int i = 0; i < 100; i++)
        {
            var p = new Real64[8];
            Softmax.Probabilities<Real64>(draws.Row(8, 5), p);
            p[draws.Index(8)] -= 1;
            bounded.Add(TrainerListing.Norm([.. p.Select(x => x.Value)]) <= Math.Sqrt(2) + 1e-12);
        }

        Working.Value("largest ratio to the median", largest);
        return Judge.Stated(claim, "gradients of certain inputs", heavy.Shown().Always ? "large" : heavy.Never ? "no larger than others" : "either", Say($"{heavy}, up to {largest:F1} times"), Say($"{heavy} {heavy.What}, the longest up to {largest:F1} times the median; {bounded.Shown()} {bounded.What}, so that the rest is the weights' doing"))
            .With("whether it matters more for language models than for others was not tried");

        static (double Median, double Longest) Lengths(int seed)
        {
            CharModel model = CharModel.Start("He", seed);
            Example[] text = CharText.Windows(1, 512);
            TrainerListing.ClippingFirst().Train(model, text, [], new TrainerConfig(20, 32, 0.1, Constant: true), seed);
            double[] norms = [.. text.Select(e => TrainerListing.Norm(model.GradientOf([e]))).Order()];
            return (norms[norms.Length / 2], norms[^1]);
        }
    }
}
