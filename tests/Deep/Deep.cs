namespace TrainingSpec;

/// <summary>Tests for which a run of all has no time: <c>dotnet test --settings tests/deep.runsettings</c> runs them, and nothing else.</summary>
internal static class Deep
{
    /// <summary>The category that tests/tests.runsettings leaves out.</summary>
    public const string Category = "Deep";

    /// <summary>Of so many cases one belongs to every run, the first of all among them; the others are deep.</summary>
    /// <param name="every">How many of them.</param>
    /// <param name="cases">The cases.</param>
    public static IEnumerable<TestCaseData> AllButEvery(int every, IEnumerable<TestCaseData> cases) => cases.Select((one, i) => i % every == 0 ? one : one.SetCategory(Category));
}
