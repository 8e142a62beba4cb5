using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Small GPTs of every kind, fresh from their seed.</summary>
public static class GptExamples
{
    /// <summary>What each gives for two sequences: logits, loss, and the norm of the gradient of each tensor.</summary>
    [GoldenSource]
    public static GoldenDocument Fresh()
    {
        var document = new GoldenDocument("gpt", "Fresh");
        foreach ((string kind, GptConfig config) in GptStepCheck.Models)
        {
            int[][] inputs = [[1, 0, 2], [4, 3, 1]], targets = [[0, 2, 3], [3, 1, 0]];
            var gpt = new Gpt<Real64>(config, GptInitialization.Normal<Real64>(config, seed: 1));
            (Real64 loss, GptGradients<Real64> gradients) = gpt.LossAndGradients(inputs, targets);
            document.Add($"{kind}.logits", ExampleNumbers.Doubles(gpt.Forward(inputs).Logits)).Add($"{kind}.loss", loss.Value);
            foreach ((string name, Real64[] gradient) in gradients.Parameters)
                document.Add($"{kind}.norm.{name}", Norms.Global<Real64>([gradient]).Value);
        }

        return document;
    }
}
