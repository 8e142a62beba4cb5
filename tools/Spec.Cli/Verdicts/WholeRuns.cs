using TrainingSpec.Claims;
using TrainingSpec.Claims.D4;
using TrainingSpec.Devices;

namespace Spec.Cli.Verdicts;

/// <summary>The trainings whose outcomes claims are judged by and that <c>spec verify</c> takes from the facts, trained anew.</summary>
internal static class WholeRuns
{
    private const string Place = "D4/own runs/rows";

    /// <summary>The documents with what the trainings give now in place of what their facts keep.</summary>
    /// <param name="output">Where a bar shows how far they are.</param>
    /// <param name="documents">The documents as they stand.</param>
    /// <param name="corpus">The path of D4's corpus.</param>
    /// <returns>The documents, and a line for each run that gives something else than its fact.</returns>
    /// <exception cref="ArgumentException">The corpus is not D4's.</exception>
    public static (DocumentLibrary Documents, IReadOnlyList<string> Differences) Train(TextWriter output, DocumentLibrary documents, string corpus)
    {
        byte[] text = File.ReadAllBytes(corpus);
        IReadOnlyList<string> rows = Terminal.Progress(output, "training", PretrainingRuns.Steps(documents), done => PretrainingRuns.Rows(text, documents, new CpuOperations(Environment.ProcessorCount), () => done(1)));
        IReadOnlyList<string> kept = PretrainingRuns.Kept(documents);
        string[] differences = [.. rows.Where((row, i) => i >= kept.Count || row != kept[i]).Select(row => $"{Place}: a run gives {row}"), .. kept.Skip(rows.Count).Select(row => $"{Place}: no run gives {row}")];
        output.WriteLine($"D4: {rows.Count} trainings anew, {differences.Length} of them other than their facts");
        return (documents.With(DataPlace.Of(Place, "D4-159"), $"[{string.Join(", ", rows)}]"), differences);
    }
}
