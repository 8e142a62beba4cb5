using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Elastic weight consolidation on two quadratic tasks, and the Fisher information of a coin both ways.</summary>
public static class EwcExamples
{
    private static readonly Real64 Rate = 0.0625;

    /// <summary>D3 "Catastrophic Forgetting" (D3-066, D3-067): descent on the second task with and without the penalty, and where it ends.</summary>
    [GoldenSource]
    public static GoldenDocument TwoTasks()
    {
        Claim tasks = ExampleNumbers.Claim("D3-067");
        Real64[] fisherA = Row(tasks, "FA"), fisherB = Row(tasks, "FB");
        Real64 lambda = tasks.GivenNumber("lambda"), a = ExampleNumbers.Claim("D3-066").GivenNumber("a"), b = ExampleNumbers.Claim("D3-066").GivenNumber("b");
        var document = new GoldenDocument("ewc", "TwoTasks").Add("Fisher information of task A", fisherA).Add("Fisher information of task B", fisherB)
            .Add("optimum of task A", a).Add("optimum of task B", b).Add("learning rate", Rate);
        foreach (Real64 strength in new[] { 0, lambda, 100 })
        {
            string key = "lambda " + strength;
            Real64[] theta = [a, a];
            for (int step = 0; step <= 6; step++)
            {
                Real64[] pull = [.. theta.Select((w, i) => Ewc.Gradient(w, a, fisherA[i], strength))], gradient = [.. theta.Select((w, i) => Ewc.Gradient<Real64>(w, b, fisherB[i], 1))];
                string at = Invariant($"{key}, step {step}");
                document.Add(at + ".weights", theta).Add(at + ".penalty", Quadratic(theta, a, fisherA, strength)).Add(at + ".penalty gradient", pull)
                    .Add(at + ".gradient of task B", gradient).Add(at + ".loss of task A", Quadratic(theta, a, fisherA, 1)).Add(at + ".loss of task B", Quadratic(theta, b, fisherB, 1));
                theta = [.. theta.Select((w, i) => Sgd.Update(w, gradient[i] + pull[i], Rate))];
            }

            Real64[] rest = [.. fisherA.Select((f, i) => Ewc.RestingPoint(a, f, b, fisherB[i], strength))];
            document.Add(key + ".resting point", rest).Add(key + ".loss of task A at rest", Quadratic(rest, a, fisherA, 1)).Add(key + ".loss of task B at rest", Quadratic(rest, b, fisherB, 1));
        }

        return document;
    }

    /// <summary>A coin that shows 1 three times of four: the Fisher information is the mean of squares, which the square of the mean loses at the optimum (D3-068).</summary>
    [GoldenSource]
    public static GoldenDocument FisherOfACoin()
    {
        var document = new GoldenDocument("ewc", "FisherOfACoin");
        Real64[] labels = [1, 1, 1, 0];
        document.Add("labels", labels);
        foreach ((string name, Real64 theta) in new[] { ("start", (Real64)0), ("optimum", Real64.Log(3)) })
        {
            // ln σ(θ) for 1 and ln(1 − σ(θ)) for 0 have the derivative y − σ(θ).
            Real64 probability = Activations.Sigmoid(theta);
            Real64[] gradients = [.. labels.Select(y => y - probability)];
            Real64[][][] examples = [.. gradients.Select(g => new[] { new[] { g } })];
            document.Add(name + ".theta", theta).Add(name + ".probability", probability).Add(name + ".gradients", gradients)
                .Add(name + ".mean of squares", FisherInformation.MeanOfSquares(examples)[0][0]).Add(name + ".square of the mean", FisherInformation.SquareOfMean(examples)[0][0])
                .Add(name + ".by the model's own law", Activations.SigmoidDerivative(probability));
        }

        return document;
    }

    private static Real64 Quadratic(Real64[] theta, Real64 anchor, Real64[] fisher, Real64 lambda) =>
        Ewc.Penalty(Reduction.Sum<Real64>([.. theta.Select((w, i) => Ewc.Term(w, anchor, fisher[i]))]), lambda);

    private static Real64[] Row(Claim claim, string key) => [.. claim.GivenRow(key).Select(x => new Real64(x))];
}
