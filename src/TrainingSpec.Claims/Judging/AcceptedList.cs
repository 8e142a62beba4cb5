namespace TrainingSpec.Claims;

/// <summary>Compares a document's claims and their verdicts with the accepted list; every claim that is on one side alone is named.</summary>
/// <param name="document">The claims as they were read.</param>
/// <param name="accepted">The accepted word per claim; null where none was ever accepted.</param>
public sealed class AcceptedList(ClaimDocument document, IReadOnlyDictionary<string, string>? accepted)
{
    /// <summary>Claims that are missing, added or unreadable, and a document without claims; one line each, none where all is as accepted.</summary>
    public IReadOnlyList<string> Gaps()
    {
        string name = document.Document;
        if (!document.Readable)
            return [];
        if (accepted is null)
            return [$"{name}: no verdicts were ever accepted for its {document.Claims.Count} claims"];
        HashSet<string> here = [.. document.Claims.Select(c => c.Id), .. document.Problems.Select(p => p.Id).OfType<string>()];
        string[] missing = [.. accepted.Keys.Where(id => !here.Contains(id))], added = [.. document.Claims.Select(c => c.Id).Where(id => !accepted.ContainsKey(id))];
        if (here.Count == 0)
            return [$"{name} has no claims{(missing.Length > 0 ? $"; accepted are {Ranges(missing)}" : "")}"];
        List<string> gaps = [];
        if (missing.Length > 0)
            gaps.Add($"{name}: missing, although accepted: {Ranges(missing)}");
        if (added.Length > 0)
            gaps.Add($"{name}: added, and not in the accepted list: {Ranges(added)}");
        return gaps;
    }

    /// <summary>Verdicts that are not the accepted ones, "D4-071 changed: confirmed -> imprecise"; claims on one side alone are <see cref="Gaps"/>.</summary>
    /// <param name="claims">The claims to compare.</param>
    /// <param name="results">The results of those that have a check and could be judged.</param>
    /// <param name="failures">Those that could not be judged; they have no verdict to compare.</param>
    public IReadOnlyList<string> Changes(IEnumerable<Claim> claims, IReadOnlyList<ClaimResult> results, IReadOnlyList<ClaimProblem> failures)
    {
        if (accepted is null)
            return [];
        Dictionary<string, string> now = results.ToDictionary(r => r.Claim.Id, r => VerdictWord.Of(r.Finding.Verdict), StringComparer.Ordinal);
        HashSet<string?> failed = [.. failures.Select(f => f.Id)];
        return
        [
            .. from claim in claims
               where accepted.ContainsKey(claim.Id) && !failed.Contains(claim.Id)
               let current = now.GetValueOrDefault(claim.Id, ClaimSource.WordOfNoCheck)
               where accepted[claim.Id] != current
               select $"{claim.Id} changed: {accepted[claim.Id]} -> {current}",
        ];
    }

    /// <summary>Claims that are accepted with a verdict and have no check any more.</summary>
    public IReadOnlyList<string> WithoutCheck() => accepted is null
        ? []
        : [.. accepted.Where(a => a.Value != ClaimSource.WordOfNoCheck && !ClaimChecks.Ids.Contains(a.Key)).Select(a => $"{a.Key} has no check, although it is accepted as {a.Value}")];

    /// <summary>Ids in order, runs of neighbours as "D4-003 to D4-007".</summary>
    public static string Ranges(IEnumerable<string> ids)
    {
        List<(string First, string Last)> runs = [];
        foreach (string id in ids.Order(StringComparer.Ordinal))
        {
            if (runs.Count > 0 && Follows(runs[^1].Last, id))
                runs[^1] = (runs[^1].First, id);
            else
                runs.Add((id, id));
        }

        return string.Join(", ", runs.Select(run => run.First == run.Last ? run.First : Follows(run.First, run.Last) ? $"{run.First}, {run.Last}" : $"{run.First} to {run.Last}"));
    }

    private static bool Follows(string before, string after) => before.Length > 3 && after.Length > 3 && before[..^3] == after[..^3]
        && int.TryParse(before[^3..], out int a) && int.TryParse(after[^3..], out int b) && b == a + 1;
}
