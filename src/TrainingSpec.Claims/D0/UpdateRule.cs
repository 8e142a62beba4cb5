using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "The Update Rule".</summary>
internal static class UpdateRule
{
    /// <summary>The stated step against ours.</summary>
    [Claim("D0-015")]
    [Turn("facts/formula", "theta + eta * g", Verdict.Erratum)]
    [Turn("facts/formula", "(1 - eta) * theta - eta * g", Verdict.Erratum)]
    internal static Finding Step(Claim claim) => Judge.Formula(claim, "formula", x => Sgd.Update(x["theta"], x.In("g", -2, 2), x["eta"]));

    /// <summary>The slope of the loss along the negative gradient, the gradient and random directions, all of length 1.</summary>
    [Claim("D0-016")]
    [Turn("facts/steepest descent", "the gradient", Verdict.Erratum)]
    [Turn("facts/steepest descent", "another direction", Verdict.Erratum)]
    internal static Finding SteepestDescent(Claim claim)
    {
        CharModel model = CharModel.Start("He", 16, function: HiddenFunction.Tanh);
        Example[] text = CharText.Windows(1, 64);
        double[] gradient = model.GradientOf(text);
        double length = TrainerListing.Norm(gradient);
        var draws = new Draws(16);
        var above = new Tally("random directions along which the loss falls more slowly than against the gradient");
        double steepest = 0;
        for (int i = 0; i < 200; i++)
        {
            double[] u = [.. gradient.Select(_ => draws.Normal())];
            double along = Along(u);
            steepest = Math.Min(steepest, along);
            above.Add(along > Along([.. gradient.Select(g => -g)]));
        }

        double against = Working.Value("slope against the gradient", Along([.. gradient.Select(g => -g)])), with = Working.Value("slope along the gradient", Along(gradient));
        Working.Value("steepest of the random directions", steepest);
        return Judge.Stated(
            claim,
            "steepest descent",
            above.Shown().Always && against < with ? "the negative gradient" : above.Always ? "the gradient" : "another direction",
            Say($"{against:F4} against the gradient"),
            Say($"per unit of length the loss of a character model changes by {against:F4} against its gradient, and by {steepest:F4} along the steepest of {above.Of} random directions"));

        // The slope by a central difference of the loss itself.
        double Along(double[] u)
        {
            double size = TrainerListing.Norm(u), h = 1e-4;
            CharModel up = model.Copy(), down = model.Copy();
            for (int i = 0; i < u.Length; i++)
            {
                up.Theta[i] += h * u[i] / size;
                down.Theta[i] -= h * u[i] / size;
            }

            return (up.Mean(text) - down.Mean(text)) / (2 * h);
        }
    }
}
