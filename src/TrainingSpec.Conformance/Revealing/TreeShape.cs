using System.Globalization;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>The words for summation trees that are well known, and for those that are made of such.</summary>
public static class TreeShape
{
    /// <summary>((0 + 1) + 2) + …</summary>
    public static SummationTree Ascending(int count) => SummationTree.Chain(Leaves(count));

    /// <summary>((n−1 + n−2) + n−3) + …</summary>
    public static SummationTree Descending(int count) => SummationTree.Chain(Leaves(count).Reverse());

    /// <summary>Neighbours first, then neighbouring sums; an odd last one moves up.</summary>
    public static SummationTree Pairwise(int count)
    {
        SummationTree[] level = [.. Leaves(count)];
        while (level.Length > 1)
            level = [.. level.Chunk(2).Select(pair => pair.Length == 2 ? SummationTree.Of(pair[0], pair[1]) : pair[0])];
        return level[0];
    }

    /// <summary>The first half and the second half, each the same way; of an odd count the second is longer.</summary>
    public static SummationTree Halves(int count) => Halves(0, count);

    /// <summary>Term i with term i + n/2, then again; n is a power of two.</summary>
    public static SummationTree Folded(int count)
    {
        SummationTree[] level = [.. Leaves(count)];
        while (level.Length > 1)
            level = [.. Enumerable.Range(0, level.Length / 2).Select(i => SummationTree.Of(level[i], level[i + level.Length / 2]))];
        return level[0];
    }

    /// <summary>The name of a tree, or what it is made of; null where it has no name.</summary>
    /// <param name="tree">A tree over the terms 0 … n − 1.</param>
    public static string? NameOf(SummationTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        int n = tree.Count;
        return n == 1 ? "a single term"
            : n == 2 ? "one addition"
            : tree.Equals(Ascending(n)) ? string.Create(CultureInfo.InvariantCulture, $"an ascending chain of {n}")
            : tree.Equals(Descending(n)) ? string.Create(CultureInfo.InvariantCulture, $"a descending chain of {n}")
            : tree.Equals(Pairwise(n)) ? string.Create(CultureInfo.InvariantCulture, $"pairwise over {n}, neighbours first")
            : tree.Equals(Halves(n)) ? string.Create(CultureInfo.InvariantCulture, $"pairwise over {n}, halves of halves")
            : int.IsPow2(n) && tree.Equals(Folded(n)) ? string.Create(CultureInfo.InvariantCulture, $"{n} folded in halves, i with i + {n / 2} first")
            : Lanes(tree) ?? Blocks(tree) ?? Peeled(tree);
    }

    // The most lanes that there are: the terms i ≡ j (mod k) are summed on their own, each lane alike.
    private static string? Lanes(SummationTree tree)
    {
        int n = tree.Count;
        for (int k = n / 2; k >= 2; k--)
        {
            IReadOnlyList<int>[] lanes = [.. Enumerable.Range(0, k).Select(j => (IReadOnlyList<int>)[.. Enumerable.Range(0, (n - j + k - 1) / k).Select(i => j + i * k)])];
            if (Made(tree, lanes) is ({ } each, { } top))
                return string.Create(CultureInfo.InvariantCulture, $"{k} interleaved lanes, each {each}; the lanes: {top}");
        }

        return null;
    }

    // The shortest blocks of neighbours that are summed on their own, all but the last alike.
    private static string? Blocks(SummationTree tree)
    {
        int n = tree.Count;
        for (int k = 2; k <= n / 2; k++)
        {
            IReadOnlyList<int>[] blocks = [.. Enumerable.Range(0, n).Chunk(k)];
            if (Made(tree, blocks) is ({ } each, { } top))
                return string.Create(CultureInfo.InvariantCulture, $"blocks of {k}, each {each}; the blocks: {top}");
        }

        return null;
    }

    // What the parts are and how they are added; parts of the first one's length are all alike, and shorter ones have a name too.
    private static (string Each, string Top)? Made(SummationTree tree, IReadOnlyList<int>[] parts)
    {
        var places = new Dictionary<int, int>();
        SummationTree? pattern = null;
        string? each = null;
        for (int p = 0; p < parts.Length; p++)
        {
            if (tree.Part(parts[p]) is not { } part)
                return null;
            SummationTree counted = Counted(part);
            if (p == 0)
                (pattern, each) = (counted, NameOf(counted));
            if (each is null || (counted.Count == pattern!.Count ? !counted.Equals(pattern) : NameOf(counted) is null))
                return null;
            foreach (int term in parts[p])
                places[term] = p;
        }

        HashSet<int> ends = [.. parts.Select(p => p.Count)];
        return NameOf(Quotient(tree, parts.Select(p => tree.Part(p)!), places)) is { } top ? (ends.Count > 1 ? $"{each} or less" : each!, top) : null;
    }

    // A few terms that are added at the end, one by one, or a first one that waits for all others.
    private static string? Peeled(SummationTree tree)
    {
        int last = 0;
        SummationTree rest = tree;
        while (rest.Left is not null && Tail(rest) is { } shorter)
            (rest, last) = (shorter, last + 1);
        if (last > 0 && last < rest.Count && NameOf(rest) is { } most)
            return string.Create(CultureInfo.InvariantCulture, $"{most}; then the last {last} one after the other");
        return tree.Left is { Left: null } && tree.Right is { Left: not null } others && NameOf(Counted(others)) is { } name ? $"{name}, but for the first term, which comes last" : null;
    }

    private static SummationTree? Tail(SummationTree tree) =>
        tree.Right is { Left: null } leaf && leaf.First == tree.Count - 1 && tree.First == 0 ? tree.Left : null;

    // The terms counted anew from 0 on, in their order.
    private static SummationTree Counted(SummationTree tree)
    {
        IReadOnlyList<int> terms = tree.Terms;
        var places = terms.Select((term, place) => (term, place)).ToDictionary(t => t.term, t => t.place);
        return tree.Over(term => SummationTree.Leaf(places[term]));
    }

    private static SummationTree Quotient(SummationTree tree, IEnumerable<SummationTree> parts, Dictionary<int, int> places)
    {
        HashSet<SummationTree> whole = new(parts, ReferenceEqualityComparer.Instance);
        SummationTree Of(SummationTree at) => whole.Contains(at) ? SummationTree.Leaf(places[at.First]) : SummationTree.Of(Of(at.Left!), Of(at.Right!));
        return Of(tree);
    }

    private static SummationTree Halves(int start, int count) =>
        count == 1 ? SummationTree.Leaf(start) : SummationTree.Of(Halves(start, count / 2), Halves(start + count / 2, count - count / 2));

    private static IEnumerable<SummationTree> Leaves(int count) => Enumerable.Range(0, count).Select(SummationTree.Leaf);
}
