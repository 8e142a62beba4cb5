using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Backpropagation": the chain rule and the figure of the gradient's way.</summary>
internal static class Backpropagation
{
    /// <summary>Through two intermediate vectors, the product of Jacobians in the written order is the derivative; shapes fit in no other order.</summary>
    [Claim("D4-029", Plain = true)]
    internal static Finding ChainRule(Claim claim)
    {
        const int Trials = 50, Hidden = 3, Outputs = 4;
        var draws = new Draws(429);
        int vectors = 0, onePathAlone = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            Precise[] a = Draw(draws, Hidden), b = Draw(draws, Outputs * Hidden);
            Precise w = Precise.Of(draws.Normal());
            int target = draws.Index(Outputs);
            Precise[] dhdw = [.. Inner(Dual<Precise>.Variable(w), a).Select(h => h.Derivative)];
            Precise[] h = [.. Inner(Dual<Precise>.Constant(w), a).Select(v => v.Value)], y = [.. Outer(h.Select(Dual<Precise>.Constant), b).Select(v => v.Value)];
            var dLdy = new Precise[Outputs];
            CrossEntropy.Row(y, target, 0, dLdy);
            Precise product = Precise.Of(0), firstPath = Precise.Of(0);
            for (int j = 0; j < Hidden; j++)
            {
                Dual<Precise>[] at = [.. Outer(h.Select((v, i) => i == j ? Dual<Precise>.Variable(v) : Dual<Precise>.Constant(v)), b)];
                for (int i = 0; i < Outputs; i++)
                    product += dLdy[i] * at[i].Derivative * dhdw[j];
                if (j == 0)
                    firstPath = product;
            }

            var log = new Dual<Precise>[Outputs];
            Softmax.LogProbabilities<Dual<Precise>>(Outer(Inner(Dual<Precise>.Variable(w), a), b), log);
            Precise whole = -log[target].Derivative;
            vectors += Near(product, whole) ? 1 : 0;
            onePathAlone += Near(firstPath, whole) ? 1 : 0;
        }

        Working.Tried(Say($"{Trials} networks h = exp(-a w), y = B h, loss = cross-entropy of y, with {Hidden} hidden values, {Outputs} outputs and standard normal a, B, w (seed 429); (dL/dy)(dy/dh)(dh/dw) against dL/dw by dual numbers, to 88 bits"));
        Working.Counted("networks in which the product in the written order is the derivative", vectors, Trials);
        Working.Counted("networks in which the path through the first hidden value alone is", onePathAlone, Trials);
        return Judge.Holds(
            vectors == Trials,
            Say($"{vectors} of {Trials} networks"),
            Say($"the product of the Jacobians (1x{Outputs})({Outputs}x{Hidden})({Hidden}x1) in the written order is the derivative in {vectors} of {Trials} random networks"),
            Say($"the product differs from the derivative in {Trials - vectors} of {Trials} random networks"))
            .With(Say($"where the weight acts through {Hidden} hidden values, one path alone gives the derivative in {onePathAlone} of {Trials}: the products are sums over paths"));

        // Two smooth stages: h = exp(-a w) and y = B h.
        static Dual<Precise>[] Inner(Dual<Precise> w, Precise[] a) => [.. a.Select(x => Dual<Precise>.Exp(-(Dual<Precise>.Constant(x) * w)))];

        static Dual<Precise>[] Outer(IEnumerable<Dual<Precise>> hidden, Precise[] b)
        {
            Dual<Precise>[] h = [.. hidden];
            return [.. Enumerable.Range(0, b.Length / h.Length).Select(i =>
                h.Select((v, j) => Dual<Precise>.Constant(b[i * h.Length + j]) * v).Aggregate((x, y) => x + y))];
        }

        static Precise[] Draw(Draws draws, int length) => [.. draws.Row(length).Select(x => Precise.Of(x))];
    }

    /// <summary>The header's arrows against the arrows of the two rows below it.</summary>
    [Claim("D4-030")]
    [Turn("printed/header", "Forward ←, Backward →", Verdict.Confirmed)]
    internal static Finding HeaderArrows(Claim claim, Document document)
    {
        Facts flow = document.Facts["gradient flow"];
        string header = claim.PrintedText("header");
        string[] stages = flow["forward row"]["left to right"].Texts;
        // The forward pass runs to the right where its first stage stands left of its last.
        string[] forward = flow["forward row"]["stages forward"].Texts;
        string forwardRuns = Array.IndexOf(stages, forward[0]) < Array.IndexOf(stages, forward[^1]) ? "right" : "left";
        string backwardRuns = flow["backward row"]["arrows"].Text;
        Working.Value("the forward row runs, from its first stage to its last, to the", forwardRuns);
        Working.Value("the backward row's arrows run to the", backwardRuns);
        string recomputed = $"Forward {Arrow(forwardRuns)}, Backward {Arrow(backwardRuns)}";
        return Judge.Agrees(
            header == recomputed,
            "the rows of the same figure, lines 135 and 138",
            recomputed,
            $"the header says {header}, the rows run {recomputed}");

        static string Arrow(string direction) => direction == "right" ? "→" : "←";
    }
}
