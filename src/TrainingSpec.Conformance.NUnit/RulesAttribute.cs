using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.NUnit;

/// <summary>Makes a test of each rule of the fixture's chapter, named by its id, level and sentence; the level is its category.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RulesAttribute : NUnitAttribute, ITestBuilder, IImplyFixture
{
    /// <inheritdoc/>
    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        ArgumentNullException.ThrowIfNull(method);
        var builder = new NUnitTestCaseBuilder();
        foreach (JudgedRule rule in RuleFixture.RulesOf((suite?.TypeInfo ?? method.TypeInfo).Type))
        {
            TestCaseData made = new TestCaseData(rule.Id).SetName($"{rule.Id} {rule.Level}: {rule.Sentence}").SetCategory(rule.Level);
            yield return builder.BuildTestMethod(method, suite, made);
        }
    }
}
