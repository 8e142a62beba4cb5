using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Catastrophic Forgetting": two tasks whose losses are parabolas, F_A(θ − a)²/2 and F_B(θ − b)²/2.</summary>
internal static class CatastrophicForgetting
{
    /// <summary>Descent on the second task from the optimum of the first.</summary>
    [Claim("D3-066")]
    [Turn("facts/original task", "improves", Verdict.Erratum)]
    [Turn("given/b", "0", Verdict.Erratum)]
    internal static Finding FineTuningForgets(Claim claim)
    {
        (double[] fisherA, double[] fisherB, double a, double b) = (claim.GivenRow("FA"), claim.GivenRow("FB"), claim.GivenNumber("a"), claim.GivenNumber("b"));
        double[] theta = [a, a];
        double Original() => fisherA.Zip(theta, (f, t) => f * (t - a) * (t - a) / 2).Sum();
        var rises = new Tally("steps on the second task that raise the loss of the first");
        double before = Original();
        for (int step = 0; step < 100; step++)
        {
            for (int i = 0; i < theta.Length; i++)
                theta[i] = Sgd.Update<Real64>(theta[i], fisherB[i] * (theta[i] - b), 0.1).Value;
            rises.Add(Original() > before);
            before = Original();
        }

        Working.Uses("sgd.update");
        rises.Shown();
        double end = Working.Value("loss of the first task at the end, 0 before", Original()), moved = Working.Value("distance from the first optimum", DeepNetwork.Norm([.. theta.Select(t => t - a)]));
        return Judge.Stated(
            claim,
            "original task",
            rises.Always ? "degrades" : end < 0 ? "improves" : "stays",
            Say($"loss 0 to {end:G3}"),
            Say($"descent on the second task moves the weights by {moved:G3} and raises the loss of the first from 0 to {end:G3}, at {rises} steps"));
    }

    /// <summary>Where an important and an unimportant weight come to rest under the penalty.</summary>
    [Claim("D3-067")]
    [Turn("facts/important weights change", "more", Verdict.Erratum)]
    [Turn("given/FA", "[0.1, 0.1]", Verdict.Erratum)]
    internal static Finding ImportantWeightsChangeLess(Claim claim, Document document)
    {
        double[] fisherA = claim.GivenRow("FA"), fisherB = claim.GivenRow("FB");
        (double a, double b, double lambda) = (document["D3-066"].GivenNumber("a"), document["D3-066"].GivenNumber("b"), claim.GivenNumber("lambda"));
        double[] rest = [.. fisherA.Zip(fisherB, (fa, fb) => Working.Apply<Real64>(Ewc.RestingPoint, a, fa, b, fb, lambda).Value)];
        var still = new Tally("weights whose penalty and second loss pull equally hard where they rest");
        for (int i = 0; i < rest.Length; i++)
        {
            double pull = Ewc.Gradient<Real64>(rest[i], a, fisherA[i], lambda).Value, push = fisherB[i] * (rest[i] - b);
            still.Add(Math.Abs(pull + push) <= Closeness.Roundoff(8, push));
        }

        still.Shown();
        int important = fisherA[0] > fisherA[1] ? 0 : 1;
        double kept = Math.Abs(rest[important] - a), other = Math.Abs(rest[1 - important] - a);
        return Judge.Stated(
            claim,
            "important weights change",
            !still.Always ? "neither" : kept < other ? "less" : kept > other ? "more" : "alike",
            Say($"{rest[0]:G3} and {rest[1]:G3}"),
            Say($"with the penalty on squared changes, each times its Fisher information ({And(fisherA.Select(f => Say($"{f}")))}), the two weights rest at {rest[0]:G3} and {rest[1]:G3} on the way from {a} to {b}: the important one changes by {kept:G3}, the other by {other:G3}"));
    }

    /// <summary>What equals the curvature of a logistic model's loss: the mean square of gradients with labels of the model, of the data, or the squared mean.</summary>
    [Claim("D3-068")]
    [Turn("facts/measured by", "squared mean gradient", Verdict.Erratum)]
    [Turn("facts/measured by", "mean squared gradient on the data's labels", Verdict.Erratum)]
    internal static Finding FisherMeasuresImportance(Claim claim)
    {
        double[] inputs = [-2, -1, 0.5, 1, 3];
        int[] labels = [1, 0, 1, 0, 1];
        const double Weight = 0.4;
        (double curvature, double fisher, double data, double mean) = (0, 0, 0, 0);
        for (int i = 0; i < inputs.Length; i++)
        {
            double x = inputs[i], p = Activations.Sigmoid<Real64>(Weight * x).Value;
            curvature += p * (1 - p) * x * x / inputs.Length;
            fisher += (p * Math.Pow((1 - p) * x, 2) + (1 - p) * Math.Pow(p * x, 2)) / inputs.Length;
            data += Ewc.Fisher<Real64>([(labels[i] - p) * x]).Value / inputs.Length;
            mean += (labels[i] - p) * x / inputs.Length;
        }

        Working.Uses("ewc.fisher");
        (string Name, double Value)[] measures = [("Fisher information", fisher), ("mean squared gradient on the data's labels", data), ("squared mean gradient", mean * mean)];
        Working.Value("second derivative of the loss of a logistic model of one weight", curvature);
        foreach ((string name, double value) in measures)
            Working.Value(name, value);
        string found = string.Join(", ", measures.Where(m => Closeness.Near(m.Value, curvature, 40)).Select(m => m.Name));
        return Judge.Stated(claim, "measured by", found, Say($"{fisher:G4}"), Say($"how fast a logistic model's loss rises as its weight leaves its place is {curvature:G4}, its {found} ({fisher:G4}); the data's labels give {data:G4}, the squared mean gradient {mean * mean:G4}"))
            .AndYet("gradients must be taken with labels drawn from the model; with the labels of the data, as is common, it is another number");
    }

    /// <summary>How far Adam moves a weight in the given steps, at the given rate and ten times that.</summary>
    [Claim("D3-069")]
    [Turn("facts/parameters move", "farther", Verdict.Erratum)]
    [Turn("given/T", "0", Verdict.Erratum)]
    internal static Finding SmallRateLimits(Claim claim)
    {
        (double eta, int steps) = (claim.GivenNumber("eta"), claim.GivenInteger("T"));
        double Moved(double rate, int count)
        {
            var adam = new AdamRun<Real64>(0) { LearningRate = rate };
            for (int t = 0; t < count; t++)
                adam.Step(adam.Theta - 10);
            return adam.Theta.Value;
        }

        double small = Working.Value($"distance in {steps} steps at {eta}, towards an optimum 10 away", Moved(eta, steps)), large = Working.Value("at ten times that rate", Moved(10 * eta, steps)), bound = Working.Value("eta T", eta * steps);
        Working.Uses("adam.update");
        Finding finding = Judge.Stated(
            claim,
            "parameters move",
            small < large && small <= bound * 1.01 ? "less far" : small > large ? "farther" : "alike",
            Say($"{small:G3} and {large:G3}"),
            Say($"in {steps} steps Adam moves a weight by {small:G3} at {eta}, about eta T = {bound:G3}, and by {large:G3} at ten times the rate"));
        return finding.AndYet(Say($"with enough steps a small rate reaches the same optimum: in {100 * steps} steps it moves by {Working.Value("distance in a hundred times the steps", Moved(eta, 100 * steps)):G3}"));
    }

    /// <summary>Rates that fall from layer to layer towards the input.</summary>
    [Claim("D3-070")]
    [Turn("facts/lower layers get", "larger rates", Verdict.Erratum)]
    [Turn("given/xi", "1", Verdict.Erratum)]
    internal static Finding LowerLayersSmallerRates(Claim claim)
    {
        (Precise decay, int layers) = (Exact.Of(claim.GivenExact("xi")), claim.GivenInteger("L"));
        double[] rates = [.. Enumerable.Range(0, layers).Select(l => (double)Working.Apply(LayerWiseRates.Decayed, Precise.Of(1), decay, Precise.Of(layers - 1 - l)))];
        Tally rising = new Tally("layers whose rate is larger than that of the layer below").AddAll(Enumerable.Range(1, layers - 1).Select(l => rates[l] > rates[l - 1])).Shown();
        double lowest = Working.Value("rate of the lowest layer over that of the highest", rates[0] / rates[^1]);
        return Judge.Stated(
            claim,
            "lower layers get",
            rising.Always ? "smaller rates" : rates[0] > rates[^1] ? "larger rates" : "equal rates",
            Say($"{lowest:G4} at the lowest of {layers}"),
            Say($"with a factor {claim.GivenText("xi")} from layer to layer the rate rises at all {rising.Of} steps upwards, and the lowest of {layers} layers has {lowest:G4} of the highest one's"));
    }

    /// <summary>What lower layers hold is a fact about trained networks.</summary>
    [Claim("D3-071")]
    internal static Finding LowerLayersAreGeneral(Claim claim) => Judge.NotCheckable(
        claim, "which features the lower layers of a network hold, and how general they are, is a fact about networks that were trained on large real data; the document names none, and a model that is built to have them would only return what was put in (that smaller rates make these layers move less is D3-070)");
}
