using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using Formula = TrainingSpec.Formulas.ShadowWeights;

namespace TrainingSpec.Tests.ShadowWeights;

internal sealed class ShadowWeightsTests
{
    [Test]
    [Rule("SHADOW-WEIGHTS-1")]
    public void From_0_to_a_constant_weight_the_average_has_gone_all_but_a_power_of_beta()
    {
        Real64 average = 0;
        for (int step = 0; step < 10; step++)
            average = Formula.Update<Real64>(average, theta: 1, beta: 0.5);
        Assert.That(average.Value, Is.EqualTo(1 - Math.ScaleB(1, -10)));
    }
}
