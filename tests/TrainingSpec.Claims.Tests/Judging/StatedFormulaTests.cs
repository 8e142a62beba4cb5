using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Precise = TrainingSpec.Numbers.DoubleDouble;

namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Formulas as data: read, evaluated, told apart from ours.</summary>
public class StatedFormulaTests
{
    [TestCase("1 + 2 * 3", 7)]
    [TestCase("(1 + 2) * 3", 9)]
    [TestCase("-2^2", -4)]
    [TestCase("2^3^2", 512)]
    [TestCase("2^-1", 0.5)]
    [TestCase("8 / 2 / 2", 2)]
    [TestCase("7 - 2 - 1", 4)]
    [TestCase("1e-3 * 1000", 1)]
    [TestCase("sqrt(9) + abs(-2) + max(1, 4) + min(1, 4)", 10)]
    [TestCase("if(1 < 2, 3, 4)", 3)]
    [TestCase("sum(r)", 6)]
    [TestCase("mean(r * r)", 14.0 / 3)]
    [TestCase("norm(s)", 5)]
    [TestCase("max(r) - min(r) + prod(r) + count(r)", 11)]
    [TestCase("x2 + beta_1", 0.75)]
    public void Values(string text, double value) => Assert.That(
        StatedFormula.Parse(text).Evaluate<Real64>(name => name switch
        {
            "r" => [1, 2, 3],
            "s" => [3, 4],
            "x2" => [0.5],
            _ => [0.25],
        }).Value,
        Is.EqualTo(value));

    [TestCase("1 +", "place 4, its end")]
    [TestCase("(1", "its end")]
    [TestCase("1 2", "place 3, '2'")]
    [TestCase("a $ b", "place 3, '$ b'")]
    [TestCase("", "its end")]
    [TestCase("1..2", "place 1")]
    public void OtherTextIsRefused(string text, string place) => Assert.That(() => StatedFormula.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(place));

    [TestCase("gamma(1)", "gamma of 1")]
    [TestCase("r + s", "rows of 3 and 2 entries")]
    [TestCase("r", "is a row")]
    public void WhatHasNoValueIsRefused(string text, string why) => Assert.That(
        () => StatedFormula.Parse(text).Evaluate<Real64>(name => name == "r" ? [1, 2, 3] : [1, 2]),
        Throws.TypeOf<FormatException>().With.Message.Contains(why));

    // 0.9 is nine tenths over every kind of number, not the binary64 next to it.
    [Test]
    public void DecimalsAreExactOverEveryNumber() => Assert.That(
        Exact.Value(StatedFormula.Parse("0.9 * 10 - 9").Evaluate<Precise>(_ => [])).ToDouble(), Is.EqualTo(0).Within(1e-30));

    [Test]
    public void TeXIsThatOfTheSymbol() => Assert.That(StatedFormula.Parse("a * sqrt(b)").TeX, Is.EqualTo((Symbol.Named("a") * Symbol.Sqrt(Symbol.Named("b"))).ToString()));

    [TestCase("theta - eta * g", true)]
    [TestCase("theta - g * eta", true)]
    [TestCase("theta + eta * g", false)]
    [TestCase("theta - eta * g^2", false)]
    public void OursIsToldFromAnother(string text, bool same) =>
        Assert.That(Judge.Same(StatedFormula.Parse(text), x => Sgd.Update(x["theta"], x["g"], x["eta"])), Is.EqualTo(same));

    [TestCase("-sum(y * log(p))", true)]
    [TestCase("-mean(y * log(p))", false)]
    [TestCase("sum(y * log(p))", false)]
    public void RowsToo(string text, bool same) => Assert.That(
        Judge.Same(StatedFormula.Parse(text), x => CrossEntropy.OfDistributions<Precise>(x.Distribution("y"), x.Distribution("p"))), Is.EqualTo(same));

    [Test]
    public void APointDoesNotDependOnTheOrder()
    {
        RandomPoint one = new(3), other = new(3);
        (Precise a, Precise b) = (one["a"], one.Whole("b", 1, 9));
        Assert.That((other.Whole("b", 1, 9), other["a"]), Is.EqualTo((b, a)));
        Assert.That(new RandomPoint(4)["a"], Is.Not.EqualTo(a));
    }
}
