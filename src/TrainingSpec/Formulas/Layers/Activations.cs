using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The activation of a feed-forward part.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>GELU by the tanh formula.</summary>
    GeluTanh,

    /// <summary>GELU by its definition.</summary>
    Gelu,
}

/// <summary>Activation functions and their derivatives.</summary>
/// <remarks>Source: Nair and Hinton (2010); Hendrycks and Gimpel, "Gaussian error linear units" (2016), section 2; Elfwing, Uchibe and Doya (2018); Clevert, Unterthiner and Hochreiter (2016); Dugas et al. (2001); Klambauer et al. (2017).</remarks>
public static class Activations
{
    private const double FirstPower = 1.59375, ThirdPower = 0.0712890625, SeluScale = 1.0507009873554805, SeluAlpha = 1.6732632423543772;

    /// <summary>1/(1 + e⁻ˣ), below 0 in the equal form eˣ/(1 + eˣ): the logistic function, accurate to a few roundings for every x.</summary>
    /// <remarks>No exponential that counts overflows, so derivatives don't either: over dual numbers ∞/∞ would be NaN far below 0.</remarks>
    [Formula("activations.sigmoid", TeX = @"\sigma(x)", Source = "the logistic function")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T computed = SigmoidOf(x, Falling(x));
        return T.States
            ? T.Rewritten(T.IfLess(x, T.Of(0), T.Exp(x) / (T.Of(1) + T.Exp(x)), T.Of(1) / (T.Of(1) + T.Exp(-x))), computed)
            : computed;
    }

    /// <summary>s(1 − s): the derivative of the logistic function from its value s.</summary>
    [Formula("activations.sigmoid_derivative", TeX = @"\sigma'(x)", Source = "the logistic function, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SigmoidDerivative<T>([Domain("s", "[0, 1]")] T s)
        where T : IReal<T> => s * (T.Of(1) - s);

    /// <summary>σ(x)·σ(−x): the derivative of the logistic function at x; from its value s, which is 1 far above 0, nothing of 1 − s could be had.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SigmoidSlope<T>(T x)
        where T : IReal<T> => T.States ? Sigmoid(x) * Sigmoid(-x) : SigmoidSlopeOf(x, Falling(x));

    /// <summary>4σ(2x)·σ(−2x) = 1/cosh² x: the derivative of tanh at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TanhSlope<T>(T x)
        where T : IReal<T> => T.Of(4) * SigmoidSlope(T.Of(2) * x);

    /// <summary>1 − y²: the derivative of tanh from its value y.</summary>
    [Formula("activations.tanh_derivative", TeX = @"\tanh' x", Source = "the definition of tanh")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TanhDerivative<T>([Domain("y", "[-1, 1]")] T y)
        where T : IReal<T> => T.Rewritten(T.Of(1) - y * y, (T.Of(1) - y) * (T.Of(1) + y));

    /// <summary>max(0, x).</summary>
    [Formula("activations.relu", TeX = @"\operatorname{relu}(x)", Source = "Nair and Hinton (2010)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Relu<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.Max(T.Of(0), x);

    /// <summary>1 where x &gt; 0, else 0.</summary>
    [Formula("activations.relu_derivative", TeX = @"\operatorname{relu}'(x)", Source = "Nair and Hinton (2010)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReluDerivative<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.IfLess(T.Of(0), x, T.Of(1), T.Of(0));

    /// <summary>x·Φ(x) = ½x·erfc(−x/√2): GELU by its definition, with Φ(x) the probability that a standard normal number lies below x.</summary>
    /// <remarks>½x(1 + erf(x/√2)) has the same value, but no digits of it far below 0.</remarks>
    [Formula("activations.gelu", TeX = @"\operatorname{gelu}(x)", Source = "Hendrycks and Gimpel (2016), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => GeluOf(x, T.NormalTwiceBelow(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GeluOf<T>(T x, T twiceBelow)
        where T : IReal<T> => T.Of(0.5) * x * twiceBelow;

    /// <summary>Φ(x) + x·φ(x): the derivative of <see cref="Gelu"/>, with φ = Φ' the density of the standard normal law.</summary>
    [Formula("activations.gelu_derivative", TeX = @"\operatorname{gelu}'(x)", Source = "Hendrycks and Gimpel (2016), section 2, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluDerivative<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        var (twiceBelow, bell) = T.Normal(x);
        return GeluDerivative(x, twiceBelow, bell);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GeluDerivative<T>(T x, T twiceBelow, T bell)
        where T : IReal<T> => T.Of(0.5) * twiceBelow + x * bell / T.Sqrt(T.Of(2) * T.Pi);

    /// <summary><see cref="Gelu"/> and its derivative at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (T Value, T Slope) GeluWithDerivative<T>(T x)
        where T : IReal<T>
    {
        var (twiceBelow, bell) = T.Normal(x);
        return (GeluOf(x, twiceBelow), GeluDerivative(x, twiceBelow, bell));
    }

    [AccuracyException("activations.gelu_derivative", "near x = −0.75, where the slope is 0, the two terms cancel, and the roundings of both stay")]
    private static T GeluDerivativeUnit<T>(T x)
        where T : IReal<T> => T.Of(0.5) * T.Erfc(-(x / T.Sqrt(T.Of(2))));

    /// <summary>√(2/π)·(x + 0.044715·x³): what stands under tanh in the tanh formula of GELU.</summary>
    [Formula("activations.gelu_argument", TeX = "a(x)", Source = "Hendrycks and Gimpel (2016), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluArgument<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.Rewritten(
            T.Sqrt(T.Of(2) / T.Pi) * (x + T.Of(0.044715) * (x * x * x)),
            T.Sqrt(T.Of(2) / T.Pi) * x * T.Fma(T.Of(0.044715) * x, x, T.Of(1)));

    /// <summary>x·σ(2a(x)) = ½x(1 + tanh a(x)): GELU by the tanh formula, written without the cancellation of 1 + tanh for negative x.</summary>
    [Formula("activations.gelu_tanh", TeX = @"\operatorname{gelu}_{\tanh}(x)", Source = "Hendrycks and Gimpel (2016), section 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanh<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T computed = x * SigmoidOf(x, FallingOfArgument(x));
        return T.States ? T.Rewritten(x * Sigmoid(T.Of(2) * GeluArgument(x)), computed) : computed;
    }

    /// <summary>s + 2x·s(1 − s)·a'(x) with s = σ(2a(x)): the derivative of <see cref="GeluTanh"/>; where s(1 − s) has vanished the second term is 0, however large x is.</summary>
    /// <remarks>3·0.044715 is a product over T: rounded to binary64 beforehand it would be another formula, wrong by a rounding of binary64 over any wider number.</remarks>
    [Formula("activations.gelu_tanh_derivative", TeX = @"\operatorname{gelu}_{\tanh}'(x)", Source = "Hendrycks and Gimpel (2016), section 2, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanhDerivative<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("s", "[0, 1]")] T s)
        where T : IReal<T>
    {
        T gate = s * (T.Of(1) - s), computed = GeluTanhDerivative(x, s, gate);
        if (!T.States)
            return computed;
        T slope = T.Sqrt(T.Of(2) / T.Pi) * (T.Of(1) + T.Of(3) * T.Of(0.044715) * (x * x));
        return T.Rewritten(s + T.IfEqual(gate, T.Of(0), T.Of(0), T.Of(2) * x * gate * slope), computed);
    }

    [AccuracyException("activations.gelu_tanh_derivative", "near x = −0.75, where the slope is 0, the two terms cancel, and the roundings of both stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T GeluTanhDerivativeUnit<T>(T x, T s)
        where T : IReal<T> => s;

    /// <summary>The derivative of <see cref="GeluTanh"/> at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanhDerivative<T>(T x)
        where T : IReal<T> => GeluTanhWithDerivative(x).Slope;

    /// <summary><see cref="GeluTanh"/> and its derivative at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (T Value, T Slope) GeluTanhWithDerivative<T>(T x)
        where T : IReal<T>
    {
        T falling = FallingApart(x), sigmoid = SigmoidOf(x, falling);
        return (T.States ? GeluTanh(x) : x * sigmoid, GeluTanhDerivative(x, sigmoid, SigmoidSlopeOf(x, falling)));
    }

    // The gate s(1 − s) is small where x² is more than the number holds, and subnormal where x³ of it is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GeluTanhDerivative<T>(T x, T s, T gate)
        where T : IReal<T>
    {
        T slope = T.Fma(T.Of(3) * T.Of(0.044715), T.Product(gate, x, x), gate);
        return s + T.Of(2) * T.Sqrt(T.Of(2) / T.Pi) * T.IfEqual(gate, T.Of(0), T.Of(0), x * slope);
    }

    /// <summary>x·σ(x): SiLU, also called swish; the gate goes in by its square root, which is no subnormal number where the product is none.</summary>
    [Formula("activations.silu", TeX = @"\operatorname{silu}(x)", Source = "Elfwing, Uchibe and Doya (2018), equation 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T computed = GatedBy(x, x);
        return T.States ? T.Rewritten(x * Sigmoid(x), computed) : computed;
    }

    /// <summary>σ(x)·(1 + x·σ(−x)): the derivative of <see cref="Silu"/>.</summary>
    [Formula("activations.silu_derivative", TeX = @"\operatorname{silu}'(x)", Source = "Elfwing, Uchibe and Doya (2018), equation 5")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SiluDerivative<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T computed = GatedBy(x, T.Of(1) + x * SigmoidOf(-x, Falling(x)));
        return T.States ? T.Rewritten(Sigmoid(x) * (T.Of(1) + x * Sigmoid(-x)), computed) : computed;
    }

    [AccuracyException("activations.silu_derivative", "near x = −1.28, where the slope is 0, the two terms cancel, and the roundings of both stay")]
    private static T SiluDerivativeUnit<T>(T x)
        where T : IReal<T> => Sigmoid(x);

    /// <summary>x above 0, α(eˣ − 1) elsewhere: ELU.</summary>
    [Formula("activations.elu", TeX = @"\operatorname{elu}(x)", Source = "Clevert, Unterthiner and Hochreiter (2016), equation 15")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Elu<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.EluAlpha))] T alpha)
        where T : IReal<T> => T.IfLess(T.Of(0), x, x, alpha * T.Rewritten(T.Exp(x) - T.Of(1), T.Expm1(x)));

    /// <summary>1 above 0, α·eˣ elsewhere, at 0 too: the derivative of <see cref="Elu"/>; with a large α it is no subnormal number where eˣ is one.</summary>
    [Formula("activations.elu_derivative", TeX = @"\operatorname{elu}'(x)", Source = "Clevert, Unterthiner and Hochreiter (2016), equation 15, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T EluDerivative<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.EluAlpha))] T alpha)
        where T : IReal<T>
    {
        T root = T.Exp(T.Of(0.5) * x);
        return T.IfLess(T.Of(0), x, T.Of(1), T.Rewritten(alpha * T.Exp(x), T.Product(alpha, root, root)));
    }

    /// <summary>x above 0, a·x elsewhere: leaky ReLU.</summary>
    [Formula("activations.leaky_relu", TeX = @"\operatorname{leaky}(x)", Source = "Maas, Hannun and Ng (2013), equation 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeakyRelu<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.NegativeSlope))] T slope)
        where T : IReal<T> => T.IfLess(T.Of(0), x, x, slope * x);

    /// <summary>1 above 0, a elsewhere, at 0 too: the derivative of <see cref="LeakyRelu"/>.</summary>
    [Formula("activations.leaky_relu_derivative", TeX = @"\operatorname{leaky}'(x)", Source = "Maas, Hannun and Ng (2013), equation 2, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LeakyReluDerivative<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.NegativeSlope))] T slope)
        where T : IReal<T> => T.IfLess(T.Of(0), x, T.Of(1), slope);

    /// <summary>λ·x above 0, λα(eˣ − 1) elsewhere: SELU, an ELU of two constants under which mean 0 and variance 1 stay; they are the nearest binary64 numbers.</summary>
    [Formula("activations.selu", TeX = @"\operatorname{selu}(x)", Source = "Klambauer et al. (2017), equation 2 and appendix A4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Selu<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.Of(SeluScale) * Elu(x, T.Of(SeluAlpha));

    /// <summary>λ above 0, λα·eˣ elsewhere, at 0 too: the derivative of <see cref="Selu"/>.</summary>
    [Formula("activations.selu_derivative", TeX = @"\operatorname{selu}'(x)", Source = "Klambauer et al. (2017), equation 2, differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SeluDerivative<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.Of(SeluScale) * EluDerivative(x, T.Of(SeluAlpha));

    /// <summary>x between a and b, and the nearer of them elsewhere: hard tanh for −1 and 1, ReLU6 for 0 and 6.</summary>
    [Formula("activations.clamped", TeX = @"\operatorname{clamp}(x)", Source = "Collobert (2004), section 5.1.2; Krizhevsky (2010)", Where = "low < high")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Clamped<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("a", "(-inf, inf)")] T low,
        [Domain("b", "(-inf, inf)")] T high)
        where T : IReal<T> => T.Max(low, T.Min(high, x));

    /// <summary>1 between a and b, 0 elsewhere, at both too: the derivative of <see cref="Clamped"/>.</summary>
    [Formula("activations.clamped_derivative", TeX = @"\operatorname{clamp}'(x)", Source = "PyTorch's hardtanh, differentiated", Where = "low < high")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ClampedDerivative<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("a", "(-inf, inf)")] T low,
        [Domain("b", "(-inf, inf)")] T high)
        where T : IReal<T> => T.IfLess(low, x, T.IfLess(x, high, T.Of(1), T.Of(0)), T.Of(0));

    /// <summary>x/(1 + |x|): softsign.</summary>
    [Formula("activations.softsign", TeX = @"\operatorname{softsign}(x)", Source = "Turian, Bergstra and Bengio (2009)")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softsign<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => x / (T.Of(1) + T.Abs(x));

    /// <summary>1/(1 + |x|)²: the derivative of <see cref="Softsign"/>, as the square of a quotient that neither overflows nor vanishes.</summary>
    [Formula("activations.softsign_derivative", TeX = @"\operatorname{softsign}'(x)", Source = "Turian, Bergstra and Bengio (2009), differentiated")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SoftsignDerivative<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T share = T.Of(1) / (T.Of(1) + T.Abs(x));
        return share * share;
    }

    /// <summary>ln(1 + eˣ): softplus, whose derivative is <see cref="Sigmoid"/>; of the two equal forms each side of 0 takes the one whose exponential falls.</summary>
    [Formula("activations.softplus", TeX = @"\operatorname{softplus}(x)", Source = "Dugas et al. (2001), section 3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T>
    {
        T zero = T.Of(0), computed = T.IfLess(x, zero, zero, x) + T.Log1p(Falling(x));
        return T.States ? T.Rewritten(T.IfLess(x, zero, T.Log1p(T.Exp(x)), x + T.Log1p(T.Exp(-x))), computed) : computed;
    }

    // e^(−|x|), which x and −x share; not by |x|, whose derivative at 0 is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Falling<T>(T x)
        where T : IReal<T> => T.Exp(T.IfLess(x, T.Of(0), x, -x));

    // e^(−|2a(x)|) with 2a = x·(A + B·x²), A = 2√(2/π) and B = 0.044715·A, each as a number of eight bits and the rest: far below 0 what is rounded of 2a counts 2a times.
    // Beyond ±64 the power is 0 in every number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T FallingOfArgument<T>(T x)
        where T : IReal<T>
    {
        T bounded = T.Max(T.Of(-64), T.Min(T.Of(64), x));
        var (square, squareError) = ErrorFree.TwoProduct(bounded, bounded);
        var (cubic, cubicError) = ErrorFree.TwoProduct(T.Of(ThirdPower), square);
        var (factor, factorError) = ErrorFree.TwoSum(T.Of(FirstPower), cubic);
        T rest = factorError + T.Fma(T.Of(ThirdPower), squareError, cubicError) + T.Fma(ThirdPowerRest<T>(), square, FirstPowerRest<T>());
        var (product, productError) = ErrorFree.TwoProduct(bounded, factor);
        var (argument, error) = ErrorFree.FastTwoSum(product, T.Fma(bounded, rest, productError));
        T zero = T.Of(0), change = T.IfLess(x, zero, error, -error), power = T.Exp(T.IfLess(x, zero, argument, -argument));
        return T.Fma(power, T.Fma(T.Of(0.5) * change, change, change), power);
    }

    // In a call of its own: the compiler, which takes 512 variables into one method, has no room for this beside the rest of a derivative.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T FallingApart<T>(T x)
        where T : IReal<T> => FallingOfArgument(x);

    // A and B without their first eight bits, to 159 more for the numbers that have them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T FirstPowerRest<T>()
        where T : IReal<T> => T.Of(0.0020191216057307117) + (T.Of(5.351177755720478e-20) + T.Of(2.254906284057151e-36));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ThirdPowerRest<T>()
        where T : IReal<T> => T.Of(6.575377260024527e-05) + (T.Of(-1.889466298265917e-21) + T.Of(9.441722325891507e-38));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SigmoidOf<T>(T x, T falling)
        where T : IReal<T> => T.IfLess(x, T.Of(0), falling, T.Of(1)) / (T.Of(1) + falling);

    // σ(x)·y by the root of e^(−|x|), twice: the power itself is subnormal where its product with y need not be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GatedBy<T>(T x, T y)
        where T : IReal<T>
    {
        T zero = T.Of(0), one = T.Of(1), half = T.Of(0.5) * x, root = T.Exp(T.IfLess(x, zero, half, -half)), gate = T.IfLess(x, zero, root, one);
        return T.Product(y, gate, gate) / T.Fma(root, root, one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SigmoidSlopeOf<T>(T x, T falling)
        where T : IReal<T> => SigmoidOf(x, falling) * SigmoidOf(-x, falling);
}
