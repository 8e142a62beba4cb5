using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A penalty on weights and its gradients, which are added to those of the loss.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Penalty">What is added to the loss.</param>
/// <param name="Gradients">Its derivative with respect to each weight, shaped as the weights.</param>
public sealed record PenaltyResult<T>(T Penalty, T[][] Gradients);

/// <summary>Penalties on lists of tensors. Each tensor is summed in the fixed shape of <see cref="Reduction"/>, the tensors' sums pairwise.</summary>
public static class WeightPenalty
{
    /// <summary>λΣθ² with the gradient 2λθ, or with the half ½λΣθ² with λθ.</summary>
    /// <param name="parameters">The weights, a flat array per tensor.</param>
    /// <param name="lambda"><c>lambda</c>, of <see cref="Hyperparameters.PenaltyStrength"/>.</param>
    /// <param name="half"><c>half</c>: whether ½ stands before the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    /// <remarks>Source: D0 "Weight Decay (L2 Regularization)"; Krogh and Hertz (1992).</remarks>
    public static PenaltyResult<T> L2<T>(T[][] parameters, double lambda, bool half = false)
        where T : IReal<T>
    {
        Tensors.RequireSome(parameters, "params");
        T strength = Hyperparameters.PenaltyStrength.Rounded<T>(Hyperparameters.PenaltyStrength.Require(lambda));
        if (!Hyperparameter.HasDigits<T>(lambda))
            return Rounded<T>(L2(Tensors.ValuesOf(parameters), lambda, half));

        // The sum is that of weights divided by a power of two, which is exact; its square comes back beside λ, so that nothing overflows on the way.
        T scale = Norms.Scale<T>(parameters);
        T sum = Reduction.Pairwise<T>(Array.ConvertAll(parameters, p => Reduction.SumOfSquares<T>(Norms.Scaled<T>(p, scale))));
        T penalty = T.Product(T.Product(strength, sum, scale), scale, half ? T.Of(0.5) : T.Of(1));
        return new PenaltyResult<T>(
            penalty,
            Array.ConvertAll(parameters, p => Array.ConvertAll(p, x => half ? L2Penalty.HalfGradient(x, strength) : L2Penalty.Gradient(x, strength))));
    }

    /// <summary>½λΣF(θ − θ*)² with the gradient λF(θ − θ*): elastic weight consolidation.</summary>
    /// <param name="parameters">The weights θ, a flat array per tensor.</param>
    /// <param name="anchor"><c>anchor</c>: the weights θ* after the earlier task.</param>
    /// <param name="fisher"><c>fisher</c>: the Fisher information F of each weight, from <see cref="FisherInformation"/>.</param>
    /// <param name="lambda"><c>lambda</c>, of <see cref="Hyperparameters.PenaltyStrength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    /// <exception cref="ShapeMismatchException">The three lists differ in shape.</exception>
    /// <remarks>Source: Kirkpatrick et al. (2017), equation 3; D3 "Catastrophic Forgetting".</remarks>
    public static PenaltyResult<T> Ewc<T>(T[][] parameters, T[][] anchor, T[][] fisher, double lambda)
        where T : IReal<T>
    {
        Tensors.RequireSome(parameters, "params");
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(fisher);
        Tensors.RequireSameShape(parameters, "params", anchor, nameof(anchor));
        Tensors.RequireSameShape(parameters, "params", fisher, nameof(fisher));
        T strength = Hyperparameters.PenaltyStrength.Rounded<T>(Hyperparameters.PenaltyStrength.Require(lambda));
        if (!Hyperparameter.HasDigits<T>(lambda))
            return Rounded<T>(Ewc(Tensors.ValuesOf(parameters), Tensors.ValuesOf(anchor), Tensors.ValuesOf(fisher), lambda));
        var sums = new T[parameters.Length];
        T[][] gradients = Tensors.ZerosLike(parameters);
        for (int i = 0; i < parameters.Length; i++)
        {
            var terms = new T[parameters[i].Length];
            for (int j = 0; j < terms.Length; j++)
            {
                terms[j] = Formulas.Ewc.Term(parameters[i][j], anchor[i][j], fisher[i][j]);
                gradients[i][j] = Formulas.Ewc.Gradient(parameters[i][j], anchor[i][j], fisher[i][j], strength);
            }

            sums[i] = Reduction.Sum<T>(terms);
        }

        T sum = Reduction.Pairwise<T>(sums), penalty = Formulas.Ewc.Penalty(sum, strength);
        return new PenaltyResult<T>(NormalRange.IfNormal(sum, penalty, OfScaled(parameters, anchor, fisher, strength)), gradients);
    }

    // Where a number can't hold the digits of λ, it may hold those of penalty and gradients.
    private static PenaltyResult<T> Rounded<T>(PenaltyResult<DoubleDouble> result)
        where T : IReal<T> => new(result.Penalty.To<T>(), Tensors.RoundedTo<T>(result.Gradients));

    // Where the sum of the terms can't be held: each as the square of √F·d, beside that of the largest term, which comes back beside √λ. The largest has the largest √√F·√d, which any format holds.
    private static T OfScaled<T>(T[][] parameters, T[][] anchor, T[][] fisher, T strength)
        where T : IReal<T>
    {
        T zero = T.Of(0), largest = zero, distance = zero, information = zero;
        for (int i = 0; i < parameters.Length; i++)
        {
            for (int j = 0; j < parameters[i].Length; j++)
            {
                var (apart, times) = Distance(parameters[i][j], anchor[i][j]);
                T size = OfBoth(apart, fisher[i][j], T.Sqrt(T.Sqrt(fisher[i][j])) * (T.Sqrt(apart) * T.Sqrt(times)));
                distance = T.IfLess(largest, size, apart, distance);
                information = T.IfLess(largest, size, fisher[i][j], information);
                largest = T.Max(largest, size);
            }
        }

        T unit = T.BinaryScale(distance), root = T.Sqrt(T.BinaryScale(information));
        var sums = new T[parameters.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            var terms = new T[parameters[i].Length];
            for (int j = 0; j < terms.Length; j++)
            {
                var (apart, times) = Distance(parameters[i][j], anchor[i][j]);
                terms[j] = OfBoth(apart, fisher[i][j], Formulas.Ewc.Term(T.Proportion(T.Sqrt(fisher[i][j]) / root, apart, unit) * times, zero, T.Of(1)));
            }

            sums[i] = Reduction.Sum<T>(terms);
        }

        T share = T.Product(T.Sqrt(strength), root, unit);
        return T.IfEqual(strength, zero, zero, OfBoth(largest, largest, T.Product(Formulas.Ewc.Penalty(Reduction.Pairwise<T>(sums), T.Of(1)), share, share)));
    }

    // |θ − θ*| as a product: itself times 1 or, where it is more than the number holds, half of it times 2.
    private static (T Part, T Times) Distance<T>(T theta, T anchor)
        where T : IReal<T>
    {
        T apart = T.Abs(theta - anchor), infinite = T.Of(double.PositiveInfinity);
        return (T.IfLess(apart, infinite, apart, T.Abs(Differences.Part(theta, anchor))), T.IfLess(apart, infinite, T.Of(1), Differences.Unit(theta, anchor)));
    }

    // 0 where either is: a root has no derivative there, and the term has 0.
    private static T OfBoth<T>(T apart, T fisher, T value)
        where T : IReal<T> => T.IfEqual(apart, T.Of(0), T.Of(0), T.IfEqual(fisher, T.Of(0), T.Of(0), value));
}
