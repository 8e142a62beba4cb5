using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using Layer = TrainingSpec.Formulas.Attention;
using Shape = TrainingSpec.Formulas.AttentionShape;

namespace TrainingSpec.Tests.Attention;

/// <summary>How much of attention is computed beyond the number: never more than the magnitudes say, and nothing beyond a limit.</summary>
[TestFixture(TypeArgs = [typeof(Real64)])]
[TestFixture(TypeArgs = [typeof(Real32)])]
[TestFixture(TypeArgs = [typeof(Float16)])]
[TestFixture(TypeArgs = [typeof(BFloat16)])]
public class WideProductsTests<T>
    where T : IBinaryFormat<T>
{
    // Counted while it is computed, beside the bound from before: magnitudes from the least to the largest numbers, masks and infinities among them.
    [Test]
    public void What_is_computed_beyond_the_number_is_no_more_than_the_magnitudes_say()
    {
        var random = new Random(5);
        int wide = 0, ordinary = 0, exact = 0;
        for (int run = 0; run < 200; run++)
        {
            var shape = new Shape(1 + random.Next(2), 1 + random.Next(9), 1 + random.Next(2), 1 + random.Next(9));
            T[] qkv = QueriesKeysValues(random, shape, run), dy = run % 3 == 0 ? [] : Numbers(random, shape.Batch * shape.Length * shape.Width, run);
            T[] mask = run % 4 == 0 ? [.. Numbers(random, shape.Length * shape.Length, run).Select(m => random.Next(3) == 0 ? T.Of(double.NegativeInfinity) : m)] : [];
            (long asked, _) = Computed(qkv, shape, mask, dy, long.MaxValue);
            long bound = Layer.WideProducts<T>(qkv, shape, mask, dy);
            Assert.That(asked, Is.LessThanOrEqualTo(bound), $"run {run}, {shape}");
            wide += asked > 0 ? 1 : 0;
            ordinary += bound == 0 ? 1 : 0;
            exact += asked > 0 && asked == bound ? 1 : 0;
        }

        Assert.That(new[] { wide, ordinary, exact }, Has.All.GreaterThan(10), "the draw shows too little of one kind");
    }

    [Test]
    public void Within_the_limit_all_is_as_without_one_and_beyond_it_more_is_asked()
    {
        // Scores that the number does not hold: a row that is left as it is shows it.
        var shape = new Shape(1, 6, 2, 4);
        T[] qkv = [.. Enumerable.Range(0, 3 * 6 * 8).Select(i => T.Of((i % 5 - 2) * Math.Pow(FormatRange<T>.Largest, 0.8)))];
        (long asked, T[] all) = Computed(qkv, shape, [], [], long.MaxValue);
        Assert.That(asked, Is.GreaterThan(0));
        Assert.That(Computed(qkv, shape, [], [], asked).Results.Select(T.ToDouble), Is.EqualTo(all.Select(T.ToDouble)));
        (long more, T[] less) = Computed(qkv, shape, [], [], asked - 1);
        Assert.That(more, Is.GreaterThan(asked - 1));
        Assert.That(less.Select(T.ToDouble), Is.Not.EqualTo(all.Select(T.ToDouble)), "what is beyond the limit was computed");
        Assert.That(Layer.WithWideProducts(long.MaxValue, () => Assert.That(Computed(qkv, shape, [], [], 0).Asked, Is.GreaterThan(0))), Is.Zero, "a limit inside a limit counts for itself");
    }

    private static (long Asked, T[] Results) Computed(T[] qkv, Shape shape, T[] mask, T[] dy, long most)
    {
        T[] weights = new T[shape.WeightCount], y = new T[qkv.Length / 3], dQkv = new T[qkv.Length];
        long asked = Layer.WithWideProducts(most, () =>
        {
            Layer.Forward<T>(qkv, shape, weights, y, mask);
            if (dy.Length > 0)
                Layer.InputGradient<T>(dy, qkv, weights, shape, dQkv);
        });
        return (asked, [.. y, .. dQkv]);
    }

    // Each has a magnitude of its own, so that each alone may be what is too large.
    private static T[] QueriesKeysValues(Random random, Shape shape, int run)
    {
        int rows = shape.Batch * shape.Length, width = shape.Width;
        T[][] parts = [.. Enumerable.Range(0, 3).Select(_ => Numbers(random, rows * width, run))];
        return [.. Enumerable.Range(0, rows).SelectMany(i => parts.SelectMany(part => part.Skip(i * width).Take(width)))];
    }

    // A few binades, at 1, at the largest number or anywhere; in each sixteenth run an infinity.
    private static T[] Numbers(Random random, int count, int run)
    {
        double most = Math.Floor(Math.Log2(FormatRange<T>.Largest)), top = random.Next(3) switch { 0 => random.Next(8) - 4, 1 => most, _ => (random.NextDouble() * 2 - 1) * most };
        T[] numbers = [.. Enumerable.Range(0, count).Select(_ => T.Of((random.Next(2) * 2 - 1) * Math.Min(FormatRange<T>.Largest, Math.ScaleB(1 + random.NextDouble(), (int)top - random.Next(3)))))];
        if (run % 16 == 15)
            numbers[random.Next(count)] = T.Of(double.PositiveInfinity);
        return numbers;
    }
}
