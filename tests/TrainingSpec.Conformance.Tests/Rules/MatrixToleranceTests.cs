using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>What the tolerances of Muon and Adafactor, which come of their own formulas, keep and what they break.</summary>
internal sealed class MatrixToleranceTests
{
    private static readonly ReferenceImplementation Reference = new();
    private static readonly OperationCases Cases = new(11, 12);

    [Test]
    public void Plain_arithmetic_in_another_order_is_kept([Values("muon.step", "adafactor.step")] string op, [Values("float64", "float32")] string dtype)
    {
        OperationOutcome drawn = Cases.Judge(new PlainMatrixOptimizers(), op, dtype).Outcome;
        Assert.Multiple(() =>
        {
            Assert.That(Faults(op, dtype, ""), Is.Empty);
            Assert.That((drawn.Status, drawn.Differing), Is.EqualTo((RuleStatus.Kept, 0)), drawn.Reason);
        });
    }

    [TestCase("muon.step", "a coefficient off by 1e-3", "MUON-2")]
    [TestCase("muon.step", "the last iteration left out", "MUON-2")]
    [TestCase("muon.step", "no transpose", "MUON-2")]
    [TestCase("muon.step", "a tall matrix not turned back", "MUON-2")]
    [TestCase("muon.step", "no scale", "MUON-3")]
    [TestCase("muon.step", "ε under the root", "MUON-1")]
    [TestCase("adafactor.step", "an exponent off by 1e-3", "ADAFACTOR-3")]
    [TestCase("adafactor.step", "ε beside the root", "ADAFACTOR-4")]
    [TestCase("adafactor.step", "the mean of all left out", "ADAFACTOR-1")]
    [TestCase("adafactor.step", "no scale of the rate", "ADAFACTOR-7")]
    public void A_small_mistake_is_broken(string op, string mistake, string rule) => Assert.Multiple(() =>
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Faults(op, dtype, mistake).Select(f => f.Split(':')[0]), Does.Contain(rule), dtype);
        Assert.That(Cases.Judge(new PlainMatrixOptimizers(mistake), op, "float64").Outcome.Status, Is.EqualTo(RuleStatus.Broken));
    });

    private static IEnumerable<string> Faults(string op, string dtype, string mistake)
    {
        foreach (RuleCheck check in RuleChecks.All.Where(c => RuleChecks.OperationsOf(c).Contains(op) && BookRules.All.Any(r => r.Id == c.Rule && r.Level == "required" && op.StartsWith(r.Topic, StringComparison.Ordinal))))
        {
            var plain = new PlainMatrixOptimizers(mistake);
            if (check.Broken(dtype == "float64" ? plain : new InDataType(plain, Reference, dtype)) is { } fault)
                yield return $"{check.Rule}: {fault}";
        }
    }
}
