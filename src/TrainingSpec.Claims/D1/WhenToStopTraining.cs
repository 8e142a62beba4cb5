using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "When to Stop Training".</summary>
internal static class WhenToStopTraining
{
    /// <summary>A plateau detector with the stated window on the exercise's curve, by tolerance.</summary>
    [Claim("D1-130")]
    [Turn("facts/level means", "no fall at all", Verdict.Erratum)]
    [Turn("printed/window", "10+ steps", Verdict.Erratum)]
    internal static Finding Plateau(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses"), steps = document["D1-182"].GivenRow("steps");
        int window = (int)claim.PrintedRange("window").Low!.Value.ToDouble();
        bool given = window == claim.GivenInteger("window");
        // The last two logged steps are a window apart.
        double fall = Working.Value($"relative fall of the exercise's loss over its last {steps[^1] - steps[^2]} steps", 1 - losses[^1] / losses[^2]);
        Tally fires = new Tally("of the tolerances 0.01, 0.005, 0.002 and 0.001, those at which a fall of this size counts as level").AddAll(((double[])[0.01, 0.005, 0.002, 0.001]).Select(t => fall < t)).Shown();
        bool told = claim.Facts["level means"].Text == "not said";
        return Judge.All(
            Judge.Number(claim, "window", claim.GivenExact("window")),
            Judge.Conditional(
                fires.Always && given,
                told && fires.Count > 0 && given,
                "when a tolerance says what counts as level",
                $"{fires} tolerances",
                Say($"over the last {window} steps of the exercise the loss falls by a relative {fall:G2}: that is a plateau for {fires} tolerances between 0.1 % and 1 %, and the text gives none")));
    }

    /// <summary>Overfitted polynomials: where the validation loss begins to rise, and what comes after.</summary>
    [Claim("D1-131")]
    [Turn("facts/after it starts to increase", "it falls below", Verdict.Erratum)]
    internal static Finding ValidationRises(Claim claim)
    {
        (double[] smooth, double[] noisy) = Kept.Of(1131, static seed => Curves(seed));
        int rise = Enumerable.Range(1, smooth.Length - 1).First(i => smooth[i] > smooth[i - 1]) - 1, least = Array.IndexOf(smooth, smooth.Min()), early = Enumerable.Range(1, noisy.Length - 1).First(i => noisy[i] > noisy[i - 1]);
        Working.Value("step before the validation loss of an overfitted polynomial first rises", rise);
        Working.Value("step of its minimum", least);
        double end = Working.Value("final over least validation loss", smooth[^1] / smooth.Min());
        int first = Working.Value("first rise where the loss is measured with noise of 5 %", early);
        return Judge.Stated(
            claim,
            "after it starts to increase",
            rise == least && end > 1 ? "it does not fall below" : "it falls below",
            $"steps {rise} and {least}",
            Say($"the validation loss of an overfitted polynomial first rises after step {rise}, is least at step {least}, and ends at {end:F2} times that"))
            .AndYet($"measured with noise it rises at step {first} already: a patience is needed");
    }

    /// <summary>The quality of text has no measure here.</summary>
    [Claim("D1-132")]
    internal static Finding TextQuality(Claim claim) => Judge.NotCheckable(claim, "the document gives no measure of the quality of generated text, and what improves is left to the reader's eye");

    /// <summary>What further training brings by the exercise's curve, step by step.</summary>
    [Claim("D1-133")]
    [Turn("facts/returns", "growing", Verdict.Erratum)]
    internal static Finding DiminishingReturns(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses");
        double[] gains = [.. losses[2..].Zip(losses[3..], (a, b) => a - b)];
        Tally shrinks = new Tally("gains of 100 steps that are smaller than the one before").AddAll(gains.Zip(gains.Skip(1), (a, b) => b < a)).Shown();
        double first = Working.Value("gain of 100 steps at first, for the same work", gains[0]), last = Working.Value("at the end", gains[^1]);
        return Judge.Stated(claim, "returns", shrinks.Always ? "diminishing" : shrinks.Never ? "growing" : "either", Say($"{first:F3} to {last:F3}"), Say($"in the exercise 100 steps bring {first:F3} at first and {last:F3} in the end, less each time ({shrinks})"))
            .AndYet("no threshold is given: where to stop is the reader's choice");
    }

    /// <summary>The number of steps of two epochs by the example log's rates.</summary>
    [Claim("D1-134")]
    [Turn("given/epochs", "4", Verdict.Erratum)]
    [Turn("printed/steps", "~2000", Verdict.Erratum)]
    internal static Finding TwoEpochs(Claim claim, Document document)
    {
        int total = Reconstruction.Of(document).Total, epochs = claim.GivenInteger("epochs"), each = Working.Value("steps of an epoch, the run being two", total / 2);
        Rational steps = Working.Value($"steps of {epochs} epochs", epochs * each);
        return Judge.Number(claim, "steps", steps).With(Say($"the log's rates come out of the snippets with {total} steps in all, {each} per epoch"));
    }

    /// <summary>The stated range against the losses that the document has at the end of such runs.</summary>
    [Claim("D1-135")]
    [Turn("printed/loss", "2.0-2.5", Verdict.Erratum)]
    internal static Finding LossRange(Claim claim, Document document)
    {
        Rational[] exercise = document["D1-182"].GivenExactRow("losses");
        Facts[] ends = [.. document.Facts["phase ends"]["rows"].Rows];
        LoggedStep last = LoggedStep.All(document).Last();
        return Judge.Within(claim, "loss", ("the exercise's last loss", exercise[^1]), ("the end of the third phase", ends[^1][1].Exact))
            .AndYet(Say($"the example log ends at step {last.Step} with a loss of {last.Loss}"));
    }

    /// <summary>A model without any context against the stated losses.</summary>
    [Claim("D1-136")]
    [Turn("given/loss", "[2.0, 2.4]", Verdict.Confirmed)]
    [Turn("facts/has learnt", "nothing", Verdict.Erratum)]
    internal static Finding BasicSyntax(Claim claim, Document document)
    {
        double[] range = claim.GivenRow("loss");
        Facts corpus = document.Facts["plain text"];
        double unigram = Working.Value("loss of the best model that knows how frequent characters are, and nothing of what came before", corpus["entropy of characters"].Number), bigram = Working.Value("of the best one that knows one character before", corpus["entropy after one character"].Number);
        bool said = claim.Facts["has learnt"].Text == "basic syntax";
        return Judge.Conditional(
            said && range[1] < bigram,
            said && range[0] < unigram,
            "when the loss lies below that of a model without context",
            Say($"{unigram:F2} and {bigram:F2}"),
            Say($"on plain English text a model that looks at nothing before reaches {unigram:F2} nats, one that looks at a single character {bigram:F2}: at losses of {range[0]} to {range[1]} a model may have learnt how frequent characters are and no syntax at all"));
    }

    /// <summary>How long others train is a fact about practice.</summary>
    [Claim("D1-137")]
    internal static Finding Production(Claim claim) => Judge.NotCheckable(claim, "how long production models train, and what those who train them rely on, is a fact about practice that no program knows; early stopping itself is judged at D1-162 to D1-165");

    private static (double[] Smooth, double[] Noisy) Curves(int seed)
    {
        var draws = new Draws(seed);
        (double X, double Y)[] train = D3.PolynomialFit.Points(draws, 12, static x => x, 0.5), held = D3.PolynomialFit.Points(draws, 400, static x => x, 0.5);
        List<double> smooth = [];
        D3.PolynomialFit.Descend(_ => train, 9, 0, _ => 0.01, 300, (_, fit) => smooth.Add(fit.Loss(held)));
        return ([.. smooth], [.. smooth.Select(l => l * (1 + 0.05 * draws.Normal()))]);
    }
}
