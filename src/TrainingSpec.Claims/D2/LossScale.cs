using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Loss Scaling": the training step in mixed precision.</summary>
internal static class LossScale
{
    /// <summary>Gradients of all sizes in half precision, with and without scaling.</summary>
    [Claim("D2-079")]
    [Turn("facts/underflow", "more", Verdict.Erratum)]
    [Turn("D2-080/given/loss_scale", "1", Verdict.Erratum)]
    internal static Finding PreventsUnderflow(Claim claim, Document document)
    {
        const int Count = 1000;
        double scale = document["D2-080"].GivenNumber("loss_scale");
        var draws = new Draws(279);
        double[] gradients = [.. Enumerable.Range(0, Count).Select(_ => Math.Exp(Math.Log(1e-9) + Math.Log(1e12) * draws.Uniform(0, 1)))];
        int plain = Working.Counted("gradients from 1e-9 to 1000 that half precision makes 0", gradients.Count(g => Float16.Of(g).Value == 0), Count);
        int scaled = Working.Counted(Say($"the same multiplied by {scale}"), gradients.Count(g => Float16.Of(LossScaling.Scaled<Real64>(g, scale).Value).Value == 0), Count);
        int infinite = Working.Counted("of which become infinite", gradients.Count(g => double.IsInfinity(Float16.Of(scale * g).Value)), Count);
        Working.Uses("loss_scaling.scaled");
        return Judge.Stated(claim, "underflow", scaled < plain ? "less" : "more", Say($"{plain} and {scaled} of {Count}"), Say($"of {Count} gradients half precision makes {plain} zero without scaling and {scaled} with a scale of {scale}"))
            .AndYet(Say($"the range is limited above as well: {infinite} of the scaled gradients become infinite"));
    }

    /// <summary>A default that stands in one line alone; what it does is judged where the document says so.</summary>
    [Claim("D2-080")]
    internal static Finding DefaultScale(Claim claim)
    {
        Rational scale = claim.GivenExact("loss_scale"), room = Working.Value("largest gradient that is not infinite when it is scaled", Rational.Of(65504) / scale);
        bool exact = Working.Holds("the scale is a power of two, which scales without rounding", scale.Denominator.IsOne && scale.Numerator.IsPowerOfTwo);
        return Judge.NotCheckable(claim, "the number is a choice that stands in the listing's first line and in no other place of the five documents, and no rule is given that it should follow; what a scale of this size does is D2-079, D2-081 and D2-083")
            .With(Say($"it is {(exact ? "a power of two, which scales without rounding" : "no power of two, so that scaling rounds")}; gradients above {room:G4} become infinite, and the scale never adapts"));
    }

    /// <summary>Scaled, then unscaled: the gradient itself, to the bit for a power of two in single precision.</summary>
    [Claim("D2-081")]
    [Turn("facts/unscaled", "S * g", Verdict.Erratum)]
    internal static Finding LeavesTheUpdate(Claim claim, Document document)
    {
        double scale = document["D2-080"].GivenNumber("loss_scale");
        var same = new Tally("normal gradients (seed 281) that single precision scales and unscales to the same bits");
        foreach (Real64 g in new Draws(281).Row(1000))
            same.Add(LossScaling.Unscaled(LossScaling.Scaled<Real32>((float)g.Value, (float)scale), Real32.Of(scale)).Value == (float)g.Value);
        same.Shown();
        return Judge.All(
            Judge.Formula(claim, "unscaled", x => LossScaling.Unscaled(LossScaling.Scaled(x.In("g", -2, 2), x["S"]), x["S"])),
            Judge.Holds(same.Always, $"{same} gradients", $"{same} gradients come back with the same bits", $"{same} gradients come back with the same bits"));
    }

    /// <summary>What stands between the unscaling and the step, and what the given gradient becomes.</summary>
    [Claim("D2-082")]
    [Turn("D2/train_step_mixed_precision/calls", "[\"forward\", \"loss\", \"scale\", \"backward\", \"unscale\", \"skip if not finite\", \"step\"]", Verdict.Erratum)]
    internal static Finding StraightToTheOptimizer(Claim claim, Document document)
    {
        string[] calls = document.Facts["train_step_mixed_precision"]["calls"].Texts;
        int between = Working.Value("lines between the unscaling and the step", Array.IndexOf(calls, "step") - Array.IndexOf(calls, "unscale") - 1);
        double g = claim.GivenNumber("g"), scale = claim.GivenNumber("S"), handed = Float16.Of(Float16.Of(g * scale).Value / scale).Value;
        Working.Value(Say($"what the optimizer is handed for a gradient of {g} in half precision"), handed);
        return Judge.Holds(between == 0, Say($"{between} lines between"), "the line after the unscaling calls the optimizer", $"between the unscaling and the step stands: {And(calls[(Array.IndexOf(calls, "unscale") + 1)..Array.IndexOf(calls, "step")])}")
            .AndYet(Say($"a gradient of {g} is {handed} when it is scaled by {scale} in half precision, the step is not skipped, and every weight that it reaches is lost"));
    }

    /// <summary>The given gradients, unscaled in the type in which backward leaves them, and in single precision.</summary>
    [Claim("D2-083")]
    [Turn("D2/train_step_mixed_precision/unscaled in", "float32", Verdict.Confirmed)]
    internal static Finding UnscaledWithoutACast(Claim claim, Document document)
    {
        double scale = claim.GivenNumber("S");
        string format = document.Facts["train_step_mixed_precision"]["unscaled in"].Text;
        double[] gradients = claim.GivenRow("g"), kept = [.. gradients.Select(g => Unscaled(g, scale, "float32"))], got = [.. gradients.Select(g => Unscaled(g, scale, format))];
        Working.Value("the gradients", gradients);
        Working.Value($"unscaled in {format}", got);
        Working.Value("unscaled after a cast to float32", kept);
        int lost = Working.Counted("gradients that the scaling saved and the unscaling makes 0", got.Zip(kept).Count(p => p.First == 0 && p.Second != 0), got.Length);
        return Judge.Holds(
            lost == 0,
            Say($"{lost} of {got.Length} lost"),
            $"unscaled in {format} no gradient is lost",
            Say($"the gradients are float16 by the document's own table, and an array of float16 divided by {scale} stays float16 (in NumPy 2; NumPy 1 made float32 of it for a whole number above 255, and float16 for a float): {And(gradients.Select(g => Say($"{g}")))} survive the backward pass and become {And(got.Select(g => Say($"{g}")))} when they are unscaled, so the underflow that the scaling is to prevent comes back; after a cast to float32 they are {And(kept.Select(k => Say($"{k:G3}")))}"));
    }

    /// <summary>What the step is handed for a gradient that backward leaves in half precision, scaled, where it is unscaled in a format.</summary>
    internal static double Unscaled(double gradient, double scale, string format)
    {
        double scaled = Float16.Of(gradient * scale).Value;
        return format == "float16" ? Float16.Of(scaled / scale).Value : (float)scaled / (float)scale;
    }

    /// <summary>The type that the step is handed, and what decides whether the update is in single precision.</summary>
    [Claim("D2-084")]
    [Turn("D2/train_step_mixed_precision/unscaled in", "float32", Verdict.Confirmed)]
    [Turn("facts/comment", "float16", Verdict.Erratum)]
    internal static Finding UpdateInSinglePrecision(Claim claim, Document document)
    {
        string handed = document.Facts["train_step_mixed_precision"]["unscaled in"].Text, comment = claim.Facts["comment"].Text;
        double half = Working.Value("1 less 1e-4 in half precision", Float16.Of(1 - Float16.Of(1e-4).Value).Value), single = Working.Value("with a weight in single precision", (double)(1f - (float)Float16.Of(1e-4).Value));
        bool needs = comment == (half == 1 && single < 1 ? "float32" : "float16");
        return Judge.Conditional(
            needs && handed == "float32",
            needs,
            "when the optimizer itself holds weights and moments in float32",
            Say($"{half:G5} in half, {single:G5} with a float32 weight"),
            Say($"the comment says {comment}, no line casts, and the optimizer is handed {handed}: an update of 1e-4 makes 1 to {half:G5} where the weight is float16 as well, and to {single:G5} where it is float32"));
    }
}
