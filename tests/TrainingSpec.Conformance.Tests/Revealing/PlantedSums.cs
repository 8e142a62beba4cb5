using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Revealing;

/// <summary>Answers accumulate and norm.l2 by a given way to sum, and activation by a given function of an element, its place and how many there are.</summary>
internal sealed class PlantedSums(Func<IReadOnlyList<double>, Func<double, double>, double> sum) : IImplementation
{
    public string Name => "planted";

    public Func<double, int, int, double> Element { get; init; } = (x, _, _) => x;

    /// <summary>How the mean is made; null where it is the sum over n.</summary>
    public Func<IReadOnlyList<double>, Func<double, double>, double>? MeanOf { get; init; }

    public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

    public JsonObject Answer(string op, string dtype, JsonObject args)
    {
        Func<double, double> rounded = dtype == "float32" ? x => (float)x : x => x;
        switch (op)
        {
            case "accumulate":
                double[] terms = [.. args["micro_grads"]!.AsArray().Select(m => (double)m![0]![0]!)];
                double mean = MeanOf is null ? rounded(sum(terms, rounded) / terms.Length) : MeanOf(terms, rounded);
                return new() { ["grads"] = Questions.Rows([mean]) };
            case "norm.l2":
                double[] squares = [.. args["tensors"]![0]!.AsArray().Select(x => (double)x! * (double)x!)];
                return new() { ["norm"] = rounded(Math.Sqrt(rounded(sum(squares, rounded)))) };
            case "activation":
                double[] x = [.. args["x"]!.AsArray().Select(v => (double)v!)];
                JsonArray y = Questions.Array([.. x.Select((v, i) => Element(v, i, x.Length))]);
                return new() { ["y"] = y, ["slope"] = y.DeepClone() };
            default:
                throw new OracleException(ErrorKind.Unsupported, "op", op);
        }
    }

    public static double Ascending(IReadOnlyList<double> x, Func<double, double> rounded) => x.Aggregate(0.0, (sum, term) => rounded(sum + term));

    public static double Descending(IReadOnlyList<double> x, Func<double, double> rounded) => Ascending([.. x.Reverse()], rounded);

    public static double Halves(IReadOnlyList<double> x, Func<double, double> rounded) =>
        x.Count == 1 ? x[0] : rounded(Halves([.. x.Take(x.Count / 2)], rounded) + Halves([.. x.Skip(x.Count / 2)], rounded));

    public static double BlocksOfEight(IReadOnlyList<double> x, Func<double, double> rounded) => Ascending([.. x.Chunk(8).Select(block => Ascending(block, rounded))], rounded);

    // As vectors of four do it, and what fills none of them comes at the end.
    public static double FourLanes(IReadOnlyList<double> x, Func<double, double> rounded)
    {
        double[] lanes = new double[4];
        int whole = x.Count / 4 * 4;
        for (int i = 0; i < whole; i++)
            lanes[i % 4] = rounded(lanes[i % 4] + x[i]);
        double sum = rounded(rounded(lanes[0] + lanes[1]) + rounded(lanes[2] + lanes[3]));
        for (int i = whole; i < x.Count; i++)
            sum = rounded(sum + x[i]);
        return sum;
    }

    public static double Kahan(IReadOnlyList<double> x, Func<double, double> rounded)
    {
        double sum = 0, correction = 0;
        foreach (double term in x)
        {
            double corrected = rounded(term + correction), next = rounded(sum + corrected);
            correction = rounded(corrected - rounded(next - sum));
            sum = next;
        }

        return sum;
    }

    // As whole numbers of 2^-60, of which the text is read back: no rounding but that.
    public static double Exact(IReadOnlyList<double> x, Func<double, double> rounded)
    {
        BigInteger sum = x.Aggregate(BigInteger.Zero, (s, term) => s + new BigInteger(Math.ScaleB(term, 60)));
        return rounded(Math.ScaleB(double.Parse(sum.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), -60));
    }
}
