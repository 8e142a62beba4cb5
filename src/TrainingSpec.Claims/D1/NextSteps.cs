using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Next Steps".</summary>
internal static class NextSteps
{
    /// <summary>The files that the document points to, against those of its project.</summary>
    [Claim("D1-222")]
    [Turn("facts/files", "[\"train.go\"]", Verdict.Confirmed)]
    [Turn("facts/files/1", "tensor.go", Verdict.Confirmed)]
    internal static Finding ImplementationFiles(Claim claim, Document document)
    {
        string[] named = claim.Facts["files"].Texts, known = document.Facts["project files"]["names"].Texts;
        Tally there = new Tally("named files that the project has").AddAll(named.Select(known.Contains)).Shown();
        Working.Tried($"files of the project that was looked up, among others: {string.Join(", ", known)}");
        return Judge.Holds(
            there.Always,
            $"{there} files",
            $"the project that the document belongs to has {And(named)}",
            $"the project has {And(named.Where(known.Contains))}, which holds the optimizers as well, and never had {And(named.Except(known))}");
    }
}
