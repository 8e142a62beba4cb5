using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims.D4;
using TrainingSpec.Models;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Parameters of a model, counted.</summary>
public static class GptParametersExamples
{
    /// <summary>D4 "Try It Yourself": the parameters of the shape that has the printed number, tensor by tensor.</summary>
    [GoldenSource]
    public static GoldenDocument Parameters()
    {
        GptConfig config = ModelSize.Matching(ExampleNumbers.Claim("D4-154"));
        var document = new GoldenDocument("gpt-parameters", "LoggedModel")
            .Add("vocabulary", config.Vocabulary).Add("width", config.Width).Add("layers", config.Layers).Add("biases", config.Bias).Add("tied", config.Tied)
            .Add("learned positions", config.LearnedPositions).Add("parameters", config.Shape.CountParameters());
        foreach (WeightShape shape in config.Weights())
            document.Add(shape.Name, [shape.Rows, shape.Columns]);
        return document;
    }
}
