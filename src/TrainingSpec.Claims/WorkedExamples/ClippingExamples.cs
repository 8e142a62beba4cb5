using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Gradients clipped by their norm.</summary>
public static class ClippingExamples
{
    /// <summary>D4 "Max Norm Clipping": two tensors of the worked kind, clipped by their global norm.</summary>
    [GoldenSource]
    public static GoldenDocument ClippedTensors()
    {
        const string Id = "D4-079";
        GlobalNormClip<Real64> clip = GradientClipping.ByGlobalNorm<Real64>([ExampleNumbers.Given(Id, "a"), ExampleNumbers.Given(Id, "b")], ExampleNumbers.Claim(Id).GivenNumber("max_norm"));
        return new GoldenDocument("clipping", "WorkedTensors")
            .Add("norm", clip.TotalNorm.Value).Add("scale", clip.Scale.Value).Add("a", ExampleNumbers.Doubles(clip.Gradients[0])).Add("b", ExampleNumbers.Doubles(clip.Gradients[1]));
    }
}
