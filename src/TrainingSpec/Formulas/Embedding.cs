using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Token and position embeddings, forward and backward.</summary>
/// <remarks>ids (B, T) flat; token table (V, C); position table (context, C); x (B, T, C). Source: Radford et al. (2018), equation 2.</remarks>
public static class Embedding
{
    /// <summary>x = wte[id] + wpe[t]; an empty position table adds nothing.</summary>
    /// <exception cref="IndexOutOfRangeException">An id or a position is outside its table.</exception>
    public static void Forward<T>(ReadOnlySpan<int> ids, int length, ReadOnlySpan<T> tokens, ReadOnlySpan<T> positions, Span<T> x, int width)
        where T : IReal<T>
    {
        for (int n = 0; n < ids.Length; n++)
        {
            for (int c = 0; c < width; c++)
            {
                T token = tokens[ids[n] * width + c];
                x[n * width + c] = positions.IsEmpty ? token : token + positions[n % length * width + c];
            }
        }
    }

    /// <summary>Adds ∂L/∂x to the rows of the tokens that were read, in ascending order of place: a token that occurs twice gets both.</summary>
    /// <exception cref="IndexOutOfRangeException">An id is outside the table.</exception>
    public static void AddTokenGradient<T>(ReadOnlySpan<int> ids, ReadOnlySpan<T> dx, Span<T> dTokens, int width)
        where T : IReal<T>
    {
        for (int n = 0; n < ids.Length; n++)
        {
            for (int c = 0; c < width; c++)
                dTokens[ids[n] * width + c] = dTokens[ids[n] * width + c] + dx[n * width + c];
        }
    }

    /// <summary>Adds ∂L/∂x to the rows of the positions, over ascending sequences.</summary>
    /// <exception cref="IndexOutOfRangeException">A position is outside the table.</exception>
    public static void AddPositionGradient<T>(ReadOnlySpan<T> dx, int length, Span<T> dPositions, int width)
        where T : IReal<T>
    {
        for (int start = 0; start < dx.Length; start += width)
        {
            int place = start / width % length * width;
            for (int c = 0; c < width; c++)
                dPositions[place + c] = dPositions[place + c] + dx[start + c];
        }
    }
}
