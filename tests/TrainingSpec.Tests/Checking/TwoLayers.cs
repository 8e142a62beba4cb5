using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Checking;

/// <summary>A two-layer tanh classifier with a backward pass by hand, and mistakes that can be planted into it.</summary>
internal sealed class TwoLayers<T>
    where T : struct, IBinaryFormat<T>
{
    private const int Rows = 3, In = 4, Hidden = 5, Classes = 3;
    private readonly T[] _x = Draw(Rows * In, 3);
    private readonly int[] _targets = [0, 2, 1];

    public T[] W1 { get; } = Draw(Hidden * In, 1);

    public T[] W2 { get; } = Draw(Classes * Hidden, 2);

    public double Loss() => T.ToDouble(Forward().Loss);

    /// <summary>Tensors with their gradients, one of them distorted.</summary>
    public CheckedTensor<T>[] Tensors(Func<T[], T[]>? distort = null)
    {
        (_, T[] probabilities, T[] hidden) = Forward();
        T[] g1 = new T[W1.Length], g2 = new T[W2.Length];
        for (int r = 0; r < Rows; r++)
        {
            for (int c = 0; c < Classes; c++)
            {
                T d = (probabilities[r * Classes + c] - T.Of(_targets[r] == c ? 1 : 0)) / T.Of(Rows);
                for (int h = 0; h < Hidden; h++)
                {
                    T activation = hidden[r * Hidden + h];
                    g2[c * Hidden + h] += d * activation;
                    T back = d * W2[c * Hidden + h] * (T.Of(1) - activation * activation);
                    for (int i = 0; i < In; i++)
                        g1[h * In + i] += back * _x[r * In + i];
                }
            }
        }

        return [new("W1", W1, distort is null ? g1 : distort(g1)), new("W2", W2, g2)];
    }

    private (T Loss, T[] Probabilities, T[] Hidden) Forward()
    {
        var hidden = new T[Rows * Hidden];
        var probabilities = new T[Rows * Classes];
        T loss = T.Of(0);
        for (int r = 0; r < Rows; r++)
        {
            for (int h = 0; h < Hidden; h++)
            {
                T z = T.Of(0);
                for (int i = 0; i < In; i++)
                    z += W1[h * In + i] * _x[r * In + i];
                T e = T.Exp(T.Of(2) * z);
                hidden[r * Hidden + h] = (e - T.Of(1)) / (e + T.Of(1));
            }

            T sum = T.Of(0);
            for (int c = 0; c < Classes; c++)
            {
                T z = T.Of(0);
                for (int h = 0; h < Hidden; h++)
                    z += W2[c * Hidden + h] * hidden[r * Hidden + h];
                probabilities[r * Classes + c] = T.Exp(z);
                sum += probabilities[r * Classes + c];
            }

            for (int c = 0; c < Classes; c++)
                probabilities[r * Classes + c] /= sum;
            loss -= T.Log(probabilities[r * Classes + _targets[r]]);
        }

        return (loss / T.Of(Rows), probabilities, hidden);
    }

    private static T[] Draw(int count, ulong seed)
    {
        var random = new SplitMix(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.Of(random.Sign() * (0.1 + 0.6 * random.Uniform())))];
    }
}
