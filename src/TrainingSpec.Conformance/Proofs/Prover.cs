using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>How a proof ended.</summary>
public enum ProofOutcome
{
    /// <summary>The statement holds at every point of the box, to within its slack.</summary>
    Proven,

    /// <summary>There is a point where it fails by more than its slack.</summary>
    Refuted,

    /// <summary>Neither was shown with the boxes allowed.</summary>
    Undecided,
}

/// <summary>What a proof found.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Boxes">How many boxes were looked at.</param>
/// <param name="Where">Where it fails, or where it stayed undecided: a range per variable; null where it is proven.</param>
/// <param name="Margin">The margin's enclosure there; for a proven statement the least lower end that was shown.</param>
public sealed record ProofResult(Statement Statement, ProofOutcome Outcome, int Boxes, IReadOnlyList<Interval>? Where, Interval Margin)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Statement.Name}: {Outcome}, {Boxes} boxes{At()}");

    /// <summary>The box in words, such as "t = [9, 10], p = 0"; empty where there is none.</summary>
    public string At() => Where is null ? "" : " at " + string.Join(", ", Statement.Box.Zip(Where, (range, x) =>
        string.Create(CultureInfo.InvariantCulture, $"{range.Name} = {(x.Low.Equals(x.High) ? x.Low.ToString("R", CultureInfo.InvariantCulture) : x.ToString())}")));
}

/// <summary>Proves statements over boxes by interval arithmetic: where an enclosure of the margin is not enough, the box is halved.</summary>
/// <remarks>
/// Each box is enclosed twice: as it is, and by the mean value theorem from its middle with derivatives over the whole box, which is sharper by an order where the formula
/// has no open branch there. The variable that contributes most to the width is halved. A statement is refuted by a middle, or a whole box, where the margin certainly lies below
/// −slack. Source: Moore, Kearfott, Cloud, "Introduction to Interval Analysis" (2009), §6.4 and chapter 11.
/// </remarks>
public static class Prover
{
    /// <summary>How many boxes a proof may look at.</summary>
    public const int Most = 400_000;

    /// <summary>Decides a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="most">How many boxes may be looked at, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one box.</exception>
    public static ProofResult Decide(Statement statement, int most = Most)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var open = new Stack<Interval[]>();
        open.Push([.. statement.Box.Select(range => new Interval(range.Low, range.High))]);
        double least = double.PositiveInfinity;
        int boxes = 0;
        while (open.TryPop(out Interval[]? box))
        {
            Interval margin = Enclose(statement, box, out double[] widths);
            if (!margin.Partial && margin.Low >= -statement.Slack)
            {
                least = Math.Min(least, margin.Low);
                boxes++;
                continue;
            }

            if (!margin.Partial && margin.High < -statement.Slack)
                return new(statement, ProofOutcome.Refuted, boxes + 1, box, margin);
            Interval[] middle = Array.ConvertAll(box, Middle);
            Interval there = statement.Margin<Interval>(middle);
            if (!there.Partial && there.High < -statement.Slack)
                return new(statement, ProofOutcome.Refuted, boxes + 1, middle, there);
            int widest = Widest(box, widths);
            if (++boxes >= most || widest < 0)
                return new(statement, ProofOutcome.Undecided, boxes, box, margin);
            (Interval lower, Interval upper) = box[widest].Halves();
            open.Push([.. box[..widest], upper, .. box[(widest + 1)..]]);
            open.Push([.. box[..widest], lower, .. box[(widest + 1)..]]);
        }

        return new(statement, ProofOutcome.Proven, boxes, null, new Interval(least, double.PositiveInfinity));
    }

    // The margin over the box, and how much each variable widens it.
    private static Interval Enclose(Statement statement, Interval[] box, out double[] widths)
    {
        Interval plain = statement.Margin<Interval>(box);
        widths = Array.ConvertAll(box, x => x.Width);
        if (plain.Partial || plain.Low >= -statement.Slack)
            return plain;
        BranchingInterval[] seen = Array.ConvertAll(box, x => new BranchingInterval(x, false));
        Interval meanValue = statement.Margin<Interval>(Array.ConvertAll(box, Middle));
        double[] contributions = new double[box.Length];
        for (int k = 0; k < box.Length; k++)
        {
            int of = k;
            Dual<BranchingInterval> margin = statement.Margin<Dual<BranchingInterval>>(
                [.. seen.Select((x, i) => i == of ? Dual<BranchingInterval>.Variable(x) : Dual<BranchingInterval>.Constant(x))]);
            Interval slope = margin.Derivative.Enclosure;
            if (margin.Value.Open || margin.Derivative.Open || slope.Partial || !double.IsFinite(slope.Low) || !double.IsFinite(slope.High))
                return plain;
            meanValue += slope * (box[k] - Middle(box[k]));
            contributions[k] = Math.Max(Math.Abs(slope.Low), Math.Abs(slope.High)) * box[k].Width;
        }

        widths = contributions;
        if (meanValue.Partial)
            return plain;

        // Both enclose the same values, so what they have in common does too.
        double low = Math.Max(plain.Low, meanValue.Low), high = Math.Min(plain.High, meanValue.High);
        return low <= high ? new Interval(low, high) : plain;
    }

    private static Interval Middle(Interval x) => Interval.Of(x.Halves().Lower.High);

    // −1 where no variable can be halved any more.
    private static int Widest(Interval[] box, double[] widths)
    {
        int widest = -1;
        for (int k = 0; k < box.Length; k++)
        {
            double middle = box[k].Halves().Lower.High;
            if (middle > box[k].Low && middle < box[k].High && (widest < 0 || widths[k] > widths[widest]))
                widest = k;
        }

        return widest;
    }
}
