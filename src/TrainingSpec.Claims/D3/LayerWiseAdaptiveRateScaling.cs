using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Layer-wise Adaptive Rate Scaling (LARS / LAMB)".</summary>
internal static class LayerWiseAdaptiveRateScaling
{
    /// <summary>The stated rate against ours; the step that it gives is η‖θ‖ long.</summary>
    [Claim("D3-072")]
    [Turn("facts/formula", "eta * norm(g) / norm(theta)", Verdict.Erratum)]
    [Turn("facts/formula", "eta * norm(theta)", Verdict.Erratum)]
    internal static Finding RatioOfNorms(Claim claim)
    {
        Tally length = new Tally("random layers whose step is eta times the weights' norm").AddAll(Enumerable.Range(0, 20).Select(n =>
        {
            (Precise theta, Precise g) = (Precise.Of(1 + n), Precise.Of(0.3 * (n + 1)));
            return Closeness.Near(LayerWiseRates.Plain(theta, g, Precise.Of(0.01)) * g, Precise.Of(0.01) * theta);
        })).Shown();
        return Judge.All(
            Judge.Formula(claim, "formula", x => LayerWiseRates.Plain(Norms.L2<Precise>(x.Row("theta")), Norms.L2<Precise>(x.Row("g")), x["eta"])),
            Judge.Holds(length.Always, "", $"the step is eta times the weights' norm in {length} layers", $"the step is eta times the weights' norm in {length} layers"))
            .AndYet("weights or gradients of zero give 0 or 0/0, which an implementation must catch; the LARS of its paper has a trust coefficient (0.001) in front and the decay in the denominator, so that its rates are a thousand times smaller at the same eta");
    }

    /// <summary>What LAMB divides by, at its first step, against what the formula divides by.</summary>
    [Claim("D3-073")]
    [Turn("facts/LAMB divides by the norm of", "Adam's direction", Verdict.Confirmed)]
    internal static Finding SameFormulaForBoth(Claim claim)
    {
        (int d, double norm) = (claim.GivenInteger("d"), claim.GivenNumber("|g|"));
        Real64[] g = new Draws(373).Row(d);
        double length = Norms.L2<Real64>(g).Value;
        // At the first step the moments are g and g^2: the direction is the sign of g, but for epsilon.
        Real64[] direction = [.. g.Select(v => Lamb.Direction<Real64>(0, v.Value * norm / length, Math.Pow(v.Value * norm / length, 2), 1e-6, 0))];
        Working.Uses("lamb.direction");
        double byGradient = Working.Value("ratio of norms by the formula, weights of norm 1", Working.Apply<Real64>(LayerWiseRates.Ratio, 1, norm).Value);
        double byDirection = Working.Value("ratio of norms in LAMB at its first step", Working.Apply<Real64>(LayerWiseRates.Ratio, 1, Norms.L2<Real64>(direction)).Value);
        double apart = Working.Value("the first over the second", byGradient / byDirection);
        return Judge.Stated(
            claim,
            "LAMB divides by the norm of",
            Closeness.Near(byGradient, byDirection, 8) ? "the gradient" : "Adam's direction",
            Say($"{byGradient:G3} against {byDirection:G3}"),
            Say($"LAMB divides the weights' norm by that of Adam's direction with decay: {d} gradients of norm {norm} give a ratio of {byDirection:G3} at the first step, where the formula gives {byGradient:G3}, {apart:G3} times as much"));
    }

    /// <summary>The relative step for gradients of very different sizes, and what plain descent does to two layers at the rate of a large batch.</summary>
    [Claim("D3-074")]
    [Turn("facts/update is proportional to", "the gradient", Verdict.Erratum)]
    [Turn("given/eta", "2", Verdict.Erratum)]
    internal static Finding ProportionalToWeights(Claim claim)
    {
        double eta = claim.GivenNumber("eta");
        var proportional = new Tally("layers and gradient sizes from 1e-6 to 1e6 at which the step is eta times the weights' norm");
        foreach (double theta in (double[])[0.1, 1, 30])
        {
            for (int exponent = -6; exponent <= 6; exponent++)
            {
                double g = Math.Pow(10, exponent);
                proportional.Add(Closeness.Near(LayerWiseRates.Plain<Real64>(theta, g, eta).Value * g / theta, eta, 16));
            }
        }

        Working.Apply<Real64>(LayerWiseRates.Plain, 30, 1e-6, eta);
        proportional.Shown();
        (double sgd, double lars) = (0, 0);
        foreach ((double theta, double g) in (ReadOnlySpan<(double, double)>)[(1, 0.1), (0.1, 5)])
        {
            sgd = Math.Max(sgd, 64 * eta * g / theta);
            lars = Math.Max(lars, LayerWiseRates.Plain<Real64>(theta, g, eta).Value * g / theta);
        }

        Working.Value("largest step of two layers over their weights, descent at 64 times the rate for 64 times the batch", sgd);
        Working.Value("with rates by layer, whatever the batch", lars);
        return Judge.All(
            Judge.Stated(claim, "update is proportional to", proportional.Always ? "the weights" : "the gradient", $"{proportional} steps", Say($"the step is {eta} of the weights' norm for {proportional} layers and sizes of the gradient")),
            Judge.Holds(lars < 1 && sgd > 1, Say($"{lars:G2} against {sgd:G3}"), Say($"at the rate of a batch 64 times as large plain descent would move a layer by {sgd:G3} of its weights, rates by layer by {lars:G2}"), Say($"rates by layer move a layer by {lars:G2} of its weights, plain descent by {sgd:G3}")))
            .AndYet("that a step stays small is what lets the rate grow with the batch; how large a batch still trains well, it does not say");
    }

    /// <summary>What the two methods were made for, by the titles of their papers.</summary>
    [Claim("D3-075")]
    [Turn("facts/LARS", "Transformers", Verdict.Erratum)]
    [Turn("facts/LAMB", "CNNs", Verdict.Erratum)]
    internal static Finding MadeFor(Claim claim, Document document)
    {
        Facts papers = document.Facts["layer-wise papers"];
        static string For(string title) => title.Contains("Convolutional", StringComparison.Ordinal) ? "CNNs" : title.Contains("BERT", StringComparison.Ordinal) ? "Transformers" : "neither";
        (string lars, string lamb) = (For(papers["LARS"].Text), For(papers["LAMB"].Text));
        Working.Tried($"titles of the papers: {papers["LARS"].Text}; {papers["LAMB"].Text}");
        return Judge.All(
            Judge.Stated(claim, "LARS", lars, $"LARS: {lars}", $"LARS comes from a paper on {lars}"),
            Judge.Stated(claim, "LAMB", lamb, $"LAMB: {lamb}", $"LAMB comes from a paper on training BERT, which is a Transformer"))
            .AndYet("the paper on LAMB trains a convolutional network (ResNet-50) with it as well: neither method is bound to one kind of network");
    }

    /// <summary>The batch of the run that was looked up, in thousands of 1024, and its number of steps.</summary>
    [Claim("D3-076")]
    [Turn("printed/batch", "32k", Verdict.Erratum)]
    [Turn("D3/layer-wise papers/BERT batch", "32768", Verdict.Erratum)]
    internal static Finding BatchOfBert(Claim claim, Document document)
    {
        Facts run = document.Facts["layer-wise papers"];
        Rational batch = run["BERT batch"].Exact;
        Working.Value("batch of the last phase of that run, with longer sequences", run["BERT batch, last phase"].Integer);
        return Judge.Number(claim, "batch", batch, new Reading("with k for 1024", batch / 1024 * 1000)).With(Say($"the run that was looked up took {run["BERT steps"].Integer} steps with batches of {batch} and, in its last phase, {run["BERT batch, last phase"].Integer}"))
            .AndYet("the last phase of that run, on longer sequences, had half the batch");
    }
}
