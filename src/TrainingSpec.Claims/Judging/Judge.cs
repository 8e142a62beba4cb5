namespace TrainingSpec.Claims;

/// <summary>Reaches verdicts from printed digits and recomputed values; the only place where a comparison turns into a verdict.</summary>
public static class Judge
{
    /// <summary>One printed number against its exact value.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key in printed.</param>
    /// <param name="exact">The exact value.</param>
    /// <param name="readings">Other ways in which the digits could have come about; the first that gives them makes the verdict imprecise.</param>
    public static Finding Number(Claim claim, string key, Rational exact, params IReadOnlyList<Reading> readings) =>
        Row(claim, key, [exact], readings);

    /// <summary>A printed row against its exact values: confirmed where every entry is correctly rounded, imprecise where one reading gives
    /// the whole row, an erratum otherwise.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key in printed.</param>
    /// <param name="exact">The exact values.</param>
    /// <param name="readings">Other ways in which the row could have come about.</param>
    /// <exception cref="ClaimDataException">The row has another length than the exact values.</exception>
    public static Finding Row(Claim claim, string key, IReadOnlyList<Rational> exact, params IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(exact);
        PrintedNumber[] printed = claim.PrintedRow(key);
        if (printed.Length != exact.Count)
            throw claim.Bad($"printed.{key} with {exact.Count} entries");
        string[] right = [.. printed.Select((p, i) => p.Like(exact[i]))];
        string recomputed = string.Join(", ", right);
        string digits = string.Join(", ", exact.Select(Short));
        Working.Compared(
            $"compare with the printed {key}",
            [
                .. printed.Select((p, i) => $"{key}{(printed.Length == 1 ? "" : $"[{i}]")} is {Digits.Of(exact[i])}, in the printed form {right[i]}; printed is {p.Text}: {(p.IsRounded(exact[i]) ? "right" : "not the rounded value")}"),
                .. readings.Select(reading => $"{reading.How}: {string.Join(", ", reading.Values.Select(Digits.Of))}, {(reading.Gives(printed) ? "which gives the printed digits" : "which does not give the printed digits")}"),
            ]);
        int[] wrong = [.. Enumerable.Range(0, printed.Length).Where(i => !printed[i].IsRounded(exact[i]))];
        var corrected = new Dictionary<string, IReadOnlyList<string>> { [key] = right };
        WorkedNumbers[] worked = [new(key, [.. printed.Select(p => p.Text)], [.. exact], right)];
        if (wrong.Length == 0)
        {
            return new Finding(Verdict.Confirmed, recomputed, $"{key} is {digits}, which rounds to the printed digits")
            {
                Corrected = corrected,
                Worked = worked,
            };
        }

        string where = printed.Length == 1
            ? $"{key} is {digits}, printed as {printed[0].Text}"
            : $"{key}[{string.Join(", ", wrong)}] is {string.Join(", ", wrong.Select(i => Short(exact[i])))}, printed as {string.Join(", ", wrong.Select(i => printed[i].Text))}";
        Reading? how = readings.FirstOrDefault(r => r.Gives(printed));
        return new Finding(
            how is null ? Verdict.Erratum : Verdict.Imprecise,
            recomputed,
            how is null ? where : $"{where}; the printed digits follow {how.How}")
        {
            Corrected = corrected,
            Worked = worked,
        };
    }

    /// <summary>A formula that a document states, against ours, at random points to 88 bits: confirmed where they agree at all, an erratum where they don't.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key among the claim's facts, such as "formula".</param>
    /// <param name="ours">Our formula of the same names; what it asks for as a row is a row in the stated one too.</param>
    /// <exception cref="ClaimDataException">The stated formula can't be read.</exception>
    public static Finding Formula(Claim claim, string key, Func<RandomPoint, Precise> ours)
    {
        ArgumentNullException.ThrowIfNull(claim);
        StatedFormula stated = claim.Facts[key].Formula;
        (Tally agree, string? apart) = Compare(stated, ours);
        return Holds(
            agree.Always,
            $"{agree} points",
            $"{stated} equals ours at {agree} random points to 88 bits",
            $"{stated} equals ours at {agree} random points{apart}");
    }

    /// <summary>True where a stated formula and ours agree to 88 bits at all random points.</summary>
    public static bool Same(StatedFormula stated, Func<RandomPoint, Precise> ours) => Compare(stated, ours).Agree.Always;

    /// <summary>A word that a document says, against the word that was found: confirmed where they are the same, an erratum otherwise.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key among the claim's facts: the sign of an effect, an order, a name.</param>
    /// <param name="found">What was found.</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="why">One sentence with figures, true whatever the document says.</param>
    public static Finding Stated(Claim claim, string key, string found, string recomputed, string why)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Word(key, claim.Facts[key].Text, found, recomputed, why);
    }

    /// <summary>What a document says, against what each of the things that it could say comes to: confirmed where the computation bears out what it says, an erratum otherwise.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key among the claim's facts.</param>
    /// <param name="readings">What it could say, each with whether the computation bears it out; the first is what is usually said.</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="whyFirst">Why the first holds, one sentence with figures.</param>
    /// <param name="whyNot">Why it does not, one sentence with figures.</param>
    /// <exception cref="ClaimDataException">The document says something else.</exception>
    public static Finding OneOf(Claim claim, string key, IReadOnlyList<(string Word, bool Holds)> readings, string recomputed, string whyFirst, string whyNot)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(readings);
        string stated = claim.Facts[key].Text;
        if (readings.All(r => r.Word != stated))
            throw claim.Bad($"facts/{key} = {stated}");
        bool right = readings.First(r => r.Word == stated).Holds;
        string found = readings.Where(r => r.Holds).Select(r => r.Word).ToArray() is { Length: > 0 } words ? Sentence.And(words) : "neither";
        Working.Compared($"{key}: the document says {stated}, found is {found}");
        string why = readings[0].Holds ? whyFirst : whyNot;
        return new Finding(right ? Verdict.Confirmed : Verdict.Erratum, recomputed, right ? why : $"the document says that {key} {stated}, found is {found}: {why}");
    }

    /// <summary>A word that a document says of an effect, against what was counted: one word for "in every case", another for "in none"; a mixture is neither.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key among the claim's facts.</param>
    /// <param name="tally">What was counted; it is shown as a step.</param>
    /// <param name="always">The word for every case.</param>
    /// <param name="never">The word for none.</param>
    public static Finding Effect(Claim claim, string key, Tally tally, string always, string never)
    {
        ArgumentNullException.ThrowIfNull(tally);
        return Stated(claim, key, tally.Shown().Always ? always : tally.Never ? never : "neither", $"{tally}", $"{tally} {tally.What}");
    }

    /// <summary>A printed word against the word that was found.</summary>
    /// <inheritdoc cref="Stated"/>
    public static Finding Printed(Claim claim, string key, string found, string recomputed, string why)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Word(key, claim.PrintedText(key), found, recomputed, why);
    }

    /// <summary>Values against a printed range: confirmed where all lie in it, an erratum where one does not.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key in printed.</param>
    /// <param name="values">The values with what each is: "the default", "seed 3".</param>
    public static Finding Within(Claim claim, string key, params IReadOnlyList<(string Name, Rational Value)> values)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(values);
        PrintedRange range = claim.PrintedRange(key);
        (string Name, Rational Value)[] outside = [.. values.Where(v => !range.Contains(v.Value))];
        Working.Compared($"compare with the printed {key}", [.. values.Select(v => $"{v.Name} is {Digits.Of(v.Value)}: {(range.Contains(v.Value) ? "within" : "outside")} {range}")]);
        string Told(IEnumerable<(string Name, Rational Value)> some) => Sentence.And(some.Select(v => $"{v.Name} ({Short(v.Value)})"));
        return new Finding(
            outside.Length == 0 ? Verdict.Confirmed : Verdict.Erratum,
            string.Join(", ", values.Select(v => Short(v.Value))),
            outside.Length == 0 ? $"{Told(values)} within {range}" : $"{Told(outside)} outside {range}");
    }

    /// <summary>A statement that an experiment or an audit decides.</summary>
    /// <param name="holds">What the experiment found.</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="whyTrue">Why it holds, one sentence with figures.</param>
    /// <param name="whyFalse">Why it does not, one sentence with figures.</param>
    public static Finding Holds(bool holds, string recomputed, string whyTrue, string whyFalse)
    {
        Working.Compared($"the statement {(holds ? "holds" : "does not hold")}");
        return new(holds ? Verdict.Confirmed : Verdict.Erratum, recomputed, holds ? whyTrue : whyFalse);
    }

    /// <summary>A statement that holds only under a condition which the document leaves unsaid: confirmed where it holds without it too.</summary>
    /// <param name="always">It holds with and without the condition.</param>
    /// <param name="underCondition">It holds under the condition.</param>
    /// <param name="condition">The condition, as the end of a sentence: "when …".</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="why">One sentence with figures.</param>
    public static Finding Conditional(bool always, bool underCondition, string condition, string recomputed, string why)
    {
        Working.Compared($"without a condition the statement {(always ? "holds" : "does not hold")}; {condition} it {(underCondition ? "does" : "does not")}");
        return new(
            always ? Verdict.Confirmed : underCondition ? Verdict.Imprecise : Verdict.Erratum,
            recomputed,
            always || !underCondition ? why : $"{why}; it holds only {condition}");
    }

    /// <summary>A statement that another place contradicts: conflicts where the two computed values differ, else confirmed.</summary>
    /// <param name="agree">The two places say the same.</param>
    /// <param name="other">The other place, such as "D4-120".</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="why">One sentence with figures.</param>
    public static Finding Agrees(bool agree, string other, string recomputed, string why)
    {
        Working.Compared(agree ? "both places say the same" : $"another place says otherwise: {other}");
        return new(agree ? Verdict.Confirmed : Verdict.Conflicts, recomputed, agree ? why : $"{why}; compare {other}");
    }

    /// <summary>A printed number that another place states as well: conflicts where the two differ, else confirmed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key in printed.</param>
    /// <param name="elsewhere">The other place's number.</param>
    /// <param name="other">The other place, such as "D4-120".</param>
    public static Finding SameNumber(Claim claim, string key, Rational elsewhere, string other)
    {
        ArgumentNullException.ThrowIfNull(claim);
        PrintedNumber printed = claim.PrintedNumber(key);
        string right = printed.Like(elsewhere);
        Working.Compared($"compare with {other}", $"{key} is printed as {printed.Text}, and stands there as {Digits.Of(elsewhere)}, in the printed form {right}");
        return Agrees(printed.Value == elsewhere, other, right, $"{key} is printed as {printed.Text} and stands as {Short(elsewhere)} in {other}") with
        {
            Corrected = new Dictionary<string, IReadOnlyList<string>> { [key] = [right] },
            Worked = [new(key, [printed.Text], [elsewhere], [right])],
        };
    }

    /// <summary>Two readings: confirmed where both hold, ambiguous where exactly one does, an erratum where none does.</summary>
    /// <param name="first">The first reading holds.</param>
    /// <param name="second">The second reading holds.</param>
    /// <param name="recomputed">The figures that decide, short.</param>
    /// <param name="why">One sentence that names both readings with figures.</param>
    public static Finding TwoReadings(bool first, bool second, string recomputed, string why)
    {
        Working.Compared($"by the first reading the statement {(first ? "holds" : "does not hold")}, by the second it {(second ? "does" : "does not")}");
        return new(first && second ? Verdict.Confirmed : first || second ? Verdict.Ambiguous : Verdict.Erratum, recomputed, why);
    }

    /// <summary>What no program could check, with the reason.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="reason">The reason, one sentence that a reader accepts.</param>
    public static Finding NotCheckable(Claim claim, string reason)
    {
        ArgumentNullException.ThrowIfNull(claim);
        Working.Read($"{claim.Id}, statement", claim.Kind, claim.Statement);
        return NotCheckable(reason);
    }

    /// <summary>A part of a claim that no program could check, with the reason.</summary>
    public static Finding NotCheckable(string reason)
    {
        Working.Compared($"a part of the statement, or all of it, no program can decide");
        return new(Verdict.NotChecked, "", reason);
    }

    /// <summary>The worst of several parts of one claim; the sentences of the parts that decide are joined. Corrected digits stay where they would mend the claim: no part without such digits is wrong, and no two parts ask for different ones.</summary>
    /// <param name="parts">Findings on the parts of one claim, at least one.</param>
    public static Finding All(params IReadOnlyList<Finding> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Numbers.Domain.Require("[1, inf)", parts.Count, nameof(parts));
        Verdict worst = parts.MaxBy(p => Severity(p.Verdict))!.Verdict;
        IGrouping<string, IReadOnlyList<string>>[] digits = [.. parts.SelectMany(p => p.Corrected).GroupBy(p => p.Key, p => p.Value)];
        bool mends = parts.All(p => p.Corrected.Count > 0 || p.Verdict == Verdict.Confirmed || worst == Verdict.NotChecked) && digits.All(g => g.All(d => d.SequenceEqual(g.First())));
        if (parts.Count > 1)
            Working.Compared($"the worst of {parts.Count} parts counts: {string.Join(", ", parts.Select(p => VerdictWord.Of(p.Verdict)))}");
        return new Finding(
            worst,
            string.Join("; ", parts.Select(p => p.Recomputed).Where(r => r.Length > 0).Distinct()),
            string.Join("; ", parts.Where(p => p.Verdict == worst).Select(p => p.Why)))
        {
            Evidence = [.. parts.SelectMany(p => p.Evidence)],
            Hazard = string.Join("; ", parts.Select(p => p.Hazard).OfType<string>()) is { Length: > 0 } hazards ? hazards : null,
            Worked = [.. parts.SelectMany(p => p.Worked)],
            Corrected = mends ? digits.ToDictionary(g => g.Key, g => g.First()) : new Dictionary<string, IReadOnlyList<string>>(),
        };
    }

    private static (Tally Agree, string? Apart) Compare(StatedFormula stated, Func<RandomPoint, Precise> ours)
    {
        const int Points = 100;
        ArgumentNullException.ThrowIfNull(stated);
        ArgumentNullException.ThrowIfNull(ours);
        CheckScope.Recorder?.Add(new Step(StepKind.Formula, $"formula as stated: {stated}"));
        var agree = new Tally($"random points at which {stated} equals ours to 88 bits");
        string? apart = null;
        for (int i = 0; i < Points; i++)
        {
            var point = new RandomPoint(i);
            Precise right = ours(point), said = stated.Evaluate(point.Value);
            if (!agree.Add(Closeness.Near(right, said)))
                apart ??= $"; where {string.Join(", ", stated.Names.Select(n => $"{n} = {(point.Value(n) is [var one] ? Short(one) : $"[{string.Join(", ", point.Value(n).Select(Short))}]")}"))} it is {Short(said)} and ours {Short(right)}";
        }

        agree.Shown();
        return (agree, apart);

        static string Short(Precise value) => Sentence.Say($"{value:G4}");
    }

    private static Finding Word(string key, string stated, string found, string recomputed, string why)
    {
        Working.Compared($"{key}: the document says {stated}, found is {found}");
        return stated == found ? new Finding(Verdict.Confirmed, recomputed, why) : new Finding(Verdict.Erratum, recomputed, $"the document says {stated}, found is {found}: {why}");
    }

    private static int Severity(Verdict verdict) => verdict switch
    {
        Verdict.Erratum => 5,
        Verdict.Conflicts => 4,
        Verdict.Ambiguous => 3,
        Verdict.Imprecise => 2,
        Verdict.NotChecked => 1,
        _ => 0,
    };

    private static string Short(Rational value) => Sentence.Say($"{value.ToDouble():G7}");
}
