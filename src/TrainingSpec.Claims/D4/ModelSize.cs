using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Try It Yourself": the vocabulary and the number of parameters, and the GPT shapes that have it.</summary>
internal static class ModelSize
{
    private const int MlpRatio = 4;
    private static readonly int[] Contexts = [0, 16, 32, 64, 128, 256, 512, 1024, 2048];

    private enum Head
    {
        Tied,
        Untied,
        UntiedWithBias,
    }

    /// <summary>All conventional shapes with the printed number of parameters; the nearest one says what would have been right.</summary>
    [Claim("D4-154")]
    [Turn("printed/parameters", "1,044,737", Verdict.Erratum)]
    internal static Finding Parameters(Claim claim)
    {
        int vocabulary = claim.GivenInteger("V");
        long printed = long.Parse(claim.PrintedNumber("parameters").Value.ToString(), System.Globalization.CultureInfo.InvariantCulture);
        Shape[] shapes = [.. Shapes(vocabulary)];
        Shape nearest = shapes.MinBy(s => Math.Abs(s.Count - printed))!;
        Working.Tried("all shapes with width 8 to 512 by 8, 1 to 24 blocks, with and without biases, three kinds of head, and contexts 0, 16, 32, … 2048");
        Working.Value("shapes", shapes.Length);
        Working.Value("the nearest", nearest);
        Working.Apply<Real64>(GptParameters.Count, nearest.Vocabulary, nearest.Width, nearest.Layers, Math.Max(nearest.Context, 1), MlpRatio, nearest.Bias, nearest.Head == Head.Tied ? 1 : 0, nearest.Context > 0 ? 1 : 0);
        Working.Value("its parameters, tensor by tensor", nearest.CountTensors());
        Shape[] matches = [.. shapes.Where(s => s.Count == printed)];
        return Judge.Number(claim, "parameters", nearest.Count)
            .With(
                Say($"{matches.Length} of {shapes.Length} shapes have {printed} parameters"),
                matches.Length == 0 ? $"the nearest: {nearest}" : string.Join("; ", matches.Select(m => m.ToString())),
                Say($"tensor by tensor the nearest shape has {nearest.CountTensors()} parameters"));
    }

    /// <summary>The vocabulary that the printed number of parameters leaves for the one shape that has it, and the loss of an untrained model.</summary>
    [Claim("D4-153")]
    [Turn("printed/V", "2001", Verdict.Erratum)]
    internal static Finding Vocabulary(Claim claim, Document document)
    {
        Claim size = document["D4-154"];
        Rational parameters = size.PrintedNumber("parameters").Value;
        Shape shape = Shapes(size.GivenInteger("V")).MinBy(s => Rational.Abs(parameters - s.Count).ToDouble())!;
        // The count is affine in V, so two of its values give the V that belongs to a count.
        Rational constant = (shape with { Vocabulary = 1 }).Count, perEntry = (shape with { Vocabulary = 2 }).Count - constant;
        Working.Value("the shape that has this number of parameters", shape);
        Working.Value("its parameters with V = 1", constant);
        Working.Value("parameters for each entry more", perEntry);
        Rational vocabulary = Working.Value("V that the printed number leaves", (parameters - constant) / perEntry + 1);
        double initial = Working.Value("ln V", Math.Log(vocabulary.ToDouble()));
        double first = LoggedLine.All(document)[0].Loss.Value.ToDouble();
        return Judge.All(
            Judge.Number(claim, "V", vocabulary),
            Judge.Holds(
                first < initial,
                Say($"ln V = {initial:F4}"),
                Say($"an untrained model's loss is about ln V = {initial:F4}, and the first logged loss {first} is below it"),
                Say($"the first logged loss {first} is above the {initial:F4} of an untrained model")))
            .With($"the count {parameters} with {shape} leaves V = {vocabulary}");
    }

    /// <summary>The shape nearest to the printed number of parameters, as a model with one head.</summary>
    internal static GptConfig Matching(Claim size)
    {
        Rational parameters = size.PrintedNumber("parameters").Value;
        Shape shape = Shapes(size.GivenInteger("V")).MinBy(s => Rational.Abs(parameters - s.Count).ToDouble())!;
        return new GptConfig
        {
            Vocabulary = (int)shape.Vocabulary,
            Width = shape.Width,
            Layers = shape.Layers,
            Heads = 1,
            Context = Math.Max(shape.Context, 1),
            MlpRatio = MlpRatio,
            Bias = shape.Bias == 1,
            Tied = shape.Head == Head.Tied,
            LearnedPositions = shape.Context > 0,
        };
    }

    private static IEnumerable<Shape> Shapes(int vocabulary) =>
        from width in Enumerable.Range(1, 64)
        from layers in Enumerable.Range(1, 24)
        from bias in Enumerable.Range(0, 2)
        from head in Enum.GetValues<Head>()
        from context in Contexts
        select new Shape(vocabulary, 8 * width, layers, context, bias, head);

    private sealed record Shape(long Vocabulary, int Width, int Layers, int Context, int Bias, Head Head)
    {
        // A bias of the head is not part of the formula; it adds V.
        public long Count => (long)GptParameters.Count<Real64>(
            Vocabulary, Width, Layers, Math.Max(Context, 1), MlpRatio, Bias, Head == Head.Tied ? 1 : 0, Context > 0 ? 1 : 0).Value
            + (Head == Head.UntiedWithBias ? Vocabulary : 0);

        public long CountTensors()
        {
            long d = Width, hidden = MlpRatio * d;
            (long In, long Out)[] maps = [(d, d), (d, d), (d, d), (d, d), (d, hidden), (hidden, d)];
            long block = 2 * (d + d);
            foreach ((long rows, long columns) in maps)
                block += rows * columns + (Bias == 1 ? columns : 0);
            long head = Head switch
            {
                Head.Tied => 0,
                Head.Untied => Vocabulary * d,
                _ => Vocabulary * d + Vocabulary,
            };
            return Vocabulary * d + Context * d + Layers * block + d + d + head;
        }

        public override string ToString() =>
            Say($"width {Width}, {Layers} blocks, {(Context == 0 ? "no learned positions" : Say($"{Context} learned positions"))}, {(Bias == 1 ? "biases" : "no biases")} in linear maps, head {Head}");
    }
}
