using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.AdamVariants;

/// <summary>Adam on sparse rows against Adam on all of them.</summary>
internal sealed class SparseAdamTests
{
    private static readonly AdamOptions Options = AdamOptions.Adam(0.1) with { Beta1 = 0.5, Beta2 = 0.75, Epsilon = 0 };

    [Rule("SPARSE-ADAM-1")]
    [Rule("SPARSE-ADAM-2")]
    [Rule("SPARSE-ADAM-3")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Rows_that_all_have_gradients_take_the_dense_step_and_others_keep_their_bits(Scalars s)
    {
        Real64[][] table = [[s.First, 1], [s.Second, 2], [3, 4]], grads = [[s.Second, 1], [s.First, -1], [0.5, 0.25]];
        (Real64[][] dense, AdamState<Real64> state) = AdamOptimizer.Step(table, grads, null, Options);
        (Real64[][] sparse, AdamState<Real64> same) = SparseAdam.Step(table, [2, 0, 1], [grads[2], grads[0], grads[1]], null, Options);
        (Real64[][] next, AdamState<Real64> after) = SparseAdam.Step(sparse, [1], [grads[1]], AdamState<Real64>.FromJson(same.ToJson()), Options);
        Real64[][] whole = AdamOptimizer.Step(dense, [[0, 0], grads[1], [0, 0]], state, Options).Parameters;
        return Over.SameBits(dense, sparse) && state.ToJson() == same.ToJson() && after.Step == 2
            && Over.SameBits([next[1]], [whole[1]]) && Over.SameBits([next[0], next[2]], [sparse[0], sparse[2]])
            && after.FirstMoment(0).SequenceEqual(same.FirstMoment(0)) && after.SecondMoment(2).SequenceEqual(same.SecondMoment(2));
    }

    // As many rows as gradients: what looks at each row for each gradient would take minutes.
    [Test, CancelAfter(20_000)]
    public void A_table_of_many_rows_takes_time_in_proportion(CancellationToken late)
    {
        const int Rows = 200_000;
        Real64[][] table = [.. Enumerable.Range(0, Rows).Select(_ => new Real64[] { 1 })];
        Task<Real64> last = Task.Run(() => SparseAdam.Step(table, [.. Enumerable.Range(0, Rows)], table, null, Options).Parameters[^1][0], late);
        last.Wait(late);
        Assert.That(last.Result.Value, Is.EqualTo(0.9).Within(2).Ulps);
    }

    [Test]
    [Rule("SPARSE-ADAM-4")]
    public void Epsilon_beside_the_uncorrected_root_is_a_larger_one_beside_the_corrected()
    {
        // √(1 − β₂) is a half at the first step.
        Real64[][] table = [[1]], grads = [[4]];
        Assert.That(
            SparseAdam.Step(table, [0], grads, null, Options with { Epsilon = 0.25 }).Parameters[0][0].Value,
            Is.EqualTo(AdamOptimizer.Step(table, grads, null, Options with { Epsilon = 0.5 }).Parameters[0][0].Value));
    }
}
