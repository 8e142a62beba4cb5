namespace TrainingSpec.Training;

/// <summary>A row of a document's table of problems.</summary>
/// <param name="Id">Its name, the document first.</param>
/// <param name="Symptom">What the log shows.</param>
/// <param name="Cause">What the document suspects.</param>
/// <param name="Remedy">What it advises.</param>
/// <param name="Section">The document's section.</param>
/// <param name="Shows">Whether a record has the symptom.</param>
public sealed record DiagnosisRow(string Id, string Symptom, string Cause, string Remedy, string Section, Func<RunRecord, bool> Shows)
{
    /// <summary>The document, D0 to D4.</summary>
    public string Document => Id[..2];
}

/// <summary>The diagnosis tables of all documents as one list of rules over a run's record.</summary>
/// <remarks>
/// Source: D0 "What to Watch For"; D1 "Common Problems", "Gradient Monitoring"; D2 "Signs of Problems", "Monitoring Gradient Norms";
/// D3 "Loss Curves: Patterns and Causes", "Gradient Flow Diagnostics"; D4 "Key Metrics". Causes and remedies are the documents' opinions, not proofs.
/// </remarks>
public static class Diagnosis
{
    private const string D0 = "What to Watch For", D1 = "Common Problems", D1Norms = "Exercise 3: Gradient Monitoring", D2 = "Signs of Problems",
        D2Norms = "Monitoring Gradient Norms", D3 = "Loss Curves: Patterns and Causes", D3Flow = "Gradient Flow Diagnostics", D4 = "Key Metrics";

    /// <summary>All rows, document by document in the order of their tables.</summary>
    public static IReadOnlyList<DiagnosisRow> Rows { get; } =
    [
        new("D0-flat", "loss flat", "rate too low, or stuck", "raise the rate, initialize anew", D0, Symptoms.FlatLoss),
        new("D0-explodes", "loss explodes", "rate too high", "lower the rate, clip gradients", D0, Symptoms.ExplodingLoss),
        new("D0-overfits", "validation loss parts from training loss", "overfitting", "regularize, stop early", D0, Symptoms.Overfitting),
        new("D0-oscillates", "loss oscillates", "rate too high", "lower the rate", D0, Symptoms.OscillatingLoss),
        new("D0-gradients-vanish", "gradients go to zero", "vanishing gradients", "better initialization, skip connections", D0, run => Symptoms.Vanishing(run, 1e-6)),
        new("D0-gradients-explode", "gradients grow without bound", "exploding gradients", "clip gradients, lower the rate", D0, Symptoms.GrowingNorms),
        new("D1-nan", "loss NaN", "rate too high, exploding gradients, unstable attention", "clip gradients, lower the rate, stable softmax", D1, Symptoms.NonFiniteLoss),
        new("D1-not-decreasing", "loss not decreasing", "rate too low, model or data too small, wrong gradients", "check gradients, overfit one batch, check the schedule, enlarge the model", D1, Symptoms.FlatLoss),
        new("D1-overfits", "training loss falls, validation loss rises", "training data memorized", "stop early, dropout, smaller model or more data", D1, Symptoms.Overfitting),
        new("D1-oscillates", "loss oscillates", "rate too high, batch too small, noisy gradients", "lower the rate, larger batch, accumulate gradients", D1, Symptoms.OscillatingLoss),
        new("D1-slow-epoch", "ten minutes or more per epoch", "too much work per step", "shorter sequences, smaller batch, model or data set, profile", D1, run => run.SecondsPerEpoch >= 600),
        new("D1-norm-explodes", "gradient norm above 10", "exploding gradients", "clip gradients", D1Norms, run => Symptoms.Exploding(run, 10)),
        new("D1-norm-vanishes", "gradient norm below 1e-6", "vanishing gradients", "check gradients", D1Norms, run => Symptoms.Vanishing(run, 1e-6)),
        new("D2-nan", "loss NaN", "exploding gradients", "lower the rate, clip gradients", D2, Symptoms.NonFiniteLoss),
        new("D2-stuck", "loss stuck", "vanishing gradients", "check initialization, residual connections", D2, Symptoms.FlatLoss),
        new("D2-oscillates", "loss oscillates", "rate too high", "lower the rate", D2, Symptoms.OscillatingLoss),
        new("D2-falls-then-rises", "validation loss falls, then rises", "overfitting", "regularize", D2, Symptoms.FallsThenRises),
        new("D2-slow", "very slow progress", "rate too low", "raise the rate", D2, Symptoms.SlowProgress),
        new("D2-norm-explodes", "gradient norm above 100", "exploding gradients", "clip gradients", D2Norms, run => Symptoms.Exploding(run, 100)),
        new("D2-norm-vanishes", "gradient norm below 1e-7", "vanishing gradients", "check initialization", D2Norms, run => Symptoms.Vanishing(run, 1e-7)),
        new("D3-plateau", "loss falls, then is flat", "the model has learnt what it can", "more capacity, more data", D3, Symptoms.Plateau),
        new("D3-oscillates", "loss oscillates wildly", "rate too high", "lower the rate, warm up", D3, Symptoms.OscillatingLoss),
        new("D3-explodes", "loss explodes", "exploding gradient, bad rate", "clip gradients, lower the rate", D3, Symptoms.ExplodingLoss),
        new("D3-overfits", "validation loss parts from training loss", "overfitting", "regularize more, stop early", D3, Symptoms.Overfitting),
        new("D3-underfits", "both losses high", "underfitting", "more capacity, less regularization", D3, Symptoms.BothHigh),
        new("D3-spikes", "loss falls where the rate drops", "schedule too abrupt", "smoother schedule", D3, Symptoms.FallsAtRateDrops),
        new("D3-early-layers-vanish", "gradients of early layers orders of magnitude smaller", "vanishing gradients", "initialization, skip connections", D3Flow, Symptoms.EarlyLayersVanish),
        new("D3-norms-grow", "gradient norms grow without bound", "exploding gradients", "clip gradients, lower the rate, normalize weights", D3Flow, Symptoms.GrowingNorms),
        new("D3-dead-units", "units zero on every example", "dead ReLUs", "watch zeros per layer", D3Flow, run => run.DeadUnitShare > 0),
        new("D4-training-loss", "training loss stuck or increasing", "not said", "not said", D4, Symptoms.StuckOrRisingLoss),
        new("D4-validation-loss", "validation loss increasing while training loss falls", "overfitting", "not said", D4, Symptoms.Overfitting),
        new("D4-gradient-norm", "gradient norm very large or NaN", "not said", "not said", D4, run => RunCurves.JudgeNorms([.. run.GradientNorms], 0.1, 1) >= NormSign.VeryLarge),
        new("D4-learning-rate", "learning rate off its schedule", "not said", "not said", D4, run => run.StepsOffSchedule.Count > 0),
    ];

    /// <summary>The rows whose symptom a record shows, in order; documents that agree each have theirs.</summary>
    /// <exception cref="ArgumentNullException">No record.</exception>
    public static IReadOnlyList<DiagnosisRow> Of(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return [.. Rows.Where(row => row.Shows(run))];
    }
}
