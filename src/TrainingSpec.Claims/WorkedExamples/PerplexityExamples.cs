using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Perplexities of the losses that D1 tabulates, of a model that guesses, and where each format overflows.</summary>
public static class PerplexityExamples
{
    private static readonly string[] Printed = ["D1-097", "D1-098", "D1-099", "D1-100", "D1-101"];

    /// <summary>D1 "Understanding Perplexity" (D1-097 to D1-104), the mean of perplexities beside the perplexity of the mean, and the largest losses.</summary>
    [GoldenSource]
    public static GoldenDocument Table()
    {
        var document = new GoldenDocument("perplexity", "Table");
        foreach (string id in Printed)
        {
            double loss = ExampleNumbers.Claim(id).GivenNumber("loss");
            document.Add("loss " + ReadBack.Text(loss), Perplexity.Of<Real64>(loss)).Add($"loss {ReadBack.Text(loss)} in single precision", Perplexity.Of(Real32.Of(loss)));
        }

        Real64 guess = Real64.Log(ExampleNumbers.Claim("D1-103").GivenInteger("vocab"));
        Real64[] losses = [1, 3];
        return document.Add("loss 0", Perplexity.Of<Real64>(0)).Add("guessing among 259.loss", guess).Add("guessing among 259", Perplexity.Of(guess))
            .Add("losses 1 and 3.perplexity of the mean", Perplexity.Of(Monitoring.Mean<Real64>(losses))).Add("losses 1 and 3.mean of the perplexities", Monitoring.Mean<Real64>([.. losses.Select(Perplexity.Of)]))
            .Add("loss 709.75", Perplexity.Of<Real64>(709.75)).Add("loss 710", Perplexity.Of<Real64>(710))
            .Add("loss 88.5 in single precision", Perplexity.Of<Real32>(88.5f)).Add("loss 89 in single precision", Perplexity.Of<Real32>(89));
    }
}
