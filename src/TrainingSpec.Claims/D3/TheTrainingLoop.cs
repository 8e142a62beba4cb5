using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "The Training Loop".</summary>
internal static class TheTrainingLoop
{
    // With powers of two and halves every product and sum of five iterations has less than 53 bits: binary64 rounds nothing.
    private static readonly double[] Rates = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625];

    /// <summary>The stages run in the order in which they are listed: update n must be that of batch n at the rate of n − 1.</summary>
    [Claim("D3-002")]
    [Turn("facts/order", "[\"sample\", \"backward\", \"forward\", \"optimizer step\", \"schedule\"]", Verdict.Erratum)]
    [Turn("facts/order", "[\"forward\", \"sample\", \"backward\", \"optimizer step\", \"schedule\"]", Verdict.Erratum)]
    [Turn("facts/order", "[\"sample\", \"forward\", \"backward\", \"schedule\", \"optimizer step\"]", Verdict.Erratum)]
    internal static Finding OrderOfAnIteration(Claim claim)
    {
        string[] order = claim.Facts["order"].Texts;
        (double X, double Y)[] batches = [(1, 2), (0.5, -1), (-1, 1), (2, 3), (1.5, 0)];
        (double w, double right) = (1, 1);
        (double x, double y, double prediction, double gradient, double rate) = (double.NaN, double.NaN, double.NaN, double.NaN, Rates[0]);
        var same = new Tally("iterations after which the weight is that of this batch's gradient at this iteration's rate");
        Working.Uses("sgd.update");
        for (int n = 0; n < batches.Length; n++)
        {
            foreach (string stage in order)
            {
                _ = stage switch
                {
                    "sample" => ((x, y) = batches[n]).x,
                    "forward" => prediction = w * x,
                    "backward" => gradient = (prediction - y) * x,
                    "optimizer step" => w = Sgd.Update<Real64>(w, gradient, rate).Value,
                    "schedule" => rate = Rates[n + 1],
                    _ => throw claim.Bad($"facts.order, {stage}"),
                };
            }

            right -= Rates[n] * ((right * batches[n].X - batches[n].Y) * batches[n].X);
            same.Add(w.Equals(right));
        }

        same.Shown();
        return Judge.Holds(
            same.Always,
            $"{same} iterations",
            $"in the order {string.Join(", ", order)} a linear model's weight after each of {same.Of} iterations is that of this batch's gradient at this iteration's rate",
            $"in the order {string.Join(", ", order)} that holds after {same} iterations only");
    }

    /// <summary>Batches of the stated size, whose mean gradient is the full gradient on average, and strays less the larger they are.</summary>
    [Claim("D3-003")]
    [Turn("facts/size", "N / B", Verdict.Erratum)]
    [Turn("facts/size", "2 * B", Verdict.Erratum)]
    internal static Finding SizeOfABatch(Claim claim)
    {
        StatedFormula size = claim.Facts["size"].Formula;
        var sizes = new Tally("drawn batches of the stated size");
        foreach ((int n, int b) in (ReadOnlySpan<(int, int)>)[(12, 3), (64, 8), (100, 20)])
        {
            Real64 said = size.Evaluate<Real64>(name => [name == "N" ? n : b]);
            sizes.AddAll(BatchSampling.Shuffled(n, b, seed: 303, epoch: 0).Select(batch => batch.Length == said.Value));
        }

        Rational[] gradients = [3, -1, 4, 1, -5, 9];
        Rational full = Mean(gradients);
        var unbiased = new Tally("batch sizes at which the mean over all batches is the full gradient, and their variance s^2/B (N - B)/N");
        Rational deviations = gradients.Aggregate((Rational)0, (sum, g) => sum + (g - full) * (g - full)) / (gradients.Length - 1);
        foreach (int b in (int[])[1, 2, 3])
        {
            Rational[] means = [.. Batches(gradients, b).Select(Mean)];
            Rational variance = Mean([.. means.Select(m => (m - full) * (m - full))]);
            unbiased.Add(Mean(means) == full && variance == deviations / b * (gradients.Length - b) / gradients.Length);
        }

        sizes.Shown();
        unbiased.Shown();
        return Judge.Holds(
            sizes.Always && unbiased.Always,
            $"{sizes} batches",
            $"all {sizes.Of} batches drawn from 12, 64 and 100 examples have the stated size {size}, and over all batches of six gradients the mean is the full gradient",
            $"{sizes} drawn batches have the stated size {size}");
    }

    /// <summary>The prediction depends on what is named and on nothing else; the loss on the target, too.</summary>
    [Claim("D3-004")]
    [Turn("facts/prediction of", "[\"theta\"]", Verdict.Erratum)]
    [Turn("facts/prediction of", "[\"theta\", \"x\", \"target\"]", Verdict.Erratum)]
    internal static Finding Prediction(Claim claim)
    {
        static (Real64[] Prediction, Real64 Loss) Run(double theta, double x, int target)
        {
            var p = new Real64[3];
            Softmax.Probabilities<Real64>([theta * x, 1 - x, theta], p);
            return (p, -Real64.Log(p[target]));
        }

        Working.Uses("softmax");
        (Real64[] prediction, Real64 loss) = Run(0.3, 0.7, 0);
        (string Name, (Real64[] Prediction, Real64 Loss) Run)[] changed = [("theta", Run(0.4, 0.7, 0)), ("x", Run(0.3, 0.8, 0)), ("target", Run(0.3, 0.7, 1))];
        string[] found = [.. changed.Where(c => !c.Run.Prediction.SequenceEqual(prediction)).Select(c => c.Name)], named = claim.Facts["prediction of"].Texts;
        bool again = Run(0.3, 0.7, 0).Prediction.SequenceEqual(prediction);
        Tally losses = new Tally("changes of parameters, input or target that change the loss").AddAll(changed.Select(c => c.Run.Loss != loss)).Shown();
        Working.Tried($"a change changes the prediction for: {string.Join(", ", found)}; the same arguments give the same bits: {(again ? "yes" : "no")}");
        return Judge.Holds(
            again && losses.Always && found.SequenceEqual(named),
            And(found),
            $"the prediction of a softmax model changes with {And(found)} and with nothing else, and is the same bits for the same arguments; the loss changes with the target as well",
            $"the prediction changes with {And(found)}, the document names {And(named)}");
    }

    /// <summary>Backpropagation through three tanh layers against central differences of what is named.</summary>
    [Claim("D3-005")]
    [Turn("facts/gradient of", "prediction", Verdict.Erratum)]
    [Turn("facts/with respect to", "x", Verdict.Erratum)]
    internal static Finding GradientOfTheLoss(Claim claim)
    {
        const double H = 1e-5;
        var draws = new Draws(305);
        var network = new DeepNetwork(3, 3, Squashing.Tanh, 0.6, 305);
        (double[] x, double[] y) = (DeepNetwork.Normals(draws, 12), DeepNetwork.Normals(draws, 12, 0.5));
        double[] backward = [.. network.Gradients(x, y).Weights.SelectMany(g => g)];
        double Measured() => claim.Facts["gradient of"].Text == "loss" ? network.Loss(x, y) : network.Forward(x)[0];
        double[][] varied = claim.Facts["with respect to"].Text == "theta" ? network.Weights : [x];
        List<double> differences = [];
        foreach (double[] tensor in varied)
        {
            for (int i = 0; i < tensor.Length; i++)
            {
                double old = tensor[i];
                tensor[i] = old + H;
                double above = Measured();
                tensor[i] = old - H;
                differences.Add((above - Measured()) / (2 * H));
                tensor[i] = old;
            }
        }

        Working.Uses("activations.tanh_derivative");
        Working.Uses("checking.central_difference");
        double largest = backward.Max(Math.Abs);
        Tally near = new Tally("weights whose gradient is the central difference, within 1e-6 of the largest one")
            .AddAll(backward.Select((g, i) => i < differences.Count && Math.Abs(g - differences[i]) < 1e-6 * largest)).Shown();
        return Judge.Holds(
            near.Always && differences.Count == backward.Length,
            $"{near} weights",
            $"for {near} weights of a network of three tanh layers the backward pass gives the central difference of the {claim.Facts["gradient of"].Text} with respect to {claim.Facts["with respect to"].Text}, within 1e-6 of the largest",
            $"the backward pass gives {near} of them");
    }

    /// <summary>The update as it is stated, and whether the steps of the optimizers that the document names can be written so.</summary>
    [Claim("D3-006")]
    [Turn("facts/formula", "theta + eta * d", Verdict.Erratum)]
    [Turn("facts/optimizers", "[\"SGD\", \"Adam\"]", Verdict.Confirmed)]
    [Turn("facts/optimizers", "[\"LARS\", \"LAMB\"]", Verdict.Erratum)]
    internal static Finding OptimizerStep(Claim claim)
    {
        string[] named = claim.Facts["optimizers"].Texts;
        double[] gradient = [0.3, -0.4];
        double[] Moved(string optimizer, double[] theta)
        {
            double[] direction = optimizer is "Adam" or "LAMB" ? [.. gradient.Select(g => g / (Math.Abs(g) + 1e-8))] : gradient;
            double ratio = optimizer is "LARS" or "LAMB" ? DeepNetwork.Norm(theta) / DeepNetwork.Norm(direction) : 1;
            return [.. direction.Select(d => 0.01 * ratio * d)];
        }

        string[] free = [.. named.Where(o => Moved(o, [1, 2]).SequenceEqual(Moved(o, [3, -1])))];
        Working.Tried($"the first step from the same gradient at two places theta; it is the same at both with: {(free.Length == 0 ? "none" : string.Join(", ", free))}");
        Tally tally = new Tally("named optimizers whose step is a function of the gradients alone").AddAll(named.Select(free.Contains)).Shown();
        return Judge.All(
            Judge.Formula(claim, "formula", x => Sgd.Update(x["theta"], x["d"], x["eta"])),
            Judge.Conditional(
                tally.Always,
                !tally.Never,
                $"when the direction reads the gradients alone ({And(free)})",
                $"{tally} optimizers",
                $"of the optimizers that the document names ({And(named)}) {tally} take a step that the gradients alone decide; LARS and LAMB scale it by the norm of theta, and AdamW's decay reads theta as well"));
    }

    /// <summary>With the schedule advanced after the named stage, update n runs at the rate of n − 1; a constant rate needs no schedule.</summary>
    [Claim("D3-007")]
    [Turn("facts/schedule after", "backward", Verdict.Erratum)]
    [Turn("facts/schedule after", "sample", Verdict.Erratum)]
    internal static Finding ScheduleAfterTheStep(Claim claim, Document document)
    {
        string after = claim.Facts["schedule after"].Text;
        List<double> used = [];
        double rate = Rates[0];
        for (int n = 0; n < Rates.Length - 1; n++)
        {
            foreach (string stage in (string[])["sample", "forward", "backward", "optimizer step"])
            {
                if (stage == "optimizer step")
                    used.Add(rate);
                if (stage == after)
                    rate = Rates[n + 1];
            }
        }

        Tally right = new Tally("updates n = 1 … that run at rate n - 1 of the schedule, counted from 0").AddAll(used.Select((r, n) => r == Rates[n])).Shown();
        StatedFormula warmup = document["D3-032"].Facts["formula"].Formula;
        double first = Working.Value($"first rate of {warmup} counted from t = 0", warmup.Evaluate<Real64>(name => [name == "t" ? 0 : 1]).Value);
        Finding finding = Judge.Holds(
            right.Always,
            $"{right} updates",
            $"with the schedule advanced after the {after}, {right} updates run at the rates of the schedule from its first on; a constant rate needs no schedule, so that it is optional",
            $"with the schedule advanced after {after}, {right} updates run at their rates: the first rate is never used");
        return first == 0 ? finding.AndYet("with the document's own warmup counted from 0 the first rate is 0, and the first update changes nothing") : finding;
    }

    private static Rational Mean(IReadOnlyList<Rational> x) => x.Aggregate((a, b) => a + b) / x.Count;

    private static IEnumerable<Rational[]> Batches(Rational[] all, int size) => size == 0
        ? [[]]
        : Enumerable.Range(0, all.Length - size + 1).SelectMany(i => Batches(all[(i + 1)..], size - 1).Select(rest => (Rational[])[all[i], .. rest]));
}
