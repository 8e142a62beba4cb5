using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Training;

/// <summary>The fans of a tensor of weights, and the gains of what follows it.</summary>
/// <remarks>Source: He et al. (2015), section 2.2; PyTorch, torch.nn.init.</remarks>
public static class LayerFans
{
    /// <summary>How many inputs a unit has, and how many units read an input: a convolution's channels times the places of its kernel.</summary>
    /// <param name="shape"><c>shape</c>: outputs, inputs of a group, then the kernel's sides, each at least 1.</param>
    /// <param name="outputsLast"><c>layout</c>: true where the shape is the kernel's sides, inputs, outputs.</param>
    /// <param name="groups"><c>groups</c>, of <see cref="Hyperparameters.Groups"/>, a divisor of the outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The groups lie outside.</exception>
    /// <exception cref="InvalidArgumentException">The shape has fewer than two sides, one below 1, or a fan beyond 2⁶³; or the groups don't divide the outputs.</exception>
    public static (long FanIn, long FanOut) Of(IReadOnlyList<long> shape, bool outputsLast = false, long groups = 1)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Hyperparameters.Groups.Require(groups);
        if (shape.Count < 2 || shape.Any(side => side < 1))
            throw Tensors.Bad("shape", Invariant($"shape = [{string.Join(", ", shape)}] is outside lists of at least two whole numbers in [1, inf)"));
        (long inputs, long outputs) = outputsLast ? (shape[^2], shape[^1]) : (shape[1], shape[0]);
        if (outputs % groups != 0)
            throw Tensors.Bad(Hyperparameters.Groups.Name, Invariant($"groups = {groups} is outside the divisors of {outputs} outputs"));
        Int128 places = (outputsLast ? shape.SkipLast(2) : shape.Skip(2)).Aggregate((Int128)1, (product, side) => product > long.MaxValue ? product : product * side);
        Int128 fanIn = places > long.MaxValue ? places : places * inputs, fanOut = places > long.MaxValue ? places : places * (outputs / groups);
        return Int128.Max(fanIn, fanOut) <= long.MaxValue ? ((long)fanIn, (long)fanOut) : throw Tensors.Bad("shape", "shape has a fan beyond the whole numbers of 64 bits");
    }

    /// <summary>The gain that keeps the mean square through a nonlinearity, or what is customary for it.</summary>
    /// <param name="nonlinearity"><c>nonlinearity</c>: linear, conv, sigmoid, tanh, relu, leaky_relu or selu.</param>
    /// <param name="negativeSlope"><c>negative_slope</c> of a leaky ReLU, of <see cref="Hyperparameters.NegativeSlope"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope lies outside.</exception>
    /// <exception cref="InvalidArgumentException">There is no such nonlinearity.</exception>
    public static DoubleDouble Gain(string nonlinearity, double negativeSlope = 0.01)
    {
        double slope = Hyperparameters.NegativeSlope.Require(negativeSlope);
        return nonlinearity switch
        {
            "linear" or "conv" or "sigmoid" => 1,
            "tanh" => (DoubleDouble)5 / 3,
            "relu" => Initialization.LeakyGain<DoubleDouble>(0),
            "leaky_relu" => Initialization.LeakyGain<DoubleDouble>(slope),
            "selu" => 0.75,
            _ => throw Tensors.Bad("nonlinearity", $"nonlinearity = {nonlinearity} is outside {{linear, conv, sigmoid, tanh, relu, leaky_relu, selu}}"),
        };
    }
}
