using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Mixed Precision Training": the five assignments.</summary>
internal static class MixedPrecision
{
    /// <summary>Unit roundoffs, and published rates of a GPU.</summary>
    [Claim("D2-072")]
    [Claim("D2-139")]
    [Turn("facts/speed", "slower", Verdict.Erratum)]
    [Turn("facts/precision", "more", Verdict.Erratum, Claim = "D2-072")]
    internal static Finding FasterAndLessPrecise(Claim claim)
    {
        double faster = Working.Value("half over single precision, operations per second", claim.Facts["half rate"].Number / claim.Facts["single rate"].Number);
        double coarser = Working.Value("half over single precision, unit roundoff", Float16.UnitRoundoff / Real32.Of(Math.ScaleB(1, -24)).Value);
        Working.Value("half over single precision, bytes to move", 2.0 / 4);
        Finding speed = Judge.Stated(
            claim, "speed", faster > 1 ? "faster" : "slower", Say($"{faster:F1} times the rate"), Say($"the recorded data sheet of a GPU has {faster:F1} times the operations per second in half precision, and half as many bytes are moved"));
        return claim.Facts.Has("precision")
            ? Judge.All(speed, Judge.Stated(claim, "precision", coarser > 1 ? "less" : "more", Say($"{coarser:F0} times the roundoff"), Say($"its unit roundoff is {coarser:F0} times that of single precision")))
            : speed;
    }

    /// <summary>A small regression trained with each number of the recipe in the format that the recipe names, and with each moved to half precision.</summary>
    [Claim("D2-073")]
    [Turn("D2/mixed precision/rows/4/1", "float16", Verdict.Erratum)]
    [Turn("D2/mixed precision/rows/3/1", "float16", Verdict.Erratum)]
    internal static Finding Recipe(Document document)
    {
        (string Part, string Format)[] rows = [.. document.Facts["mixed precision"]["rows"].Rows.Select(r => (r[0].Text, r[1].Text))];
        double mixed = Trained(string.Join(' ', rows.Select(r => r.Format))), single = Trained("float32 float32 float32 float32 float32"), half = Trained("float16 float16 float16 float16 float16");
        Working.Tried("Adam at 1e-4 on a regression of 8 weights near 1 towards targets 0.05 away, 1000 steps, each number rounded to its format, with a loss scale of 1024");
        Working.Value("loss at the end under the recipe", mixed);
        Working.Value("with single precision throughout", single);
        Working.Value("with half precision throughout", half);
        return Judge.Holds(
            mixed < 2 * single + 1e-6 && half > 10 * mixed,
            Say($"loss {mixed:G2}, {single:G2} in single and {half:G2} in half precision"),
            Say($"under the recipe ({string.Join(", ", rows.Select(r => $"{r.Part} {r.Format}"))}) a small regression ends at {mixed:G2}, in single precision at {single:G2}, in half precision throughout at {half:G2}"),
            Say($"under the recipe ({string.Join(", ", rows.Select(r => $"{r.Part} {r.Format}"))}) a small regression ends at {mixed:G2}, in single precision at {single:G2}"))
            .AndYet("the listing that follows has no float32 copy of the weights and does not skip a step whose gradients overflow");
    }

    /// <summary>One row of the recipe beside the listing's call or D3's table, with what the format does to the numbers in question.</summary>
    [Claim("D2-074")]
    [Claim("D2-075")]
    [Claim("D2-076")]
    [Claim("D2-077")]
    [Claim("D2-078")]
    [Turn("D2/mixed precision/rows/0/1", "float32", Verdict.Conflicts, Claim = "D2-074")]
    [Turn("D2/mixed precision/rows/1/1", "float16", Verdict.Erratum, Claim = "D2-075")]
    [Turn("D2/mixed precision/rows/2/1", "float32", Verdict.Conflicts, Claim = "D2-076")]
    [Turn("D2/mixed precision/rows/3/1", "float16", Verdict.Erratum, Claim = "D2-077")]
    [Turn("D2/mixed precision/rows/4/1", "float16", Verdict.Erratum, Claim = "D2-078")]
    [Turn("D3-050/facts/bits", "32", Verdict.Conflicts, Claim = "D2-076")]
    [Turn("D3-049/facts/bits", "16", Verdict.Conflicts, Claim = "D2-077")]
    internal static Finding Row(Claim claim, Document document)
    {
        Facts row = document.Facts["mixed precision"]["rows"].Rows.First(r => r[0].Text == claim.Facts["part"].Text);
        (string part, string format) = (row[0].Text, row[1].Text);
        (bool good, string told) = part switch
        {
            "forward" => Forward(format),
            "loss" => Sum(format),
            "gradients" => Gradients(format),
            "optimizer state" => Moment(format),
            _ => Update(format),
        };
        // Another claim's format stands in that claim's facts; a line of this document is told by the facts here.
        Facts elsewhere = claim.Facts["elsewhere"];
        (string place, string said) = elsewhere.Rows is [var id] ? (id.Text, $"float{document[id.Text].Facts["bits"].Integer}") : (elsewhere[0].Text, elsewhere[1].Text);
        Finding finding = Judge.All(
            Judge.Holds(good, told, $"{part} in {format}: {told}", $"{part} in {format}: {told}"),
            Judge.Agrees(said == format, place, "", $"{part} is in {format} here, in {said} in {place}"));
        return part == "gradients" ? finding.AndYet("gradients below 2^-25 become 0 without loss scaling") : finding;
    }

    private static double Round(string format, double x) => format switch
    {
        "float16" => Float16.Of(x).Value,
        "float32" => (float)x,
        _ => x,
    };

    // A dot product of 64 terms with every operation rounded, beside the exact one.
    private static (bool, string) Forward(string format)
    {
        const int Terms = 64;
        var worst = 0.0;
        for (int seed = 0; seed < 50; seed++)
        {
            var draws = new Draws(2740 + seed);
            double sum = 0, exact = 0, size = 0;
            for (int i = 0; i < Terms; i++)
            {
                double x = Round(format, draws.Normal()), w = Round(format, draws.Normal());
                sum = Round(format, sum + Round(format, x * w));
                exact += x * w;
                size += Math.Abs(x * w);
            }

            worst = Math.Max(worst, Math.Abs(sum - exact) / size);
        }

        double bound = Working.Value(Say($"bound on the error of {Terms} terms in half precision, over the sum of magnitudes"), Terms * Float16.UnitRoundoff / (1 - Terms * Float16.UnitRoundoff));
        Working.Value("largest error of 50 random dot products, over the sum of magnitudes", worst);
        return (worst <= bound, Say($"dot products of {Terms} terms are off by at most {worst:G2} of the sum of magnitudes"));
    }

    // A sum of 4096 losses of 1.
    private static (bool, string) Sum(string format)
    {
        double sum = 0;
        for (int i = 0; i < 4096; i++)
            sum = Round(format, sum + 1);
        Working.Value("sum of 4096 losses of 1, one by one", sum);
        return (sum == 4096, Say($"4096 losses of 1 add up to {sum}"));
    }

    // The share of gradients from 1e-9 to 1 that are not lost when the loss is scaled by 1024.
    private static (bool, string) Gradients(string format)
    {
        var draws = new Draws(276);
        double[] gradients = [.. Enumerable.Range(0, 1000).Select(_ => Math.Exp(Math.Log(1e-9) * draws.Uniform(0, 1)))];
        int plain = Working.Counted("gradients from 1e-9 to 1 that become 0 unscaled", gradients.Count(g => Round(format, g) == 0), 1000);
        int scaled = Working.Counted("that become 0 when the loss is scaled by 1024", gradients.Count(g => Round(format, 1024 * g) == 0), 1000);
        return (scaled == 0, Say($"{plain} of 1000 gradients become 0 unscaled, {scaled} with a loss scale of 1024"));
    }

    // (1 − β2)·g² of a small gradient.
    private static (bool, string) Moment(string format)
    {
        double v = Working.Value("second moment after a gradient of 0.005, with beta2 = 0.999", Round(format, 0.001 * 0.005 * 0.005));
        return (v > 0, Say($"the second moment of a gradient of 0.005 is {v:G2}"));
    }

    // A weight of 1 and a thousand updates of 1e-4.
    private static (bool, string) Update(string format)
    {
        double w = 1;
        for (int i = 0; i < 1000; i++)
            w = Round(format, w - Round(format, 1e-4));
        Working.Value("a weight of 1 after 1000 updates of 1e-4", w);
        return (Math.Abs(w - 0.9) < 1e-3, Say($"a weight of 1 is {w:G4} after 1000 updates of 1e-4"));
    }

    /// <summary>What a training in given formats came to.</summary>
    /// <param name="Losses">Before each update.</param>
    /// <param name="Lost">The share of gradients other than 0 that their format made 0.</param>
    internal sealed record FormatsRun(double[] Losses, double Lost);

    /// <summary>Adam at 1e-4 on a regression of 8 weights near 1 towards targets 0.05 away, each number rounded to its format.</summary>
    /// <param name="formats">In the recipe's order: forward, loss, gradients, optimizer state, weight update.</param>
    /// <param name="scale">The loss scale.</param>
    /// <param name="size">The deviation of the inputs, to whose square gradients are in proportion.</param>
    /// <param name="steps">Updates.</param>
    /// <param name="seed">Of the inputs.</param>
    internal static FormatsRun InFormats(string formats, double scale, double size, int steps, int seed = 0) => Kept.Of((formats, scale, size, steps, seed), static x =>
    {
        string[] f = x.formats.Split(' ');
        const int Width = 8, Examples = 16;
        var draws = new Draws(273 + x.seed);
        double[][] inputs = [.. DeepStack.Rows(draws, Examples, Width).Select(row => row.Select(a => x.size * a).ToArray())];
        double[] targets = [.. inputs.Select(row => 1.05 * row.Sum())], w = [.. Enumerable.Repeat(1.0, Width)], m = new double[Width], v = new double[Width];
        var losses = new double[x.steps];
        int lost = 0, some = 0;
        for (int t = 1; t <= x.steps; t++)
        {
            double[] distance = [.. inputs.Select((row, i) => Round(f[1], row.Select((a, j) => Round(f[0], Round(f[0], a) * Round(f[0], w[j]))).Aggregate(0.0, (a, b) => Round(f[0], a + b)) - targets[i]))];
            losses[t - 1] = inputs.Select((row, i) => row.Select((a, j) => a * w[j]).Sum() - targets[i]).Average(d => d * d) / 2;
            (double first, double second) = (Adam.BiasCorrection<Real64>(0.9, t), Adam.BiasCorrection<Real64>(0.999, t));
            for (int j = 0; j < Width; j++)
            {
                double scaled = x.scale * distance.Select((d, i) => d * inputs[i][j]).Average(), g = Round(f[2], scaled) / x.scale;
                some += scaled == 0 ? 0 : 1;
                lost += scaled != 0 && g == 0 ? 1 : 0;
                m[j] = Round(f[3], 0.9 * m[j] + 0.1 * g);
                v[j] = Round(f[3], 0.999 * v[j] + 0.001 * g * g);
                double step = 1e-4 * (m[j] / first) / (Math.Sqrt(v[j] / second) + 1e-8);
                w[j] = Round(f[4], w[j] - Round(f[4], step));
            }
        }

        return new FormatsRun(losses, (double)lost / some);
    });

    private static double Trained(string formats) => InFormats(formats, 1024, 1, 1000).Losses[^1];
}
