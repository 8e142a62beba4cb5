namespace TrainingSpec.Claims;

/// <summary>One of the five documents.</summary>
/// <param name="Id">D0 … D4.</param>
/// <param name="Title">Its title.</param>
/// <param name="About">What it is about, in our own words, one sentence.</param>
public sealed record DocumentTitle(string Id, string Title, string About);

/// <summary>The five documents whose claims are checked.</summary>
public static class DocumentTitles
{
    /// <summary>The documents in order.</summary>
    public static IReadOnlyList<DocumentTitle> All { get; } =
    [
        new("D0", "Section 3.6: Training Dynamics", "A course's section on training a character-level language model with a scalar autograd: gradient descent, rates and their schedules, initialization, batches, and a whole training loop."),
        new("D1", "Training Dynamics and Loss Curves", "A tutorial on reading the loss curve of a small GPT: its phases, a schedule with warmup and decay, SGD against Adam, perplexity, and how common failures look and are mended."),
        new("D2", "Section 4.8: Practical Considerations", "A course's section on what training takes in practice: initialization, batch size, debugging and gradient checks, clipping, half precision, regularization, and logging."),
        new("D3", "Training Dynamics", "Short notes on the whole field: loss landscapes, gradient flow, loss patterns, warmup, accumulation, half precision, checkpointing, the rate finder, forgetting, and layer-wise rates."),
        new("D4", "Training: Optimizing the Language Model", "A chapter that follows one training step of a language model in numbers: cross-entropy and its gradient, AdamW, schedules and clipping, with Python listings and the log of a run."),
    ];
}
