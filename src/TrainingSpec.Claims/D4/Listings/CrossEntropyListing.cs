using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>How the document's cross-entropy functions behave on logits of shape (B, S, V) and targets of shape (B, S).</summary>
/// <remarks>Source: D4 "Code Implementation: Cross-Entropy Loss".</remarks>
internal static class CrossEntropyListing
{
    /// <summary>Minus the mean log-probability of the targets; a target counts from the end where it is negative.</summary>
    /// <exception cref="PythonException">IndexError: a target outside [−V, V − 1].</exception>
    public static T Loss<T>(T[][][] logits, int[][] targets)
        where T : IReal<T>
    {
        T[][] rows = [.. logits.SelectMany(batch => batch)];
        int[] flat = [.. targets.SelectMany(batch => batch)];
        var picked = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            var logProbabilities = new T[rows[i].Length];
            Softmax.LogProbabilities<T>(rows[i], logProbabilities);
            picked[i] = logProbabilities[NumPyIndexing.Resolve(flat[i], logProbabilities.Length)];
        }

        return -(Reduction.Sum<T>(picked) / T.Of(rows.Length));
    }

    /// <summary>Softmax probabilities, 1 taken off at the targets, all divided by the number of positions.</summary>
    /// <exception cref="PythonException">IndexError: a target outside [−V, V − 1], or index shapes that cannot be broadcast.</exception>
    public static T[][][] Backward<T>(T[][][] logits, int[][] targets)
        where T : IReal<T>
    {
        (int batch, int length, int vocabulary) = (logits.Length, logits[0].Length, logits[0][0].Length);
        var labels = new bool[batch, length, vocabulary];
        int[] shape = NumPyIndexing.Broadcast([batch, 1], [1, length], [targets.Length, targets[0].Length]);
        for (int b = 0; b < shape[0]; b++)
        {
            for (int s = 0; s < shape[1]; s++)
            {
                int target = targets[NumPyIndexing.Stretch(b, targets.Length)][NumPyIndexing.Stretch(s, targets[0].Length)];
                labels[b, s, NumPyIndexing.Resolve(target, vocabulary)] = true;
            }
        }

        var gradient = new T[batch][][];
        for (int b = 0; b < batch; b++)
        {
            gradient[b] = new T[length][];
            for (int s = 0; s < length; s++)
            {
                gradient[b][s] = new T[vocabulary];
                Softmax.Probabilities<T>(logits[b][s], gradient[b][s]);
                for (int v = 0; v < vocabulary; v++)
                    gradient[b][s][v] = CrossEntropy.MeanGradient(gradient[b][s][v], T.Of(labels[b, s, v] ? 1 : 0), T.Of(batch * length));
            }
        }

        return gradient;
    }
}
