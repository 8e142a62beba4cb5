namespace TrainingSpec.Checking.Golden;

/// <summary>A whole golden folder beside all documents that a build computes. Files are named relative to the root.</summary>
/// <param name="Results">Each document beside its verified file.</param>
/// <param name="Orphans">Verified files that no document stands for.</param>
/// <param name="Stale">Received files that are not what a document is now and differs by: of an earlier build, or of none.</param>
/// <param name="Strays">What is neither a verified nor a received file: other files, and folders of topics without a document and without a file.</param>
public sealed record GoldenSurvey(IReadOnlyList<GoldenResult> Results, IReadOnlyList<string> Orphans, IReadOnlyList<string> Stale, IReadOnlyList<string> Strays)
{
    /// <summary>The documents whose verified file does not say what was computed.</summary>
    public IReadOnlyList<GoldenResult> Differing => [.. Results.Where(r => r.Status != GoldenStatus.Match)];

    /// <summary>True where every document is as accepted and every verified file has its document. A stale received file is no part of what was accepted.</summary>
    public bool IsClean => Differing.Count == 0 && Orphans.Count == 0 && Strays.Count == 0;

    /// <summary>A sentence for each orphan, stale file and stray.</summary>
    public IEnumerable<string> Remarks()
    {
        HashSet<string> topics = [.. Results.Select(r => r.Document.Topic)];
        foreach (string orphan in Orphans)
        {
            string topic = orphan.Split('/')[0];
            yield return $"{orphan}: no document computes it{(topics.Contains(topic) ? "" : $", and none has the topic {topic}")}; remove it if that is meant";
        }

        foreach (string stale in Stale) yield return $"{stale}: stale, for this build computes something else; spec golden regenerate clears it away";
        foreach (string stray in Strays) yield return $"{stray}: no golden file and no folder of a topic; remove it";
    }
}
