using System.Diagnostics;
using System.Reflection;

namespace TrainingSpec.Claims;

/// <summary>A claim with what its check found and how long that took.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Seconds">Wall-clock seconds of the check.</param>
public sealed record ClaimResult(Claim Claim, Finding Finding, double Seconds);

/// <summary>All checks, found by their <see cref="ClaimAttribute"/>, and their execution.</summary>
public static class ClaimChecks
{
    private static readonly Dictionary<string, Func<Claim, Finding>> Checks = Discover();

    /// <summary>The ids of all claims that have a check.</summary>
    public static IReadOnlyCollection<string> Ids => Checks.Keys;

    /// <summary>Checks one claim.</summary>
    /// <exception cref="ArgumentException">The claim has no check.</exception>
    /// <exception cref="ClaimDataException">The claim's data is not what the check needs.</exception>
    public static Finding Run(Claim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Checks.TryGetValue(claim.Id, out Func<Claim, Finding>? check)
            ? check(claim)
            : throw new ArgumentException($"claim = {claim.Id} has no check", nameof(claim));
    }

    /// <summary>Checks claims on <paramref name="threads"/> threads; results come in the order of the claims, whatever finishes first.</summary>
    /// <param name="claims">The claims; those without a check are left out.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="done">Called after each claim, from any thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public static IReadOnlyList<ClaimResult> Run(IEnumerable<Claim> claims, int threads, Action<ClaimResult>? done = null)
    {
        Formulas.Domain.Require("[1, inf)", threads, nameof(threads));
        Claim[] all = [.. claims.Where(c => Checks.ContainsKey(c.Id))];
        var results = new ClaimResult[all.Length];
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            long start = Stopwatch.GetTimestamp();
            Finding finding = Run(all[i]);
            results[i] = new ClaimResult(all[i], finding, Stopwatch.GetElapsedTime(start).TotalSeconds);
            done?.Invoke(results[i]);
        });
        return results;
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
