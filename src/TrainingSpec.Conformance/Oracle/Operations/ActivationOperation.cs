using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>activation: an activation function and its derivative, element by element.</summary>
internal sealed class ActivationOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "activation";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        string kind = args.Choice("kind", required: true, "relu", "gelu", "gelu_tanh", "sigmoid", "tanh", "silu", "elu", "softplus", "leaky_relu", "selu", "relu6", "hard_tanh", "softsign");
        T[] x = args.Row("x");
        double? alpha = kind == "elu" ? args.Hyperparameter(Hyperparameters.EluAlpha) : null;
        T leak = Hyperparameters.NegativeSlope.Rounded<T>(kind == "leaky_relu" ? args.Hyperparameter(Hyperparameters.NegativeSlope) : 0);
        args.Done();
        answer.Takes(2L * x.Length);
        answer.Row("y", alpha is { } factor ? EluLayer.Values(x, factor) : Array.ConvertAll(x, v => Value(kind, v, leak)));
        answer.Row("slope", alpha is { } same ? EluLayer.Slopes(x, same) : Array.ConvertAll(x, v => Slope(kind, v, leak)));
    }

    private static T Value<T>(string kind, T x, T leak)
        where T : struct, IReal<T> => kind switch
        {
            "relu" => Activations.Relu(x),
            "gelu" => Activations.Gelu(x),
            "gelu_tanh" => Activations.GeluTanh(x),
            "sigmoid" => Activations.Sigmoid(x),
            "silu" => Activations.Silu(x),
            "softplus" => Activations.Softplus(x),
            "leaky_relu" => Activations.LeakyRelu(x, leak),
            "selu" => Activations.Selu(x),
            "relu6" => Activations.Clamped(x, T.Of(0), T.Of(6)),
            "hard_tanh" => Activations.Clamped(x, T.Of(-1), T.Of(1)),
            "softsign" => Activations.Softsign(x),
            _ => T.Tanh(x),
        };

    private static T Slope<T>(string kind, T x, T leak)
        where T : struct, IReal<T> => kind switch
        {
            "relu" => Activations.ReluDerivative(x),
            "gelu" => Activations.GeluDerivative(x),
            "gelu_tanh" => Activations.GeluTanhDerivative(x),
            "sigmoid" => Activations.SigmoidSlope(x),
            "silu" => Activations.SiluDerivative(x),
            "softplus" => Activations.Sigmoid(x),
            "leaky_relu" => Activations.LeakyReluDerivative(x, leak),
            "selu" => Activations.SeluDerivative(x),
            "relu6" => Activations.ClampedDerivative(x, T.Of(0), T.Of(6)),
            "hard_tanh" => Activations.ClampedDerivative(x, T.Of(-1), T.Of(1)),
            "softsign" => Activations.SoftsignDerivative(x),
            _ => Activations.TanhSlope(x),
        };
}
