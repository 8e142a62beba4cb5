using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What dropout let pass.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Output">x·mask/(1 − p), or x itself outside training.</param>
/// <param name="Mask">1 for each element kept, 0 for each dropped; all 1 outside training.</param>
public sealed record DropoutResult<T>(T[] Output, byte[] Mask);

/// <summary>Inverted dropout, forward and backward; the mask is a pure function of seed, stream and index.</summary>
/// <remarks>
/// NaN and the infinities are multiplied by their mask, as IEEE 754 says: a dropped infinity gives NaN. Source: D0 "Dropout"; D2 "Dropout";
/// Srivastava et al. (2014), section 10, for the scaling while training.
/// </remarks>
public static class DropoutLayer
{
    /// <summary>Zeroes each element with probability p and scales the others by 1/(1 − p); outside training the identity.</summary>
    /// <param name="x">The activations.</param>
    /// <param name="p"><c>p</c>, of <see cref="Hyperparameters.DropProbability"/>.</param>
    /// <param name="training">False where nothing is to be dropped.</param>
    /// <param name="seed">The seed of <c>random.uniform</c>.</param>
    /// <param name="stream">Its stream: one per layer and step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> lies outside its domain.</exception>
    public static DropoutResult<T> Forward<T>(ReadOnlySpan<T> x, double p, bool training, ulong seed, ulong stream = 0)
        where T : IReal<T>
    {
        Hyperparameters.DropProbability.Require(p);
        T[] y = x.ToArray();
        byte[] mask = training ? Mask(x.Length, p, seed, stream) : [.. Enumerable.Repeat((byte)1, x.Length)];
        if (!training)
            return new DropoutResult<T>(y, mask);
        T scale = Scale<T>(p);
        for (int i = 0; i < y.Length; i++)
            y[i] = Dropout.Inverted(x[i], T.Of(mask[i]), scale);
        return new DropoutResult<T>(y, mask);
    }

    /// <summary>The same for narrow formats: computed with twice the digits of binary64 from the activations as the format holds them, and rounded once.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> lies outside its domain.</exception>
    public static DropoutResult<T> RoundedForward<T>(ReadOnlySpan<T> x, double p, bool training, ulong seed, ulong stream = 0)
        where T : IBinaryFormat<T>
    {
        var wide = new DoubleDouble[x.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = T.ToDouble(x[i]);
        DropoutResult<DoubleDouble> result = Forward<DoubleDouble>(wide, p, training, seed, stream);
        return new DropoutResult<T>(Array.ConvertAll(result.Output, y => y.To<T>()), result.Mask);
    }

    /// <summary>The gradient with respect to the input of a training pass: the same mask, the same factor.</summary>
    /// <param name="gradient">∂L/∂y.</param>
    /// <param name="mask">The mask of the forward pass.</param>
    /// <param name="p">Its <c>p</c>, of <see cref="Hyperparameters.DropProbability"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> lies outside its domain, or a mask entry is neither 0 nor 1.</exception>
    /// <exception cref="ShapeMismatchException">The mask has another length.</exception>
    public static T[] Backward<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<byte> mask, double p)
        where T : IReal<T>
    {
        Hyperparameters.DropProbability.Require(p);
        if (mask.Length != gradient.Length)
            throw new ShapeMismatchException(nameof(mask), $"mask has {Tensors.Text(mask.Length)} entries, grad has {Tensors.Text(gradient.Length)}");
        T scale = Scale<T>(p);
        var result = new T[gradient.Length];
        for (int i = 0; i < result.Length; i++)
        {
            Domain.Require("[0, 1]", (long)mask[i], nameof(mask));
            result[i] = Dropout.InputGradient(gradient[i], T.Of(mask[i]), scale);
        }

        return result;
    }

    // 1/(1 − p) from p as a real number, rounded once.
    private static T Scale<T>(double p)
        where T : IReal<T> => Straightforward.Is<T>() ? Dropout.Scale(T.Of(p)) : Dropout.Scale<DoubleDouble>(p).To<T>();

    // The uniform numbers have 24 bits and p has at most 53, so that binary64 decides alike for every dtype, half precision included.
    private static byte[] Mask(int count, double p, ulong seed, ulong stream)
    {
        var u = new Real64[count];
        RandomStreams.FillUniform<Real64>(seed, stream, 0, u);
        return Array.ConvertAll(u, x => (byte)Dropout.Mask<Real64>(x, p).Value);
    }
}
