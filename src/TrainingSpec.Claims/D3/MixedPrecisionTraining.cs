using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Mixed Precision Training (FP16/BF16)".</summary>
internal static class MixedPrecisionTraining
{
    private static readonly Dictionary<string, (int Exponent, int Fraction, Func<double, double> Round)> Formats = new(StringComparer.Ordinal)
    {
        ["FP32"] = (8, 23, x => (float)x),
        ["FP16"] = (5, 10, x => Float16.Of(x).Value),
        ["BF16"] = (8, 7, x => BFloat16.Of(x).Value),
    };

    /// <summary>Bytes of a training step as the section divides it up, in single and in mixed precision.</summary>
    [Claim("D3-048")]
    [Turn("facts/lower precision", "costs memory and time", Verdict.Erratum)]
    [Turn("D3-050/facts/bits", "64", Verdict.Erratum)]
    internal static Finding SavesMemoryAndTime(Claim claim, Document document)
    {
        (int full, int half) = (document["D3-049"].Facts["bits"].Integer / 8, document["D3-050"].Facts["bits"].Integer / 8);
        // Weights, gradients and Adam's two moments; in mixed precision the copy and the gradients of the passes are short, and long masters stand beside them.
        int state = Working.Value("bytes of weights, gradients and two moments per parameter, all FP32", 4 * full), mixed = Working.Value("FP16 copy and gradients, FP32 weights and moments", 2 * half + 3 * full);
        double activations = Working.Value("bytes of activations against FP32", (double)half / full), traffic = Working.Value("bytes that the forward and backward pass move against FP32", (double)half / full);
        string found = activations < 1 && traffic < 1 && mixed <= state ? "saves memory and time" : activations > 1 ? "costs memory and time" : "neither";
        return Judge.Stated(
            claim,
            "lower precision",
            found,
            Say($"{state} and {mixed} bytes per parameter, activations {activations:G2}"),
            Say($"with the formats that the section gives, activations and what the passes move shrink to {activations:G2} of FP32, and the model's state stays at {mixed} bytes per parameter against {state}"))
            .AndYet(Say($"weights and optimizer state are no smaller ({mixed} bytes per parameter either way): the memory that is saved is that of activations, and the time that of kernels whose traffic or arithmetic is in the short format"));
    }

    /// <summary>The width of each format, from its fields and from the rounding itself.</summary>
    [Claim("D3-049")]
    [Claim("D3-050")]
    [Turn("facts/bits", "24", Verdict.Erratum)]
    [Turn("facts/used for", "activations alone", Verdict.Erratum)]
    [Turn("facts/format", "BF16", Verdict.Erratum, Claim = "D3-049")]
    internal static Finding WidthAndUse(Claim claim)
    {
        (string format, int bits) = (claim.Facts["format"].Text, claim.Facts["bits"].Integer);
        (int exponent, int fraction, Func<double, double> round) = Formats[format];
        double unit = 1;
        while (round(1 + unit) > 1)
            unit /= 2;
        int width = Working.Value($"bits of {format}: 1, {exponent} and {fraction}", 1 + exponent + fraction), found = Working.Value("fraction bits that rounding keeps", (int)Math.Round(-Math.Log2(unit)) - 1);
        // A thousand updates of 1e-4 to a weight of 1; a mean of squares of a thousand numbers, each rounded.
        double weight = 1;
        for (int n = 0; n < 1000; n++)
            weight = round(weight + 1e-4);
        Real64[] x = new Draws(350).Row(1000);
        double exact = x.Average(v => v.Value * v.Value), pass = x.Average(v => round(round(v.Value) * round(v.Value)));
        double kept = Working.Value($"what 1000 updates of 1e-4 add to a weight of 1 kept in {format}, of 0.1", weight - 1), error = Working.Value($"relative error of a mean of 1000 products rounded to {format}", Math.Abs(pass / exact - 1));
        string fits = Math.Abs(kept - 0.1) < 0.001 ? "weights and optimizer states" : error < 0.001 ? "forward and backward" : "neither";
        return Judge.All(
            Judge.Holds(width == bits && found == fraction, $"{width} bits", $"{format} has 1 + {exponent} + {fraction} = {width} bits, and rounding to it keeps {found} behind the leading one", $"{format} has {width} bits, stated are {bits}"),
            Judge.Stated(claim, "used for", fits, Say($"{kept:G2} of 0.1"), Say($"a weight kept in {format} takes in {kept:G2} of 1000 updates that add up to 0.1, and products rounded to it give a mean that is off by a relative {error:G1}: it is fit for {fits}")));
    }

    /// <summary>The speed-up from bytes moved, and where arithmetic or the update decides instead.</summary>
    [Claim("D3-051")]
    [Turn("printed/speedup", "≈3×", Verdict.Erratum)]
    internal static Finding TwofoldSpeed(Claim claim, Document document)
    {
        (int full, int half) = (document["D3-049"].Facts["bits"].Integer, document["D3-050"].Facts["bits"].Integer);
        Rational traffic = Working.Value("bytes moved in FP32 over those in FP16", (Rational)full / half);
        // The optimizer's traffic stays: 16 bytes of state per parameter are read, and 12 written.
        double step = Working.Value("the same over a whole step of one token per parameter: passes in FP16, update in FP32", (3.0 * full + 28 * 8) / (3.0 * half + 28 * 8));
        Finding number = Judge.Number(claim, "speedup", traffic);
        return Judge.All(number, Judge.Conditional(claim.PrintedNumber("speedup").IsRounded(Rational.Of(step)), traffic > 1, "when the time goes into moving half-precision numbers", Say($"{traffic.ToDouble():G2} and {step:G2}"), Say($"half the bytes give a factor of {traffic.ToDouble():G2} for passes that wait for memory; a step of few tokens per parameter, whose FP32 update moves 28 bytes per parameter, gains {step:G2}, and arithmetic may gain more or nothing, by the device")));
    }

    /// <summary>bfloat16 against the upper half of a float, and its exponent.</summary>
    [Claim("D3-052")]
    [Turn("facts/bits", "8", Verdict.Erratum)]
    [Turn("facts/exponent as in", "FP16", Verdict.Erratum)]
    internal static Finding ExponentOfSingle(Claim claim)
    {
        (int exponent, int fraction, _) = Formats["BF16"];
        int bits = Working.Value("bits of BF16", 1 + exponent + fraction);
        Tally halves = new Tally("random floats whose BF16, with the lower half cut off, is the upper half of their bits").AddAll(Enumerable.Range(0, 1000).Select(seed =>
        {
            uint word = BitConverter.SingleToUInt32Bits((float)new Draws(3520 + seed).Normal()) & 0xFFFF0000;
            return BFloat16.Of(BitConverter.UInt32BitsToSingle(word)).Bits == word >> 16;
        })).Shown();
        string[] same = [.. Formats.Where(f => f.Key != "BF16" && f.Value.Exponent == exponent).Select(f => f.Key)];
        Working.Value("exponent bits", exponent);
        double largest = Working.Value("largest BF16", BFloat16.FromBits(0x7F7F).Value);
        return Judge.All(
            Judge.Holds(bits == claim.Facts["bits"].Integer && halves.Always, $"{bits} bits", $"BF16 has {bits} bits, the upper half of a float's ({halves})", $"BF16 has {bits} bits"),
            Judge.Stated(claim, "exponent as in", And(same), $"{exponent} bits", Say($"its {exponent} exponent bits are those of {And(same)}, and reach to {largest:G3}")));
    }

    /// <summary>Numbers beyond the largest half, in both formats; and what is lost for it.</summary>
    [Claim("D3-053")]
    [Turn("facts/overflows less than FP16", "FP32", Verdict.Confirmed)]
    [Turn("facts/overflows less than FP16", "FP16", Verdict.Erratum)]
    internal static Finding OverflowsLess(Claim claim)
    {
        string format = claim.Facts["overflows less than FP16"].Text;
        double[] values = [.. Enumerable.Range(0, 200).Select(i => Math.Pow(10, i / 5.0))];
        int half = Working.Counted("of 200 numbers from 1 to 6e39 that overflow in FP16", values.Count(v => double.IsInfinity(Formats["FP16"].Round(v))), values.Length);
        int wide = Working.Counted($"that overflow in {format}", values.Count(v => double.IsInfinity(Formats[format].Round(v))), values.Length);
        double rounded = Working.Value("1 + 2^-8 rounded to BF16", BFloat16.Of(1 + 1.0 / 256).Value);
        return Judge.Holds(
            wide < half,
            $"{half} against {wide}",
            $"of 200 numbers from 1 to 6e39 {half} overflow in FP16 and {wide} in {format}, which is the reason that is given for preferring it",
            $"of 200 numbers {half} overflow in FP16 and {wide} in {format}")
            .AndYet(Say($"BF16 is eight times coarser than FP16: 1 + 2^-8 becomes {rounded}; whether it is what most use is not a thing that a program can find"));
    }

    /// <summary>The given gradient in half precision, scaled and unscaled, where the division is made in single and where in half.</summary>
    [Claim("D3-054")]
    [Turn("facts/before the backward pass", "divide", Verdict.Erratum)]
    [Turn("given/g", "1e-5", Verdict.Confirmed)]
    internal static Finding LossScalingSteps(Claim claim)
    {
        (double g, double scale) = (claim.GivenNumber("g"), claim.GivenNumber("S"));
        double factor = claim.Facts["before the backward pass"].Text == "multiply" ? scale : 1 / scale;
        double stored = Working.Value("the gradient in FP16, with the loss scaled", Float16.Of(Working.Apply<Real64>(Formulas.LossScaling.Scaled, g, factor).Value).Value);
        double single = Working.Value("divided again in FP32", (double)((float)stored / (float)factor)), half = Working.Value("divided again in FP16", (Float16.Of(stored) / Float16.Of(factor)).Value);
        double plain = Working.Value("the gradient in FP16 without scaling", Float16.Of(g).Value);
        // A subnormal half keeps at least one bit of three: within a quarter.
        bool bySingle = Math.Abs(single / g - 1) < 0.25, byHalf = Math.Abs(half / g - 1) < 0.25;
        return Judge.Conditional(
            bySingle && byHalf,
            bySingle,
            "when the division is made after the cast to FP32",
            Say($"{single:G3} in FP32, {half:G3} in FP16"),
            Say($"a gradient of {g} becomes {plain} in FP16, with the loss scaled by {scale} it survives and divided in FP32 it is {single:G3}, divided in FP16 {half:G3}: there it underflows a second time"));
    }

    /// <summary>Gradients from 2^-60 to 2^15: which of them survive FP16 without and with the scale.</summary>
    [Claim("D3-055")]
    [Turn("facts/underflow with scaling", "more frequent", Verdict.Erratum)]
    [Turn("D3-054/given/S", "0.001", Verdict.Erratum)]
    internal static Finding PreventsUnderflow(Claim claim, Document document)
    {
        double scale = document["D3-054"].GivenNumber("S");
        double[] gradients = [.. Enumerable.Range(-60, 76).Select(e => Math.ScaleB(1, e))];
        int[] plain = [.. Enumerable.Range(0, gradients.Length).Where(i => Float16.Of(gradients[i]).Value == 0)], scaled = [.. Enumerable.Range(0, gradients.Length).Where(i => Float16.Of(scale * gradients[i]).Value == 0)];
        int over = Working.Counted("of 76 powers of two from 2^-60 to 2^15 that overflow with the scale", gradients.Count(g => double.IsInfinity(Float16.Of(scale * g).Value)), gradients.Length);
        int without = Working.Counted("that underflow to 0 without a scale", plain.Length, gradients.Length), with = Working.Counted($"with the scale {scale}", scaled.Length, gradients.Length);
        Working.Uses("loss_scaling.scaled");
        string found = with == 0 ? "prevented" : with < without ? "less frequent" : "more frequent";
        string stated = claim.Facts["underflow with scaling"].Text;
        return Judge.Conditional(
            stated == found,
            stated == "prevented" && with < without,
            Say($"when gradients lie within the range that the scale moves, from about {Math.ScaleB(1, -25) / scale:G2} to {65504 / scale:G2} for S = {scale}"),
            $"{without} without, {with} with",
            Say($"of 76 powers of two {without} underflow in FP16 without and {with} with S = {scale}; {over} overflow with it"));
    }

    /// <summary>The named tools against what was looked up of them.</summary>
    [Claim("D3-056")]
    [Turn("facts/tools/1", "NumPy", Verdict.Erratum)]
    internal static Finding ToolsScale(Claim claim, Document document)
    {
        string[] named = claim.Facts["tools"].Texts, known = document.Facts["tools that scale the loss"]["names"].Texts;
        Tally tally = new Tally("named tools whose own documentation describes loss scaling with FP16").AddAll(named.Select(known.Contains)).Shown();
        LossScaleUpdate<Real32> grown = LossScaler.Next<Real32>(65536, 1999, false, new LossScaleOptions()), backed = LossScaler.Next<Real32>(65536, 5, true, new LossScaleOptions());
        Working.Uses("loss_scaling.next");
        Working.Tried(Say($"what such a tool does, on our scaler: after 2000 sound steps 65536 becomes {grown.Scale}, after an overflow {backed.Scale} and the step is skipped"));
        return Judge.Holds(
            tally.Always,
            $"{tally} tools",
            $"the documentation of {And(named)} describes a scaler that grows the loss scale, backs off and skips steps by itself",
            $"{tally} of {And(named)} are among the tools that were looked up")
            .AndYet("since PyTorch 2.4 the scaler under torch.cuda.amp is deprecated in favour of torch.amp, and its calls must be written into the loop by hand");
    }
}
