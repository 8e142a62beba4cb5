using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Kaiming/He Initialization": formula, factor of two, both listings, and the note on transformers.</summary>
internal static class KaimingInitialization
{
    /// <summary>The variance, and what it keeps: the mean square through a ReLU layer.</summary>
    [Claim("D2-011")]
    [Turn("facts/variance", "1 / n_in", Verdict.Erratum)]
    [Turn("facts/variance", "2 / n_out", Verdict.Erratum)]
    internal static Finding Variance(Claim claim)
    {
        const int Width = 64, Draws = 20_000;
        double deviation = StackFigures.Deviation(Squashing.Relu, Width);
        double[] squares = Kept.Of(deviation, static d =>
        {
            var draws = new Draws(211);
            double[] x = DeepStack.Rows(draws, 1, Width)[0];
            double size = x.Sum(v => v * v) / Width;
            return draws.Normals(Draws).Select(z => Math.Max(0, d * Math.Sqrt(Width * size) * z)).Select(z => z * z / size).ToArray();
        });
        double mean = squares.Average(), error = Math.Sqrt(squares.Sum(s => (s - mean) * (s - mean))) / Draws;
        Working.Tried(Say($"{Draws} units relu(w x) with w of Kaiming's variance and one input of {Width} entries (seed 211)"));
        Working.Value("mean square of the units over that of the input", mean);
        Working.Value("its standard error", error);
        return Judge.All(
            Judge.Formula(claim, "variance", x => Initialization.HeVariance(x.Whole("n_in", 1, 2000))),
            Judge.Holds(
                Math.Abs(mean - 1) < 4 * error,
                Say($"{mean:F3} of the input's mean square"),
                Say($"it keeps the mean square through ReLU: {mean:F3}, with a standard error of {error:F3}"),
                Say($"the mean square becomes {mean:F3} of the input's")));
    }

    /// <summary>The factor that makes up for a ReLU behind a symmetric sum: one over the share of the mean square that passes.</summary>
    [Claim("D2-012")]
    [Turn("facts/factor", "3", Verdict.Erratum)]
    internal static Finding FactorOfTwo(Claim claim)
    {
        const int Draws = 20_000;
        Precise n = Precise.Of(64), passes = Working.Apply(Initialization.ReluGain, n, Precise.Of(1) / n), needed = Precise.Of(1) / passes;
        Working.Value("the factor on 1/n that keeps the mean square", needed);
        Precise variance = Working.Apply(Initialization.ReluVariance, Precise.Of(1));
        int off = Kept.Of(Draws, static count => new Draws(212).Row(count).Count(z => z.Value < 0));
        Working.Counted("of standard normal sums (seed 212) are switched off", off, Draws);
        double stated = claim.Facts["factor"].Number, share = (double)off / Draws;
        return Judge.Holds(
            Near(needed, Precise.Of(stated)) && Math.Abs(share - 0.5) < 4 * 0.5 / Math.Sqrt(Draws),
            Say($"factor {needed:G3}; {off} of {Draws} switched off"),
            Say($"ReLU switches off {off} of {Draws} symmetric sums and passes {passes:G3} of their mean square, so a factor of {needed:G3} keeps it; the variance falls to {variance:G4}, since a mean remains"),
            Say($"the factor that keeps the mean square is {needed:G3}, the document has {stated}"));
    }

    /// <summary>The listing: which shapes it takes, and the ends of what it draws.</summary>
    [Claim("D2-013")]
    [Turn("D2/xavier_init/low", "0", Verdict.Erratum)]
    [Turn("D2/xavier_init/limit", "sqrt(3 / (fan_in + fan_out))", Verdict.Erratum)]
    [Turn("D2/xavier_init/unpacks", "[\"fan_in\", \"fan_out\", \"kernel\"]", Verdict.Erratum)]
    internal static Finding XavierListing(Claim claim, Document document)
    {
        Facts listing = document.Facts["xavier_init"];
        string[] names = listing["unpacks"].Texts;
        StatedFormula limit = listing["limit"].Formula, low = listing["low"].Formula, high = listing["high"].Formula;
        var right = new Tally("shapes for which the listing draws between Xavier's limits");
        foreach (int[] shape in (int[][])[[300, 500], [1, 1], [784, 10]])
        {
            Precise a = limit.Evaluate(Name), ours = Working.Apply(Initialization.XavierLimit, Precise.Of(shape[0]), Precise.Of(shape[1]));
            right.Add(Near(low.Evaluate(_ => new[] { a }), -ours) && Near(high.Evaluate(_ => new[] { a }), ours));

            Precise[] Name(string name) => [Precise.Of(Array.IndexOf(names, name) is >= 0 and < 2 and var i ? shape[i] : 1)];
        }

        right.Shown();
        string takes = Working.Value("entries that the shape must have to be unpacked", names.Length) == 2 ? "a pair" : $"{names.Length} entries";
        return Judge.All(
            Judge.Stated(claim, "shape", takes, takes, Say($"the shape is unpacked into {And(names)}; one of any other length raises a ValueError")),
            Judge.Holds(right.Always, $"{right} shapes", $"it draws uniformly between Xavier's limits for {right} shapes", $"it draws between Xavier's limits for {right} shapes only"))
            .AndYet("a bias vector or a convolution kernel raises a ValueError when its shape is unpacked");
    }

    /// <summary>Which use of the matrix keeps the mean square: x @ W with shape (in, out), or W @ x with shape (out, in).</summary>
    [Claim("D2-014")]
    [Turn("facts/layer", "W @ x", Verdict.Erratum)]
    [Turn("D2/kaiming_init/fan_in", "shape[1]", Verdict.Erratum)]
    internal static Finding Layout(Claim claim, Document document)
    {
        int fanIn = claim.GivenInteger("n_in"), fanOut = claim.GivenInteger("n_out");
        Precise right = Gain(document, [fanIn, fanOut], fanIn), left = Gain(document, [fanOut, fanIn], fanIn);
        Working.Value("mean square through x @ W and ReLU, over that of x", right);
        Working.Value("the same for W @ x with the shape the other way round", left);
        return Judge.Stated(
            claim,
            "layer",
            Near(right, Precise.Of(1)) ? "x @ W" : Near(left, Precise.Of(1)) ? "W @ x" : "neither",
            Say($"{right:G4} for x @ W, {left:G4} for W @ x"),
            Say($"from {fanIn} to {fanOut} units the mean square is kept times {right:G4} by x @ W and times {left:G4} by W @ x with weights of shape ({fanOut}, {fanIn})"))
            .AndYet(Say($"weights that are stored as (out, in) get the wrong fan without an error: {left:G4} times the mean square from {fanIn} to {fanOut} units"));
    }

    /// <summary>The fan that the listing takes from a shape beside the inputs that a unit of such a weight sums.</summary>
    [Claim("D2-015")]
    [Turn("given/shape", "(64,3)", Verdict.Confirmed)]
    [Turn("D2/kaiming_init/fan_in", "shape[1]", Verdict.Erratum)]
    internal static Finding FanOfAConvolution(Claim claim, Document document)
    {
        int[] shape = Places.Shape(claim.GivenText("shape"));
        int taken = Working.Value("the fan that the listing takes from the shape", shape[Index(document)]);
        int summed = Working.Value("inputs that a unit sums", shape.Length == 2 ? shape[0] : shape.Skip(1).Aggregate((a, b) => a * b));
        Precise used = Working.Apply(Initialization.HeVariance, Precise.Of(taken)), right = Working.Apply(Initialization.HeVariance, Precise.Of(summed));
        return Judge.Conditional(
            taken == summed,
            Index(document) == 0,
            "when the shape is (inputs, outputs)",
            $"{taken} taken, {summed} summed",
            Say($"for the shape {claim.GivenText("shape")}, which no text excludes, the listing draws with variance 2/{taken} = {used:G4}, and a unit of a convolution kernel (out, in, height, width) of that shape sums {summed} inputs, for which the formula asks for {right:G4}"));
    }

    /// <summary>How usual a deviation is, nobody can compute; published models and Xavier's deviation as evidence.</summary>
    [Claim("D2-016")]
    internal static Finding DeviationOfTransformers(Claim claim)
    {
        Rational printed = claim.PrintedNumber("std").Value, width = 1 / (printed * printed);
        Working.Value("width at which Xavier's deviation of a square layer is the printed one", width);
        return Judge.NotCheckable(claim, "how many transformers are initialized so, no program can decide").With(
            Say($"published code and papers: {And(claim.Facts["published"].Rows.Select(p => $"{p[0].Text} {p[1].Text}"))}"),
            Say($"the reference GPT of this project draws with {Initializer.GptDeviation}; Xavier's deviation of a square layer is the same at width {width:G5}"));
    }

    /// <summary>The deviation of the maps that write into the residual stream.</summary>
    [Claim("D2-017")]
    [Turn("facts/std", "0.02 / sqrt(N)", Verdict.Erratum)]
    [Turn("given/base", "0.03", Verdict.Erratum)]
    internal static Finding ResidualDeviation(Claim claim)
    {
        Precise deviation = Exact.Of(claim.GivenExact("base"));
        foreach (int layers in (int[])[1, 12, 24, 48])
            Working.Apply(Initialization.ResidualDeviation, deviation, Precise.Of(layers));
        return Judge.Formula(claim, "std", x => Initialization.ResidualDeviation(deviation, x.Whole("N", 1, 100)));
    }

    /// <summary>What 2N random branches add to a residual stream, with and without the scaling, for few and for many layers.</summary>
    [Claim("D2-018")]
    [Turn("facts/residual sum with depth", "grows", Verdict.Erratum)]
    internal static Finding ResidualSum(Claim claim, Document document)
    {
        const int Few = 2, Many = 48;
        double deviation = document["D2-017"].GivenNumber("base");
        double scaled = Working.Value(Say($"variance that {Many} layers add over what {Few} add, with the scaling"), Ratio(true)), plain = Working.Value("without it", Ratio(false));
        Working.Uses("initialization.residual_deviation");
        return Judge.Stated(
            claim,
            "residual sum with depth",
            scaled is > 0.8 and < 1.25 && plain > 10 ? "does not grow" : "grows",
            Say($"{scaled:F2} times, {plain:F1} times without"),
            Say($"{2 * Many} random branches add {scaled:F2} times the variance that {2 * Few} add with the scaling, {plain:F1} times without it"));

        double Ratio(bool scale) => Added(Many, scale) / Added(Few, scale);

        double Added(int layers, bool scale) => Kept.Of((layers, scale ? deviation / Math.Sqrt(2 * layers) : deviation), static x =>
        {
            const int Width = 32;
            var draws = new Draws(218);
            double[] start = DeepStack.Rows(draws, 1, Width)[0], h = (double[])start.Clone();
            for (int branch = 0; branch < 2 * x.layers; branch++)
            {
                double size = DeepStack.Norm(h) / Math.Sqrt(Width);
                double[] weights = [.. draws.Row(Width * Width, x.Item2).Select(w => w.Value)], before = (double[])h.Clone();
                for (int i = 0; i < weights.Length; i++)
                    h[i / Width] += weights[i] * before[i % Width] / size;
            }

            return h.Zip(start, (a, b) => (a - b) * (a - b)).Sum() / Width;
        });
    }

    private static int Index(Document document) => int.Parse(document.Facts["kaiming_init"]["fan_in"].Text.Split('[', ']')[1], System.Globalization.CultureInfo.InvariantCulture);

    // n·s²/2 with the listing's deviation.
    private static Precise Gain(Document document, int[] shape, int inputs)
    {
        Precise deviation = document.Facts["kaiming_init"]["std"].Formula.Evaluate(_ => new[] { Precise.Of(shape[Index(document)]) });
        return Working.Apply(Initialization.ReluGain, Precise.Of(inputs), deviation * deviation);
    }
}
