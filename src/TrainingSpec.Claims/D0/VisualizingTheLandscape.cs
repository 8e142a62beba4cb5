using TrainingSpec.Claims.D0.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Visualizing the Landscape": the figure, and how many dimensions there are.</summary>
internal static class VisualizingTheLandscape
{
    /// <summary>The axes of parameters that the text needs, and those that the figure has.</summary>
    [Claim("D0-006")]
    [Turn("D0/landscape figure/parameter axes", "[\"theta 1\", \"theta 2\"]", Verdict.Confirmed)]
    [Turn("given/parameters", "1", Verdict.Confirmed)]
    internal static Finding AxesOfTheFigure(Claim claim, Document document)
    {
        int needed = Working.Value("axes of parameters that the text asks for", claim.GivenInteger("parameters"));
        string[] drawn = document.Facts["landscape figure"]["parameter axes"].Texts;
        Working.Value("axes of parameters in the figure", drawn.Length);
        return Judge.Agrees(drawn.Length == needed, "the figure in lines 22 to 29", Say($"{drawn.Length} of {needed} axes"), Say($"a surface over {needed} parameters needs {needed} axes of parameters beside that of the loss; the figure has {drawn.Length}, {And(drawn)}, and so is a curve"));
    }

    /// <summary>The drawn curve: its humps, its basin, its ends.</summary>
    [Claim("D0-007")]
    [Turn("facts/basin", "global minimum", Verdict.Erratum)]
    [Turn("facts/humps", "3", Verdict.Erratum)]
    internal static Finding DrawnBasin(Claim claim, Document document)
    {
        int[] heights = FigureCurve.Path(document.Facts["landscape figure"]["strokes"]);
        Working.Value("heights of the curve from left to right", heights);
        (int[] tops, int[] basins) = (FigureCurve.Turns(heights, 1), FigureCurve.Turns(heights, -1));
        Working.Value("heights of the humps", tops);
        Working.Value("heights of the basins", basins);
        string basin = basins.Length != 1 ? Say($"{basins.Length} minima") : basins[0] > Math.Min(heights[0], heights[^1]) ? "local minimum" : "global minimum";
        return Judge.All(
            Judge.Holds(tops.Length == claim.Facts["humps"].Integer, Say($"{tops.Length} humps"), Say($"the curve has {tops.Length} humps, of heights {And(tops.Select(t => Say($"{t}")))}"), Say($"the curve has {tops.Length} humps")),
            Judge.Stated(claim, "basin", basin, basin, Say($"the basin between them lies at height {basins[0]}, the ends of the curve at {heights[0]} and {heights[^1]}")));
    }

    /// <summary>How many scalars a model of the documents has, against the printed power of a thousand.</summary>
    [Claim("D0-008")]
    [Turn("printed/parameters", "billions", Verdict.Erratum)]
    [Turn("printed/parameters", "thousands", Verdict.Erratum)]
    internal static Finding MillionsOfParameters(Claim claim, Document document)
    {
        Rational gpt = Working.Value("parameters of the model of D4", document[claim.Facts["a real network"].Text].PrintedNumber(claim.Facts["its count"].Text).Value);
        int toy = Working.Value("of a character model with one hidden layer of 16", CharModel.Start("zeros", 0).Theta.Length);
        string word = gpt.ToDouble() switch { < 1e3 => "a few", < 1e6 => "thousands", < 1e9 => "millions", _ => "billions" };
        return Judge.Printed(claim, "parameters", word, Say($"{gpt}"), Say($"the model of D4 has {gpt} parameters, so that its loss is a surface over as many dimensions; a small character model has {toy}"));
    }
}
