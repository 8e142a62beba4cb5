namespace TrainingSpec.Checking.Golden;

/// <summary>A golden document with every kind of value, so that the files' layout is golden itself.</summary>
/// <remarks>Source: design "Golden files".</remarks>
public static class GoldenLayout
{
    /// <summary>One key of each kind: golden/golden/Layout.verified.json.</summary>
    [GoldenSource]
    public static GoldenDocument Sample() => new GoldenDocument("golden", "Layout")
        .Add("whole", 3).Add("real", 0.1).Add("single", 0.1f).Add("negative zero", -0.0).Add("smallest", double.Epsilon)
        .Add("not a number", double.NaN).Add("far", double.NegativeInfinity).Add("row", [1.0, 2.5, double.PositiveInfinity])
        .Add("names", ["β", "\"quoted\""]).Add("yes", true).AddApproximate("third", 1.0 / 3);
}
