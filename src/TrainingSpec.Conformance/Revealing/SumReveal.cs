using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>Reveals how an implementation sums: a tree by masks, then drawn sums, whose bits must be those of that tree.</summary>
/// <param name="peer">Who is asked.</param>
/// <param name="count">How many terms, 2 or more; where it is a power of two, means are exact but for their sum.</param>
/// <param name="seed">Draws the sums.</param>
public sealed class SumReveal(IImplementation peer, int count, ulong seed)
{
    private const int DrawnSums = 32;
    private int _questions;
    private Exchange? _last;

    /// <summary>Reveals one sum in one dtype.</summary>
    public RevealedSum Reveal(SumProbe probe, string dtype)
    {
        ArgumentNullException.ThrowIfNull(probe);
        _questions = 0;
        RevealedSum found = new(probe.Name, probe.Operation, dtype, count, SumKind.Unknown, "");
        try
        {
            found = Known(probe, dtype, found);
        }
        catch (OracleException e)
        {
            found = found with { Kind = SumKind.Unsupported, Shape = e.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp ? "not supported" : $"refused: {e.Word} of {e.Argument}" };
        }
        catch (NoAnswerException e)
        {
            found = found with { Kind = SumKind.NoAnswer, Shape = e.Message };
        }
        catch (Exception e) when (_last is not null && (OddForm.Is(e) || e is RuleBrokenException))
        {
            found = found with { Kind = SumKind.NoAnswer, Shape = OddForm.Text(_last, e is RuleBrokenException ? e.Message : null) };
        }

        return found with { Questions = _questions };
    }

    private RevealedSum Known(SumProbe probe, string dtype, RevealedSum found)
    {
        SummationTree? tree = null;
        string why = "";
        try
        {
            var search = new TreeSearch(count, values => Ask(probe, dtype, values));
            tree = probe is SignedProbe signed ? search.Signed(signed) : search.Positive((PositiveProbe)probe, dtype);
        }
        catch (NoTreeException e)
        {
            why = e.Message;
        }

        string shape = tree is null ? "" : TreeShape.NameOf(tree) ?? "a tree without a name";
        found = found with { Tree = tree };
        if (probe.Finish is null || (tree is not null && count > 2 && !int.IsPow2(count) && probe is { Finish: { } finish } && finish(1, count) != 1))
            return tree is null ? found with { Shape = why } : found with { Kind = SumKind.Tree, Shape = shape };

        var random = new SplitMix(SplitMix.SeedOf(probe.Name + dtype) ^ seed);
        double[][] drawn = [.. Enumerable.Range(0, DrawnSums).Select(_ => probe.Drawn(random, count, dtype))];
        double[] heard = [.. drawn.Select(values => Ask(probe, dtype, values))];
        IReadOnlyList<double>[] terms = [.. drawn.Select(values => Terms(probe, dtype, values))];

        // A sum in a wider type may be rounded to the dtype before it goes on, or after.
        bool Finishes(double sum, double answer) => SumOrders.Rounded(probe.Finish(sum, count), dtype) == answer;
        int Matches(Func<IReadOnlyList<double>, double> sum)
        {
            double[] made = [.. terms.Select(sum)];
            return Math.Max(made.Zip(heard).Count(m => Finishes(m.First, m.Second)), made.Zip(heard).Count(m => Finishes(SumOrders.Rounded(m.First, dtype), m.Second)));
        }

        (SumKind Kind, string Name, Func<IReadOnlyList<double>, double> Sum)[] ways =
        [
            .. tree is null
                ? []
                : new (SumKind, string, Func<IReadOnlyList<double>, double>)[]
                {
                    (SumKind.Tree, shape, t => SumOrders.Plain(tree, t, dtype)),
                    (SumKind.Tree, $"{shape}, in float64", t => SumOrders.Plain(tree, t, "float64")),
                },
            (SumKind.Compensated, "the exact sum, rounded once: exact, or in a type with digits to spare", SumOrders.Exact),
            (SumKind.Compensated, "compensated, ascending (Kahan)", t => SumOrders.Kahan(t, dtype)),
            (SumKind.Compensated, "compensated, ascending, what is lost added at the end (Neumaier)", t => SumOrders.Neumaier(t, dtype)),
        ];
        found = found with { Drawn = DrawnSums };
        (SumKind Kind, string Name, Func<IReadOnlyList<double>, double> Sum)[] alike = [.. ways.Where(w => Matches(w.Sum) == DrawnSums)];
        if (alike is [(SumKind.Tree, { } named, _), ..])
            return found with { Kind = SumKind.Tree, Shape = named, Confirmed = DrawnSums };

        // Sums that lose little are often the same number.
        if (alike.Length > 0)
            return found with { Kind = SumKind.Compensated, Shape = string.Join("; or ", alike.Select(w => w.Name)), Confirmed = DrawnSums, Tree = null };

        int most = tree is null ? 0 : Matches(ways[0].Sum);
        return found with { Confirmed = most, Shape = tree is null ? why : $"large terms hide others as in {shape}, but drawn sums have other bits than that tree of plain additions" };
    }

    private IReadOnlyList<double> Terms(SumProbe probe, string dtype, double[] values)
    {
        if (probe.OwnTerms is not { } own)
            return probe.Terms(values);
        return [.. own.Read(Answer(probe, dtype, own.Args(values))).Select(x => SumOrders.Rounded(x, dtype))];
    }

    private double Ask(SumProbe probe, string dtype, double[] values)
    {
        JsonObject result = Answer(probe, dtype, probe.Args(values));

        // A number of binary32 may be written in as few digits as tell it from its neighbours.
        return SumOrders.Rounded(probe.Read(result), dtype);
    }

    private JsonObject Answer(SumProbe probe, string dtype, JsonObject args)
    {
        _questions++;
        JsonObject result = peer.Answer(probe.Operation, dtype, args);
        _last = new(probe.Operation, dtype, args, result, null);
        return result;
    }
}
