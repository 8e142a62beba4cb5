using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.LayerWiseRates;

internal sealed class LayerWiseRatesTests
{
    [Rule("LAYER-WISE-RATES-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool Parameters_and_gradients_scaled_alike_keep_their_rates(Run run, sbyte power)
    {
        Real64[][] theta = Over.Rows<Real64>(run.Parameters), g = Over.Rows<Real64>(run.Gradients[0]);
        return Same(LayerRates.PlainRatio(theta, g, 0.1), LayerRates.PlainRatio(Scaled(theta, power), Scaled(g, power), 0.1));
    }

    [Rule("LAYER-WISE-RATES-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool Twice_the_gradient_has_half_the_rate(Run run)
    {
        Real64[][] theta = Over.Rows<Real64>(run.Parameters), g = Over.Rows<Real64>(run.Gradients[0]);
        Real64[] once = LayerRates.PlainRatio(theta, g, 0.1), twice = LayerRates.PlainRatio(theta, Scaled(g, 1), 0.1);
        return Enumerable.Range(0, once.Length).All(l => twice[l].Value == (IsZero(theta[l]) || IsZero(g[l]) ? 0.1 : once[l].Value / 2));
    }

    [Rule("LAYER-WISE-RATES-1")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_step_at_the_plain_rate_is_as_long_as_the_rate_times_the_layer(Run run)
    {
        Bounded<Real64>[][] theta = Over.Rows<Bounded<Real64>>(run.Parameters), g = Over.Rows<Bounded<Real64>>(run.Gradients[0]);
        Bounded<Real64>[] rates = LayerRates.PlainRatio(theta, g, 0.125);
        return Enumerable.Range(0, rates.Length).All(l =>
        {
            if (IsZero(Over.Row<Real64>(run.Parameters[l])) || IsZero(Over.Row<Real64>(run.Gradients[0][l])))
                return rates[l].Value.Value == 0.125;
            Bounded<Real64> step = Formulas.Norms.L2<Bounded<Real64>>(Array.ConvertAll(g[l], x => rates[l] * x));
            Bounded<Real64> layer = Formulas.Norms.L2<Bounded<Real64>>(theta[l]);
            return Math.Abs(step.Value.Value - 0.125 * layer.Value.Value) <= step.Bound + 0.125 * layer.Bound;
        });
    }

    [Rule("LAYER-WISE-RATES-3")]
    [Law(MaxTest = 1800)]
    public bool Each_layer_has_the_rate_of_the_one_above_times_the_decay(ushort decay, byte count)
    {
        double xi = (decay + 1) / 65536.0;
        int layers = 1 + count % 60;
        Real64[] rates = LayerRates.Decayed<Real64>(0.3, xi, layers);

        // A power and a product each err by a few units at most; far down they underflow.
        return rates.Length == layers && rates[^1].Value == 0.3
            && Enumerable.Range(1, layers - 1).All(l => Math.Abs(rates[l - 1].Value - xi * rates[l].Value) <= 8 * Real64.UnitRoundoff * rates[l].Value + double.Epsilon);
    }

    [Rule("LAYER-WISE-RATES-3")]
    [Law(MaxTest = 1200)]
    public bool More_layers_leave_the_rates_of_the_upper_ones(ushort decay, byte count)
    {
        double xi = (decay + 1) / 65536.0;
        int layers = 1 + count % 60;
        return Same(LayerRates.Decayed<Real64>(0.3, xi, layers), LayerRates.Decayed<Real64>(0.3, xi, layers + 5)[5..]);
    }

    [Test]
    [Rule("LAYER-WISE-RATES-2")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        Refused(() => LayerRates.PlainRatio(one, one, -1), "lr", "lr = -1");
        Refused(() => LayerRates.PlainRatio(one, [[1]], 1), "grads", "grads[0] has 1 elements");
        Refused(() => LayerRates.PlainRatio<Real64>([], [], 1), "params", "params = []");
        Refused(() => LayerRates.Decayed<Real64>(1, 0, 3), "decay", "decay = 0 is outside (0, 1]");
        Refused(() => LayerRates.Decayed<Real64>(1, 1.1, 3), "decay", "decay = 1.1");
        Refused(() => LayerRates.Decayed<Real64>(double.NaN, 1, 3), "lr", "lr = NaN");
        Refused(() => LayerRates.Decayed<Real64>(1, 1, 0), "layers", "layers = 0 is outside [1, inf)");
    });

    private static Real64[][] Scaled(Real64[][] x, int power) => Array.ConvertAll(x, t => Array.ConvertAll(t, v => new Real64(Math.ScaleB(v.Value, power))));

    private static bool IsZero(Real64[] x) => Array.TrueForAll(x, v => v.Value == 0);

    private static bool Same(Real64[] x, Real64[] y) => Over.SameBits([x], [y]);
}
