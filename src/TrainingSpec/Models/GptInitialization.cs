using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>Random weights for a GPT.</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3.</remarks>
public static class GptInitialization
{
    /// <summary>Matrices normal with the given deviation, biases 0, layer-norm gains 1; weight number i of GPT-2's order takes stream i of the seed.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="deviation">Standard deviation of the matrices, in [0, inf).</param>
    /// <param name="scaleResidual">True to divide the deviation of the maps that write into the residual stream by √(2·layers).</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation lies outside.</exception>
    public static OrderedDictionary<string, T[]> Normal<T>(GptConfig config, ulong seed, double deviation = Initializer.GptDeviation, bool scaleResidual = false)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(config);
        Domain.Require("[0, inf)", deviation, nameof(deviation));
        var weights = new OrderedDictionary<string, T[]>();
        ulong stream = 0;
        foreach (WeightShape shape in config.Weights())
        {
            var values = new T[shape.Count];
            if (shape.Name.EndsWith(".g", StringComparison.Ordinal))
            {
                Array.Fill(values, T.Of(1));
            }
            else if (shape.Name.EndsWith(".b", StringComparison.Ordinal))
            {
                Array.Fill(values, T.Of(0));
            }
            else
            {
                bool residual = scaleResidual && shape.Name.EndsWith(".proj.w", StringComparison.Ordinal);
                T scale = (residual ? Initialization.ResidualDeviation<DoubleDouble>(deviation, config.Layers) : deviation).To<T>();
                RandomStreams.FillNormal<T>(seed, stream, 0, values);
                for (int i = 0; i < values.Length; i++)
                    values[i] = Initialization.NormalWeight(values[i], scale);
            }

            weights.Add(shape.Name, values);
            stream++;
        }

        return weights;
    }
}
