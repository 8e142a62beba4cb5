using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using Formula = TrainingSpec.Formulas.Softmax;

namespace TrainingSpec.Tests.Softmax;

internal sealed class SoftmaxTests
{
    [Rule("SOFTMAX-2")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool A_shift_of_all_logits_changes_no_bit(GridRow row)
    {
        double[] shifted = Array.ConvertAll(row.Logits, x => x + row.Shift);
        return Over.SameBits([Probabilities(row.Logits)], [Probabilities(shifted)]);
    }

    [Rule("SOFTMAX-1")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool Probabilities_lie_in_the_unit_interval_and_add_up_to_one(LogitRow row)
    {
        Real64[] p = Probabilities(row.Logits);
        double sum = 0;
        foreach (Real64 x in p)
            sum += x;

        // S has passed Depth roundings, each quotient one, and this plain sum one per element.
        double roundings = Reduction.Depth(p.Length) + 1 + p.Length;
        double gamma = roundings * Real64.UnitRoundoff / (1 - roundings * Real64.UnitRoundoff);
        return Array.TrueForAll(p, x => x.Value is >= 0 and <= 1) && Math.Abs(sum - 1) <= gamma * (1 + gamma);
    }

    [Rule("SOFTMAX-4")]
    [Law(MaxTest = 10_800, Arbitrary = [typeof(LogitCases)])]
    public bool Log_softmax_is_the_logarithm_of_softmax(LogitRow row)
    {
        var computed = new Bounded<Real64>[row.Logits.Length];
        Formula.LogProbabilities<Bounded<Real64>>(Over.Row<Bounded<Real64>>(row.Logits), computed);
        var exact = new DoubleDouble[row.Logits.Length];
        Formula.Probabilities<DoubleDouble>(Over.Row<DoubleDouble>(row.Logits), exact);
        return Enumerable.Range(0, exact.Length).All(i => Over.Covers(computed[i], DoubleDouble.Log(exact[i])));
    }

    [Test]
    [Rule("SOFTMAX-4")]
    public void Log_softmax_is_finite_where_a_probability_underflows()
    {
        var logs = new Real64[2];
        Formula.LogProbabilities<Real64>([0, -2000], logs);
        Assert.That((double)logs[1], Is.EqualTo(-2000));
        Assert.That((double)Probabilities([0, -2000])[1], Is.Zero);
    }

    [Rule("SOFTMAX-3")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool A_masked_logit_has_probability_zero_and_changes_no_other(LogitRow row)
    {
        Real64[] masked = Probabilities([.. row.Logits, double.NegativeInfinity]);
        return masked[^1].Value == 0 && Over.SameBits([Probabilities(row.Logits)], [masked[..^1]]);
    }

    [Rule("SOFTMAX-5")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool Log_sum_exp_moves_with_a_shift(GridRow row)
    {
        Bounded<Real64> plain = Formula.LogSumExp<Bounded<Real64>>(Over.Row<Bounded<Real64>>(row.Logits));
        Bounded<Real64> shifted = Formula.LogSumExp<Bounded<Real64>>(Over.Row<Bounded<Real64>>(Array.ConvertAll(row.Logits, x => x + row.Shift)));
        DoubleDouble distance = DoubleDouble.Abs((DoubleDouble)shifted.Value.Value - plain.Value.Value - row.Shift);
        return distance.High <= plain.Bound + shifted.Bound;
    }

    [Rule("SOFTMAX-5")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool Log_sum_exp_is_never_below_the_largest_logit(LogitRow row) =>
        Formula.LogSumExp<Real64>(Over.Row<Real64>(row.Logits)).Value >= row.Logits.Max();

    [Rule("SOFTMAX-1")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(LogitCases)])]
    public bool A_larger_logit_has_no_smaller_probability(LogitRow row)
    {
        Real64[] p = Probabilities(row.Logits);
        int[] order = [.. Enumerable.Range(0, p.Length).OrderBy(i => row.Logits[i])];
        return order.Zip(order.Skip(1)).All(pair => p[pair.First].Value <= p[pair.Second].Value);
    }

    [Test]
    [Rule("SOFTMAX-6")]
    public void Rows_that_have_no_answer_are_refused_or_not_a_number() => Assert.Multiple(() =>
    {
        Assert.That(() => Probabilities([]), Throws.ArgumentException.With.Message.Contains("logits = []"));
        Assert.That(() => Formula.LogSumExp<Real64>([]), Throws.ArgumentException.With.Message.Contains("logits = []"));
        Assert.That(() => Formula.Probabilities<Real64>([1, 2], new Real64[3]), Throws.ArgumentException.With.Message.Contains("3 entries"));
        Assert.That(Probabilities([1, double.NaN]).Select(p => p.Value), Is.All.NaN);
        Assert.That(Probabilities([7])[0].Value, Is.EqualTo(1));
    });

    private static Real64[] Probabilities(double[] logits)
    {
        var result = new Real64[logits.Length];
        Formula.Probabilities<Real64>(Over.Row<Real64>(logits), result);
        return result;
    }
}
