using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Xavier/Glorot Initialization".</summary>
internal static class XavierInitialization
{
    /// <summary>The first layer's gradient norm over the last one's behind each activation that the document names.</summary>
    [Claim("D2-008")]
    [Turn("facts/right for/1", "tanh", Verdict.Confirmed)]
    [Turn("facts/right for/0", "sigmoid", Verdict.Erratum)]
    internal static Finding RightForTanhAndSigmoid(Claim claim)
    {
        (string Name, double Ratio)[] tried = [.. claim.Facts["right for"].Texts.Select(name => (name, StackFigures.Of(name == "tanh" ? Squashing.Tanh : Squashing.Sigmoid).Gradient))];
        (string Name, double Ratio)[] good = [.. tried.Where(t => t.Ratio is >= 0.1 and <= 10)];
        return Judge.Conditional(
            good.Length == tried.Length,
            good.Length > 0,
            $"when the activation is {And(good.Select(g => g.Name))}",
            string.Join(", ", tried.Select(t => Say($"{t.Name}: {t.Ratio:G3}"))),
            Say($"through {StackFigures.Depth} layers with Xavier's deviation the first layer's gradient norm is {And(tried.Select(t => Say($"{t.Ratio:G3} of the last one's with {t.Name}")))}; a sigmoid's slope is at most 1/4"));
    }

    /// <summary>The limit of the uniform law, and its variance beside that of the normal one.</summary>
    [Claim("D2-009")]
    [Turn("facts/limit", "sqrt(2 / (n_in + n_out))", Verdict.Erratum)]
    [Turn("facts/limit", "sqrt(6) / sqrt(n_out + n_in)", Verdict.Confirmed)]
    internal static Finding UniformLimit(Claim claim)
    {
        int[] fans = Places.Shape(claim.GivenText("example"));
        Precise limit = Working.Apply(Initialization.XavierLimit, Precise.Of(fans[0]), Precise.Of(fans[1]));
        Working.Apply(Initialization.UniformVariance, limit);
        return Judge.Formula(claim, "limit", x => Initialization.XavierLimit(x.Whole("n_in", 1, 2000), x.Whole("n_out", 1, 2000)));
    }

    /// <summary>The variance of the normal law, which is that of the uniform one.</summary>
    [Claim("D2-010")]
    [Turn("facts/variance", "sqrt(2 / (n_in + n_out))", Verdict.Erratum)]
    [Turn("facts/variance", "1 / (n_in + n_out)", Verdict.Erratum)]
    internal static Finding NormalVariance(Claim claim)
    {
        Precise fanIn = Exact.Of(claim.GivenExact("n_in")), fanOut = Exact.Of(claim.GivenExact("n_out"));
        Precise normal = Working.Apply(Initialization.XavierVariance, fanIn, fanOut), uniform = Working.Apply(Initialization.UniformVariance, Working.Apply(Initialization.XavierLimit, fanIn, fanOut));
        return Judge.All(
            Judge.Formula(claim, "variance", x => Initialization.XavierVariance(x.Whole("n_in", 1, 2000), x.Whole("n_out", 1, 2000))),
            Judge.Holds(
                Closeness.Near(normal, uniform),
                Say($"{normal:G6}"),
                Say($"for {fanIn:G4} inputs and {fanOut:G4} outputs it is {normal:G6}, the variance of the uniform law as well; read as a deviation it would be {Precise.Sqrt(normal) / normal:G3} times too small"),
                Say($"the normal law has the variance {normal:G6}, the uniform one {uniform:G6}")));
    }
}
