using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>What a training step of a GPT in single precision needs at once, each part once.</summary>
public static class GptMemory
{
    // Bytes of a binary32.
    private const long Single = 4;

    /// <summary>Bytes by part, of AdamW on sequences of the whole context.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="sequences">B, of a micro-batch.</param>
    /// <param name="plan">Which blocks' activations are held; null for all.</param>
    public static IReadOnlyList<(string Name, long Bytes)> Parts(GptConfig config, int sequences, CheckpointPlan? plan = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        long tokens = (long)sequences * config.Context, width = tokens * config.Width, hidden = tokens * config.Hidden, logits = tokens * config.Vocabulary;
        long parameters = config.Shape.CountParameters(), weights = (long)sequences * config.Heads * config.Context * config.Context;

        // Of a block: two layer norms' results and what they keep, queries, keys and values, what was attended to, its weights, the hidden units after activation and its slopes there, the output.
        long block = 6 * width + 2 * tokens + 3 * width + weights + 2 * hidden;
        long kept = width + (plan?.Peak ?? config.Layers) * block + 2 * width + tokens + logits;

        // Of the logits, of the two tensors behind the last block, and in a block of its output, middle and input, with one more on the way; of the hidden units; of queries, keys and values; the rows' losses.
        long gradients = logits + 6 * width + hidden + 3 * width + tokens;
        return [("parameters", Single * parameters), ("gradients", Single * parameters), ("moments", 2 * Single * parameters), ("activations", Single * kept), ("their gradients", Single * gradients)];
    }
}
