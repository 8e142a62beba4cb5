namespace TrainingSpec.Claims.Experiments;

/// <summary>A small, deterministic training that answers a question of a document: an exercise, or an experiment that it speaks of.</summary>
public sealed class Experiment
{
    private readonly Func<ExperimentSize, bool, ExperimentResult> _run;

    /// <param name="run">Computes it, of a size, with the mistake or without.</param>
    internal Experiment(Func<ExperimentSize, bool, ExperimentResult> run) => _run = run;

    /// <summary>The name by which it is asked for.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked, in one sentence.</summary>
    public required string Question { get; init; }

    /// <summary>The document and its section.</summary>
    public required string Source { get; init; }

    /// <summary>The chapter in which it is a section.</summary>
    public required string Topic { get; init; }

    /// <summary>The mistake that <see cref="Run"/> plants where it is asked to, which must change what is found.</summary>
    public required string Mistake { get; init; }

    /// <summary>What it states before it runs.</summary>
    public required ExperimentDesign Design { get; init; }

    /// <summary>What the full size has more of; null where the size is always the same.</summary>
    public string? Full { get; init; }

    /// <summary>Runs it, or gives what it gave before.</summary>
    /// <param name="full">True for the full size; where there is none, the size is the same.</param>
    /// <param name="planted">True with the mistake.</param>
    public ExperimentResult Run(bool full = false, bool planted = false) =>
        Kept.Of((Name, Full is not null && full, planted), static x => ExperimentCatalog.Find(x.Name)._run(x.Item2 ? ExperimentSize.Full : ExperimentSize.Reduced, x.planted));
}

/// <summary>How large an experiment is.</summary>
internal enum ExperimentSize
{
    /// <summary>So large that it shows what it is to show, in a moment.</summary>
    Reduced,

    /// <summary>With as many runs, steps or examples as a reader would want.</summary>
    Full,
}

/// <summary>What an experiment came to.</summary>
/// <param name="Table">Its numbers.</param>
/// <param name="Finding">What was found, in a few words, which other numbers would make others.</param>
/// <param name="Conclusion">The finding in a sentence with its numbers.</param>
/// <param name="Charts">What is to be drawn, at least one.</param>
public sealed record ExperimentResult(ExperimentTable Table, string Finding, string Conclusion, params IReadOnlyList<ExperimentChart> Charts)
{
    /// <summary>The tests that the finding rests on; none where chance has no part in it.</summary>
    public IReadOnlyList<ExperimentTest> Tests { get; init; } = [];
}

/// <summary>Numbers by row and column.</summary>
/// <param name="Head">What the rows are.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows, each with as many values.</param>
public sealed record ExperimentTable(string Head, IReadOnlyList<string> Columns, IReadOnlyList<ExperimentRow> Rows);

/// <summary>A row of numbers.</summary>
/// <param name="Name">What they are of, unlike any other row's.</param>
/// <param name="Values">A value for each column; NaN where there is none.</param>
public sealed record ExperimentRow(string Name, params IReadOnlyList<double> Values);

/// <summary>Lines to be drawn over two axes.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="X">The lower axis.</param>
/// <param name="Y">The other axis.</param>
/// <param name="Lines">The lines, at least one.</param>
public sealed record ExperimentChart(string Title, ExperimentAxis X, ExperimentAxis Y, params IReadOnlyList<ExperimentLine> Lines);

/// <summary>An axis.</summary>
/// <param name="Label">What it shows, with the unit.</param>
/// <param name="Logarithmic">True where equal factors are equally long.</param>
public sealed record ExperimentAxis(string Label, bool Logarithmic = false);

/// <summary>A line.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="X">Where its points lie, ascending.</param>
/// <param name="Y">Their heights; where one is no number the line is broken.</param>
public sealed record ExperimentLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    private const int MostPoints = 60;

    /// <summary>A line over 1, 2, 3 …; a long one is made of means of its parts, each at its last place.</summary>
    /// <param name="name">What it is of.</param>
    /// <param name="values">The heights.</param>
    internal static ExperimentLine Over(string name, IReadOnlyList<double> values)
    {
        int part = (values.Count + MostPoints - 1) / MostPoints;
        double[][] parts = [.. values.Chunk(Math.Max(1, part))];
        return new(name, [.. parts.Select((p, i) => (double)(i * part + p.Length))], [.. parts.Select(p => p.Average())]);
    }
}
