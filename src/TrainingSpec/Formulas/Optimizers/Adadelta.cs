using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adadelta: a step has the unit of the parameters, since the root of averaged squares of steps stands over that of gradients. Both averages are Adam's second moment.</summary>
/// <remarks>Source: Zeiler (2012), Algorithm 1.</remarks>
public static class Adadelta
{
    /// <summary>√(a + ε)/√(v + ε)·g: the step before the rate, ε inside both roots.</summary>
    [Formula("adadelta.delta", TeX = @"\Delta_t", Source = "Zeiler (2012), Algorithm 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Delta<T>(
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain("v_t", "[0, inf)")] T moment,
        [Domain("a_{t-1}", "[0, inf)")] T steps,
        [Domain(nameof(Hyperparameters.AdadeltaEpsilon))] T eps)
        where T : IReal<T> => Delta(gradient, Norms.RootOfSum(moment, eps), Norms.RootOfSum(steps, eps));

    /// <summary>The same with both roots derived beforehand; gradient and lower root in any unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Delta<T>(T gradient, T below, T above)
        where T : IReal<T> => T.Rewritten(above / below * gradient, T.Proportion(above, gradient, below));
}
