using TrainingSpec.Claims.D2.Listings;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Regularization Strategies": weight decay and dropout.</summary>
internal static class Regularization
{
    /// <summary>Where weight decay was treated: in another section of the same work, which is none of the documents.</summary>
    [Claim("D2-090")]
    internal static Finding AlreadyCovered(Claim claim, Document document) =>
        Judge.NotCheckable(claim, "it points to an earlier section of the same work, which is none of the five documents")
            .With($"D4 has a section on it: {document.Other("D4").Facts["headings"].Rows.First(h => h[2].Text.Contains("AdamW", StringComparison.Ordinal))[2].Text}");

    /// <summary>The decay for language models beside that of D4, whose model is one.</summary>
    [Claim("D2-091")]
    [Turn("printed/llm", "0.01", Verdict.Confirmed)]
    internal static Finding DecayOfLanguageModels(Claim claim, Document document) => Places.Compare(
        claim, "llm", ("D4-056", document["D4-056"].PrintedNumber("lambda").Value));

    /// <summary>The range for vision models beside the range of D0.</summary>
    [Claim("D2-092")]
    [Turn("printed/vision", "1e-5 to 1e-2", Verdict.Conflicts)]
    [Turn("D0-178/printed/lambda", "1e-4 to 1e-3", Verdict.Conflicts)]
    internal static Finding DecayOfVisionModels(Claim claim, Document document)
    {
        PrintedRange here = claim.PrintedRange("vision"), there = document["D0-178"].PrintedRange("lambda");
        bool same = Working.Holds($"the ends {here.Low} and {here.High} are those of D0-178, {there.Low} and {there.High}", here.Low!.Value == there.Low!.Value && here.High!.Value == there.High!.Value);
        return Judge.Agrees(same, "D0-178", $"{there}", $"the range is {here}; D0 has {there} for all models");
    }

    /// <summary>The decay for small models beside the values that the document's own searches try.</summary>
    [Claim("D2-093")]
    [Turn("printed/small", "0.01", Verdict.Confirmed)]
    internal static Finding DecayOfSmallModels(Claim claim, Document document)
    {
        Rational printed = claim.PrintedNumber("small").Value;
        Rational[] grid = document["D2-122"].GivenExactRow("wd");
        int[] exponents = Places.Shape(document["D2-128"].GivenText("exponent")[1..]);
        Rational low = Rational.PowerOfTen(exponents[0]), high = Rational.PowerOfTen(exponents[1]);
        Working.Value("least and largest value that the random search draws", new[] { low, high });
        bool inGrid = Working.Holds("the grid has it", grid.Contains(printed)), inRange = Working.Holds("the random search can draw it", printed >= low && printed <= high);
        return Judge.Agrees(
            inGrid && inRange,
            And(((string[])[inGrid ? "" : "D2-122", inRange ? "" : "D2-128"]).Where(s => s.Length > 0)),
            Say($"{And(grid.Select(g => Say($"{g:G4}")))} in the grid, {low:G4} to {high:G4} at random"),
            Say($"small models are to have {printed:G4}; the document's own grid tries {And(grid.Select(g => Say($"{g:G4}")))}, its random search {low:G4} to {high:G4}"));
    }

    /// <summary>The formula, and mean and variance of what the project's layer does with it.</summary>
    [Claim("D2-094")]
    [Turn("facts/output", "x * m", Verdict.Erratum)]
    [Turn("facts/output", "x * m / p", Verdict.Erratum)]
    internal static Finding Inverted(Claim claim)
    {
        const int Count = 20_000;
        double p = claim.GivenNumber("p");
        double[] y = [.. DropoutLayer.Forward<Real64>([.. Enumerable.Repeat(new Real64(1), Count)], p, true, 294).Output.Select(v => v.Value)];
        double mean = Working.Value("mean of dropped ones", y.Average()), variance = Working.Value("their variance", y.Average(v => (v - mean) * (v - mean))), right = Working.Apply<Real64>(Dropout.Variance, 1, p).Value;
        return Judge.All(
            Judge.Formula(claim, "output", x => Dropout.Inverted(x.In("x", -2, 2), x.Whole("m", 0, 1), Dropout.Scale(x.In("p", 0, 0.9)))),
            Judge.Holds(
                Math.Abs(mean - 1) < 4 * Math.Sqrt(right / Count) && Math.Abs(variance / right - 1) < 0.1,
                Say($"mean {mean:F3}, variance {variance:F3}"),
                Say($"{Count} ones dropped with p = {p} have the mean {mean:F3} and the variance {variance:F3}, p/(1 - p) = {right:F3}"),
                Say($"{Count} ones dropped with p = {p} have the mean {mean:F3} and the variance {variance:F3}")));
    }

    /// <summary>The mean activation while training and while evaluating, under the listing.</summary>
    [Claim("D2-095")]
    [Turn("facts/scaled at test time", "yes", Verdict.Erratum)]
    internal static Finding NoScalingAtTestTime(Claim claim, Document document)
    {
        const int Count = 20_000;
        double p = document["D2-096"].PrintedNumber("p").Value.ToDouble();
        var listing = new DropoutListing(document.Facts["dropout"]);
        double[] x = [.. Enumerable.Repeat(1.0, Count)];
        double training = Working.Value("mean activation while training", listing.Run(x, p, true, new Draws(295)).Output.Average()), test = Working.Value("while evaluating", listing.Run(x, p, false, new Draws(295)).Output.Average());
        bool same = Math.Abs(training - test) < 4 * Math.Sqrt(p / (1 - p) / Count);
        return Judge.Stated(claim, "scaled at test time", same && test == 1 ? "no" : "yes", Say($"means {training:F3} and {test:F3}"), Say($"an activation of 1 has the mean {training:F3} while training and {test:F3} while evaluating, where nothing is scaled"));
    }

    /// <summary>The default beside those of D0 and D1.</summary>
    [Claim("D2-096")]
    [Turn("D0-138/printed/p", "0.1", Verdict.Confirmed)]
    internal static Finding DefaultProbability(Claim claim, Document document) => Places.Compare(
        claim, "p", ("D0-138", document["D0-138"].PrintedNumber("p").Value), ("D1-167", document["D1-167"].PrintedNumber("rate").Value));

    /// <summary>The very array, and no random number drawn.</summary>
    [Claim("D2-097")]
    [Turn("D2/dropout/returns x when", "[\"not training\"]", Verdict.Erratum)]
    [Turn("D2/dropout/returns x when", "[\"p == 0\"]", Verdict.Erratum)]
    internal static Finding ReturnsItsInput(Document document)
    {
        var listing = new DropoutListing(document.Facts["dropout"]);
        var same = new Tally("cases (evaluation, p = 0) in which the very array comes back and nothing is drawn");
        foreach ((double p, bool training) in ((double, bool)[])[(0.1, false), (0, true)])
        {
            double[] x = [1, 2, 3];
            (double[] y, int drawn) = listing.Run(x, p, training, new Draws(297));
            same.Add(ReferenceEquals(x, y) && drawn == 0);
        }

        same.Shown();
        return Judge.Holds(same.Always, $"{same} cases", $"in {same} cases the array itself comes back, and no random number is drawn", $"in {same} cases only the array itself comes back without a random number drawn")
            .AndYet("it is the array itself and no copy: whoever changes the result changes the input");
    }

    /// <summary>The mask at the given probability.</summary>
    [Claim("D2-098")]
    [Turn("given/p", "0.5", Verdict.Confirmed)]
    internal static Finding AnyProbability(Claim claim, Document document)
    {
        double p = claim.GivenNumber("p");
        double[] y = new DropoutListing(document.Facts["dropout"]).Run([1, 2, 3, 4], p, true, new Draws(298)).Output;
        int bad = Working.Counted(Say($"of the outputs at p = {p} that are no numbers"), y.Count(double.IsNaN), y.Length);
        return Judge.Holds(bad == 0, Say($"{bad} of {y.Length} are NaN"), Say($"at p = {p} all outputs are numbers"), Say($"at p = {p} the mask is 0/0: {bad} of {y.Length} outputs are NaN, where 0 would be right"));
    }

    /// <summary>The types of the results for arrays of either kind, by NumPy's rules.</summary>
    [Claim("D2-099")]
    [Turn("D2/dropout/mask type", "that of x", Verdict.Confirmed)]
    internal static Finding KeepsTheType(Document document)
    {
        bool cast = document.Facts["dropout"]["mask type"].Text == "that of x";
        (string Name, NumPyType Type)[] types = [("float64", NumPyType.Float64), ("float32", NumPyType.Float32)];
        var kept = new Tally("input types (float64, float32) that the result keeps");
        foreach ((string name, NumPyType type) in types)
        {
            // Whole numbers divided by a Python float are float64, and an array of that type takes part with it.
            NumPyType mask = cast ? type : NumPyType.Float64;
            NumPyType result = NumPyTypes.ScalarTimesArray(mask, type);
            Working.Tried($"{name}: mask {mask}, result {result}");
            kept.Add(result == type);
        }

        kept.Shown();
        return Judge.Holds(kept.Always, $"{kept} types", $"{kept} types are kept", $"{kept} types are kept: the mask is an array of float64, and float32 or float16 times it is float64, twice or four times the memory");
    }
}
