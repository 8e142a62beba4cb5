using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Checkpointing;

internal sealed class LayerChainTests
{
    [Rule("CHECKPOINTING-5")]
    [Law(MaxTest = 900, Arbitrary = [typeof(ChainCases)])]
    public bool Gradients_have_the_same_bits_whatever_is_held(ChainCase c)
    {
        (LayerChain<Real64> chain, Real64[] x) = Chain<Real64>(c);
        ChainRun<Real64> all = chain.Run(x, Half, CheckpointPlan.Of(c.Layers, c.Layers));
        ChainRun<Real64> some = chain.Run(x, Half, CheckpointPlan.Of(c.Layers, c.Segments));
        return Over.SameBits(all.Gradients, some.Gradients) && Over.SameBits([all.InputGradient], [some.InputGradient]) && Over.SameBits([all.Output], [some.Output]);
    }

    [Rule("CHECKPOINTING-1")]
    [Rule("CHECKPOINTING-2")]
    [Rule("CHECKPOINTING-5")]
    [Law(MaxTest = 900, Arbitrary = [typeof(ChainCases)])]
    public bool What_is_held_and_recomputed_is_what_the_plan_says(ChainCase c)
    {
        (LayerChain<Real64> chain, Real64[] x) = Chain<Real64>(c);
        var plan = CheckpointPlan.Of(c.Layers, c.Segments);
        ChainRun<Real64> run = chain.Run(x, Half, plan);
        return run.Peak == plan.Peak && run.Evaluations == c.Layers + plan.ExtraForward;
    }

    [Test]
    [Rule("CHECKPOINTING-5")]
    public void Every_plan_of_a_chain_of_sixteen_in_single_precision()
    {
        var c = new ChainCase(16, 1, 5, 3, 7);
        (LayerChain<Real32> chain, Real32[] x) = Chain<Real32>(c);
        long[] bits = Over.Bits(chain.Run(x, Half, CheckpointPlan.Of(16, 16)).Gradients);
        Assert.Multiple(() =>
        {
            for (int segments = 1; segments <= 16; segments++)
            {
                ChainRun<Real32> run = chain.Run(x, Half, CheckpointPlan.Of(16, segments));
                Assert.That(Over.Bits(run.Gradients), Is.EqualTo(bits), $"{segments} segments");
                Assert.That(run.Peak, Is.EqualTo(CheckpointPlan.Of(16, segments).Peak), $"{segments} segments");
            }

            Assert.That(bits.Any(b => b != 0));
        });
    }

    [Test]
    [Rule("CHECKPOINTING-5")]
    public void The_gradients_are_those_by_dual_numbers()
    {
        var c = new ChainCase(4, 2, 2, 2, 3);
        (LayerChain<DoubleDouble> chain, DoubleDouble[] x) = Chain<DoubleDouble>(c);
        ChainRun<DoubleDouble> run = chain.Run(x, Half, CheckpointPlan.Of(4, 2));
        DoubleDouble[][] weights = Weights<DoubleDouble>(c);
        Assert.Multiple(() =>
        {
            for (int layer = 0; layer < 4; layer++)
            {
                for (int i = 0; i < 4; i++)
                {
                    Dual<DoubleDouble>[][] seeded = [.. weights.Select((w, l) => w.Select((v, k) => l == layer && k == i ? Dual<DoubleDouble>.Variable(v) : Dual<DoubleDouble>.Constant(v)).ToArray())];
                    Dual<DoubleDouble>[] y = new LayerChain<Dual<DoubleDouble>>(seeded, 2).Run(Array.ConvertAll(x, Dual<DoubleDouble>.Constant), v => v, CheckpointPlan.Of(4, 1)).Output;
                    // L = ½Σy², so that ∂L/∂w = Σ y·∂y/∂w; both sides err by far less than 10⁻²⁵.
                    DoubleDouble sum = 0;
                    foreach (Dual<DoubleDouble> output in y)
                        sum += output.Value * output.Derivative;
                    Assert.That(Math.Abs((sum - run.Gradients[layer][i]).High), Is.LessThan(1e-25), $"layer {layer}, weight {i}");
                }
            }
        });
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        var chain = new LayerChain<Real64>([[1, 0, 0, 1]], 2);
        Refused(() => _ = new LayerChain<Real64>([], 2), "weights", "weights = []");
        Refused(() => _ = new LayerChain<Real64>([[1, 2]], 2), "weights", "weights[0] has 2 elements, 2 x 2 are needed");
        Refused(() => _ = new LayerChain<Real64>([[1]], 0), "width", "width = 0 is outside [1, inf)");
        Refused(() => chain.Run([1, 2, 3], Half, CheckpointPlan.Best(1)), "x", "x has 3 elements");
        Refused(() => chain.Run([1, 2], Half, CheckpointPlan.Best(2)), "plan", "plan is for 2 layers, the chain has 1");
    });

    // The gradient of ½Σy² is y itself.
    private static T[] Half<T>(T[] y) => y;

    private static (LayerChain<T> Chain, T[] Input) Chain<T>(ChainCase c)
        where T : IReal<T>
    {
        var x = new T[c.Rows * c.Width];
        RandomStreams.FillUniform<T>(c.Seed, 0, 0, x);
        return (new LayerChain<T>(Weights<T>(c), c.Width), x);
    }

    private static T[][] Weights<T>(ChainCase c)
        where T : IReal<T> =>
        [
            .. Enumerable.Range(1, c.Layers).Select(layer =>
            {
                var weight = new T[c.Width * c.Width];
                RandomStreams.FillUniform<T>(c.Seed, (ulong)layer, 0, weight);
                return Array.ConvertAll(weight, w => T.Of(2) * w - T.Of(1));
            }),
        ];
}
