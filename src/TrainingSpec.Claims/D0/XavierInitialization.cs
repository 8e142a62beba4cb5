using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Xavier/Glorot Initialization".</summary>
internal static class XavierInitialization
{
    /// <summary>The stated variance against ours.</summary>
    [Claim("D0-075")]
    [Turn("facts/formula", "1 / (n_in + n_out)", Verdict.Erratum)]
    [Turn("facts/formula", "2 / n_in", Verdict.Erratum)]
    internal static Finding Variance(Claim claim) => Judge.Formula(claim, "formula", x => Formulas.Initialization.XavierVariance(x.Whole("n_in", 1, 300), x.Whole("n_out", 1, 300)));

    /// <summary>The variance of the stated uniform law against that of the stated normal law.</summary>
    [Claim("D0-076")]
    [Turn("D0-077/facts/formula", "sqrt(3 / (n_in + n_out))", Verdict.Erratum)]
    [Turn("D0-075/facts/formula", "1 / (n_in + n_out)", Verdict.Erratum)]
    internal static Finding EqualVariances(Claim claim, Document document)
    {
        StatedFormula normal = document["D0-075"].Facts["formula"].Formula, limit = document["D0-077"].Facts["formula"].Formula;
        Tally same = new(Say($"shapes for which the normal law {claim.Lines.First} and the uniform law have one variance, to 88 bits"));
        foreach ((int a, int b) in ((int, int)[])[(64, 64), (64, 27), (256, 64), (1, 1), (3, 1000)])
        {
            Precise[] Fan(string name) => [Precise.Of(name == "n_in" ? a : b)];
            same.Add(Near(normal.Evaluate(Fan), Working.Apply(Formulas.Initialization.UniformVariance, limit.Evaluate(Fan))));
        }

        return Judge.Holds(same.Shown().Always, Say($"{same}"), Say($"{same} shapes: a uniform law up to {limit} has the variance {normal}"), Say($"{same} shapes: a uniform law up to {limit} has another variance than {normal}"));
    }

    /// <summary>The stated limit against ours.</summary>
    [Claim("D0-077")]
    [Turn("facts/formula", "sqrt(3 / (n_in + n_out))", Verdict.Erratum)]
    [Turn("facts/formula", "6 / (n_in + n_out)", Verdict.Erratum)]
    internal static Finding Limit(Claim claim) => Judge.Formula(claim, "formula", x => Formulas.Initialization.XavierLimit(x.Whole("n_in", 1, 300), x.Whole("n_out", 1, 300)));

    /// <summary>The factors on variance forward and backward, and their mean.</summary>
    [Claim("D0-078")]
    [Turn("facts/balances", "the forward pass alone", Verdict.Erratum)]
    internal static Finding Balances(Claim claim)
    {
        var balanced = new Tally("shapes whose forward and backward factors have the mean 1, the one above and the other below it, or both 1");
        (int In, int Out)[] shapes = [(64, 64), (64, 27), (256, 64), (27, 64)];
        double[][] gains = [.. shapes.Select(s => Gains(s.In, s.Out))];
        foreach (double[] g in gains)
            balanced.Add(Near(g[0] + g[1], 2, 8) && (g[0] - 1) * (g[1] - 1) <= 0);
        return Judge.Stated(claim, "balances", balanced.Shown().Always ? "both passes" : "the forward pass alone", Say($"{balanced}"), Say($"the factors forward and backward are {And(shapes.Zip(gains, (s, g) => Say($"{g[0]:F3} and {g[1]:F3} for {s.In} to {s.Out}")))}: their mean is 1 for every shape"));
    }

    /// <summary>The stated forward factor against ours.</summary>
    [Claim("D0-079")]
    [Turn("facts/formula", "n_out * 2 / (n_in + n_out) * var", Verdict.Erratum)]
    [Turn("facts/formula", "var", Verdict.Erratum)]
    internal static Finding ForwardFactor(Claim claim)
    {
        (int In, int Out)[] shapes = [(64, 64), (64, 27), (256, 64), (27, 64)];
        string gains = And(shapes.Select(s => Say($"{Gains(s.In, s.Out)[0]:F3} for {s.In} to {s.Out}")));
        return Judge.Formula(claim, "formula", x => Formulas.Initialization.LinearGain(x.Whole("n_in", 1, 300), Formulas.Initialization.XavierVariance(x["n_in"], x.Whole("n_out", 1, 300))) * x["var"])
            .With($"the factor is {gains}")
            .AndYet(Say($"it is about 1 only where n_in and n_out are alike ({gains}); who wants the forward variance alone takes 1/n_in, which keeps it for every shape"));
    }

    /// <summary>How far the forward factor is from 1, by how far the fans are apart.</summary>
    [Claim("D0-080")]
    [Turn("facts/good where the fans are", "far apart", Verdict.Erratum)]
    internal static Finding GoodForEqualFans(Claim claim)
    {
        double[] off = [.. ((int[])[64, 56, 48, 32, 16, 1]).Select(n => Math.Abs(Gains(64, n)[0] - 1))];
        Working.Value("distance of the forward factor from 1 for 64 inputs and 64, 56, 48, 32, 16 and 1 outputs", off);
        bool grows = off[0] == 0 && off.Zip(off.Skip(1)).All(x => x.Second > x.First);
        return Judge.Stated(claim, "good where the fans are", grows ? "alike" : "far apart", Say($"{off[0]} to {off[^1]:F3}"), Say($"the forward factor is off by |n_in - n_out|/(n_in + n_out): {And(off.Select(o => Say($"{o:F3}")))} for 64 inputs and 64, 56, 48, 32, 16 and 1 outputs"));
    }

    private static double[] Gains(int fanIn, int fanOut)
    {
        Real64 variance = Formulas.Initialization.XavierVariance<Real64>(fanIn, fanOut);
        return [Working.Apply<Real64>(Formulas.Initialization.LinearGain, fanIn, variance), Working.Apply<Real64>(Formulas.Initialization.LinearGain, fanOut, variance)];
    }
}
