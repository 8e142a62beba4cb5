using System.Globalization;
using System.Text;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>In which order the terms of a sum are added: a leaf is a term, a node the sum of two parts, rounded once.</summary>
/// <remarks>Addition commutes, so that of the two parts the one that holds the earliest term stands first. Source: Xie et al., "FPRev" (2025), section 2.</remarks>
public sealed class SummationTree : IEquatable<SummationTree>
{
    private const int ShortestRun = 4;

    private SummationTree(int first, int count, SummationTree? left, SummationTree? right) =>
        (First, Count, Left, Right) = (first, count, left, right);

    /// <summary>The earliest term, from 0 on.</summary>
    public int First { get; }

    /// <summary>How many terms.</summary>
    public int Count { get; }

    /// <summary>The part with the earliest term; null for a leaf.</summary>
    public SummationTree? Left { get; }

    /// <summary>The other part; null for a leaf.</summary>
    public SummationTree? Right { get; }

    /// <summary>All terms, in ascending order.</summary>
    public IReadOnlyList<int> Terms
    {
        get
        {
            var terms = new List<int>(Count);
            Collect(terms);
            terms.Sort();
            return terms;
        }
    }

    /// <summary>One term.</summary>
    public static SummationTree Leaf(int term) => new(term, 1, null, null);

    /// <summary>The sum of two parts.</summary>
    public static SummationTree Of(SummationTree one, SummationTree other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        (SummationTree left, SummationTree right) = one.First < other.First ? (one, other) : (other, one);
        return new(left.First, left.Count + right.Count, left, right);
    }

    /// <summary>The terms one after the other, in the given order.</summary>
    public static SummationTree Chain(IEnumerable<SummationTree> terms) => terms.Aggregate(Of);

    /// <summary>The sum in this order, each addition done by <paramref name="add"/>.</summary>
    public T Sum<T>(IReadOnlyList<T> terms, Func<T, T, T> add)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(add);
        return Left is null ? terms[First] : add(Left.Sum(terms, add), Right!.Sum(terms, add));
    }

    /// <summary>The tree over other terms: each leaf becomes what it is mapped to.</summary>
    internal SummationTree Over(Func<int, SummationTree> leaf) => Left is null ? leaf(First) : Of(Left.Over(leaf), Right!.Over(leaf));

    /// <summary>The part that sums just these terms; null where no part does.</summary>
    internal SummationTree? Part(IReadOnlyCollection<int> terms)
    {
        HashSet<int> wanted = [.. terms];
        SummationTree at = this;
        while (at.Count > wanted.Count)
            at = at.Left!.Has(terms.First()) ? at.Left : at.Right!;
        return at.Count == wanted.Count && at.Terms.All(wanted.Contains) ? at : null;
    }

    /// <summary>True where a term is among these.</summary>
    internal bool Has(int term) => Left is null ? First == term : Left.Has(term) || Right!.Has(term);

    /// <summary>Read from left to right: what stands in brackets is summed on its own, and "…" goes on in equal steps.</summary>
    public override string ToString()
    {
        // The larger part is what the other is added to; a chain is one row without brackets.
        var spine = new List<SummationTree>();
        SummationTree at = this;
        while (at.Left is not null)
        {
            (SummationTree larger, SummationTree smaller) = at.Left.Count >= at.Right!.Count ? (at.Left, at.Right) : (at.Right, at.Left);
            spine.Add(smaller);
            at = larger;
        }

        spine.Add(at);
        spine.Reverse();

        // The two terms that come first are as good in either order: ascending, or as the chain goes on.
        if (spine.Count > 2 && spine[0].Left is null && spine[1].Left is null && spine[2].Left is null && spine[2].First < spine[1].First && spine[0].First < spine[1].First)
            (spine[0], spine[1]) = (spine[1], spine[0]);
        var text = new StringBuilder();
        for (int i = 0; i < spine.Count;)
        {
            text.Append(i == 0 ? "" : "+");
            int run = Run(spine, i);
            if (run >= ShortestRun)
            {
                text.Append(CultureInfo.InvariantCulture, $"{spine[i].First}+{spine[i + 1].First}+…+{spine[i + run - 1].First}");
                i += run;
                continue;
            }

            text.Append(spine[i].Left is null ? spine[i].First.ToString(CultureInfo.InvariantCulture) : $"({spine[i]})");
            i++;
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(SummationTree? other) =>
        other is not null && First == other.First && Count == other.Count && (Left is null || (Left.Equals(other.Left) && Right!.Equals(other.Right)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SummationTree);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Count, Left?.Count);

    // How many leaves follow one another in equal steps.
    private static int Run(List<SummationTree> spine, int start)
    {
        int end = start;
        while (end < spine.Count && spine[end].Left is null && (end < start + 2 || spine[end].First - spine[end - 1].First == spine[start + 1].First - spine[start].First))
            end++;
        return end - start;
    }

    private void Collect(List<int> terms)
    {
        if (Left is null)
        {
            terms.Add(First);
            return;
        }

        Left.Collect(terms);
        Right!.Collect(terms);
    }
}
