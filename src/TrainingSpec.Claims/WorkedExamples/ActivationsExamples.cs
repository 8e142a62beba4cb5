using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Activations and their derivatives, through their kinks and far into their tails.</summary>
public static class ActivationsExamples
{
    private static readonly double[] X = [-800, -40, -5, -1, -0.5, -1e-10, 0, 1e-10, 0.5, 1, 5, 40, 800];

    /// <summary>Values and derivatives in double and in single precision, and a gradient through ReLU and through both forms of GELU.</summary>
    [GoldenSource]
    public static GoldenDocument Values()
    {
        var document = new GoldenDocument("activations", "Values").Add("x", X);
        Real64[] x = GoldenRows.Over<Real64>(X), sigmoid = [.. x.Select(Activations.Sigmoid)], tanh = [.. x.Select(Real64.Tanh)];
        Real32[] single = GoldenRows.Over<Real32>(X), sigmoid32 = [.. single.Select(Activations.Sigmoid)], tanh32 = [.. single.Select(Real32.Tanh)];
        document.Add("sigmoid", sigmoid).Add("sigmoid.derivative", sigmoid.Select(Activations.SigmoidDerivative))
            .Add("sigmoid in single precision", sigmoid32).Add("sigmoid in single precision.derivative", sigmoid32.Select(Activations.SigmoidDerivative))
            .Add("tanh", tanh).Add("tanh.derivative", tanh.Select(Activations.TanhDerivative))
            .Add("tanh in single precision", tanh32).Add("tanh in single precision.derivative", tanh32.Select(Activations.TanhDerivative))
            .Add("relu", x.Select(Activations.Relu)).Add("relu.derivative", x.Select(Activations.ReluDerivative))
            .Add("gelu.argument", x.Select(Activations.GeluArgument)).Add("gelu", x.Select(Activations.GeluTanh)).Add("gelu.derivative", x.Select(z => Activations.GeluTanhDerivative(z)))
            .Add("gelu in single precision", single.Select(Activations.GeluTanh)).Add("gelu in single precision.derivative", single.Select(z => Activations.GeluTanhDerivative(z)));
        document.Add("gelu by definition", x.Select(Activations.Gelu)).Add("gelu by definition.derivative", x.Select(Activations.GeluDerivative))
            .Add("gelu by definition in single precision", single.Select(Activations.Gelu)).Add("gelu by definition in single precision.derivative", single.Select(Activations.GeluDerivative));
        document.Add("silu", x.Select(Activations.Silu)).Add("silu.derivative", x.Select(Activations.SiluDerivative)).Add("softplus", x.Select(Activations.Softplus))
            .Add("elu", EluLayer.Values(x, 0.5)).Add("elu.derivative", EluLayer.Slopes(x, 0.5))
            .Add("leaky relu", x.Select(z => Activations.LeakyRelu<Real64>(z, 0.25))).Add("leaky relu.derivative", x.Select(z => Activations.LeakyReluDerivative<Real64>(z, 0.25)))
            .Add("selu", x.Select(Activations.Selu)).Add("selu.derivative", x.Select(Activations.SeluDerivative)).Add("relu6", x.Select(z => Activations.Clamped<Real64>(z, 0, 6)))
            .Add("hard tanh.derivative", x.Select(z => Activations.ClampedDerivative<Real64>(z, -1, 1))).Add("softsign", x.Select(Activations.Softsign)).Add("softsign.derivative", x.Select(Activations.SoftsignDerivative));
        Real64[] dy = [.. x.Select((_, i) => (Real64)(i + 1))];
        document.Add("output gradient", dy);
        foreach ((string name, Activation activation) in new[] { ("relu", Activation.Relu), ("gelu", Activation.GeluTanh), ("gelu by definition", Activation.Gelu) })
        {
            Real64[] y = new Real64[x.Length], slopes = new Real64[x.Length], dx = new Real64[x.Length];
            ActivationLayer.Forward<Real64>(activation, x, y, slopes);
            ActivationLayer.InputGradient<Real64>(dy, slopes, dx);
            document.Add(name + ".input gradient", dx);
        }

        return document;
    }
}
