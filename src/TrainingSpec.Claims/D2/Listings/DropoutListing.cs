using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D2.Listings;

/// <summary>How the document's dropout function behaves, from its lines as data.</summary>
/// <remarks>Source: D2 "Dropout".</remarks>
/// <param name="listing">The facts "dropout".</param>
internal sealed class DropoutListing(Facts listing)
{
    private readonly string[] _returnsInput = listing["returns x when"].Texts;

    /// <summary>What the function returns: the very array where its first line returns it, else a new one; and how many random numbers it drew.</summary>
    public (double[] Output, int Drawn) Run(double[] x, double p, bool training, Draws draws)
    {
        if ((!training && _returnsInput.Contains("not training")) || (p == 0 && _returnsInput.Contains("p == 0")))
            return (x, 0);
        return ([.. x.Select(v => v * ((draws.Uniform(0, 1) < 1 - p ? 1.0 : 0) / (1 - p)))], x.Length);
    }
}
