using TrainingSpec.Claims.D1.Listings;

namespace TrainingSpec.Claims.D1;

/// <summary>A line of the log.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="Loss">The loss, in nats.</param>
/// <param name="Rate">The learning rate.</param>
public sealed record PublishedLine(int Step, double Loss, double Rate);

/// <summary>D1's published log as data: its lines, and the schedule on which its rates lie.</summary>
/// <remarks>Source: D1 "Example: Training Output Analysis".</remarks>
public sealed class PublishedLog
{
    private readonly (double Peak, int Warmup, int Total, double Floor) _schedule;

    private PublishedLog(Document document)
    {
        Lines = [.. LoggedStep.All(document).Select(l => new PublishedLine(l.Step, l.Loss.Value.ToDouble(), l.Rate.Value.ToDouble()))];
        Vocabulary = document["D1-015"].GivenInteger("vocab");
        _schedule = Reconstruction.Of(document).Shape;
    }

    /// <summary>The log's lines, in order.</summary>
    public IReadOnlyList<PublishedLine> Lines { get; }

    /// <summary>V.</summary>
    public int Vocabulary { get; }

    /// <summary>Steps of the whole run, reconstructed from the log's rates.</summary>
    public int Total => _schedule.Total;

    /// <summary>The log of the documents.</summary>
    /// <exception cref="ClaimDataException">A claim or fact that it is read from is missing or damaged.</exception>
    public static PublishedLog Of(DocumentLibrary documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return new PublishedLog(documents["D1"]);
    }

    /// <summary>The rate of a step by the document's snippets, over the total with which they print the log's rates.</summary>
    /// <param name="step">Counted from 1.</param>
    public double RateAt(int step) => ScheduleListing.At(_schedule.Peak, step, _schedule.Warmup, _schedule.Total, _schedule.Floor);

    /// <summary>True where a loss of the later half lies below the log's lowest: what the log never does.</summary>
    /// <param name="losses">One for each line, in nats.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public bool Learns(IReadOnlyList<double> losses)
    {
        Require(losses);
        double lowest = Lines.Min(line => line.Loss);
        return losses.Skip(losses.Count / 2).Any(loss => loss < lowest);
    }

    /// <summary>The root of the mean square of losses less the log's, in nats.</summary>
    /// <param name="losses">One for each line.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public double DistanceOf(IReadOnlyList<double> losses)
    {
        Require(losses);
        return Math.Sqrt(losses.Zip(Lines, (loss, line) => (loss - line.Loss) * (loss - line.Loss)).Average());
    }

    private void Require(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count != Lines.Count)
            throw new ArgumentException(FormattableString.Invariant($"losses has {losses.Count} elements, the log has {Lines.Count} lines"), nameof(losses));
    }
}
