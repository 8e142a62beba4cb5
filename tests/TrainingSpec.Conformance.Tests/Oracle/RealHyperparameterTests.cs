using System.Globalization;
using System.Text.Json;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>A hyperparameter is a real number whatever the dtype: what is derived from it has one rounding. The right values are fractions of whole numbers.</summary>
internal sealed class RealHyperparameterTests
{
    // One rounding to nearest; the fractions behind it are exact or right to 60 digits.
    private const double Once = 0.500001;

    private static readonly string[] Wide = ["float64", "float32"];
    private static readonly string[] Four = ["float64", "float32", "float16", "bfloat16"];

    [Test]
    public void Dropout_scales_by_1_over_1_minus_p([ValueSource(nameof(Four))] string dtype, [Values(0.1, 0.9, 0.99, 0.999, 0.9999)] double p)
    {
        const int Count = 40_000;
        JsonElement result = Ask.Result("dropout", $$"""{"x": [{{string.Join(',', Enumerable.Repeat("1", Count))}}], "p": {{Text(p)}}, "seed": 45}""", dtype);
        double[] y = Ask.Row(result.GetProperty("y")), mask = Ask.Row(result.GetProperty("mask"));
        Fraction scale = 1 / (1 - Fraction.Of(p));
        Assert.Multiple(() =>
        {
            Assert.That(mask.Sum(), Is.GreaterThan(0));
            Assert.That(Enumerable.Range(0, Count).Where(i => mask[i] == 0).Select(i => y[i]), Is.All.Zero);
            Assert.That(scale.UlpsFrom(y[Array.IndexOf(mask, 1)], dtype), Is.LessThan(Once));
        });
    }

    [Test]
    public void Dropout_backward_scales_alike([ValueSource(nameof(Wide))] string dtype, [Values(0.1, 0.9, 0.99, 0.999, 0.9999)] double p) =>
        Near(1 / (1 - Fraction.Of(p)), Ask.Result("dropout.backward", $$"""{"grad": [1], "mask": [1], "p": {{Text(p)}}}""", dtype).GetProperty("grad")[0], dtype, Once);

    [Test]
    public void Dropout_in_half_precision_is_rounded_once([Values("float16", "bfloat16")] string dtype, [Values(0.3, 0.9, 0.99, 0.999)] double p)
    {
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => (128 + i % 128) / 64.0)];
        JsonElement result = Ask.Result("dropout", $$"""{"x": [{{string.Join(',', x.Select(Text))}}], "p": {{Text(p)}}, "seed": 3}""", dtype);
        double[] y = Ask.Row(result.GetProperty("y"));
        double worst = Enumerable.Range(0, x.Length).Where(i => y[i] != 0).Max(i => (Fraction.Of(x[i]) / (1 - Fraction.Of(p))).UlpsFrom(y[i], dtype));
        Assert.That(worst, Is.LessThan(Once));
    }

    [TestCase("adam.step")]
    [TestCase("adamw.step")]
    [TestCase("lamb.step")]
    public void The_shares_of_a_gradient_are_1_minus_beta(string op)
    {
        foreach (string dtype in Wide)
        {
            foreach ((double beta1, double beta2) in new[] { (0.9, 0.999), (0.95, 0.9999), (0.999, 0.9999999), (0.3, 0.99999999) })
            {
                JsonElement state = Ask.Result(op, $$"""{"params": [[1]], "grads": [[1]], "lr": 0.5, "beta1": {{Text(beta1)}}, "beta2": {{Text(beta2)}}}""", dtype).GetProperty("state");
                Near(1 - Fraction.Of(beta1), state.GetProperty("m")[0][0], dtype, Once);
                Near(1 - Fraction.Of(beta2), state.GetProperty("v")[0][0], dtype, Once);
            }
        }
    }

    // θ = −Σ α·m̂/√v̂ with ε = 0 and gradients 1 and −1/2: m₂ = (1 − β₁)(β₁ − ½), v₂ = (1 − β₂)(β₂ + ¼), over 1 − βᵗ.
    [Test]
    public void Bias_corrections_are_derived_from_beta_as_it_is([ValueSource(nameof(Wide))] string dtype, [Values(0.9, 0.999, 0.999999)] double beta1, [Values(0.99, 0.9999, 0.99999999)] double beta2)
    {
        string args = $$""" "lr": 1, "eps": 0, "beta1": {{Text(beta1)}}, "beta2": {{Text(beta2)}} """;
        JsonElement first = Ask.Result("adam.step", $$"""{"params": [[0]], "grads": [[1]], {{args}}}""", dtype);
        Assert.That(Ask.Number(first.GetProperty("params")[0][0]), Is.EqualTo(-1));
        JsonElement second = Ask.Result("adam.step", $$"""{"params": [[0]], "grads": [[-0.5]], "state": {{first.GetProperty("state").GetRawText()}}, {{args}}}""", dtype);
        Fraction b1 = Fraction.Of(beta1), b2 = Fraction.Of(beta2), half = new(1, 2);
        Fraction mHat = (1 - b1) * (b1 - half) / (1 - b1 * b1), vHat = (1 - b2) * (b2 + half * half) / (1 - b2 * b2);

        // β₁ − ½ is near ½ and β₂ + ¼ near 5/4: nothing cancels by more than a bit; six roundings lie on the way, the root halves those of v̂.
        Near(0 - mHat / Fraction.Root(vHat), second.GetProperty("params")[0][0], dtype, 8);
    }

    [Test]
    public void Decoupled_decay_takes_the_product_of_rate_and_strength([ValueSource(nameof(Wide))] string dtype, [Values(0.1, 1e-3, 3e-5)] double lr, [Values(0.1, 0.3, 1e-2)] double decay)
    {
        // Beside an update of 0 and a parameter of 2ⁿ the decay itself is seen: θ − αλθ, whose rounding is that of θ.
        JsonElement result = Ask.Result("adamw.step", $$"""{"params": [[1]], "grads": [[0]], "lr": {{Text(lr)}}, "weight_decay": {{Text(decay)}}}""", dtype);
        Near(1 - Fraction.Of(lr) * Fraction.Of(decay), result.GetProperty("params")[0][0], dtype, 1);
    }

    [Test]
    public void The_momentum_buffer_takes_1_minus_dampening([ValueSource(nameof(Wide))] string dtype, [Values(0.1, 0.9, 0.999, 0.999999)] double dampening)
    {
        string args = $$""" "params": [[0]], "lr": 1, "momentum": 0.5, "dampening": {{Text(dampening)}} """;
        string state = Ask.Result("sgd.step", $$"""{"grads": [[0]], {{args}}}""", dtype).GetProperty("state").GetRawText();
        Near(Fraction.Of(dampening) - 1, Ask.Result("sgd.step", $$"""{"grads": [[1]], "state": {{state}}, {{args}}}""", dtype).GetProperty("params")[0][0], dtype, Once);
    }

    [Test]
    public void Smoothed_labels_are_one_minus_s_and_s_over_K([ValueSource(nameof(Wide))] string dtype, [Values(0.1, 0.9, 0.999, 0.9999999, 1e-9)] double s, [Values(2, 3, 50257)] int classes)
    {
        JsonElement labels = Ask.Result("smooth_labels", $$"""{"targets": [1], "num_classes": {{classes}}, "smoothing": {{Text(s)}}}""", dtype).GetProperty("labels")[0];
        Near(Fraction.Of(s) / classes, labels[0], dtype, Once);
        Near(1 - Fraction.Of(s) + Fraction.Of(s) / classes, labels[1], dtype, 1.5);
    }

    [Test]
    public void Rates_of_layers_are_powers_of_a_real_decay([ValueSource(nameof(Wide))] string dtype, [Values(0.9, 0.95, 0.9999)] double decay)
    {
        JsonElement rates = Ask.Result("llrd", $$"""{"lr": 0.001, "decay": {{Text(decay)}}, "layers": 100}""", dtype).GetProperty("lr");
        for (int l = 0; l < 100; l++)
            Near(Fraction.Of(0.001) * Fraction.Power(Fraction.Of(decay), 99 - l), rates[l], dtype, Once);
    }

    [TestCase(0.1, 3, 7)]
    [TestCase(1e-3, 9007199254740993, 9007199254740995)]
    [TestCase(0.3, 1, 9223372036854775807)]
    [TestCase(3e-4, 16777217, 16777219)]
    public void Linear_scaling_takes_batches_as_whole_numbers(double lr, long batch, long newBatch)
    {
        foreach (string dtype in Wide)
        {
            JsonElement result = Ask.Result("linear_scaling", $$"""{"lr": {{Text(lr)}}, "batch": {{batch}}, "new_batch": {{newBatch}}, "warmup": 9007199254740993}""", dtype);
            Near(Fraction.Of(lr) * newBatch / batch, result.GetProperty("lr"), dtype, Once);
            Near((Fraction)9007199254740993 * newBatch / batch, result.GetProperty("warmup"), dtype, Once);
        }
    }

    [Test]
    public void A_sweep_is_geometric_to_the_last_digit([ValueSource(nameof(Wide))] string dtype, [Values(1e-7, 3e-5, 0.1)] double low, [Values(1, 10.5, 1e4)] double high)
    {
        JsonElement rates = Ask.Result("lr_finder.sweep", $$"""{"lr_min": {{Text(low)}}, "lr_max": {{Text(high)}}, "count": 5}""", dtype).GetProperty("lr");
        Fraction ratio = Fraction.Root(Fraction.Root(Fraction.Of(high) / Fraction.Of(low)));
        for (int i = 0; i < 5; i++)
            Near(Fraction.Of(low) * Fraction.Power(ratio, i), rates[i], dtype, Once);
    }

    [Test]
    public void Moments_of_weights_are_derived_from_whole_sizes([ValueSource(nameof(Wide))] string dtype, [Values(1, 3, 784, 16777217, 9007199254740993)] long fanIn, [Values(1, 10, 16777219)] long fanOut)
    {
        JsonElement Moments(string scheme) => Ask.Result("init.moments", $$"""{"scheme": "{{scheme}}", "fan_in": {{fanIn}}, "fan_out": {{fanOut}}, "layers": {{fanIn}}}""", dtype);
        Fraction xavier = (Fraction)2 / (fanIn + (Fraction)fanOut), he = (Fraction)2 / fanIn, gpt = Fraction.Of(0.02);
        Near(xavier, Moments("xavier_normal").GetProperty("variance"), dtype, Once);
        Near(Fraction.Root(xavier), Moments("xavier_normal").GetProperty("std"), dtype, Once);
        Near(Fraction.Root(3 * xavier), Moments("xavier_uniform").GetProperty("limit"), dtype, Once);
        Near(Fraction.Root(he), Moments("he_normal").GetProperty("std"), dtype, Once);
        Near(Fraction.Root(3 * he), Moments("he_uniform").GetProperty("limit"), dtype, Once);
        Near(gpt / Fraction.Root(2 * (Fraction)fanIn), Moments("gpt_residual").GetProperty("std"), dtype, Once);
        Near(gpt * gpt / (2 * (Fraction)fanIn), Moments("gpt_residual").GetProperty("variance"), dtype, Once);
    }

    [Test]
    public void A_clipping_factor_is_the_quotient_of_a_real_limit([ValueSource(nameof(Wide))] string dtype, [Values(1e-50, 0.1, 0.7, 1e39)] double limit, [Values(1, 3, 8388607)] double norm)
    {
        foreach (string op in new[] { "clip.global_norm", "clip.per_tensor_norm" })
        {
            JsonElement scale = Ask.Result(op, $$"""{"grads": [[{{Text(norm)}}]], "max_norm": {{Text(limit)}}}""", dtype).GetProperty("scale");
            Fraction quotient = Fraction.Of(limit) / Fraction.Of(norm);
            Near(quotient < 1 ? quotient : 1, scale.ValueKind == JsonValueKind.Array ? scale[0] : scale, dtype, Once);
        }
    }

    [TestCase(0.1, 2, 1, true)]
    [TestCase(65536.0, 1.1, 1, true)]
    [TestCase(65536.0, 0.7, 1, false)]
    [TestCase(3.4e38, 2, 0, true)]
    [TestCase(3.4e38, 1.0005, 1, true)]
    [TestCase(2e-45, 0.25, 0, false)]
    public void The_loss_scale_moves_by_a_real_factor_and_stays_where_unscale_takes_it(double scale, double factor, int moves, bool grows)
    {
        foreach (string dtype in Wide)
        {
            string which = grows ? $"\"growth\": {Text(factor)}" : $"\"backoff\": {Text(factor)}";
            JsonElement next = Ask.Result("loss_scale.update", $$"""{"scale": {{Text(scale)}}, "tracker": 9, "interval": 10, "found_inf": {{(grows ? "false" : "true")}}, {{which}}}""", dtype).GetProperty("scale");
            Near(moves == 1 ? Fraction.Of(scale) * Fraction.Of(factor) : Fraction.Of(scale), next, dtype, Once);
            Assert.That(Ask.Op("loss_scale.unscale", $$"""{"grads": [[1]], "scale": {{next.GetRawText()}}}""", dtype).GetProperty("ok").GetBoolean(), Is.True);
        }
    }

    [TestCase("[1, 0.99999994]", 4e-8, 2)]
    [TestCase("[1, 0.99999994]", 7e-8, 1)]
    [TestCase("[1e16, 9999999999999998]", 1.1, 2)]
    [TestCase("[0.5, 0.4]", 0.1, 1)]
    [TestCase("[0.5, 0.3999999]", 0.1, 2)]
    [TestCase("[-1, -1.25]", 0.25, 1)]
    [TestCase("[-1, -1.25]", 0.2499999999, 2)]
    public void An_improvement_is_compared_with_a_real_least_difference(string losses, double minDelta, int bestEpoch)
    {
        foreach (string dtype in Wide)
        {
            double[] held = [.. Ask.Row(JsonDocument.Parse(losses).RootElement).Select(x => dtype == "float32" ? (double)(float)x : x)];
            int expected = Fraction.Of(held[0]) - Fraction.Of(held[1]) > Fraction.Of(minDelta) ? 2 : 1;
            if (dtype == "float64")
                Assert.That(expected, Is.EqualTo(bestEpoch), "what the case is made for");
            JsonElement result = Ask.Result("early_stopping", $$"""{"losses": {{losses}}, "patience": 5, "min_delta": {{Text(minDelta)}}}""", dtype);
            Assert.That(result.GetProperty("best_epoch").GetInt32(), Is.EqualTo(expected), dtype);
        }
    }

    [Test]
    public void An_epsilon_that_rounds_to_zero_is_refused_by_name() => Assert.Multiple(() =>
    {
        const string Step = "\"params\": [[1]], \"grads\": [[0]], \"lr\": 0.5";
        foreach (string op in new[] { "adam.step", "adamw.step", "lamb.step", "rmsprop.step", "adagrad.step", "adadelta.step", "adamax.step", "nadam.step", "radam.step", "amsgrad.step" })
        {
            Assert.That(Ask.Fault(Ask.Op(op, "{" + Step + ", \"eps\": 1e-46}", "float32")), Is.EqualTo(("invalid-argument", "eps")), op);
            Assert.That(Ask.Number(Ask.Result(op, "{" + Step + ", \"eps\": 1e-45, \"weight_decay\": 0}", "float32").GetProperty("params")[0][0]), Is.EqualTo(1), op);
            Assert.That(Ask.Number(Ask.Result(op, "{" + Step + ", \"eps\": 1e-46, \"weight_decay\": 0}").GetProperty("params")[0][0]), Is.EqualTo(1), op);
        }

        Assert.That(Ask.Fault(Ask.Op("layer_norm", """{"x": [[1, 1]], "gain": [1, 1], "bias": [0, 0], "eps": 1e-46}""", "float32")), Is.EqualTo(("invalid-argument", "eps")));
    });

    private static void Near(Fraction exact, JsonElement value, string dtype, double ulps) =>
        Assert.That(exact.UlpsFrom(Ask.Number(value), dtype), Is.LessThan(ulps), $"{value} in {dtype}");

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
