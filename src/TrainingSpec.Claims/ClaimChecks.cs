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
    private static readonly Dictionary<string, Func<Claim, Finding>> Checks = Discover();

    /// <summary>The ids of all claims that have a check.</summary>
    public static IReadOnlyCollection<string> Ids => Checks.Keys;

    /// <summary>Checks one claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="source">Where the check reads other claims and facts; null for <see cref="ClaimSource.Find"/>.</param>
    /// <exception cref="ArgumentException">The claim has no check.</exception>
    /// <exception cref="ClaimDataException">The claim's data is not what the check needs, or that of another claim or fact which it uses.</exception>
    public static Finding Run(Claim claim, ClaimSource? source = null)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (!Checks.TryGetValue(claim.Id, out Func<Claim, Finding>? check))
            throw new ArgumentException($"claim = {claim.Id} has no check", nameof(claim));
        using var scope = new CheckScope(source ?? ClaimSource.Find());
        Finding finding = check(claim);
        return finding with { Steps = scope.Steps };
    }

    /// <summary>Checks claims on <paramref name="threads"/> threads; results come in the order of the claims, whatever finishes first.</summary>
    /// <param name="claims">The claims; those without a check are left out.</param>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    /// <exception cref="ClaimDataException">A check could not come to a verdict; the message names the first such claim.</exception>
    public static IReadOnlyList<ClaimResult> Run(IEnumerable<Claim> claims, int threads)
    {
        ClaimRun run = Judge(claims, threads, ClaimSource.Find());
        return run.Failures is [var first, ..] ? throw new ClaimDataException(first.Message) : run.Results;
    }

    /// <summary>Checks claims on <paramref name="threads"/> threads; a claim whose check comes to no verdict, for bad data, is named among the failures and the others are judged.</summary>
    /// <param name="claims">The claims; those without a check are left out.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="source">Where the checks read other claims and facts.</param>
    /// <param name="done">Called after each claim, from any thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public static ClaimRun Judge(IEnumerable<Claim> claims, int threads, ClaimSource source, Action? done = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Formulas.Domain.Require("[1, inf)", threads, nameof(threads));
        Claim[] all = [.. claims.Where(c => Checks.ContainsKey(c.Id))];
        var results = new ClaimResult?[all.Length];
        var failures = new ClaimProblem?[all.Length];
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                Finding finding = Run(all[i], source);
                results[i] = new ClaimResult(all[i], finding, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            catch (Exception e)
            {
                // Whatever a check chokes on came out of the data: it names its claim and must not take the others with it.
                failures[i] = new ClaimProblem(all[i].Id, Failure(all[i], source, e));
            }

            done?.Invoke();
        });
        return new ClaimRun([.. results.OfType<ClaimResult>()], [.. failures.OfType<ClaimProblem>()]);
    }

    private static string Failure(Claim claim, ClaimSource source, Exception e)
    {
        string said = e is ClaimDataException ? e.Message : $"{e.GetType().Name}: {e.Message}";
        string place = $"{Path.Combine(source.Claims, claim.Document + ".json")}: ";
        string id = said.Contains(claim.Id, StringComparison.Ordinal) ? "" : $"{claim.Id}: ";
        return (said.StartsWith(place, StringComparison.Ordinal) ? $"{place}{id}{said[place.Length..]}" : $"{place}{id}{said}").ReplaceLineEndings(" ");
    }

    private static Dictionary<string, Func<Claim, Finding>> Discover()
    {
        var checks = new Dictionary<string, Func<Claim, Finding>>(StringComparer.Ordinal);
        foreach (MethodInfo method in typeof(ClaimChecks).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)))
        {
            foreach (ClaimAttribute claim in method.GetCustomAttributes<ClaimAttribute>())
            {
                if (!checks.TryAdd(claim.Id, Delegate(method)))
                    throw new InvalidOperationException($"{claim.Id} has two checks");
            }
        }

        return checks;
    }

    // A statement without numbers needs nothing of its claim.
    private static Func<Claim, Finding> Delegate(MethodInfo method)
    {
        if (method.GetParameters().Length > 0)
            return method.CreateDelegate<Func<Claim, Finding>>();
        Func<Finding> check = method.CreateDelegate<Func<Finding>>();
        return _ => check();
    }
}
