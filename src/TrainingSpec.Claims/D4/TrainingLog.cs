using System.Globalization;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Try It Yourself": the corpus, its split, the steps and the form of the log.</summary>
internal static class TrainingLog
{
    /// <summary>Each line's numbers, formatted from their values under cultures that write numbers otherwise.</summary>
    [Claim("D4-148")]
    [Turn("D4/log format/loss decimals", "3", Verdict.Erratum)]
    internal static Finding Format(Document document)
    {
        Facts format = document.Facts["log format"];
        LoggedLine[] log = [.. LoggedLine.All(document)];
        CultureInfo before = CultureInfo.CurrentCulture;
        int tried = 0;
        var equal = new Tally("texts as printed");
        try
        {
            foreach (CultureInfo culture in Cultures())
            {
                CultureInfo.CurrentCulture = culture;
                foreach (LoggedLine line in log)
                {
                    tried++;
                    equal.Add(PythonFormat.Fixed(line.Loss.Value.ToDouble(), format["loss decimals"].Integer) == line.Loss.Text
                        && PythonFormat.Exponent(line.Rate.Value.ToDouble(), format["rate decimals"].Integer) == line.Rate.Text);
                }
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        int[] distances = [.. log.Select((l, i) => l.Step - (i == 0 ? 0 : log[i - 1].Step)).Distinct()];
        Working.Tried("each line's loss and rate, formatted from their values under cultures that write numbers otherwise");
        equal.Shown();
        Working.Value("steps from line to line", distances);
        return Judge.Holds(
            equal.Always && distances.Length == 1 && Array.TrueForAll(log, l => l.Epoch <= l.Epochs && l.Step <= l.Steps),
            Say($"every {distances[0]} steps"),
            Say($"the lines come every {distances[0]} steps, and their values give the printed text in every culture tried"),
            Say($"distances {string.Join(", ", distances)}; {equal} texts agree"));
    }

    // Made here and not taken by name: a machine without globalization data knows no names.
    private static IEnumerable<CultureInfo> Cultures()
    {
        yield return CultureInfo.InvariantCulture;
        foreach ((string point, string group, string minus) in new[] { (",", ".", "-"), (",", "\u00a0", "\u2212"), ("\u066b", "\u066c", "\u061c-") })
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NegativeSign) = (point, group, minus);
            yield return culture;
        }
    }

    /// <summary>The corpus's length as counted, and as the sum of both parts.</summary>
    [Claim("D4-149")]
    [Turn("printed/characters", "1,115,395", Verdict.Erratum)]
    internal static Finding Characters(Claim claim, Document document)
    {
        Facts corpus = document.Facts["corpus"];
        long counted = corpus["characters"].Whole, bytes = corpus["bytes"].Whole;
        Rational parts = document["D4-150"].PrintedNumber("train").Value + document["D4-151"].PrintedNumber("val").Value;
        Working.Value("characters counted", counted);
        Working.Value("both parts added up", parts);
        return Judge.All(
            Judge.Number(claim, "characters", counted),
            Judge.Agrees(parts == counted, "D4-150", "", $"the two parts add up to {parts}"))
            .With(Say($"{corpus["how"].Text}: {counted} characters in {bytes} bytes, so all of them are ASCII"));
    }

    /// <summary>The training part: nine tenths, cut off.</summary>
    [Claim("D4-150")]
    [Turn("printed/train", "1,003,855", Verdict.Erratum)]
    internal static Finding TrainingPart(Claim claim)
    {
        Rational share = Working.Value("fraction times N", claim.GivenExact("fraction") * claim.GivenExact("N"));
        Working.Value("cut off", Rational.Truncate(share).ToString(CultureInfo.InvariantCulture));
        return Judge.Number(claim, "train", new Rational(Rational.Truncate(share), 1))
            .With($"the share is {share}; rounded it would be {Rational.Round(share)}");
    }

    /// <summary>The validation part: what the cut-off training part leaves.</summary>
    [Claim("D4-151")]
    [Turn("printed/val", "111,539", Verdict.Erratum)]
    internal static Finding ValidationPart(Claim claim, Document document)
    {
        Rational n = claim.GivenExact("N"), fraction = document["D4-150"].GivenExact("fraction");
        Working.Value("fraction times N", fraction * n);
        Rational rest = n - new Rational(Rational.Truncate(fraction * n), 1);
        Working.Value("N less that, cut off", rest);
        return Judge.Number(claim, "val", rest)
            .With($"a tenth cut off on its own would be {Rational.Truncate((1 - fraction) * n)}");
    }

    /// <summary>Both parts as shares of the corpus.</summary>
    [Claim("D4-152")]
    [Turn("D4-150/printed/train", "1,003,000", Verdict.Erratum)]
    internal static Finding Split(Document document)
    {
        Rational train = document["D4-150"].PrintedNumber("train").Value, val = document["D4-151"].PrintedNumber("val").Value;
        Rational n = document["D4-149"].PrintedNumber("characters").Value, fraction = document["D4-150"].GivenExact("fraction");
        Rational offTrain = Rational.Abs(train / n - fraction), offVal = Rational.Abs(val / n - (1 - fraction));
        Working.Value("the parts as shares of the corpus", new[] { train / n, val / n });
        Working.Value("the same in percent", new[] { train / n * 100, val / n * 100 });
        Working.Value("distances from the fractions, in characters", new[] { offTrain * n, offVal * n });
        // No split into whole characters comes closer than within one character.
        bool close = offTrain * n < 1 && offVal * n < 1;
        string shares = Say($"{(train / n * 100).ToDouble():F4} % and {(val / n * 100).ToDouble():F4} %");
        return Judge.Holds(
            close,
            shares,
            Say($"the parts are {shares} of the corpus, each within one character of {fraction} and {1 - fraction}"),
            Say($"the parts are {shares} of the corpus"));
    }

    /// <summary>Epochs and steps of all lines, and the characters per token that each conventional batch would need.</summary>
    [Claim("D4-155")]
    [Turn("printed/epochs", "4", Verdict.Erratum)]
    internal static Finding Steps(Claim claim, Document document)
    {
        LoggedLine[] log = [.. LoggedLine.All(document)];
        int total = document["D4-156"].GivenInteger("total"), steps = claim.GivenInteger("steps");
        Rational characters = claim.GivenExact("train characters");
        double[] measured = [.. document.Facts["encodings"]["rows"].Rows.Select(r => r[3].Number)];
        int[] products = [256, 512, 640, 768, 1024, 1280, 1536, 2048, 4096];
        string[] needs = [.. products.Select(p => Say($"{p}: {PerToken(steps + 1, p):F3} to {PerToken(steps, p):F3}"))];
        int[] fitting = [.. products.Where(p => PerToken(steps, p) >= measured.Min() && PerToken(steps + 1, p) <= measured.Max())];
        Working.Value("epochs in all lines", log[0].Epochs);
        Working.Value("steps an epoch in all lines", log[0].Steps);
        Working.Value("epochs times steps an epoch", log[0].Epochs * log[0].Steps);
        Working.Value("characters per token, measured with encodings of 2000 entries", measured);
        Rational epochs = claim.PrintedNumber("epochs").Value, perEpoch = claim.PrintedNumber("steps per epoch").Value;
        return Judge.All(
            Judge.Holds(
                epochs * perEpoch == total,
                Say($"{epochs * perEpoch} steps"),
                Say($"{epochs} epochs of {perEpoch} steps are {total}"),
                Say($"{epochs} epochs of {perEpoch} steps are {epochs * perEpoch}, not {total}")),
            Judge.Holds(
                Array.TrueForAll(log, l => l.Steps == perEpoch && l.Epochs == epochs),
                Say($"{log[0].Epochs} epochs of {log[0].Steps} steps"),
                "all logged lines name them",
                Say($"the logged lines name {log[0].Epochs} epochs of {log[0].Steps} steps")),
            Judge.NotCheckable(Say($"{epochs} epochs of {perEpoch} steps are {total}, as all lines say; whether an epoch has so many needs batch, length and tokenizer, which the document doesn't give: encodings of 2000 entries give {measured.Min():F2} to {measured.Max():F2} characters per token; of {And(products.Select(p => Say($"{p}")))} tokens per step that fits {(fitting.Length == 0 ? "none" : And(fitting.Select(p => Say($"{p}"))))}")))
            .With("tokens per step and the characters per token that they need for this many full steps, without overlap:")
            .With(needs);

        double PerToken(int count, int tokens) => (characters / ((Rational)count * tokens)).ToDouble();
    }

    /// <summary>The logged losses: their differences, and the label of the rule engine.</summary>
    [Claim("D4-160")]
    [Turn("D4-162/printed/loss", "7.5", Verdict.Erratum)]
    internal static Finding Falling(Document document)
    {
        Claim[] printed = [document["D4-159"], document["D4-162"], document["D4-164"]];
        Rational[] losses = [.. printed.Select(c => c.PrintedNumber("loss").Value)];
        Rational[] changes = [.. losses.Skip(1).Select((l, i) => l - losses[i])];
        bool falls = changes.All(c => c < 0), slows = changes.Zip(changes.Skip(1)).All(p => p.First < p.Second);
        Trend strict = RunCurves.TrendOf([.. losses.Select(l => l.ToDouble())]), loose = RunCurves.TrendOf([.. losses.Select(l => l.ToDouble())], 0.2);
        Working.Value("losses", losses);
        Working.Value("changes", changes);
        Working.Holds("each is below 0", falls);
        Working.Holds("each is smaller than the one before", slows);
        return Judge.Holds(
            falls && slows,
            string.Join(", ", changes),
            $"the loss changes by {string.Join(" and ", changes)} from line to line: it falls, and ever more slowly",
            $"the loss changes by {string.Join(" and ", changes)} from line to line")
            .With($"the slope test calls three values {strict} at level 0.01 and {loose} at level 0.2: too few to be sure by themselves");
    }
}
