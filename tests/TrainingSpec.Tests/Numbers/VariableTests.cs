using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class VariableTests
{
    private static Variable<Real64> Input(double x) => Variable<Real64>.Input(x);

    private static Variable<Real64> Constant(double x) => Variable<Real64>.Constant(x);

    [Test]
    public void One_pass_gives_the_derivatives_of_dual_numbers()
    {
        var random = new Random(20261201);
        for (int i = 0; i < 500; i++)
        {
            double a = 4 * random.NextDouble() + 0.1, b = i % 7 == 0 ? a : 4 * random.NextDouble() + 0.1;
            Variable<DoubleDouble> x = Variable<DoubleDouble>.Input(a), y = Variable<DoubleDouble>.Input(b);
            SampleFormulas.Smooth(x, y).Backward();
            SampleFormulas.Kinked(x, y).Backward();
            DoubleDouble ofX = SampleFormulas.Smooth(Dual<DoubleDouble>.Variable(a), Dual<DoubleDouble>.Of(b)).Derivative + SampleFormulas.Kinked(Dual<DoubleDouble>.Variable(a), Dual<DoubleDouble>.Of(b)).Derivative;
            DoubleDouble ofY = SampleFormulas.Smooth(Dual<DoubleDouble>.Of(a), Dual<DoubleDouble>.Variable(b)).Derivative + SampleFormulas.Kinked(Dual<DoubleDouble>.Of(a), Dual<DoubleDouble>.Variable(b)).Derivative;
            // Sixty operations, partial results up to 1e4.
            Assert.That(DoubleDouble.Abs(x.Gradient - ofX).High, Is.LessThan(60 * 1e4 * Math.ScaleB(1, -96)), $"x at {a:R}, {b:R}");
            Assert.That(DoubleDouble.Abs(y.Gradient - ofY).High, Is.LessThan(60 * 1e4 * Math.ScaleB(1, -96)), $"y at {a:R}, {b:R}");
        }
    }

    // D0 sums the losses of a batch in a chain: as deep as the batch is large.
    [Test]
    public void A_chain_of_hundred_thousand_sums_needs_no_stack()
    {
        var inputs = new Variable<Real64>[100_000];
        Variable<Real64> total = Constant(0);
        for (int i = 0; i < inputs.Length; i++)
            total += (inputs[i] = Input(i)) * Constant(2);
        (total / Constant(inputs.Length)).Backward();
        Assert.That(inputs.Select(x => (double)x.Gradient), Is.All.EqualTo(2 * (1.0 / inputs.Length)));
    }

    [Test]
    public void A_deep_chain_on_a_small_stack()
    {
        // 256 KiB would end any recursion over so many nodes.
        double gradient = 0;
        var thread = new Thread(() =>
        {
            Variable<Real64> x = Input(0.5), y = x;
            for (int i = 0; i < 300_000; i++)
                y = Variable<Real64>.Abs(-y);
            y.Backward();
            gradient = x.Gradient;
        }, 256 * 1024);
        thread.Start();
        thread.Join();
        // (−1)·(−1) per step: the absolute value undoes each negation.
        Assert.That(gradient, Is.EqualTo(1));
    }

    [Test]
    public void Shared_expressions_are_visited_once_and_their_contributions_add_up()
    {
        Variable<Real64> x = Input(1), doubled = x;
        // 2^60 paths lead from the result to x.
        for (int i = 0; i < 60; i++)
            doubled += doubled;
        doubled.Backward();
        Variable<Real64> z = Input(3), square = z * z, both = square * square + square;
        both.Backward();
        Assert.Multiple(() =>
        {
            Assert.That((double)x.Gradient, Is.EqualTo(Math.ScaleB(1, 60)));
            Assert.That((double)z.Gradient, Is.EqualTo(4 * 27 + 6));
            Assert.That((double)square.Gradient, Is.EqualTo(19));
        });
    }

    [Test]
    public void A_node_waits_for_all_that_use_it()
    {
        // x feeds the sum at once and again after a long detour: sorted by first discovery, it would be left too early.
        Variable<Real64> x = Input(2), once = x * x, late = once;
        for (int i = 0; i < 10; i++)
            late *= Constant(2);
        (once + late).Backward();
        Assert.That((double)x.Gradient, Is.EqualTo(4 * 1025));
    }

    [Test]
    public void Passes_accumulate_until_they_are_cleared()
    {
        Variable<Real64> x = Input(3), square = x * x, y = square * Constant(5);
        y.Backward();
        y.Backward();
        Assert.That((double)x.Gradient, Is.EqualTo(2 * 30), "not 3 · 30: what an inner node got in the first pass is not passed on again");
        (x * Constant(7)).Backward();
        Assert.That((double)x.Gradient, Is.EqualTo(67));
        x.ClearGradient();
        Assert.That(((double)x.Gradient, (double)square.Gradient), Is.EqualTo((0.0, 10.0)));
        y.ClearGradients();
        Assert.That(((double)square.Gradient, (double)y.Gradient), Is.EqualTo((0.0, 0.0)));
        y.Backward(0.5);
        Assert.That((double)x.Gradient, Is.EqualTo(15));
    }

    [Test]
    public void Constants_record_nothing()
    {
        Variable<Real64> c = Constant(2), sum = c * c + Constant(1);
        sum.Backward();
        Variable<Real64> x = Input(4);
        (sum * x).Backward();
        Assert.That(((double)c.Gradient, (double)sum.Gradient, (double)x.Gradient), Is.EqualTo((0.0, 0.0, 5.0)));
    }

    [Test]
    public void The_branch_not_taken_does_not_spoil_the_gradient()
    {
        // √x has slope ∞ at 0, and 0·∞ is NaN.
        Variable<Real64> x = Input(0);
        Variable<Real64>.IfLess(Constant(0), x, Variable<Real64>.Sqrt(x), x * Constant(3)).Backward();
        Assert.That((double)x.Gradient, Is.EqualTo(3));
    }

    // ∇²f·v of f = x²y + sin(y): ((2y, 2x), (2x, −sin y)).
    [Test]
    public void Dual_numbers_over_variables_give_Hessian_vector_products()
    {
        static T F<T>(T x, T y) where T : IReal<T> => x * x * y + T.Sin(y);
        const double A = 1.5, B = 0.75;
        foreach ((double v, double w) in new[] { (1.0, 0.0), (0.0, 1.0), (2.0, -3.0) })
        {
            Variable<Real64> x = Input(A), y = Input(B);
            var directional = F(new Dual<Variable<Real64>>(x, Constant(v)), new Dual<Variable<Real64>>(y, Constant(w)));
            directional.Derivative.Backward();
            Assert.That((double)directional.Derivative.Value, Is.EqualTo(2 * A * B * v + (A * A + Math.Cos(B)) * w).Within(8 * Real64.UnitRoundoff));
            Assert.That((double)x.Gradient, Is.EqualTo(2 * B * v + 2 * A * w).Within(16 * Real64.UnitRoundoff));
            Assert.That((double)y.Gradient, Is.EqualTo(2 * A * v - Math.Sin(B) * w).Within(16 * Real64.UnitRoundoff));
        }
    }

    [Test]
    public void Hessians_forward_over_backward_and_backward_over_forward_are_one()
    {
        var random = new Random(20261202);
        for (int i = 0; i < 100; i++)
        {
            double a = 1 + random.NextDouble(), b = 2 + random.NextDouble(), v = random.NextDouble(), w = random.NextDouble();
            Variable<DoubleDouble> x = Variable<DoubleDouble>.Input(a), y = Variable<DoubleDouble>.Input(b);
            SampleFormulas.Smooth(new Dual<Variable<DoubleDouble>>(x, Variable<DoubleDouble>.Of(v)), new Dual<Variable<DoubleDouble>>(y, Variable<DoubleDouble>.Of(w))).Derivative.Backward();
            Variable<Dual<DoubleDouble>> p = Variable<Dual<DoubleDouble>>.Input(new(a, v)), q = Variable<Dual<DoubleDouble>>.Input(new(b, w));
            SampleFormulas.Smooth(p, q).Backward();
            Assert.That(DoubleDouble.Abs(x.Gradient - p.Gradient.Derivative).High, Is.LessThan(200 * 1e4 * Math.ScaleB(1, -96)));
            Assert.That(DoubleDouble.Abs(y.Gradient - q.Gradient.Derivative).High, Is.LessThan(200 * 1e4 * Math.ScaleB(1, -96)));
        }
    }
}
