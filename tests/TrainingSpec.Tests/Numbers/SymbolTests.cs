using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class SymbolTests
{
    private static readonly Symbol X = Symbol.Named("x"), Y = Symbol.Named("y"), Beta = Symbol.Named("\\beta_1");

    private static readonly object[] Printed =
    [
        new object[] { Beta * X + (1 - Beta) * Y, "\\beta_1 \\, x + \\left(1 - \\beta_1\\right) \\, y" },
        new object[] { X - Y / (Symbol.Sqrt(Y) + 1e-8), "x - \\frac{y}{\\sqrt{y} + 10^{-8}}" },
        new object[] { X - (Y - X), "x - \\left(y - x\\right)" },
        new object[] { X - Y - X, "x - y - x" },
        new object[] { X + -Y, "x - y" },
        new object[] { X * -Y, "x \\, \\left(-y\\right)" },
        new object[] { -(X + Y), "-\\left(x + y\\right)" },
        new object[] { -(X * Y), "-x \\, y" },
        new object[] { 1 - Symbol.Power(Beta, X), "1 - \\beta_1^{x}" },
        new object[] { Symbol.Power(X + Y, 2), "\\left(x + y\\right)^{2}" },
        new object[] { Symbol.Power(X / Y, 2), "\\left(\\frac{x}{y}\\right)^{2}" },
        new object[] { Symbol.Exp(-X) / 2, "\\frac{e^{-x}}{2}" },
        new object[] { Symbol.Log(X), "\\ln x" },
        new object[] { Symbol.Sin(X) * Symbol.Tanh(Y), "\\left(\\sin x\\right) \\, \\left(\\tanh y\\right)" },
        new object[] { Symbol.Sqrt(-2 * Symbol.Log(1 - X)) * Symbol.Cos(2 * Y), "\\sqrt{-2 \\, \\ln\\left(1 - x\\right)} \\, \\cos\\left(2 \\, y\\right)" },
        new object[] { X - -2 * Y, "x - \\left(-2 \\, y\\right)" },
        new object[] { X + -2 * Y * X, "x - 2 \\, y \\, x" },
        new object[] { X * (-2 * Y), "x \\, \\left(-2 \\, y\\right)" },
        new object[] { Symbol.Power(Symbol.Log(X + Y), 2), "\\left(\\ln\\left(x + y\\right)\\right)^{2}" },
        new object[] { Symbol.Erf(X / Y), "\\operatorname{erf}\\left(\\frac{x}{y}\\right)" },
        new object[] { Symbol.Erfc(X), "\\operatorname{erfc} x" },
        new object[] { Symbol.NormalTwiceBelow(X), "\\operatorname{erfc}\\left(-\\frac{x}{\\sqrt{2}}\\right)" },
        new object[] { Symbol.NormalBell(X) * Y, "e^{-\\frac{x \\, x}{2}} \\, y" },
        new object[] { Symbol.Log1p(X), "\\ln\\left(1 + x\\right)" },
        new object[] { Symbol.Log1p(-X) * Y, "\\ln\\left(1 - x\\right) \\, y" },
        new object[] { Symbol.Power(Symbol.Log1p(Symbol.Exp(X)), 2), "\\left(\\ln\\left(1 + e^{x}\\right)\\right)^{2}" },
        new object[] { Symbol.Expm1(-X), "e^{-x} - 1" },
        new object[] { -Symbol.Expm1(X), "-\\left(e^{x} - 1\\right)" },
        new object[] { Symbol.Expm1(X) * Y / (Y - Symbol.Expm1(X)), "\\frac{\\left(e^{x} - 1\\right) \\, y}{y - \\left(e^{x} - 1\\right)}" },
        new object[] { Symbol.Pow(1 - X, Y), "\\left(1 - x\\right)^{y}" },
        new object[] { Symbol.Log(X + 1), "\\ln\\left(x + 1\\right)" },
        new object[] { 0.5 * (1 + Symbol.Cos(Symbol.Pi * X)), "\\tfrac{1}{2} \\, \\left(1 + \\cos\\left(\\pi \\, x\\right)\\right)" },
        new object[] { Symbol.Max(X, Y) - Symbol.Min(X, 0.1), "\\max(x, y) - \\min(x, 0.1)" },
        new object[] { Symbol.Abs(X) * Symbol.Floor(Y), "\\lvert x \\rvert \\, \\lfloor y \\rfloor" },
        new object[] { Symbol.Fma(X, Y, Beta), "x \\, y + \\beta_1" },
        new object[] { Symbol.Fma(X, Y, Beta) * X, "\\left(x \\, y + \\beta_1\\right) \\, x" },
        new object[] { X * 2, "x \\cdot 2" },
        new object[] { 2 * X, "2 \\, x" },
        new object[] { Symbol.Of(3) * 4, "3 \\cdot 4" },
        new object[] { Symbol.Log(X) * Y, "\\left(\\ln x\\right) \\, y" },
        new object[] { Symbol.BinaryScale(X), "2^{\\lfloor \\log_2 \\lvert x \\rvert \\rfloor}" },
        new object[] { Symbol.IfLess(X, Y, X, 0), "\\begin{cases} x & \\text{if } x < y \\\\ 0 & \\text{otherwise} \\end{cases}" },
        new object[] { Symbol.IfEqual(X, Y, X, 0), "\\begin{cases} x & \\text{if } x = y \\\\ 0 & \\text{otherwise} \\end{cases}" },
        new object[] { 0 + X * 1 - 0 + (0 - -Y) / 1, "x + y" },
        new object[] { Symbol.Of(2.5e-5) * X, "2.5 \\times 10^{-5} \\, x" },
    ];

    [TestCaseSource(nameof(Printed))]
    public void TeX_has_the_needed_parentheses_and_no_others(Symbol symbol, string expected) => Assert.That(symbol.TeX, Is.EqualTo(expected));

    [Test]
    public void The_tree_evaluates_to_what_the_formula_evaluates_to()
    {
        var random = new Random(20260301);
        Symbol smooth = SampleFormulas.Smooth(X, Y), kinked = SampleFormulas.Kinked(X, Y);
        for (int i = 0; i < 500; i++)
        {
            double x = i == 0 ? 1 : 4 * random.NextDouble(), y = 4 * random.NextDouble();
            var values = new Dictionary<string, double> { ["x"] = x, ["y"] = y };
            Assert.That(smooth.Evaluate(values), Is.EqualTo((double)SampleFormulas.Smooth<Real64>(x, y)));
            Assert.That(kinked.Evaluate(values), Is.EqualTo((double)SampleFormulas.Kinked<Real64>(x, y)));
            var wide = new Dictionary<string, DoubleDouble> { ["x"] = x, ["y"] = y };
            Assert.That(smooth.Evaluate(wide), Is.EqualTo(SampleFormulas.Smooth<DoubleDouble>(x, y)));
        }
    }

    [Test]
    public void A_name_without_a_value_is_named() =>
        Assert.That(() => (X + Beta).Evaluate(new Dictionary<string, double> { ["x"] = 1 }), Throws.ArgumentException.With.Message.Contains("\\beta_1"));

    [Test]
    public void Equality_is_structural() => Assert.Multiple(() =>
    {
        Assert.That(SampleFormulas.Smooth(X, Y), Is.EqualTo(SampleFormulas.Smooth(Symbol.Named("x"), Symbol.Named("y"))));
        Assert.That(X + Y, Is.Not.EqualTo(Y + X));
    });

    [Test]
    public void Nodes_come_in_the_order_of_a_computation_by_hand() => Assert.Multiple(() =>
    {
        Symbol square = X * X;
        Assert.That((square + Symbol.Sqrt(square)).Nodes.Select(node => node.TeX), Is.EqualTo(new[] { "x \\, x", "\\sqrt{x \\, x}", "x \\, x + \\sqrt{x \\, x}" }));
        Assert.That((square + Beta).Names, Is.EqualTo(new[] { "x", "\\beta_1" }));
    });

    [Test]
    public void An_operation_is_written_over_what_its_operands_give() => Assert.Multiple(() =>
    {
        static string Seven(Symbol _) => "-7";
        Assert.That((X * X + Y).Over(Seven), Is.EqualTo("(-7) + y"));
        Assert.That(Symbol.Sqrt(X - Y).Over(_ => "2.5"), Is.EqualTo("\\sqrt{2.5}"));
        Assert.That((X - 3).Over(Seven), Is.EqualTo("x - 3"));
        Assert.That(X.Over(Seven), Is.EqualTo("x"));
    });
}
