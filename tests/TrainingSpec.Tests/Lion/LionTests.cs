using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Lion;

/// <summary>Lion against the sign of an average that is written out.</summary>
internal sealed class LionTests
{
    [Rule("LION-1")]
    [Rule("LION-2")]
    [Rule("LION-4")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Steps_are_signs_of_the_weighted_sum_of_all_gradients(Scalars s)
    {
        // β₁ = ½ and β₂ = ¾; the gradients are multiples of 1/8, so that all sums are exact.
        double[] gradients = [s.First, s.Second, -s.First, s.Second - s.First, 0];
        gradients = Array.ConvertAll(gradients, g => Math.Round(g * 8) / 8);
        double expected = 0;
        for (int t = 0; t < gradients.Length; t++)
        {
            double direction = 0.5 * gradients[t];
            for (int k = 0; k < t; k++)
                direction += 0.5 * 0.25 * Math.Pow(0.75, t - 1 - k) * gradients[k];
            expected -= 0.25 * Math.Sign(direction);
        }

        Real64[][] theta = [[0]];
        SlotState<Real64>? state = null;
        foreach (double g in gradients)
            (theta, state) = (ElementwiseCases.Lion with { LearningRate = 0.25, Beta1 = 0.5, Beta2 = 0.75 }).Step(theta, [[g]], state);
        return theta[0][0].Value == expected;
    }

    [Test]
    [Rule("LION-3")]
    public void A_NaN_stays_one_and_decay_goes_on_without_it()
    {
        LionOptimizer lion = ElementwiseCases.Lion with { LearningRate = 0.5, WeightDecay = 0.25, Decay = TrainingSpec.Formulas.DecayKind.Old };
        Real64[] moved = lion.Step<Real64>([[8, 8, 8]], [[double.NaN, 0, double.NegativeInfinity]], null).Parameters[0];
        Assert.That(moved.Select(x => x.Value), Is.EqualTo(new[] { double.NaN, 7, 7.5 }));
    }
}
