using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Try It Yourself": the logged losses against what entropy allows and what the reconstructed model reached.</summary>
internal static class LogLosses
{
    /// <summary>A logged loss between the bounds, and beside the losses of the reconstructed model at the same step.</summary>
    /// <remarks>
    /// Upper bound: ln V, the loss of a model that knows nothing. Lower bound: the entropy of a token after the one before it in the training text; to go below
    /// it a model must use more than the token before, or memorise.
    /// </remarks>
    [Claim("D4-159")]
    [Claim("D4-162")]
    [Claim("D4-164")]
    [Turn("printed/loss", "7.7", Verdict.Erratum, Claim = "D4-159")]
    [Turn("printed/loss", "3.6", Verdict.Erratum, Claim = "D4-162")]
    [Turn("printed/loss", "3.6", Verdict.Erratum, Claim = "D4-164")]
    internal static Finding Loss(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        LoggedLine[] log = [.. LoggedLine.All(document)];
        int index = Array.FindIndex(log, l => l.Line == claim.Lines.First);
        double loss = claim.PrintedNumber("loss").Value.ToDouble();
        double upper = Working.Value("ln V, the loss of a model that knows nothing", Math.Log(document["D4-153"].PrintedNumber("V").Value.ToDouble()));
        IReadOnlyList<Facts> encodings = facts["encodings"]["rows"].Rows;
        double[] single = [.. encodings.Select(r => r[4].Number)], pairs = [.. encodings.Select(r => r[5].Number)];
        double[] runs = [.. facts["training runs"]["rows"].Rows.Select(r => r[4 + index].Number)];
        Working.Value("entropies of a token after the one before it, by encoding", pairs);
        Working.Value("the largest of them", pairs.Max());
        Working.Value(Say($"losses of the reconstructed model at step {log[index].Step}"), runs);
        bool inside = loss < upper && loss > pairs.Max();
        int below = runs.Count(r => r < loss), above = runs.Length - below;
        string place = below == 0 ? "below all of them" : above == 0 ? "above all of them" : "among them";
        return Judge.All(
            Judge.Holds(
                inside,
                Say($"{pairs.Max():F2} < loss < {upper:F2}"),
                Say($"{loss} lies between the entropy of a token after the one before, {pairs.Max():F2}, and ln V = {upper:F4}"),
                Say($"{loss} lies outside the interval from {pairs.Max():F2} to ln V = {upper:F4}")),
            Judge.NotCheckable(Say($"{loss} lies between {pairs.Max():F2}, the entropy of a token after the one before, and ln V = {upper:F4}; its digits hang on corpus, tokenizer, batch, initialization and seed, which the document doesn't give. The reconstructed model had {runs.Min():F2} to {runs.Max():F2} at step {log[index].Step} in {runs.Length} runs, and the printed loss is {place}")))
            .With(
                Say($"entropy of single tokens, by encoding: {string.Join(", ", single.Select(h => Say($"{h:F3}")))}"),
                Say($"entropy of a token after the one before, by encoding: {string.Join(", ", pairs.Select(h => Say($"{h:F3}")))}"),
                Say($"runs at step {log[index].Step}: {string.Join(", ", runs.Select(r => Say($"{r:F4}")))}"),
                facts["training runs"]["how"].Text);
    }
}
