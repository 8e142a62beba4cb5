using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;

namespace Spec.Cli;

/// <summary>What a killed run left half written in the checkout, finished or undone before a command reads any of it.</summary>
internal static class InterruptedWrites
{
    /// <summary>Finishes or undoes it; outside a checkout there is nothing.</summary>
    /// <param name="error">Where it is said.</param>
    /// <exception cref="GoldenException">It can't be finished or undone.</exception>
    public static void Settle(TextWriter error)
    {
        string golden;
        try
        {
            golden = GoldenFolder.Find().Root;
        }
        catch (GoldenException)
        {
            return;
        }

        foreach (string folder in new[] { Path.GetDirectoryName(golden)!, golden, ClaimSource.Find().Book })
        {
            if (AtomicFiles.Settle(folder) is { } done)
                error.WriteLine($"spec: {done}");
        }
    }
}
