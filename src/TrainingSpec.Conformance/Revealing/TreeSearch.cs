using System.Globalization;
using TrainingSpec.Checking;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>Finds the summation tree of a sum by asking it about two or three terms at a time; about n·log n questions.</summary>
/// <param name="count">n: how many terms.</param>
/// <param name="ask">The number of the answer for the given values.</param>
internal sealed class TreeSearch(int count, Func<double[], double> ask)
{
    private const int FirstChecks = 8;

    /// <summary>The tree of a sum with signs.</summary>
    /// <remarks>Source: Xie et al., "FPRev" (2025), algorithm 4, with the middle term of each part as the one that the others are held against.</remarks>
    /// <exception cref="NoTreeException">The answers are those of no tree.</exception>
    public SummationTree Signed(SignedProbe probe) => Signed(probe, [.. Enumerable.Range(0, count)]);

    /// <summary>The tree of a sum without signs.</summary>
    /// <exception cref="NoTreeException">The answers are those of no tree.</exception>
    public SummationTree Positive(PositiveProbe probe, string dtype)
    {
        var large = new Large(probe, dtype, new double[count]);
        var random = new SplitMix((ulong)count);
        for (int check = 0; check < FirstChecks && count > 2; check++)
        {
            int[] three = Three(random);
            int pairs = Enumerable.Range(0, 3).Count(i => AddedFirst(large, three[i], three[(i + 1) % 3], three[(i + 2) % 3]));
            if (pairs != 1)
                throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"of the terms {three[0]}, {three[1]} and {three[2]}, {pairs} pairs are added before the third term, where a tree has one"));
        }

        SummationTree tree = Positive(large, [.. Enumerable.Range(0, count)]);

        // The tree was built of some answers; others must agree.
        for (int check = 0; check < count && count > 2; check++)
        {
            int[] three = Three(random);
            if (AddedFirst(large, three[0], three[1], three[2]) != IsAddedFirst(tree, three[0], three[1], three[2]))
                throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"terms {three[1]} and {three[2]} beside a large term {three[0]} come out otherwise than in the tree that the other answers make"));
        }

        return tree;
    }

    private int[] Three(SplitMix random)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        random.Shuffle(all.AsSpan());
        return all[..3];
    }

    private SummationTree Signed(SignedProbe probe, int[] terms)
    {
        if (terms.Length == 1)
            return SummationTree.Leaf(terms[0]);
        int pivot = terms[terms.Length / 2];
        SummationTree tree = SummationTree.Leaf(pivot);
        foreach (IGrouping<int, int> group in terms.Where(t => t != pivot).Select(t => (Term: t, Size: count - Survivors(probe, pivot, t))).GroupBy(t => t.Size, t => t.Term).OrderBy(g => g.Key))
        {
            tree = SummationTree.Of(tree, Signed(probe, [.. group]));
            if (tree.Count != group.Key)
                throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"{group.Key} terms are lost between terms {pivot} and {group.First()}, of which only {tree.Count} are added to one of them first"));
        }

        return tree;
    }

    private int Survivors(SignedProbe probe, int plus, int minus)
    {
        double[] terms = new double[count];
        Array.Fill(terms, 1);
        (terms[plus], terms[minus]) = (SignedProbe.Mask, -SignedProbe.Mask);
        double survivors = probe.Count(ask(terms), count), whole = Math.Round(survivors);
        return Math.Abs(survivors - whole) <= probe.Slack && whole >= 0 && whole <= count - 2
            ? (int)whole
            : throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"with 2^100 and -2^100 at terms {plus} and {minus} and 1 at the others the sum is {survivors:R}, no whole number from 0 to {count - 2}"));
    }

    private SummationTree Positive(Large large, int[] terms)
    {
        if (terms.Length == 1)
            return SummationTree.Leaf(terms[0]);
        int pivot = terms[terms.Length / 2];

        // The terms that reach the pivot together, those that reach it first in front.
        var groups = new List<List<int>>();
        int last = 0;
        foreach (int term in terms.Where(t => t != pivot))
        {
            int low = 0, high = groups.Count;
            bool found = false;
            for (int middle = last; low < high && !found; middle = (low + high) / 2)
            {
                int other = groups[middle][0];
                last = middle;
                if (AddedFirst(large, pivot, term, other))
                {
                    groups[middle].Add(term);
                    found = true;
                }
                else if (AddedFirst(large, other, pivot, term))
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            // Neighbours are often neighbours in the tree: the next term begins where this one ended.
            if (found)
                continue;
            groups.Insert(low, [term]);
            last = low;
        }

        return groups.Aggregate(SummationTree.Leaf(pivot), (tree, group) => SummationTree.Of(tree, Positive(large, [.. group])));
    }

    // Whether a and b are added to each other before either meets the large term.
    private bool AddedFirst(Large large, int at, int a, int b)
    {
        double[] values = new double[count];
        values[at] = large.Probe.Large(large.DataType);
        if (large.Alone[at] == 0)
        {
            large.Alone[at] = ask(values);
            values[a] = large.Probe.Small(large.DataType);
            if (!double.IsFinite(large.Alone[at]))
                throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"a large term {at} gives {large.Alone[at]:R}"));
            if (ask(values) != large.Alone[at])
                throw new NoTreeException(string.Create(CultureInfo.InvariantCulture, $"less than half of the last place of a large term {at}, at term {a}, is not lost beside it"));
        }

        values[a] = values[b] = large.Probe.Small(large.DataType);
        return ask(values) > large.Alone[at];
    }

    private static bool IsAddedFirst(SummationTree tree, int at, int a, int b)
    {
        for (SummationTree? next = tree; next?.Left is not null;)
        {
            bool[] left = [.. new[] { at, a, b }.Select(next.Left.Has)];
            if (left.Distinct().Count() > 1)
                return left[1] == left[2];
            next = left[0] ? next.Left : next.Right;
        }

        return false;
    }

    private sealed record Large(PositiveProbe Probe, string DataType, double[] Alone);
}
