using System.Globalization;
using System.Text.RegularExpressions;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Precise = TrainingSpec.Numbers.DoubleDouble;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Every check shows its work.</summary>
public partial class StepsTests
{
    [Test]
    public void NoClaimIsJudgedWithoutAStep()
    {
        string[] without = [.. AllResults.Value.Where(r => r.Finding.Verdict != Verdict.NotChecked && !r.Finding.Steps.Any(Computes)).Select(r => r.Claim.Id)];
        Assert.That(without, Is.Empty, string.Join(", ", without));
        Assert.That(AllResults.Value, Has.Count.EqualTo(ClaimChecks.Ids.Count));
    }

    [Test]
    public void FormulasAndWorkedNumbersShowAFormula()
    {
        string[] without = [.. AllResults.Value.Where(r => r.Claim.Kind is "formula" or "worked-number" && r.Finding.Verdict != Verdict.NotChecked && !r.Finding.Steps.Any(s => s.Kind == StepKind.Formula)).Select(r => r.Claim.Id)];
        Assert.That(without.Where(id => !ClaimChecks.IsPlain(id)), Is.Empty);
        Assert.That(ClaimChecks.Ids.Where(ClaimChecks.IsPlain).Except(without), Is.Empty, "these show a formula after all");
    }

    // What is recomputed must be seen to come out of a step; otherwise a reader has to take it on trust.
    [Test]
    public void EveryRecomputedNumberStandsInAStep()
    {
        List<string> missing = [];
        foreach (ClaimResult result in AllResults.Value)
        {
            Rational[] shown = [.. result.Finding.Steps.SelectMany(s => Numbers(string.Join('\n', [s.Text, .. s.Details]))).Select(n => n.Value)];
            missing.AddRange(Numbers(result.Finding.Recomputed).Where(n => !shown.Any(n.IsRounded)).Select(n => $"{result.Claim.Id}: {n.Text}"));
        }

        Assert.That(missing, Is.Empty, string.Join("; ", missing));
    }

    [Test]
    public void AStepIsOneLineWithLinesBelow()
    {
        foreach (Step step in AllResults.Value.SelectMany(r => r.Finding.Steps))
        {
            Assert.That(step.Text, Is.Not.Empty.And.Not.Contains("\n"));
            Assert.That(step.Details, Has.All.Not.Contain("\n"));
        }
    }

    [Test]
    public void AFormulaIsWorkedOut()
    {
        using var scope = new CheckScope();
        double result = Working.Apply<Real64>(WeightDecay.L2Gradient, 0.5, 0.75, 3);
        Assert.That(result, Is.EqualTo(2.75));
        Step step = scope.Steps.Single();
        Assert.That(step.Kind, Is.EqualTo(StepKind.Formula));
        Assert.That(step.Text, Is.EqualTo(@"formula weight_decay.l2_gradient: g_t = g + \lambda \, \theta"));
        Assert.That(step.Details, Is.EqualTo(new[] { @"with g = 0.5, \theta = 0.75, \lambda = 3", @"\lambda \, \theta = 2.25", "g + 2.25 = 2.75" }));
    }

    [Test]
    public void ARowIsWorkedOutForItsFirstValue()
    {
        using var scope = new CheckScope();
        Precise[] log = Working.ApplyRow(Softmax.LogProbabilities, new[] { Precise.Zero, Precise.Zero });
        Assert.That((double)log[1], Is.EqualTo(-Math.Log(2)).Within(1e-15));
        Step step = scope.Steps.Single();
        Assert.That(step.Details[0], Is.EqualTo("with x = [0, 0]"));
        Assert.That(step.Details[^1], Is.EqualTo("all values: [-0.693147180559945, -0.693147180559945]"));
    }

    [Test]
    public void TheSameFormulaIsShownForAFewValuesAndThenCounted()
    {
        using var scope = new CheckScope();
        for (int i = 0; i < 16; i++)
            Working.Apply<Real64>(Schedules.Constant, i % 12);
        IReadOnlyList<Step> steps = scope.Steps;
        Assert.That(steps.Count(s => s.Details.Count > 0), Is.EqualTo(8), "four of the sixteen say nothing new");
        Assert.That(steps[^1].Text, Is.EqualTo("formula schedules.constant: used 4 more times with other values"));
    }

    [Test]
    public void AMethodThatStatesNoFormulaIsRefusedByName() => Assert.That(
        () => FormulaCatalog.Stated(typeof(Math).GetMethod(nameof(Math.Cbrt))!), Throws.ArgumentException.With.Message.Contains("Math.Cbrt"));

    [Test]
    public void OutsideOfACheckNothingIsWrittenDown()
    {
        Assert.That(Working.Value("x", 1), Is.EqualTo(1));
        using var scope = new CheckScope();
        Assert.That(scope.Steps, Is.Empty);
        Working.Holds("it does", true);
        Assert.That(scope.Steps.Single().Text, Is.EqualTo("it does: yes"));
    }

    [Test]
    public void WhatIsComputedQuietlyIsNotShown()
    {
        using var scope = new CheckScope();
        Assert.That(Working.Quiet(() => Working.Apply<Real64>(Schedules.Constant, 3)), Is.EqualTo((Real64)3));
        Assert.That(scope.Steps, Is.Empty);
        Working.Apply<Real64>(Schedules.Constant, 3);
        Assert.That(scope.Steps, Has.Count.EqualTo(1));
    }

    [Test]
    public void WhatIsReadFromOnePlaceInARowIsOneStep()
    {
        using var scope = new CheckScope();
        Claim claim = DocumentLibrary.Open()["D4"]["D4-071"];
        claim.GivenNumber("max_lr");
        claim.GivenInteger("step");
        claim.GivenInteger("step");
        claim.PrintedNumber("lr");
        Assert.That(scope.Steps.Select(s => s.Text), Is.EqualTo(new[] { "D4-071, given: max_lr = 3e-4; step = 500", "D4-071, printed: lr = 1.75e-4" }));
    }

    [TestCase("0", "0")]
    [TestCase("1", "1")]
    [TestCase("-120", "-120")]
    [TestCase("0.1", "0.1")]
    [TestCase("0.000125", "0.000125")]
    [TestCase("0.0000125", "0.0000125")]
    [TestCase("0.00000125", "1.25e-6")]
    [TestCase("123456789012345", "123456789012345")]
    [TestCase("1234567890123456", "1.23456789012346e15")]
    [TestCase("-3e-300", "-3e-300")]
    [TestCase("999999999999999999999", "1e21")]
    public void ExactNumbersAreWrittenPlainly(string value, string written)
    {
        Assert.That(Digits.Of(Rational.Parse(value)), Is.EqualTo(written));
        Assert.That(Rational.Abs(Rational.Parse(written) - Rational.Parse(value)) * Rational.PowerOfTen(14) <= Rational.Abs(Rational.Parse(value)));
    }

    [Test]
    public void OtherValuesAreWrittenInTheInvariantCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.That(Digits.Of(0.5), Is.EqualTo("0.5"));
            Assert.That(Digits.Of(new Rational(1, 3)), Is.EqualTo("0.333333333333333"));
            Assert.That(Digits.Of(Precise.Of(-0.25)), Is.EqualTo("-0.25"));
            Assert.That(Digits.Of(new Real64(double.NaN)), Is.EqualTo("NaN"));
            Assert.That(Digits.Of(Precise.Of(double.NegativeInfinity)), Is.EqualTo("-Infinity"));
            Assert.That(Digits.Of(new[] { 1.5, 2 }), Is.EqualTo("[1.5, 2]"));
            Assert.That(Digits.Of(Enumerable.Range(0, 20)), Is.EqualTo("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … 20 in all]"));
            Assert.That(Digits.Of(true), Is.EqualTo("true"));
            Assert.That(Digits.Of<string?>(null), Is.EqualTo("nothing"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static bool Computes(Step step) => step.Kind is StepKind.Formula or StepKind.Computed or StepKind.Tried || (step.Kind == StepKind.Compared && step.Details.Count > 0);

    private static IEnumerable<PrintedNumber> Numbers(string text) =>
        Number().Matches(text).Select(m => PrintedNumber.TryParse(m.Value, out PrintedNumber? number) ? number : null).OfType<PrintedNumber>();

    [GeneratedRegex(@"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?")]
    private static partial Regex Number();
}
