using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.Tests.Experiments;

/// <summary>Each experiment says another thing when its mistake is planted; names, tables and charts are whole. Their numbers are golden.</summary>
public class ExperimentTests
{
    // Written down here once more: what each finds, and what it finds with its mistake.
    private static readonly Dictionary<string, (string Found, string Planted)> Findings = new(StringComparer.Ordinal)
    {
        ["learning-rates"] = ("the highest rate learns most", "rates from 0.1 on diverge"),
        ["initialization-race"] = ("Xavier is sooner", "N(0, 1) is sooner"),
        ["batch-sizes"] = ("larger batches need fewer updates, and batches of 1 and 16 need the fewest examples, which of them may be chance", "larger batches need as many updates, and all need as many examples"),
        ["early-stopping"] = ("early stopping ends lower", "early stopping changes nothing"),
        ["gradient-norms"] = ("the gradients are longest in tenth 1", "no tenth differs from another"),
        ["loss-curve"] = ("no change of the rate shows", "the curve breaks at step 600"),
        ["loss-logging"] = ("a record holds the loss before its update", "a record holds the loss after its update"),
        ["gradient-monitor"] = ("2 of 6 are judged wrongly", "all are judged rightly"),
        ["initializations"] = ("from zeros nothing is learnt", "all starts learn"),
        ["linear-scaling"] = ("the losses agree", "the losses part"),
        ["broken-trainings"] = ("all are told apart", "2 of 10 are not told apart"),
        ["stopping-loop"] = ("the loop ends with the best weights", "the loop ends with the weights of the stop"),
        ["gradient-histogram"] = ("it gets narrower, and broader beside its mean", "it gets broader, and not surely beside its mean"),
        ["rate-finder"] = ("the steepest fall's rate trains best", "the last rate before divergence trains best"),
        ["forgetting"] = ("with EWC less is forgotten", "what EWC changes may be chance"),
        ["flat-minima"] = ("single examples leave sharp minima alone, and batches of 64 neither", "batches of all sizes leave neither"),
        ["large-batches"] = ("SGD fails, LARS, Adam and LAMB train", "SGD and LARS fail, Adam and LAMB train"),
        ["mixed-precision"] = ("loss scaling saves the gradients", "loss scaling saves nothing"),
    };

    [TestCaseSource(nameof(Names))]
    public void The_finding_turns_with_the_mistake(string name)
    {
        Experiment experiment = ExperimentCatalog.Find(name);
        (ExperimentResult result, ExperimentResult planted) = (experiment.Run(), experiment.Run(planted: true));
        Assert.That((result.Finding, planted.Finding), Is.EqualTo(Findings[name]));
        Assert.That(planted.Finding, Is.Not.EqualTo(result.Finding));
    }

    [TestCaseSource(nameof(Names))]
    public void A_result_is_whole(string name)
    {
        foreach (ExperimentResult result in (ExperimentResult[])[ExperimentCatalog.Find(name).Run(), ExperimentCatalog.Find(name).Run(planted: true)])
        {
            Assert.Multiple(() =>
            {
                Assert.That(result.Conclusion, Does.StartWith(result.Finding));
                Assert.That(result.Table.Rows.Select(r => r.Values.Count), Is.All.EqualTo(result.Table.Columns.Count));
                Assert.That(result.Table.Rows.Select(r => r.Name), Is.Unique.And.Not.Empty);
                Assert.That(result.Charts, Is.Not.Empty);
                Assert.That(result.Charts.SelectMany(c => c.Lines).Select(l => l.X.Count), Is.EqualTo(result.Charts.SelectMany(c => c.Lines).Select(l => l.Y.Count)));
                Assert.That(result.Charts.SelectMany(c => c.Lines).Select(l => l.X), Is.All.Ordered);
            });
        }
    }

    [Test]
    public void Names_are_unique_in_any_case_and_found_so()
    {
        Assert.That(Names().Select(n => n.ToUpperInvariant()), Is.Unique);
        Assert.That(Findings.Keys, Is.EquivalentTo(Names()));
        Assert.That(ExperimentCatalog.Find("LOSS-Curve").Name, Is.EqualTo("loss-curve"));
        Assert.That(() => ExperimentCatalog.Find("loss-curves"), Throws.ArgumentException.With.Message.Contain("did you mean loss-curve?"));
    }

    [Test]
    public void A_long_line_is_made_of_means()
    {
        ExperimentLine line = ExperimentLine.Over("x", [.. Enumerable.Range(1, 121).Select(i => (double)i)]);
        Assert.That((line.X.Count, line.X[0], line.Y[0], line.X[^1], line.Y[^1]), Is.EqualTo((41, 3d, 2d, 121d, 121d)));
        Assert.That(ExperimentLine.Over("x", [5, 7]).X, Is.EqualTo(new[] { 1d, 2d }));
    }

    private static IEnumerable<string> Names() => ExperimentCatalog.All.Select(e => e.Name);
}
