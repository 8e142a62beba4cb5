using System.Text.Json.Nodes;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Activations as they go wrong.</summary>
internal static class WrongActivations
{
    private const string Op = "activation";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Each("relu-leaks", "ACTIVATIONS-1", "a hundredth of what is below 0 passes, as in the leaky variant", "relu", "y", (x, y) => x < 0 ? 0.01 * x : y),
        Each("relu-rises-at-zero", "ACTIVATIONS-2", "the slope at 0 is that of the right side", "relu", "slope", (x, slope) => x >= 0 ? 1 : slope),
        Each("sigmoid-in-one-form", "ACTIVATIONS-3", "eˣ/(1 + eˣ) is used on both sides of 0, which is ∞/∞ far above it", "sigmoid", "y", (x, _) => Math.Exp(x) / (1 + Math.Exp(x))),
        Each("tanh-by-exponentials", "ACTIVATIONS-4", "(e²ˣ − 1)/(e²ˣ + 1) is used as it stands: digits are lost near 0, and far above it is ∞/∞", "tanh", "y", (x, _) =>
            (Math.Exp(2 * x) - 1) / (Math.Exp(2 * x) + 1)),
        Each("gelu-quick", "ACTIVATIONS-5", "x·σ(1.702x) stands in place of the tanh formula (CLIP's models need it, GPT-2's are wrong with it)", "gelu_tanh", "y", (x, _) =>
            x / (1 + Math.Exp(-1.702 * x))),
        Each("gelu-by-erf", "ACTIVATIONS-7", "½x(1 + erf(x/√2)) is used as it stands: below 0 it loses digits, and at −9 it has none left", "gelu", "y", (x, _) =>
            0.5 * x * (1 + Real64.Erf(x / Math.Sqrt(2)))),
        Each("silu-slope-of-the-gate", "ACTIVATIONS-8", "the slope is σ(x), as if the gate did not depend on x", "silu", "slope", (x, _) => 1 / (1 + Math.Exp(-x))),
        Each("silu-hard", "ACTIVATIONS-8", "the logistic function is replaced by a line between −3 and 3, which is another activation, hard swish", "silu", "y", (x, _) => x * Math.Clamp(x / 6 + 0.5, 0, 1)),
        Each("elu-by-exponential", "ACTIVATIONS-9", "eˣ − 1 is used as it stands: near 0 it loses digits", "elu", "y", (x, y) => x < 0 && x > -0.5 ? y / Real64.Expm1(x) * (Math.Exp(x) - 1) : y),
        Mistake("elu-slope-without-alpha", "ACTIVATIONS-9", "below 0 the slope is eˣ, whatever α is", Op, (right, args) =>
            (string)args["kind"]! == "elu" ? right.Answer(Op, args).With("slope", Array([.. args.Row("x").Select(x => x > 0 ? 1 : Math.Exp(x))])) : right.Answer(Op, args)),
        Each("softplus-by-exponential", "ACTIVATIONS-10", "ln(1 + eˣ) is used as it stands: above 710 it is infinite, and below −37 it is 0", "softplus", "y", (x, _) => Math.Log(1 + Math.Exp(x))),
        Each("softplus-threshold", "ACTIVATIONS-10", "above 20 softplus is x, where ln(1 + e⁻ˣ) is 2·10⁻⁹ and not 0", "softplus", "y", (x, y) => x > 20 ? x : y),
        Mistake("leaky-relu-slope-fixed", "ACTIVATIONS-11", "a hundredth passes below 0, whatever slope is given", Op, (right, args) => right.Answer(Op, Is(args, "leaky_relu") ? args.With("negative_slope", 0.01) : args)),
        Each("leaky-relu-flat-at-zero", "ACTIVATIONS-11", "the slope at 0 is 0, as that of ReLU", "leaky_relu", "slope", (x, slope) => x == 0 ? 0 : slope),
        Each("selu-alpha-alone", "ACTIVATIONS-12", "an ELU of SELU's α, without the scale", "selu", "y", (_, y) => y / 1.0507009873554805),
        Each("selu-slope-of-elu", "ACTIVATIONS-12", "below 0 the slope is λ·eˣ, without α", "selu", "slope", (x, slope) => x > 0 ? slope : slope / 1.6732632423543772),
        Each("clamp-slope-at-the-bounds", "ACTIVATIONS-13", "the slope is 1 at the bounds, too", "hard_tanh", "slope", (x, slope) => Math.Abs(x) == 1 ? 1 : slope),
        Each("relu6-is-relu", "ACTIVATIONS-13", "nothing is cut above", "relu6", "y", (x, _) => Math.Max(0, x)),
        Each("softsign-slope-not-squared", "ACTIVATIONS-14", "the slope is 1/(1 + |x|)", "softsign", "slope", (x, _) => 1 / (1 + Math.Abs(x))),
        Each("tanh-slope-of-input", "ACTIVATIONS-6", "1 − x² is taken of the input instead of the output", "tanh", "slope", (x, _) => 1 - x * x),
        Each("gelu-slope-inner-factor", "ACTIVATIONS-6", "the cube under tanh is differentiated to x² without the factor 3", "gelu_tanh", "slope", (x, _) =>
        {
            double c = Math.Sqrt(2 / Math.PI);
            double y = Math.Tanh(c * (x + 0.044715 * x * x * x));
            return 0.5 * (1 + y) + 0.5 * x * (1 - y * y) * c * (1 + 0.044715 * x * x);
        }),
    ];

    private static bool Is(JsonObject args, string kind) => (string)args["kind"]! == kind;

    private static WrongImplementation Each(string name, string breaks, string story, string kind, string member, Func<double, double, double> wrong) =>
        Mistake(name, breaks, story, Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return (string)args["kind"]! == kind
                ? result.With(member, Array([.. args.Row("x").Zip(result.Row(member), wrong)]))
                : result;
        });
}
