using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Gpt;

public class GptGradientTests
{
    [TestCase(true, true, true, Activation.GeluTanh)]
    [TestCase(true, true, true, Activation.Gelu)]
    [TestCase(false, true, false, Activation.GeluTanh)]
    [TestCase(true, false, true, Activation.Relu)]
    [TestCase(false, false, true, Activation.GeluTanh)]
    public void Every_gradient_is_the_derivative_over_dual_numbers(bool bias, bool tied, bool learned, Activation activation)
    {
        GptConfig config = SmallGpt.Config(bias, tied, learned, activation);
        OrderedDictionary<string, Real64[]> weights = SmallGpt.Weights(config);
        OrderedDictionary<string, Bounded<Real64>[]> bounds = Backward(config, weights, v => Bounded<Real64>.Exact(v));
        OrderedDictionary<string, DoubleDouble[]> gradients = Backward(config, weights, v => (DoubleDouble)v);
        OrderedDictionary<string, Dual<DoubleDouble>[]> duals = SmallGpt.Over(weights, v => Dual<DoubleDouble>.Constant(v));
        var model = new Gpt<Dual<DoubleDouble>>(config, duals);
        double largest = 0;
        foreach ((string name, Dual<DoubleDouble>[] values) in duals)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Dual<DoubleDouble>.Variable(values[i].Value);
                DoubleDouble forward = model.Loss(SmallGpt.Inputs, SmallGpt.Targets).Derivative;
                values[i] = Dual<DoubleDouble>.Constant(values[i].Value);

                // The bound that binary64 keeps by itself, scaled to the roundoff of double-double, below 2^-48 of binary64's; once for each side.
                double allowed = 2 * bounds[name][i].Bound / (1L << 48);
                Assert.That(Math.Abs((double)(gradients[name][i] - forward)), Is.LessThanOrEqualTo(allowed), $"{name}[{i}]");
                Assert.That(allowed, Is.LessThan(1e-12), $"the bound says nothing: {name}[{i}]");
                largest = Math.Max(largest, Math.Abs((double)forward));
            }
        }

        Assert.That(largest, Is.GreaterThan(0.1));
    }

    [Test]
    public void Every_gradient_is_the_limit_of_central_differences()
    {
        GptConfig config = SmallGpt.Config(layers: 1);
        OrderedDictionary<string, Real64[]> weights = SmallGpt.Weights(config, 2);
        var model = new Gpt<Real64>(config, weights);
        OrderedDictionary<string, Real64[]> gradients = model.LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients.Parameters;
        double noise = new Gpt<Bounded<Real64>>(config, SmallGpt.Over(weights, v => Bounded<Real64>.Exact(v))).Loss(SmallGpt.Inputs, SmallGpt.Targets).Bound;
        foreach ((string name, Real64[] values) in weights)
        {
            for (int i = 0; i < values.Length; i++)
            {
                Real64 saved = values[i];
                Ridders.Estimate estimate = Ridders.Derivative(x =>
                {
                    values[i] = x;
                    return model.Loss(SmallGpt.Inputs, SmallGpt.Targets);
                }, saved, 0.1, noise);
                values[i] = saved;
                Assert.That(gradients[name][i].Value, Is.EqualTo(estimate.Value).Within(estimate.Error), $"{name}[{i}]");
                Assert.That(estimate.Error, Is.LessThan(1e-4), $"the error bar says nothing: {name}[{i}]");
            }
        }
    }

    [Test]
    public void Gradients_between_the_parts_obey_the_chain_rule()
    {
        GptConfig config = SmallGpt.Config(tied: false);
        var model = new Gpt<Real64>(config, SmallGpt.Weights(config));
        GptGradients<Real64> gradients = model.LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients;
        Real64[] head = model.Weights["head.w"];
        for (int n = 0; n < 6; n++)
        {
            for (int c = 0; c < 4; c++)
            {
                double expected = Enumerable.Range(0, 5).Sum(v => gradients.Logits[n * 5 + v].Value * head[v * 4 + c].Value);
                Assert.That(gradients.NormalizedHidden[n * 4 + c].Value, Is.EqualTo(expected).Within(1e-15));
            }

            // The final norm takes out the row's mean, so no gradient can push it.
            Assert.That(gradients.TransformerHidden.Skip(4 * n).Take(4).Sum(x => x.Value), Is.EqualTo(0).Within(1e-14));
        }
    }

    [Test]
    public void Gradients_are_written_from_the_loss_towards_the_embeddings()
    {
        GptConfig config = SmallGpt.Config(tied: false);
        GptRun<Real64> run = new Gpt<Real64>(config, SmallGpt.Weights(config)).Forward(SmallGpt.Inputs);
        List<string> order = [];
        GptGradients<Real64> gradients = run.Backward(new Real64[run.Logits.Length], order.Add);
        string[] stages = [.. order.Where(name => name is "logits" or "h_norm" or "h_trans" or "h.0" or "h.1" or "embeddings")];
        Assert.That(stages, Is.EqualTo(new[] { "logits", "h_norm", "h_trans", "h.1", "h.0", "embeddings" }));
        Assert.That(order, Is.Unique);
        Assert.That(order.Except(stages), Is.EquivalentTo(gradients.Parameters.Keys));
        Assert.That(order.FindLastIndex(n => n.StartsWith("h.1.", StringComparison.Ordinal)), Is.LessThan(order.FindIndex(n => n.StartsWith("h.0.", StringComparison.Ordinal))));
    }

    [Test]
    [Rule("GPT-3")]
    public void A_token_that_occurs_twice_gets_both_gradients()
    {
        GptConfig config = SmallGpt.Config(tied: false);
        GptGradients<Real64> gradients = new Gpt<Real64>(config, SmallGpt.Weights(config)).LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients;
        int[] places = [0, 2, 4];
        for (int c = 0; c < 4; c++)
            Assert.That(gradients.Parameters["wte"][2 * 4 + c].Value, Is.EqualTo(places.Sum(n => gradients.Embedded[n * 4 + c].Value)).Within(1e-15));
        Assert.That(gradients.Parameters["wte"].Skip(3 * 4).Take(4).Select(g => g.Value), Is.All.EqualTo(0.0), "token 3 is no input");
    }

    [Test]
    [Rule("GPT-3")]
    public void A_tied_tables_gradient_is_that_of_both_its_uses()
    {
        GptConfig tied = SmallGpt.Config(), apart = SmallGpt.Config(tied: false);
        OrderedDictionary<string, Real64[]> weights = SmallGpt.Weights(tied), two = new(weights) { ["head.w"] = [.. weights["wte"]] };
        OrderedDictionary<string, Real64[]> one = new Gpt<Real64>(tied, weights).LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients.Parameters;
        OrderedDictionary<string, Real64[]> parts = new Gpt<Real64>(apart, two).LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients.Parameters;

        // One sum of seven terms at most is taken in another order, each below 1.
        double[] both = [.. parts["wte"].Zip(parts["head.w"], (read, predicted) => read.Value + predicted.Value)];
        Assert.That(one["wte"].Select(g => g.Value), Is.EqualTo(both).Within(7 * Math.ScaleB(1, -53) * 7));
        Assert.That(parts["head.w"].Max(g => Math.Abs(g.Value)), Is.InRange(1e-3, 1.0));
    }

    [Test]
    [Rule("GPT-4")]
    public void A_second_backward_pass_adds_nothing_to_the_first()
    {
        GptConfig config = SmallGpt.Config();
        GptRun<Real64> run = new Gpt<Real64>(config, SmallGpt.Weights(config)).Forward(SmallGpt.Inputs);
        Real64[] d = TokenLoss.Evaluate<Real64>(run.Logits, [0, 2, 3, 2, 1, 1]).Gradient;
        OrderedDictionary<string, Real64[]> first = run.Backward(d).Parameters;
        OrderedDictionary<string, Real64[]> second = run.Backward(d).Parameters;
        foreach ((string name, Real64[] values) in first)
            Assert.That(second[name], Is.EqualTo(values).And.Not.SameAs(values), name);
    }

    private static OrderedDictionary<string, T[]> Backward<T>(GptConfig config, OrderedDictionary<string, Real64[]> weights, Func<double, T> of)
        where T : IReal<T> => new Gpt<T>(config, SmallGpt.Over(weights, of)).LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients.Parameters;
}
