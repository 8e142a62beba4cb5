using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adam and AdamW on a list of tensors, as a pure function of parameters, gradients and state.</summary>
/// <remarks>
/// Composed of <see cref="AdamStep"/>. NaN and infinities in tensors propagate as IEEE 754 says.
/// Source: Kingma and Ba (2015), Algorithm 1; Loshchilov and Hutter (2019), Algorithm 2.
/// </remarks>
public static class AdamOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, AdamState<T> State) Step<T>(T[][] parameters, T[][] grads, AdamState<T>? state, AdamOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireGradients(parameters, grads);
        long step = (state?.Step ?? 0) + 1;
        T[][] theta = Tensors.Copy(parameters);
        T[][] m = Tensors.CopyOrZeros(state?.First, parameters);
        T[][] v = Tensors.CopyOrZeros(state?.Second, parameters);
        AdamCoefficients<T> coefficients = Coefficients<T>(options, step);
        if (!HasDigits<T>(options))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Step(p, g, s, options), s => s.In<T>());
        for (int i = 0; i < theta.Length; i++)
        {
            for (int j = 0; j < theta[i].Length; j++)
                AdamStep.Apply(ref theta[i][j], ref m[i][j], ref v[i][j], grads[i][j], coefficients);
        }

        return (theta, new AdamState<T>(step, m, v));
    }

    /// <summary>One step in place, by a device's operations, with the bits of <see cref="Step"/>.</summary>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="first">m, of the same shapes; 0 before the first step.</param>
    /// <param name="second">v, of the same shapes; 0 before the first step.</param>
    /// <param name="step">The step's number, counted from 1.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <param name="operations">What computes it.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter, or the step is below 1.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty tensor.</exception>
    public static void StepInPlace<T>(T[][] parameters, T[][] grads, T[][] first, T[][] second, long step, AdamOptions options, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(operations);
        Tensors.RequireGradients(parameters, grads);
        Tensors.RequireGradients(parameters, first);
        Tensors.RequireGradients(parameters, second);
        AdamCoefficients<T> coefficients = Coefficients<T>(options, step);
        if (HasDigits<T>(options))
        {
            for (int i = 0; i < parameters.Length; i++)
                operations.AdamStep(parameters[i], first[i], second[i], grads[i], coefficients);
            return;
        }

        foreach (T[] tensor in (T[][])[.. parameters, .. grads, .. first, .. second])
            operations.Read(tensor);
        var (theta, after) = Step(parameters, grads, new AdamState<T>(step - 1, first, second), options);
        for (int i = 0; i < parameters.Length; i++)
        {
            theta[i].CopyTo(parameters[i], 0);
            after.First[i].CopyTo(first[i], 0);
            after.Second[i].CopyTo(second[i], 0);
            foreach (T[] tensor in (T[][])[parameters[i], first[i], second[i]])
                operations.Written(tensor);
        }
    }

    /// <summary>One step in place on a device, with the bits of <see cref="Step"/>: the hyperparameters are real numbers, also where single precision has few digits for one.</summary>
    /// <param name="theta">n parameters.</param>
    /// <param name="first">n first moments.</param>
    /// <param name="second">n second moments.</param>
    /// <param name="gradient">n gradients.</param>
    /// <param name="step">The step's number, counted from 1.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <param name="device">What computes it; a step that takes more digits than its coefficients have is the host's.</param>
    /// <exception cref="ArgumentException">The lengths differ, or tensors overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Single precision can't hold a hyperparameter, or the step is below 1.</exception>
    public static void StepInPlace(Memory<float> theta, Memory<float> first, Memory<float> second, ReadOnlyMemory<float> gradient, long step, AdamOptions options, IDevice device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        AdamCoefficients<Real32> coefficients = Coefficients<Real32>(options, step);
        if (HasDigits<Real32>(options) || theta.IsEmpty)
        {
            device.AdamStep(theta, first, second, gradient, coefficients);
            return;
        }

        Real32[][] parameters = [Numbers(theta)], m = [Numbers(first)], v = [Numbers(second)], grads = [Numbers(gradient)];
        StepInPlace(parameters, grads, m, v, step, options, new ReferenceOperations<Real32>());
        MemoryMarshal.Cast<Real32, float>(parameters[0]).CopyTo(theta.Span);
        MemoryMarshal.Cast<Real32, float>(m[0]).CopyTo(first.Span);
        MemoryMarshal.Cast<Real32, float>(v[0]).CopyTo(second.Span);

        static Real32[] Numbers(ReadOnlyMemory<float> x) => MemoryMarshal.Cast<float, Real32>(x.Span).ToArray();
    }

    private static bool HasDigits<T>(AdamOptions options)
        where T : IReal<T> => Array.TrueForAll([options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay], Hyperparameter.HasDigits<T>);

    /// <summary>What every element of step <paramref name="step"/> (counted from 1) shares, in the formula's number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is below 1, or the number can't hold a hyperparameter: ε would become 0, another infinite.</exception>
    public static AdamCoefficients<T> Coefficients<T>(AdamOptions options, long step)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Hyperparameters.Update.Require(step);
        long? corrected = options.BiasCorrection ? step : null;

        double epsilon = options.EpsilonOnMoment && corrected is { } t ? AdamCoefficients.EpsilonOnMoment(options.Epsilon, options.Beta2, t, options.EpsilonInsideRoot) : options.Epsilon;
        return AdamCoefficients.Of<T>(options.LearningRate, options.Beta1, options.Beta2, epsilon, options.WeightDecay, corrected) with
        {
            Decay = options.Decay,
            EpsilonInsideRoot = options.EpsilonInsideRoot ? 1 : 0,
        };
    }
}
