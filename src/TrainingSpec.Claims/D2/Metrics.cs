using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Essential Metrics".</summary>
internal static class Metrics
{
    /// <summary>The named series against the keys of the listing: as many, and each key's words begin those of one name.</summary>
    [Claim("D2-105")]
    [Turn("facts/count", "5", Verdict.Erratum)]
    [Turn("facts/names/5", "memory", Verdict.Erratum)]
    [Turn("D2/metrics listing/keys/3", "weight_norm", Verdict.Erratum)]
    [Turn("D2/metrics listing/keys", "[\"train_loss\", \"val_loss\", \"learning_rate\", \"grad_norm\", \"step_time\"]", Verdict.Erratum)]
    internal static Finding SixSeries(Claim claim, Document document)
    {
        string[] names = claim.Facts["names"].Texts, keys = document.Facts["metrics listing"]["keys"].Texts;
        int count = Working.Value("keys of the listing, each once", keys.Distinct().Count());
        Tally listed = new Tally("named series that have a key in the listing").AddAll(names.Select(name => keys.Count(key => Short(key, name)) == 1)).Shown();
        return Judge.Holds(
            listed.Always && listed.Of == count && count == claim.Facts["count"].Integer,
            $"{count} keys, {listed} series",
            $"the listing has {count} keys, {And(keys)}, and each of {And(names)} is one of them",
            $"the listing has {count} keys, {And(keys)}; {listed} of {And(names)} have one of them");

        // grad_norm is short for gradient norm.
        static bool Short(string key, string name) => key.Split('_') is var parts && name.Split(' ') is var words && parts.Length == words.Length && parts.Zip(words).All(p => p.Second.StartsWith(p.First, StringComparison.Ordinal));
    }

    /// <summary>Throughput as tokens over seconds.</summary>
    [Claim("D2-106")]
    [Turn("facts/throughput", "tokens * seconds", Verdict.Erratum)]
    [Turn("facts/throughput", "examples / seconds", Verdict.Erratum)]
    internal static Finding Throughput(Claim claim) =>
        Judge.Formula(claim, "throughput", x => Monitoring.Throughput(x.Whole("tokens", 1, 4096), x["seconds"]));
}
