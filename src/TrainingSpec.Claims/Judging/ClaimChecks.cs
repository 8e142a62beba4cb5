using System.Diagnostics;
using System.Reflection;

namespace TrainingSpec.Claims;

/// <summary>A claim with what its check found and how long that took.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Seconds">Wall-clock seconds of the check.</param>
public sealed record ClaimResult(Claim Claim, Finding Finding, double Seconds);

/// <summary>What came out of judging claims.</summary>
/// <param name="Results">The judged claims, in their order.</param>
/// <param name="Failures">The claims whose data no check could use, one line each.</param>
public sealed record ClaimRun(IReadOnlyList<ClaimResult> Results, IReadOnlyList<ClaimProblem> Failures);

/// <summary>All checks, found by their <see cref="ClaimAttribute"/>, and their execution.</summary>
public static class ClaimChecks
{
    private static readonly Dictionary<string, Check> Checks = Discover();

    private delegate Finding Judgement(Claim claim, Document document);

    /// <summary>The ids of all claims that have a check.</summary>
    public static IReadOnlyCollection<string> Ids => Checks.Keys;

    /// <summary>The turns of a claim's check; none where it has no check.</summary>
    public static IReadOnlyList<Turn> Turns(string id) => Checks.TryGetValue(id, out Check? check) ? check.Turns : [];

    /// <summary>True where a turn of a claim's check reaches another verdict than the document's own, or no program can check the claim: what can't turn checks nothing.</summary>
    /// <param name="id">The claim's id.</param>
    /// <param name="own">The verdict over the document as it stands, as <see cref="VerdictWord"/> says it; null where none is known.</param>
    public static bool CanTurn(string id, string? own) => own == VerdictWord.Of(Verdict.NotChecked) || Turns(id).Any(t => VerdictWord.Of(t.Reaches) != own);

    /// <summary>True where no formula of the project is behind a claim's check.</summary>
    public static bool IsPlain(string id) => Checks.TryGetValue(id, out Check? check) && check.Plain;

    /// <summary>Checks one claim.</summary>
    /// <param name="document">Its document, with its neighbours.</param>
    /// <param name="id">The claim's id.</param>
    /// <exception cref="ArgumentException">The claim has no check.</exception>
    /// <exception cref="ClaimDataException">The claim's data is not what the check needs, or that of another claim or fact which it uses; one line names file and claim.</exception>
    public static Finding Run(Document document, string id)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(id);
        if (!Checks.TryGetValue(id, out Check? check))
            throw new ArgumentException($"claim = {id} has no check", nameof(id));
        using var scope = new CheckScope();
        Claim claim = document[id];
        try
        {
            return check.Judge(claim, document) with { Steps = scope.Steps };
        }
        catch (Exception e)
        {
            // Whatever a check chokes on came out of the data: it names its claim and must not take the others with it.
            throw new ClaimDataException(Failure(claim, document, e), e);
        }
    }

    /// <summary>Checks one claim of the documents as they stand.</summary>
    /// <param name="id">The claim's id.</param>
    /// <exception cref="ArgumentException">The claim has no check.</exception>
    /// <exception cref="ClaimDataException">Some data is not what the check needs.</exception>
    public static Finding Run(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Run(DocumentLibrary.Open()[id.Split('-')[0]], id);
    }

    /// <summary>Checks claims on <paramref name="threads"/> threads; results come in the order of the claims, whatever finishes first.</summary>
    /// <param name="claims">The claims; those without a check are left out.</param>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    /// <exception cref="ClaimDataException">A check could not come to a verdict; the message names the first such claim.</exception>
    public static IReadOnlyList<ClaimResult> Run(IEnumerable<Claim> claims, int threads)
    {
        ClaimRun run = Judge(claims, threads, DocumentLibrary.Open());
        return run.Failures is [var first, ..] ? throw new ClaimDataException(first.Message) : run.Results;
    }

    /// <summary>Checks claims on <paramref name="threads"/> threads; a claim whose check comes to no verdict, for bad data, is named among the failures and the others are judged.</summary>
    /// <param name="claims">The claims; those without a check are left out.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="documents">The documents that the checks read.</param>
    /// <param name="done">Called after each claim, from any thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public static ClaimRun Judge(IEnumerable<Claim> claims, int threads, DocumentLibrary documents, Action? done = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Numbers.Domain.Require("[1, inf)", threads, nameof(threads));
        Claim[] all = [.. claims.Where(c => Checks.ContainsKey(c.Id))];
        var results = new ClaimResult?[all.Length];
        var failures = new ClaimProblem?[all.Length];
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                Finding finding = Run(documents[all[i].Document], all[i].Id);
                results[i] = new ClaimResult(all[i], finding, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            catch (ClaimDataException e)
            {
                failures[i] = new ClaimProblem(all[i].Id, e.Message);
            }

            done?.Invoke();
        });
        return new ClaimRun([.. results.OfType<ClaimResult>()], [.. failures.OfType<ClaimProblem>()]);
    }

    private static string Failure(Claim claim, Document document, Exception e)
    {
        string said = e is ClaimDataException ? e.Message : $"{e.GetType().Name}: {e.Message}";
        string place = $"{document.Read.Path}: ";
        string id = said.Contains(claim.Id, StringComparison.Ordinal) ? "" : $"{claim.Id}: ";
        return (said.StartsWith(place, StringComparison.Ordinal) ? $"{place}{id}{said[place.Length..]}" : $"{place}{id}{said}").ReplaceLineEndings(" ");
    }

    private static Dictionary<string, Check> Discover()
    {
        var checks = new Dictionary<string, Check>(StringComparer.Ordinal);
        foreach (MethodInfo method in typeof(ClaimChecks).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)))
        {
            foreach (ClaimAttribute claim in method.GetCustomAttributes<ClaimAttribute>())
            {
                if (!checks.TryAdd(claim.Id, new Check(JudgementOf(method), claim.Plain, [.. Turn.Of(method, claim.Id)])))
                    throw new InvalidOperationException($"{claim.Id} has two checks");
            }
        }

        return checks;
    }

    // What a check needs stands in its signature: its claim, its document, or both.
    private static Judgement JudgementOf(MethodInfo method)
    {
        Type[] needs = [.. method.GetParameters().Select(p => p.ParameterType)];
        if (needs is [var first, var second] && first == typeof(Claim) && second == typeof(Document))
            return method.CreateDelegate<Judgement>();
        if (needs is [var claim] && claim == typeof(Claim))
        {
            Func<Claim, Finding> ofClaim = method.CreateDelegate<Func<Claim, Finding>>();
            return (c, _) => ofClaim(c);
        }

        if (needs is [var document] && document == typeof(Document))
        {
            Func<Document, Finding> ofDocument = method.CreateDelegate<Func<Document, Finding>>();
            return (_, d) => ofDocument(d);
        }

        throw new InvalidOperationException($"{method.DeclaringType?.Name}.{method.Name} takes neither its claim nor its document");
    }

    private sealed record Check(Judgement Judge, bool Plain, IReadOnlyList<Turn> Turns);
}
