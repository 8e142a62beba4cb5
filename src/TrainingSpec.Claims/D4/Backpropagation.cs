using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Backpropagation": the chain rule and the figure of the gradient's way.</summary>
internal static class Backpropagation
{
    /// <summary>Through two intermediate vectors, the Jacobians in the stated order, as far as their shapes fit, against the derivative by dual numbers.</summary>
    [Claim("D4-029", Plain = true)]
    [Turn("facts/factors", """["dL/dy", "dh/dw", "dy/dh"]""", Verdict.Erratum)]
    [Turn("facts/factors", """["dL/dy", "dy/dh"]""", Verdict.Erratum)]
    internal static Finding ChainRule(Claim claim)
    {
        const int Trials = 50, Hidden = 3, Outputs = 4;
        string[] factors = claim.Facts["factors"].Texts;
        var draws = new Draws(429);
        Tally product = new("networks in which the product in the stated order is the derivative"), onePath = new("networks in which the path through the first hidden value alone is");
        for (int trial = 0; trial < Trials; trial++)
        {
            Precise[] a = Draw(draws, Hidden), b = Draw(draws, Outputs * Hidden);
            Precise w = Precise.Of(draws.Normal());
            int target = draws.Index(Outputs);
            Precise[] h = [.. Inner(Dual<Precise>.Constant(w), a).Select(v => v.Value)], y = [.. Outer(h.Select(Dual<Precise>.Constant), b).Select(v => v.Value)];
            var dLdy = new Precise[Outputs];
            CrossEntropy.Row(y, target, 0, dLdy);
            Dictionary<string, Precise[][]> jacobians = new()
            {
                ["dL/dy"] = [dLdy],
                ["dy/dh"] = [.. Enumerable.Range(0, Outputs).Select(i => Enumerable.Range(0, Hidden).Select(j =>
                    Outer(h.Select((v, k) => k == j ? Dual<Precise>.Variable(v) : Dual<Precise>.Constant(v)), b)[i].Derivative).ToArray())],
                ["dh/dw"] = [.. Inner(Dual<Precise>.Variable(w), a).Select(v => new[] { v.Derivative })],
            };
            var log = new Dual<Precise>[Outputs];
            Softmax.LogProbabilities<Dual<Precise>>(Outer(Inner(Dual<Precise>.Variable(w), a), b), log);
            Precise whole = -log[target].Derivative;
            Precise[][]? chained = factors.Select(f => jacobians.TryGetValue(f, out Precise[][]? j) ? j : throw claim.Bad("facts/factors")).Aggregate((Precise[][]?)null, (left, right) => left is null ? right : Times(left, right));
            product.Add(chained is [[var only]] && Near(only, whole));
            onePath.Add(Near(Enumerable.Range(0, Outputs).Aggregate(Precise.Zero, (sum, i) => sum + dLdy[i] * jacobians["dy/dh"][i][0] * jacobians["dh/dw"][0][0]), whole));
        }

        Working.Tried(Say($"{Trials} networks h = exp(-a w), y = B h, loss = cross-entropy of y, with {Hidden} hidden values, {Outputs} outputs and standard normal a, B, w (seed 429); the product against dL/dw by dual numbers, to 88 bits"));
        onePath.Shown();
        return Judge.Holds(
            product.Shown().Always,
            Say($"{product} networks"),
            Say($"the product of the Jacobians {string.Join(" ", factors)}, which are 1x{Outputs}, {Outputs}x{Hidden} and {Hidden}x1, is the derivative in {product} random networks"),
            Say($"the factors {string.Join(" ", factors)} give the derivative in {product} random networks; dL/dy is 1x{Outputs}, dy/dh {Outputs}x{Hidden}, dh/dw {Hidden}x1"))
            .With(Say($"where the weight acts through {Hidden} hidden values, one path alone gives the derivative in {onePath}: the products are sums over paths"));

        // Two smooth stages: h = exp(-a w) and y = B h.
        static Dual<Precise>[] Inner(Dual<Precise> w, Precise[] a) => [.. a.Select(x => Dual<Precise>.Exp(-(Dual<Precise>.Constant(x) * w)))];

        static Dual<Precise>[] Outer(IEnumerable<Dual<Precise>> hidden, Precise[] b)
        {
            Dual<Precise>[] h = [.. hidden];
            return [.. Enumerable.Range(0, b.Length / h.Length).Select(i =>
                h.Select((v, j) => Dual<Precise>.Constant(b[i * h.Length + j]) * v).Aggregate((x, y) => x + y))];
        }

        static Precise[] Draw(Draws draws, int length) => [.. draws.Row(length).Select(x => Precise.Of(x))];

        // Nothing where the shapes don't fit.
        static Precise[][] Times(Precise[][] left, Precise[][] right) => left.Length > 0 && left[0].Length == right.Length
            ? [.. left.Select(row => right[0].Select((_, c) => row.Select((x, k) => x * right[k][c]).Aggregate((p, q) => p + q)).ToArray())]
            : [];
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
