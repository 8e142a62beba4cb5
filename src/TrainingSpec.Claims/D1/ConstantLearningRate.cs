using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Learning Rate Schedules" and "Why Not Use Constant Learning Rate?".</summary>
internal static class ConstantLearningRate
{
    /// <summary>Gradient descent.</summary>
    [Claim("D1-024")]
    [Claim("D1-053")]
    [Turn("facts/formula", "old + lr * gradient", Verdict.Erratum)]
    [Turn("facts/formula", "old - gradient / lr", Verdict.Erratum)]
    internal static Finding GradientDescent(Claim claim)
    {
        Working.Uses("sgd.update");
        return Judge.Formula(claim, "formula", x => Sgd.Update(x["old"], x["gradient"], x["lr"]));
    }

    /// <summary>Gradient descent on x²/2·L at rates around 2/L.</summary>
    [Claim("D1-025")]
    [Turn("facts/at too high a rate", "converge", Verdict.Erratum)]
    internal static Finding TooHigh(Claim claim)
    {
        const double Curvature = 4;
        double limit = Working.Apply<Real64>(Hessian.StableRate, Curvature);
        var leaves = new Tally("rates from 2/L upwards at which the parameter is no nearer to the minimum after 1000 steps");
        var alternates = new Tally("of them, rates at which its sign alternates");
        foreach (double times in (double[])[1, 1.01, 1.1, 1.5, 2])
        {
            Real64 factor = Working.Apply<Real64>(Hessian.Factor, times * limit, Curvature);
            double x = 1;
            for (int step = 0; step < 1000 && Math.Abs(x) < 1e100; step++)
                x *= factor.Value;
            leaves.Add(Math.Abs(x) >= 1);
            alternates.Add(factor.Value < 0);
        }

        double below = Math.Abs(Math.Pow(Working.Apply<Real64>(Hessian.Factor, 0.99 * limit, Curvature).Value, 1000));
        leaves.Shown();
        alternates.Shown();
        Working.Value("distance after 1000 steps at 0.99 times 2/L", below);
        return Judge.Stated(
            claim, "at too high a rate", leaves.Always && alternates.Always ? "oscillate or diverge" : leaves.Never ? "converge" : "either", $"{leaves}",
            Say($"on L x^2/2 the parameter changes sign at every step from a rate of 1/L on; at 2/L it swings for ever and above it diverges, in {leaves} rates tried"))
            .AndYet("between 1/L and 2/L it oscillates and still converges");
    }

    /// <summary>Where the stars of the first figure stand.</summary>
    [Claim("D1-026")]
    [Turn("printed/y_labels/0", "3.75", Verdict.Erratum)]
    [Turn("printed/note", "Converges!", Verdict.Erratum)]
    [Turn("given/rows", "[\"4.0\", \"3.0\", \"3.5\"]", Verdict.Erratum)]
    internal static Finding FigureOfTooHigh(Claim claim, Document document)
    {
        Rational[] levels = claim.GivenExactRow("rows");
        (int Column, Rational Loss)[] stars = [.. document.Facts["too high figure"]["rows"].Rows.SelectMany((row, i) => row.Rows.Select(c => (c.Integer, levels[i])))];
        PrintedNumber[] labels = claim.PrintedRow("y_labels");
        var within = new Tally("stars between the two labels");
        within.AddAll(stars.Select(s => s.Loss <= labels[0].Value && s.Loss >= labels[^1].Value)).Shown();
        int middle = (stars.Min(s => s.Column) + stars.Max(s => s.Column)) / 2;
        Rational Swing(Func<int, bool> half) => stars.Where(s => half(s.Column)).Max(s => s.Loss) - stars.Where(s => half(s.Column)).Min(s => s.Loss);
        Rational before = Working.Value("swing in the left half", Swing(c => c <= middle)), after = Working.Value("swing in the right half", Swing(c => c > middle));
        int twice = Working.Value("columns with more than one star", stars.GroupBy(s => s.Column).Count(g => g.Count() > 1));
        return Judge.All(
            Judge.Row(claim, "y_labels", [levels[0], levels[^1]]),
            Judge.Holds(within.Always, $"{within}", $"{within} stars lie between the labels", $"{within} stars lie between the labels"),
            Judge.Printed(claim, "note", after < before ? "Converges!" : "Never converges!", Say($"swing {before}, then {after}"), Say($"the stars swing over {before} in the left half of the figure and over {after} in the right one")))
            .AndYet(Say($"it is no curve: {twice} columns have more than one star, that is more than one loss at a step"));
    }

    /// <summary>Steps to reach a tolerance, by the rate.</summary>
    [Claim("D1-027")]
    [Turn("facts/training at too low a rate", "fast", Verdict.Erratum)]
    internal static Finding TooLow(Claim claim)
    {
        double[] rates = [0.1, 0.01, 0.001, 0.0001];
        int[] steps = [.. rates.Select(rate =>
        {
            double factor = Working.Apply<Real64>(Hessian.Factor, rate, 1).Value;
            int t = 0;
            for (double x = 1; x > 0.01; t++)
                x *= factor;
            return t;
        })];
        Working.Tried(Say($"gradient descent on x^2/2 from 1 until |x| is 0.01, at the rates {And(rates.Select(r => Say($"{r}")))}"));
        Working.Value("steps", steps);
        bool slower = steps.Zip(steps.Skip(1)).All(s => s.Second > 9 * s.First);
        return Judge.Stated(
            claim, "training at too low a rate", slower ? "slow" : "fast", string.Join(", ", steps),
            Say($"a hundredth of the distance is reached after {And(steps.Select(s => Say($"{s}")))} steps at the rates {And(rates.Select(r => Say($"{r}")))}: a tenth of the rate takes ten times the steps"));
    }

    /// <summary>The line of the second figure, and how fast it falls beside the typical curve.</summary>
    [Claim("D1-028")]
    [Turn("printed/steps", "500", Verdict.Erratum)]
    [Turn("printed/y_labels/1", "3.6", Verdict.Erratum)]
    [Turn("given/loss_per_row", "0.5", Verdict.Erratum)]
    internal static Finding FigureOfTooLow(Claim claim, Document document)
    {
        LossCurve typical = LossCurve.Read(document);
        PrintedNumber[] labels = claim.PrintedRow("y_labels");
        Rational perRow = claim.GivenExact("loss_per_row");
        int[] columns = [.. document.Facts["too low figure"]["rows"].Rows.Select(c => c.Integer)];
        bool straight = Working.Holds("every row's star stands one column further", columns.Zip(columns.Skip(1)).All(c => c.Second == c.First + 1));
        double fall = (perRow * (claim.GivenInteger("rows") - 1)).ToDouble(), steps = claim.PrintedNumber("steps").Value.ToDouble();
        double slow = Working.Value("fall per 1000 steps, at most", 1000 * fall / steps);
        double usual = Working.Value("of the typical curve", 1000 * (typical.Rows[0].Loss - typical.Rows[^1].Loss) / (typical.Rows[^1].Last - typical.Rows[0].First));
        double end = Working.Value("loss of the last star", labels[0].Value.ToDouble() - fall);
        return Judge.All(
            Judge.Row(claim, "y_labels", [.. labels.Select((_, i) => labels[0].Value - perRow * 2 * i)]),
            Judge.Holds(
                straight && slow < usual && columns.Length == claim.GivenInteger("rows"), Say($"{slow:F2} against {usual:F2} per 1000 steps"),
                Say($"a straight line from {labels[0]} to {end}; over {steps:N0} steps it falls by {slow:F2} per 1000 steps, the typical curve by {usual:F2}"),
                Say($"a line from {labels[0]} to {end} that falls by {slow:F2} per 1000 steps, where the typical curve falls by {usual:F2}")))
            .AndYet(Say($"its end {end} lies below the {typical.Rows[^1].Loss} at which the typical curve ends"));
    }
}
