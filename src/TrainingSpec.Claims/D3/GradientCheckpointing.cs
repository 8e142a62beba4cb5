using TrainingSpec.Claims.Experiments;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Gradient Checkpointing".</summary>
internal static class GradientCheckpointing
{
    /// <summary>A chain of tanh layers with and without checkpoints: gradients, outputs held, layers computed again.</summary>
    [Claim("D3-057")]
    [Turn("facts/kept", "all", Verdict.Erratum)]
    [Turn("facts/the others are", "approximated", Verdict.Erratum)]
    internal static Finding RecomputesTheOthers(Claim claim)
    {
        (Tally same, Tally fewer) = (new("chains whose gradients are the same bits with checkpoints"), new("chains that hold fewer outputs and compute the others once more"));
        foreach (int layers in (int[])[4, 9, 16, 25])
        {
            var draws = new Draws(357 + layers);
            var chain = new LayerChain<Real64>([.. Enumerable.Range(0, layers).Select(_ => draws.Row(9, 0.8))], 3);
            Real64[] x = draws.Row(6);
            CheckpointPlan plan = CheckpointPlan.Best(layers);
            ChainRun<Real64> all = chain.Run(x, y => y, CheckpointPlan.Of(layers, layers)), some = chain.Run(x, y => y, plan);
            same.Add(all.Gradients.Zip(some.Gradients).All(p => p.First.SequenceEqual(p.Second)) && all.InputGradient.SequenceEqual(some.InputGradient));
            fewer.Add(some.Peak < all.Peak && some.Evaluations == layers + plan.ExtraForward);
            Working.Tried(Say($"{layers} layers: {all.Peak} outputs held and {all.Evaluations} layers computed without, {some.Peak} and {some.Evaluations} with {plan.Segments} checkpoints"));
        }

        same.Shown();
        fewer.Shown();
        return Judge.All(
            Judge.Stated(claim, "kept", fewer.Always ? "a subset" : "all", $"{fewer} chains", $"with checkpoints {fewer} chains hold fewer outputs than layers"),
            Judge.Stated(claim, "the others are", same.Always && fewer.Always ? "recomputed" : "approximated", $"{same} chains", $"the others are computed a second time, and the gradients are the same bits in {same} chains"));
    }

    /// <summary>The least peak of all plans against the stated growth, from 16 to a million layers.</summary>
    [Claim("D3-058")]
    [Turn("facts/to", "log(L)", Verdict.Erratum)]
    [Turn("facts/to", "L", Verdict.Erratum)]
    [Turn("facts/from", "sqrt(L)", Verdict.Erratum)]
    internal static Finding MemoryGrowsWithTheRoot(Claim claim)
    {
        int[] layers = [.. Enumerable.Range(0, 9).Select(i => 16 << (2 * i))];
        (double Low, double High) Ratios(StatedFormula growth, Func<int, double> held)
        {
            double[] ratios = [.. layers.Select(l => held(l) / growth.Evaluate<Real64>(_ => [l]).Value)];
            return (ratios.Min(), ratios.Max());
        }

        (StatedFormula from, StatedFormula to) = (claim.Facts["from"].Formula, claim.Facts["to"].Formula);
        (double Low, double High) plain = Ratios(from, l => l), planned = Ratios(to, l => Formulas.Checkpointing.LeastPeak<Real64>(l).Value);
        Tally least = new Tally("numbers of layers from 1 to 300 whose least peak over all numbers of segments is the formula's").AddAll(Enumerable.Range(1, 300).Select(l =>
            Enumerable.Range(1, l).Min(k => CheckpointPlan.Of(l, k).Peak) == Formulas.Checkpointing.LeastPeak<Real64>(l).Value)).Shown();
        Working.Apply(Formulas.Checkpointing.LeastPeak, Precise.Of(layers[^1]));
        (double low, double high) = (Working.Value($"least ratio of the least peak to {to} over 16 … 2^20 layers", planned.Low), Working.Value("largest", planned.High));
        bool bounded = high < 2 * low && plain.High < 2 * plain.Low;
        return Judge.Holds(
            bounded && least.Always,
            Say($"{low:G3} to {high:G3}"),
            Say($"over 16 to a million layers the least peak stays between {low:G3} and {high:G3} times {to}, where all outputs are {from}; the best number of segments is near the root"),
            Say($"over 16 to a million layers the least peak goes from {low:G3} to {high:G3} times {to}: it does not grow like it"));
    }

    /// <summary>The extra work of the plan of least memory, and of computing every layer again.</summary>
    [Claim("D3-059")]
    [Turn("printed/overhead", "≈ +50%", Verdict.Erratum)]
    [Turn("printed/overhead", "≈ +22%", Verdict.Confirmed)]
    internal static Finding ExtraComputation(Claim claim, Document document)
    {
        int layers = document["D3-070"].GivenInteger("L");
        var plan = CheckpointPlan.Best(layers);
        Rational Share(long again, int all) => 100 * Exact.Value(Working.Apply(Formulas.Checkpointing.Overhead, Precise.Of(again), Precise.Of(all)));
        Rational exact = Working.Value($"extra work of the plan of least memory for {layers} layers, in percent", Share(plan.ExtraForward, layers)), whole = Working.Value("extra work where every layer is computed again, in percent", Share(layers, layers));
        double large = Working.Value("of the plan of least memory for 96 layers, in percent", Share(CheckpointPlan.Best(96).ExtraForward, 96).ToDouble());
        Finding finding = Judge.Number(claim, "overhead", exact, new Reading("from one more forward pass of all layers, with a backward pass as costly as two", whole));
        return finding with { Why = Say($"{finding.Why}; with the checkpoints that give the memory of the line before it is {exact:F1} % for {layers} layers and {large:F1} % for 96, since what is kept is not computed again") };
    }

    /// <summary>How many layers fit into a fixed memory with and without checkpoints, where activations take most of it and where weights do.</summary>
    [Claim("D3-060")]
    [Turn("facts/largest model in the same memory", "smaller", Verdict.Erratum)]
    internal static Finding LargerModels(Claim claim)
    {
        const long Memory = 80L << 30, Width = 1024;
        long weights = Working.Value("bytes of weights, gradients and moments of a layer 1024 wide (12 d^2 parameters of 16 bytes)", 16 * 12 * Width * Width);
        (long Without, long With) Fits(long tokens)
        {
            // The outputs of the linear maps of a block, ten times its width, two bytes each.
            long activations = tokens * 10 * Width * 2;
            long Most(Func<long, long> held)
            {
                long most = 0;
                while (held(most + 1) <= Memory)
                    most++;
                return most;
            }

            return (Most(l => l * (weights + activations)), Most(l => l * weights + CheckpointPlan.Best(l).Peak * activations));
        }

        (long Without, long With) many = Fits(65536), few = Fits(512);
        Working.Uses("checkpointing.peak");
        double gain = Working.Value("layers that fit in 80 GiB with checkpoints over those without, 65536 tokens", (double)many.With / many.Without), little = Working.Value("the same with 512 tokens", (double)few.With / few.Without);
        string stated = claim.Facts["largest model in the same memory"].Text;
        static string Word(double gain) => gain >= 2 ? "much larger" : "as large";
        return Judge.Conditional(
            stated == Word(gain) && stated == Word(little),
            stated == Word(gain),
            "when activations take more of the memory than weights and optimizer state, which checkpoints leave as they are",
            Say($"{gain:G3} and {little:G3} times the layers"),
            Say($"in 80 GiB {many.With} layers fit in place of {many.Without} with 65536 tokens per step, {gain:G3} times as many, and {few.With} in place of {few.Without} with 512, {little:G3} times"));
    }
}
