using System.Reflection;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.MixedPrecision;

/// <summary>Every tensor that a step in mixed precision writes is single precision's, rounded by .NET's own half precision.</summary>
internal sealed class RoundedOperationsTests
{
    private static readonly AttentionShape Heads = new(1, 3, 2, 2);

    // The name of each operation, and what it writes.
    private static readonly (string Name, Func<ITensorOperations<Real32>, Real32[][]> Written)[] Cases =
    [
        ("Embed", o => [On(12, x => o.Embed([1, 0, 2], 3, Values(12, 1), Values(12, 2), x, 4))]),
        ("AddTokenGradient", o => [On(12, x => o.AddTokenGradient([1, 0, 2], Values(12, 1), x, 4))]),
        ("AddPositionGradient", o => [On(12, x => o.AddPositionGradient(Values(12, 1), 3, x, 4))]),
        ("Linear", o => [On(6, y => o.Linear(Values(12, 1), Values(8, 2), Values(2, 3), y, 4, 2))]),
        ("LinearInputGradient", o => [On(12, x => o.LinearInputGradient(Values(6, 1), Values(8, 2), x, 4, 2))]),
        ("LinearWeightGradient", o => [On(8, x => o.LinearWeightGradient(Values(6, 1), Values(12, 2), x, 4, 2))]),
        ("BiasGradient", o => [On(4, x => o.BiasGradient(Values(12, 1), x))]),
        ("LayerNorm", o => Two(12, 12, (y, n) => o.LayerNorm(Values(12, 1), Values(4, 2), Values(4, 3), 1e-5, y, n, new Real32[3]))),
        ("LayerNormInputGradient", o => [On(12, x => o.LayerNormInputGradient(Values(12, 1), Values(4, 2), Values(12, 3), Values(3, 4), x))]),
        ("RmsNorm", o => Two(12, 12, (y, n) => o.RmsNorm(Values(12, 1), Values(4, 2), 1e-5, y, n, new Real32[3]))),
        ("RmsNormInputGradient", o => [On(12, x => o.RmsNormInputGradient(Values(12, 1), Values(4, 2), Values(12, 3), Values(3, 4), x))]),
        ("GainGradient", o => [On(4, x => o.GainGradient(Values(12, 1), Values(12, 2), x))]),
        ("Attention", o => Two(18, 12, (w, y) => o.Attention(Values(36, 1), Heads, [], w, y))),
        ("AttentionInputGradient", o => [On(36, x => o.AttentionInputGradient(Values(12, 1), Values(36, 2), Weights(o), Heads, x))]),
        ("Activate", o => [On(5, y => o.Activate(Activation.Gelu, Values(5, 1), y, new Real32[5]))]),
        ("ActivationGradient", o => [On(5, x => o.ActivationGradient(Values(5, 1), Values(5, 2), x))]),
        ("Add", o => [On(5, y => o.Add(Values(5, 1), y))]),
    ];

    [TestCaseSource(nameof(Names))]
    [Rule("MIXED-PRECISION-1")]
    public void What_an_operation_writes_is_rounded(string name)
    {
        Func<ITensorOperations<Real32>, Real32[][]> written = Cases.Single(c => c.Name == name).Written;
        Real32[][] wide = written(new ReferenceOperations<Real32>()), half = written(new RoundedOperations<Float16>(new ReferenceOperations<Real32>()));
        for (int tensor = 0; tensor < wide.Length; tensor++)
        {
            float[] expected = [.. wide[tensor].Select(x => (float)(Half)x.Value)];
            Assert.That(expected, Is.Not.EqualTo(wide[tensor].Select(x => x.Value)), "what needs no rounding can't tell");
            Assert.That(half[tensor].Select(x => x.Value), Is.EqualTo(expected), $"tensor {tensor}");
        }
    }

    [Test]
    public void All_that_are_rounded_are_asked() => Assert.That(
        typeof(RoundedOperations<Float16>).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(m => m.IsVirtual).Select(m => m.Name),
        Is.EquivalentTo(Names()));

    private static IEnumerable<string> Names() => Cases.Select(c => c.Name);

    private static Real32[] On(int length, Action<Real32[]> write)
    {
        Real32[] tensor = Values(length, 9);
        write(tensor);
        return tensor;
    }

    private static Real32[][] Two(int first, int second, Action<Real32[], Real32[]> write)
    {
        Real32[] one = new Real32[first], other = new Real32[second];
        write(one, other);
        return [one, other];
    }

    // The same on both sides, so that only what is written last differs.
    private static Real32[] Weights(ITensorOperations<Real32> _)
    {
        Real32[] weights = new Real32[18];
        new ReferenceOperations<Real32>().Attention(Values(36, 2), Heads, [], weights, new Real32[12]);
        return weights;
    }

    // Numbers of more digits than half precision has.
    private static Real32[] Values(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => (Real32)(float)Math.Sin(seed + 1.7 * i))];
}
