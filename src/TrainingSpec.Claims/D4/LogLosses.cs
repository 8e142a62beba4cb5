using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Try It Yourself": the logged losses against what entropy allows and what this library's own runs reach under every reading.</summary>
internal static class LogLosses
{
    /// <summary>A logged loss between the bounds, and beside the losses of the reconstructed model at the same step, under each meaning that a logged loss may have.</summary>
    /// <remarks>
    /// Upper bound: ln V, the loss of a model that knows nothing. Lower bound: the entropy of a token after the one before it in the training text; to go below
    /// it a model must use more than the token before, or memorise. The runs are <see cref="PretrainingRuns"/>, as the facts keep them; <c>spec verify --whole</c> trains them again.
    /// </remarks>
    [Claim("D4-159")]
    [Claim("D4-162")]
    [Claim("D4-164")]
    [Turn("printed/loss", "7.7", Verdict.Erratum, Claim = "D4-159")]
    [Turn("printed/loss", "3.6", Verdict.Erratum, Claim = "D4-162")]
    [Turn("printed/loss", "3.6", Verdict.Erratum, Claim = "D4-164")]
    [Turn("printed/loss", "7.0", Verdict.NotChecked, Claim = "D4-159")]
    [Turn("printed/loss", "4.5", Verdict.Ambiguous, Claim = "D4-162")]
    [Turn("printed/loss", "5.5", Verdict.NotChecked, Claim = "D4-164")]
    internal static Finding Loss(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        LoggedLine[] log = [.. LoggedLine.All(document)];
        int index = Array.FindIndex(log, l => l.Line == claim.Lines.First);
        double loss = claim.PrintedNumber("loss").Value.ToDouble();
        double upper = Working.Value("ln V, the loss of a model that knows nothing", Math.Log(document["D4-153"].PrintedNumber("V").Value.ToDouble()));
        IReadOnlyList<Facts> encodings = facts["encodings"]["rows"].Rows;
        double[] single = [.. encodings.Select(r => r[4].Number)], pairs = [.. encodings.Select(r => r[5].Number)];
        double[] elsewhere = [.. facts["training runs"]["rows"].Rows.Select(r => r[4 + index].Number)];
        Working.Value("entropies of a token after the one before it, by encoding", pairs);
        Working.Value("the largest of them", pairs.Max());
        IReadOnlyList<Facts> rows = facts["own runs"]["rows"].Rows;
        (string Meaning, double Low, double High)[] bands = [.. PretrainingRuns.Meanings.Select((meaning, m) => (meaning, rows.Min(r => At(r, m)), rows.Max(r => At(r, m))))];
        foreach ((string meaning, double low, double high) in bands)
            Working.Value(Say($"least and largest loss of {rows.Count} runs at step {log[index].Step}, where a line's loss is {meaning}"), new[] { low, high });
        bool[] within = [.. bands.Select(b => loss >= b.Low && loss <= b.High)];
        AtOnce once = AtOnce.Of([.. rows.Select(Run)], [.. log.Select(l => l.Loss.Value.ToDouble())]);
        Working.Value("readings, all but the seed fixed, that have all logged losses between the least and the largest of their seeds", once.Having);
        Working.Value("by how much the nearest run is off at one of them, in nats", once.Off);
        string said = And(bands.Select(b => Say($"{b.Low:F2} to {b.High:F2} where a line's loss is {b.Meaning}")));
        List<Finding> parts =
        [
            Judge.Holds(
                loss < upper && loss > pairs.Max(),
                Say($"{pairs.Max():F2} < loss < {upper:F2}"),
                Say($"{loss} lies between the entropy of a token after the one before, {pairs.Max():F2}, and ln V = {upper:F4}"),
                Say($"{loss} lies outside the interval from {pairs.Max():F2} to ln V = {upper:F4}")),
        ];

        // Where a range holds the printed loss, so it does most of its misprints: no digit is confirmed by it.
        parts.Add(within.All(w => w)
            ? Judge.NotCheckable(Say($"at step {log[index].Step} the losses of the reconstructed model, in {rows.Count} runs over what the document leaves open, are {said}; {loss} is within each, and its digits hang on tokenizer, batch, initialization and seed, which the document doesn't give; {once}"))
            : Judge.TwoReadings(
                false, within.Any(w => w), And(bands.Select(b => Say($"{b.Low:F2} to {b.High:F2}"))),
                Say($"at step {log[index].Step} the losses of the reconstructed model, in {rows.Count} runs over what the document leaves open, are {said}; {loss} is {(within.Any(w => w) ? Say($"within the range where it is {And(bands.Where((_, m) => within[m]).Select(b => b.Meaning))} alone") : "within none")}; {once}")));
        return Judge.All(parts)
            .With(
                Say($"entropy of single tokens, by encoding: {string.Join(", ", single.Select(h => Say($"{h:F3}")))}"),
                Say($"entropy of a token after the one before, by encoding: {string.Join(", ", pairs.Select(h => Say($"{h:F3}")))}"),
                Say($"another library's runs at step {log[index].Step}: {string.Join(", ", elsewhere.Select(r => Say($"{r:F4}")))}"),
                facts["own runs"]["how"].Text);

        double At(Facts row, int meaning) => row[5 + meaning * log.Length + index].Number;

        (PretrainingReading Reading, double[][] Losses) Run(Facts row) => (
            new PretrainingReading(row[0].Text, row[1].Integer, row[2].Integer, row[3].Number, (ulong)row[4].Integer),
            [.. PretrainingRuns.Meanings.Select((_, m) => log.Select((_, i) => row[5 + m * log.Length + i].Number).ToArray())]);
    }
}
