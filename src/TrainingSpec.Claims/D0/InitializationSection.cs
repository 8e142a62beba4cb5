using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Initialization": how much the start matters, and weights of zero.</summary>
internal static class InitializationSection
{
    /// <summary>Where training begins and ends from five starts.</summary>
    [Claim("D0-064")]
    [Turn("facts/effect of the start", "none", Verdict.Erratum)]
    internal static Finding StartMatters(Claim claim)
    {
        (string Scheme, double First, double Last)[] runs = [.. ((string[])["He", "Xavier", "N(0, 1)", "N(0, 0.01^2)", "zeros"]).Select(scheme =>
        {
            CharOutcome[] all = [.. Enumerable.Range(0, 3).Select(seed => new CharRun { Validates = false, Seed = seed, Rate = 0.1, Scheme = scheme, Examples = 256 }.Run())];
            return (scheme, all.Average(r => r.BatchLosses[0]), all.Average(r => r.Train));
        })];
        foreach ((string scheme, double first, double last) in runs)
            Working.Tried(Say($"{scheme}: loss {first:F2} at first, {last:F3} after 10 epochs at 0.1, mean of three seeds"));
        double apart = Working.Value("final losses lie apart by", runs.Max(r => r.Last) - runs.Min(r => r.Last));
        return Judge.Stated(
            claim, "effect of the start", apart > 0.2 && runs.Max(r => r.First) > 2 * runs.Min(r => r.First) ? "dramatic" : "none", Say($"{apart:F3} apart"), Say($"the same model, text and rate begin {And(runs.Select(r => Say($"at {r.First:F2} and end at {r.Last:F3} from {r.Scheme}")))}"));
    }

    /// <summary>The hidden units of a model of zeros.</summary>
    [Claim("D0-065")]
    [Turn("facts/units of a layer", "different", Verdict.Erratum)]
    internal static Finding UnitsAreTheSame(Claim claim)
    {
        var same = new Tally("inputs for which all hidden units of a model of zeros have one value, with ReLU and with tanh");
        foreach (HiddenFunction function in (HiddenFunction[])[HiddenFunction.Relu, HiddenFunction.Tanh])
        {
            CharModel model = CharModel.Start("zeros", 0, function: function);
            foreach (Example example in CharText.RandomTargets(65))
                same.Add(model.Hidden(example).Distinct().Count() == 1);
        }

        return Judge.Stated(claim, "units of a layer", same.Shown().Always ? "the same" : "different", Say($"{same}"), Say($"{same} {same.What}"));
    }

    /// <summary>The gradients of a model of zeros: of weights and embeddings, and of the output biases.</summary>
    [Claim("D0-066")]
    [Turn("facts/all gradients", "different", Verdict.Erratum)]
    internal static Finding GradientsAreTheSame(Claim claim)
    {
        CharModel model = CharModel.Start("zeros", 0);
        double[] gradient = model.GradientOf(CharText.Windows(1, 128));
        (string Kind, int Layer, int Start, int Length, int FanIn) output = model.Parts[^1];
        double[] others = [.. gradient[..output.Start]], biases = [.. gradient.Skip(output.Start)];
        int inner = Working.Value("different values among the gradients of embeddings, weights and hidden biases", others.Distinct().Count()), outer = Working.Value("among those of the output biases", biases.Distinct().Count());
        double largest = Working.Value("largest of the output biases' gradients", biases.Max(Math.Abs));
        bool stated = claim.Facts["all gradients"].Text == "the same";
        return Judge.Conditional(
            stated && inner == 1 && outer == 1,
            stated && inner == 1,
            "for embeddings, weights and hidden biases, not for the output biases",
            Say($"{inner} and {outer} values"),
            Say($"the gradients of embeddings, weights and hidden biases have {inner} value, 0; those of the {biases.Length} output biases have {outer}, up to {largest:F3}"));
    }

    /// <summary>Training from zeros, and from one constant: whether two hidden units ever differ.</summary>
    [Claim("D0-067")]
    [Turn("facts/symmetry is broken", "in training", Verdict.Erratum)]
    internal static Finding SymmetryStays(Claim claim)
    {
        Tally zeros = new("models from zeros, ReLU and tanh, whose hidden units have the same weights after 20 epochs, bit for bit"), constant = new("models from one constant of which that is true, but for rounding");
        foreach (HiddenFunction function in (HiddenFunction[])[HiddenFunction.Relu, HiddenFunction.Tanh])
        {
            zeros.Add(Spread("zeros", function) == 0);
            constant.Add(Spread("constant", function) < 1e-12);
        }

        CharOutcome run = new CharRun { Validates = false, Rate = 0.1, Epochs = 20, Scheme = "zeros" }.Run();
        double unigram = Working.Value("loss of counting characters", CharText.Unigram(new CharRun { Rate = 0 }.Text())), end = Working.Value("loss of the model of zeros after 20 epochs", run.Train);
        return Judge.Stated(
            claim, "symmetry is broken", zeros.Shown().Always && constant.Shown().Always ? "never" : "in training", Say($"{zeros}, {constant}"), Say($"{zeros} {zeros.What}, {constant} {constant.What}; from zeros the loss ends at {end:F3}, where counting characters gives {unigram:F3}"));

        static double Spread(string scheme, HiddenFunction function)
        {
            CharModel model = CharModel.Start(scheme, 0, function: function);
            TrainerListing.ClippingFirst().Train(model, CharText.Windows(1, 256), [], new TrainerConfig(20, 32, 0.1), 67);
            (_, _, int start, int length, int fanIn) = model.Parts[1];
            return Enumerable.Range(0, length).Max(i => Math.Abs(model.Theta[start + i] - model.Theta[start + i % fanIn]));
        }
    }

    /// <summary>Models with some weights at zero that train all the same.</summary>
    [Claim("D0-068")]
    [Turn("facts/weights may start at zero", "yes", Verdict.Confirmed)]
    internal static Finding NeverZero(Claim claim)
    {
        Tally regression = new("softmax regressions from zero weights that end below counting characters"), output = new("networks of which the output weights alone start at zero that end below counting characters"), all = new("networks of which all weights start at zero that do");
        Example[] text = CharText.Windows(1, 256);
        double unigram = CharText.Unigram(text);
        foreach (int seed in Enumerable.Range(0, 5))
        {
            regression.Add(End(seed, HiddenFunction.Identity, "output") < unigram - 0.05);
            output.Add(End(seed, HiddenFunction.Relu, "output") < unigram - 0.05);
            all.Add(End(seed, HiddenFunction.Relu, "all") < unigram - 0.05);
        }

        bool never = claim.Facts["weights may start at zero"].Text == "never", counterexample = regression.Shown().Count > 0 || output.Shown().Count > 0;
        return Judge.Holds(
            never != counterexample,
            Say($"{regression}, {output}, {all.Shown()}"),
            Say($"{regression} {regression.What}, {output} {output.What}, {all} {all.What}"),
            Say($"zero weights do harm where all of them are zero: {all} {all.What}; but {regression} {regression.What}, and {output} {output.What}"));

        double End(int seed, HiddenFunction function, string zero)
        {
            CharModel model = CharModel.Start("He", seed, function: function);
            (_, _, int start, int length, _) = model.Parts[3];
            if (zero == "all")
                Array.Clear(model.Theta);
            else
                Array.Clear(model.Theta, start, length);
            TrainerListing.ClippingFirst().Train(model, [.. text], [], new TrainerConfig(20, 32, 0.1), seed);
            return model.Mean(text);
        }
    }

    /// <summary>Biases from zero and from random numbers: the loss after training.</summary>
    [Claim("D0-069")]
    [Turn("facts/loss with zero biases", "higher", Verdict.Erratum)]
    internal static Finding ZeroBiases(Claim claim)
    {
        PairedOutcome outcome = new PairedRuns("do biases of zero cost anything", "training loss after 20 epochs", Pairs: 10, Least: 0.02).Run("with biases of zero", "with random ones", seed => (
            Kept.Of((seed, 0.0), static x => End(x.seed, x.Item2)), Kept.Of((seed, 0.5), static x => End(x.seed, x.Item2))));
        return Judge.Stated(claim, "loss with zero biases", outcome.Direction == "higher" ? "higher" : "no higher", Say($"{outcome.Higher} of {outcome.Values.Count} higher"), outcome.ToString());

        static double End(int seed, double deviation)
        {
            CharModel model = CharModel.Start("He", seed);
            var draws = new Draws(690 + seed);
            foreach ((_, _, int start, int length, _) in model.Parts.Where(p => p.Kind == "biases"))
            {
                for (int i = start; i < start + length; i++)
                    model.Theta[i] = deviation * draws.Normal();
            }

            Example[] text = CharText.Windows(1, 256);
            TrainerListing.ClippingFirst().Train(model, text, [], new TrainerConfig(20, 32, 0.1), seed);
            return model.Mean(text);
        }
    }

    /// <summary>What the second parameter of the stated law is, by the variance of draws from it.</summary>
    [Claim("D0-070")]
    [Turn("facts/second parameter", "deviation", Verdict.Erratum)]
    internal static Finding NormalLaw(Claim claim)
    {
        const double Sigma = 0.02;
        const int Count = 20000;
        var draws = new Draws(70);
        double[] w = [.. draws.Normals(Count).Select(z => TrainingSpec.Formulas.Initialization.NormalWeight<Real64>(z, Sigma).Value)];
        Working.Apply<Real64>(TrainingSpec.Formulas.Initialization.NormalWeight, 1.5, Sigma);
        double mean = Working.Value(Say($"mean of {Count} weights drawn with sigma = {Sigma}"), w.Average()), variance = Working.Value("their variance", w.Average(x => x * x) - mean * mean);
        bool centred = Math.Abs(mean) < 4 * Sigma / Math.Sqrt(Count), square = Math.Abs(variance / (Sigma * Sigma) - 1) < 4 * Math.Sqrt(2.0 / Count);
        return Judge.Stated(claim, "second parameter", centred && square ? "variance" : "deviation", Say($"variance {variance:G4}"), Say($"{Count} weights drawn with sigma = {Sigma} have mean {mean:G2} and variance {variance:G4}, which is sigma^2, the second parameter as it is written"))
            .AndYet("gauss() of the listing takes sigma, not sigma^2");
    }
}
