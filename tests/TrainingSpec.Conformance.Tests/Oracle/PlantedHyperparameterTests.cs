using System.Reflection;
using TrainingSpec.Formulas;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>A hyperparameter is changed in its one place, and whatever speaks of it says what the place says: in a copy of the assemblies, so that nothing else sees it.</summary>
internal sealed class PlantedHyperparameterTests
{
    private static readonly Lazy<IsolatedCopy> WithBeta1 = new(() =>
    {
        var copy = new IsolatedCopy();
        copy.Run(typeof(PlantedHyperparameter), nameof(PlantedHyperparameter.Plant));
        return copy;
    });

    private static readonly Lazy<IsolatedCopy> Plain = new(() => new IsolatedCopy());

    private static IEnumerable<string> OfBeta1 => typeof(PlantedHyperparameter).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => method.GetParameters().Length == 0 && method.Name != nameof(PlantedHyperparameter.Plant)).Select(method => method.Name);

    private static IEnumerable<TestCaseData> Some => Deep.AllButEvery(5, HyperparameterTableTests.Entries);

    [TestCaseSource(nameof(OfBeta1))]
    public void What_is_said_of_beta1_is_what_its_place_says(string where) => WithBeta1.Value.Run(typeof(PlantedHyperparameter), where);

    [TestCaseSource(nameof(Some))]
    public void The_oracle_reads_domain_and_default_in_one_place(string op, string name) =>
        Plain.Value.Run(typeof(PlantedHyperparameter), nameof(PlantedHyperparameter.The_oracle_reads_domain_and_default_of_this_entry), op, name);

    [Test]
    public void Nothing_outside_the_copy_sees_what_is_planted()
    {
        WithBeta1.Value.Run(typeof(PlantedHyperparameter), nameof(PlantedHyperparameter.Plant));
        Assert.Multiple(() =>
        {
            Assert.That(OfBeta1.Count(), Is.GreaterThanOrEqualTo(6));
            Assert.That(Hyperparameters.Beta1.Domain.ToString(), Is.EqualTo("[0, 1)"));
            Assert.That(Hyperparameters.Beta1.Otherwise, Is.EqualTo(0.9));
            Assert.That(Hyperparameters.Beta1.TeX, Is.EqualTo(@"\beta_1"));
        });
    }
}
