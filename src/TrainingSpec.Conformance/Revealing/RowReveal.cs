using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Revealing;

/// <summary>Reveals whether the result of a row depends on its company: asked alone, twice, and among rows of other numbers at the beginning, in the middle and at the end.</summary>
/// <param name="peer">Who is asked.</param>
/// <param name="seed">Draws the rows.</param>
public sealed class RowReveal(IImplementation peer, ulong seed)
{
    private const int RowsAsked = 4;
    private Exchange? _last;

    // Around the widths of vectors and of blocks.
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65];

    /// <summary>Reveals one operation in one dtype.</summary>
    public RevealedRow Reveal(RowProbe probe, string dtype)
    {
        ArgumentNullException.ThrowIfNull(probe);
        try
        {
            return Asked(probe, dtype);
        }
        catch (OracleException e)
        {
            return new(probe.Name, probe.Operation, dtype, 0, 0, SumKind.Unsupported, e.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp ? "not supported" : $"refused: {e.Word} of {e.Argument}");
        }
        catch (NoAnswerException e)
        {
            return new(probe.Name, probe.Operation, dtype, 0, 0, SumKind.NoAnswer, e.Message);
        }
        catch (Exception e) when (_last is not null && (OddForm.Is(e) || e is RuleBrokenException))
        {
            return new(probe.Name, probe.Operation, dtype, 0, 0, SumKind.NoAnswer, OddForm.Text(_last, e is RuleBrokenException ? e.Message : null));
        }
    }

    private RevealedRow Asked(RowProbe probe, string dtype)
    {
        var random = new SplitMix(SplitMix.SeedOf(probe.Name) ^ seed);
        double[] Row() => [.. Enumerable.Range(0, probe.Width).Select(_ => (double)(float)(4 * random.Sign() * random.Uniform()))];
        int companies = 0, differing = 0;
        string note = "";
        for (int r = 0; r < RowsAsked; r++)
        {
            double[] row = Row();
            IReadOnlyList<double> alone = Result(probe, dtype, [row], 0);
            foreach ((int size, int at) in Sizes.SelectMany(size => new[] { 0, size / 2, size - 1 }.Distinct().Where(at => !probe.OnlyLater || at == 0).Select(at => (size, at))))
            {
                double[][] company = [.. Enumerable.Range(0, size).Select(i => i == at ? row : Row())];
                IReadOnlyList<double> among = Result(probe, dtype, company, at);
                companies++;
                if (alone.SequenceEqual(among))
                    continue;
                differing++;
                double distance = alone.Zip(among).Max(p => Math.Abs(p.First - p.Second));
                if (note.Length == 0)
                    note = string.Create(CultureInfo.InvariantCulture, $"{(size == 1 ? "asked alone a second time" : $"row {at} of {size}")} is off by {distance:R} from what it is alone");
            }
        }

        return new(probe.Name, probe.Operation, dtype, companies, differing, SumKind.Tree, note);
    }

    private IReadOnlyList<double> Result(RowProbe probe, string dtype, double[][] rows, int at)
    {
        JsonObject args = probe.Args(rows), result = peer.Answer(probe.Operation, dtype, args);
        _last = new(probe.Operation, dtype, args, result, null);
        return probe.Read(result, at);
    }
}
