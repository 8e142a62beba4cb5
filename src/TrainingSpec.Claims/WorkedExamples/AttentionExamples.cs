using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>One sequence of three positions through two heads of width 2, forward and backward.</summary>
public static class AttentionExamples
{
    private static readonly AttentionShape Shape = new(Batch: 1, Length: 3, Heads: 2, HeadWidth: 2);

    // A row is a position: queries, keys and values of both heads.
    private static readonly double[] Qkv =
    [
        1, 0, 2, -1, 0.5, 1, -1, 0, 1, 2, 3, 4,
        0, 1, 1, 1, 1, -1, 2, 1, -1, 0, 1, 2,
        2, 1, -1, 0.5, -0.5, 2, 0, 1, 0.5, -1, 2, -2,
    ];

    private static readonly double[] OutputGradient = [1, 0, -1, 2, 0.5, 1, 0, -1, -1, 2, 1, 0.5];

    /// <summary>Scores, weights, output and every gradient; the outputs of earlier positions after the last one changed; and weights of scores in the thousands.</summary>
    [GoldenSource]
    public static GoldenDocument TwoHeads()
    {
        var document = new GoldenDocument("attention", "TwoHeads").Add("positions", Shape.Length).Add("heads", Shape.Heads).Add("head width", Shape.HeadWidth);
        int row = 3 * Shape.Width;
        for (int i = 0; i < Shape.Length; i++)
            document.Add(Invariant($"position {i}.query, key, value"), Qkv[(i * row)..((i + 1) * row)]);
        for (int head = 0; head < Shape.Heads; head++)
        {
            for (int i = 0; i < Shape.Length; i++)
                document.Add(Invariant($"head {head}, position {i}.scores"), Scores(head, i, Shape.HeadWidth));
        }

        (Real64[] weights, Real64[] y) = Forward(GoldenRows.Over<Real64>(Qkv));
        AddWeights(document, "", weights);
        document.Add("output", y).Add("output gradient", OutputGradient);
        var gradient = new Real64[Qkv.Length];
        Attention.InputGradient<Real64>(GoldenRows.Over<Real64>(OutputGradient), GoldenRows.Over<Real64>(Qkv), weights, Shape, gradient);
        for (int i = 0; i < Shape.Length; i++)
            document.Add(Invariant($"position {i}.gradient of query, key, value"), gradient[(i * row)..((i + 1) * row)]);

        // Mistakes show here: scores divided by the root of the whole width, and a position that reads later ones.
        document.Add("head 0, position 2.scores by the whole width", Scores(0, 2, Shape.Width));
        double[] changed = [.. Qkv[..(2 * row)], .. Qkv[(2 * row)..].Select(x => -x)];
        document.Add("output after the last position changed", Forward(GoldenRows.Over<Real64>(changed)).Output);
        (Real64[] sharp, Real64[] sharpOutput) = Forward(GoldenRows.Over<Real64>([.. Qkv.Select((x, i) => i % row < 2 * Shape.Width ? 50 * x : x)]));
        AddWeights(document, "queries and keys times 50.", sharp);
        return document.Add("queries and keys times 50.output", sharpOutput).Add("output in single precision", Forward(GoldenRows.Over<Real32>(Qkv)).Output);
    }

    private static void AddWeights(GoldenDocument document, string prefix, Real64[] weights)
    {
        for (int i = 0; i < Shape.Heads * Shape.Length; i++)
            document.Add(Invariant($"{prefix}head {i / Shape.Length}, position {i % Shape.Length}.weights"), weights[(i * Shape.Length)..((i + 1) * Shape.Length)]);
    }

    // A query against the keys of its own position and of earlier ones.
    private static Real64[] Scores(int head, int position, Real64 width)
    {
        int row = 3 * Shape.Width, start = head * Shape.HeadWidth;
        var scores = new Real64[position + 1];
        Real64[] query = GoldenRows.Over<Real64>(Qkv.AsSpan(position * row + start, Shape.HeadWidth));
        for (int j = 0; j <= position; j++)
            Linear.Forward<Real64>(query, GoldenRows.Over<Real64>(Qkv.AsSpan(j * row + Shape.Width + start, Shape.HeadWidth)), [], scores.AsSpan(j, 1), Shape.HeadWidth, 1);
        return Array.ConvertAll(scores, product => Attention.Score(product, width));
    }

    private static (T[] Weights, T[] Output) Forward<T>(T[] qkv)
        where T : IReal<T>
    {
        T[] weights = new T[Shape.WeightCount], y = new T[Shape.Length * Shape.Width];
        Attention.Forward<T>(qkv, Shape, weights, y);
        return (weights, y);
    }
}
