using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Gpt;

public class GptTests
{
    [Test]
    public void A_later_token_leaves_the_logits_of_earlier_positions_bit_identical()
    {
        GptConfig config = SmallGpt.Config();
        var model = new Gpt<Real32>(config, SmallGpt.Over(SmallGpt.Weights(config), v => (Real32)(float)v));
        Real32[] before = model.Forward([[0, 1, 2, 3]]).Logits;
        for (int j = 0; j < 4; j++)
        {
            int[] tokens = [0, 1, 2, 3];
            tokens[j] = 4;
            Real32[] after = model.Forward([tokens]).Logits;
            Assert.That(after.Take(5 * j), Is.EqualTo(before.Take(5 * j)), $"before {j}");
            Assert.That(after.Skip(5 * j).Take(5), Is.Not.EqualTo(before.Skip(5 * j).Take(5)), $"at {j}");
        }
    }

    [Test]
    public void The_loss_at_a_position_has_no_gradient_for_later_embeddings()
    {
        GptConfig config = SmallGpt.Config();
        GptRun<Real64> run = new Gpt<Real64>(config, SmallGpt.Weights(config)).Forward([[0, 1, 2, 3]]);
        for (int i = 0; i < 4; i++)
        {
            var d = new Real64[run.Logits.Length];
            TrainingSpec.Formulas.CrossEntropy.Row<Real64>(run.Logits.AsSpan(5 * i, 5), 1, 0, d.AsSpan(5 * i, 5));
            Real64[] embedded = run.Backward(d).Embedded;
            Assert.That(embedded.Skip(4 * (i + 1)).Select(g => g.Value), Is.All.EqualTo(0.0));
            Assert.That(embedded.Take(4 * (i + 1)).Select(g => g.Value), Is.All.Not.EqualTo(0.0));
        }
    }

    [Test]
    [Rule("GPT-1")]
    public void A_sequence_gives_the_same_bits_alone_and_in_a_batch()
    {
        GptConfig config = SmallGpt.Config();
        var model = new Gpt<Real64>(config, SmallGpt.Weights(config));
        Real64[] alone = model.Forward([SmallGpt.Inputs[1]]).Logits;
        Assert.That(model.Forward(SmallGpt.Inputs).Logits.Skip(alone.Length), Is.EqualTo(alone));
    }

    [Test]
    public void Logits_have_a_batch_a_position_and_a_vocabulary_index([Values(1, 3)] int batch, [Values(1, 4)] int length)
    {
        GptConfig config = SmallGpt.Config();
        int[][] inputs = [.. Enumerable.Range(0, batch).Select(_ => new int[length])];
        GptRun<Real64> run = new Gpt<Real64>(config, SmallGpt.Weights(config)).Forward(inputs);
        Assert.That(run.LogitsShape, Is.EqualTo((batch, length, 5)));
        Assert.That(run.Logits, Has.Length.EqualTo(batch * length * 5));
    }

    [Test]
    public void There_are_as_many_weights_as_the_formula_counts([Values] bool bias, [Values] bool tied, [Values] bool learned, [Values(1, 3)] int layers)
    {
        GptConfig config = SmallGpt.Config(bias, tied, learned, layers: layers);
        OrderedDictionary<string, Real64[]> weights = GptInitialization.Normal<Real64>(config, 1);
        Assert.That(weights.Values.Sum(w => (long)w.Length), Is.EqualTo(config.Shape.CountParameters()));
        Assert.That(new Gpt<Real64>(config, weights).LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients.Parameters.Keys, Is.EqualTo(weights.Keys));
    }

    [Test]
    [Rule("GPT-2")]
    public void With_all_matrices_0_every_token_is_equally_likely()
    {
        GptConfig config = SmallGpt.Config();
        double loss = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, 1, 0)).Loss(SmallGpt.Inputs, SmallGpt.Targets);
        Assert.That(loss, Is.EqualTo(Math.Log(5)).Within(1e-15));
    }

    [Test]
    public void Weights_of_the_residual_maps_start_smaller_where_asked()
    {
        GptConfig config = SmallGpt.Config();
        Real64[] plain = GptInitialization.Normal<Real64>(config, 1)["h.1.mlp.proj.w"];
        Real64[] scaled = GptInitialization.Normal<Real64>(config, 1, scaleResidual: true)["h.1.mlp.proj.w"];
        for (int i = 0; i < plain.Length; i++)
            Assert.That(scaled[i].Value, Is.EqualTo(plain[i].Value / 2).Within(1e-17));
    }

    [Test]
    [Rule("GPT-5")]
    public void Fresh_tensors_have_the_numbers_of_their_streams_gains_of_1_and_biases_of_0([Values] bool bias, [Values] bool tied)
    {
        GptConfig config = SmallGpt.Config(bias, tied);
        int number = 0;
        foreach ((string name, Real64[] values) in GptInitialization.Normal<Real64>(config, 7, 0.5))
        {
            double[] expected = [.. Enumerable.Range(0, values.Length).Select(i => name.EndsWith(".g", StringComparison.Ordinal) ? 1 : name.EndsWith(".b", StringComparison.Ordinal) ? 0 : 0.5 * RandomStreams.Normal<Real64>(7, (ulong)number, 2 * (ulong)i).Value)];
            Assert.That(values.Select(v => v.Value), Is.EqualTo(expected), name);
            number++;
        }
    }

    [Test]
    public void Bad_arguments_are_refused_by_name()
    {
        GptConfig config = SmallGpt.Config();
        OrderedDictionary<string, Real64[]> weights = SmallGpt.Weights(config);
        var model = new Gpt<Real64>(config, weights);
        Assert.Multiple(() =>
        {
            Assert.That(() => model.Forward([[5]]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("inputs = 5 is outside [0, 4]"));
            Assert.That(() => model.Forward([[0, 0, 0, 0, 0]]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("[1, 4]"));
            Assert.That(() => model.Forward([[0, 0], [0]]), Throws.ArgumentException.With.Message.Contains("inputs[1]"));
            Assert.That(() => model.Forward([]), Throws.ArgumentException);
            Assert.That(() => model.Loss([[0]], [[5]]), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => config with
            {
                Heads = 0,
            }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("heads = 0"));
            Assert.That(() => (config with
            {
                Heads = 3,
            }).Weights(), Throws.ArgumentException.With.Message.Contains("heads = 3"));
        });
        weights.Remove("lnf.b");
        Assert.That(() => new Gpt<Real64>(config, weights), Throws.ArgumentException.With.Message.Contains("lnf.b"));
        weights.Add("lnf.b", new Real64[3]);
        Assert.That(() => new Gpt<Real64>(config, weights), Throws.ArgumentException.With.Message.Contains("3 elements"));
        weights["lnf.b"] = new Real64[4];
        weights.Add("lnf.c", new Real64[4]);
        Assert.That(() => new Gpt<Real64>(config, weights), Throws.ArgumentException.With.Message.Contains("lnf.c"));
    }
}
