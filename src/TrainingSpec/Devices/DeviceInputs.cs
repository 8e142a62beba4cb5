using TrainingSpec.Battery;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Inputs for comparing devices: the same on every machine, of many magnitudes, with the special values among them.</summary>
public static class DeviceInputs
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 3e-39f, float.MaxValue, float.MinValue, 1e20f, -1e-20f,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0.1f, 16777216f, 16777217f, 88.8f, -104f,
    ];

    /// <summary>Finite values of magnitudes from 1e-6 to 1e3, both signs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Which ones.</param>
    public static float[] Ordinary(int count, ulong seed)
    {
        var random = new SplitMix(seed);
        var x = new float[count];
        for (int i = 0; i < count; i++)
        {
            // Scaling by a power of two is exact, so no library function decides about bits.
            float mantissa = (float)((random.Next() >> 40) * (1.0 / (1L << 24)) - 0.5);
            x[i] = MathF.ScaleB(mantissa, (int)(random.Next() % 30) - 19);
        }

        return x;
    }

    /// <summary>Ordinary values, with every special value somewhere among them where there is room: ±0, subnormals, the largest, ±∞, NaN.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Which ones.</param>
    public static float[] Values(int count, ulong seed)
    {
        float[] x = Ordinary(count, seed);
        for (int i = 0; i < count; i++)
        {
            if (i % 3 == 2)
                x[i] = Special[(int)((i / 3 + (int)seed * 7) % Special.Length)];
        }

        return x;
    }

    /// <summary>Lists of arguments for a formula of numbers: of ordinary size, at the extremes of its domains in both precisions, and with every special value in each place that does not count, inside the domain or not.</summary>
    /// <param name="formula">The formula.</param>
    internal static double[][] Lists(Formula formula)
    {
        double[][] ordinary = [.. FormulaSamples.Of(formula, 40)];
        IEnumerable<double[]> special =
            from k in Enumerable.Range(0, formula.Parameters.Count)
            where !formula.Parameters[k].Whole
            from i in Enumerable.Range(0, Special.Length)
            let list = ordinary[(i + k) % ordinary.Length]
            select (double[])[.. list.Select((x, j) => j == k ? Special[i] : x)];
        return [.. ordinary, .. DomainArguments.Of<Real32>(formula, 40).Take(60), .. DomainArguments.Of<Real64>(formula, 40).Take(60), .. special];
    }

    /// <summary>Rows for a formula of a row, of each kind in turn: ordinary values, special ones, the same value everywhere, zeros of both signs, subnormals, the largest numbers, and infinities.</summary>
    /// <param name="count">How many rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="seed">Which ones.</param>
    public static float[] Rows(int count, int width, ulong seed)
    {
        float[] x = Ordinary(count * width, seed), special = Values(count * width, seed);
        for (int i = 0; i < x.Length; i++)
        {
            bool odd = i % width % 2 != 0;
            x[i] = (i / width % 7) switch
            {
                1 => special[i],
                2 => x[i / width * width],
                3 => odd ? -0f : 0f,
                4 => x[i] * 1e-40f,
                5 => odd ? -3e38f : 3.2e38f,
                6 => i % width % 5 == 0 ? float.NegativeInfinity : x[i],
                _ => x[i],
            };
        }

        return x;
    }

    /// <summary>Elements that are 0 but for two of one accumulator, so that Σ x² is 1 + 2⁻¹¹ + 2⁻²³ where each square is added with one rounding.</summary>
    /// <remarks>(1 + 2⁻¹²)² = 1 + 2⁻¹¹ + 2⁻²⁴ is a tie, which 2⁻³⁰ decides; rounded before it is added, the result is 1 + 2⁻¹¹. Long sums hide this.</remarks>
    /// <param name="accumulator">Which accumulator, from 0.</param>
    public static float[] Tie(int accumulator)
    {
        Domain.Require("[0, 63]", accumulator, nameof(accumulator));
        var x = new float[2 * Reduction.Accumulators];
        x[accumulator] = 1f / (1 << 15);
        x[accumulator + Reduction.Accumulators] = 1 + 1f / (1 << 12);
        return x;
    }

    /// <summary>Rows of logits; some hold −∞ (legal), some all special values.</summary>
    /// <param name="rows">N.</param>
    /// <param name="classes">K.</param>
    /// <param name="seed">Which ones.</param>
    public static float[] Logits(int rows, int classes, ulong seed)
    {
        float[] x = Ordinary(rows * classes, seed);
        float[] special = Values(rows * classes, seed);
        for (int i = 0; i < x.Length; i++)
        {
            int row = i / classes;
            if (row % 4 == 1)
                x[i] = special[i];
            else if (row % 4 == 2 && i % 5 == 0)
                x[i] = float.NegativeInfinity;
        }

        return x;
    }

    /// <summary>N classes in [0, K − 1].</summary>
    /// <param name="rows">N.</param>
    /// <param name="classes">K.</param>
    /// <param name="seed">Which ones.</param>
    public static int[] Targets(int rows, int classes, ulong seed)
    {
        var random = new SplitMix(seed);
        var targets = new int[rows];
        for (int i = 0; i < rows; i++)
            targets[i] = (int)(random.Next() % (ulong)classes);
        return targets;
    }

    /// <summary>Usual coefficients of AdamW: α = 1e-3, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.1, unless given otherwise, corrections of the given step.</summary>
    /// <param name="step">t ≥ 1.</param>
    /// <param name="decay">Where the decay enters.</param>
    /// <param name="epsilonInsideRoot">1 where ε stands inside the root, else 0.</param>
    /// <param name="eps">ε.</param>
    public static AdamCoefficients<Real32> Coefficients(int step, DecayKind decay, int epsilonInsideRoot = 0, double eps = 1e-8)
    {
        Hyperparameters.Update.Require(step);
        return AdamCoefficients.Of<Real32>(lr: 1e-3, beta1: 0.9, beta2: 0.999, eps, lambda: 0.1, step) with
        {
            Decay = decay,
            EpsilonInsideRoot = epsilonInsideRoot,
        };
    }
}
