using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Judging;

/// <summary>A rule that an implementation may be asked about.</summary>
/// <param name="Id">Its id, such as "ADAM-3".</param>
/// <param name="Level">"required", "variant" or "statistical".</param>
/// <param name="Topic">The chapter that states it.</param>
/// <param name="Sentence">The rule.</param>
public sealed record JudgedRule(string Id, string Level, string Topic, string Sentence);

/// <summary>What became of a rule in one dtype.</summary>
/// <param name="DataType">The dtype.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">One line: how it is broken, what is unsupported, which variant; empty where it is kept.</param>
public sealed record RuleOutcome(string DataType, RuleStatus Status, string Reason)
{
    /// <summary>The questions of the check that decided, in order; the last one decided.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; init; } = [];

    /// <summary>True where the answers are off by what a narrower type would make of them, so that the formula may be right.</summary>
    public bool IsLessAccurate { get; init; }

    /// <summary>True where the answers are off by roundings of the largest number that takes part and no more: a variant, see <see cref="Judging.LostDigits"/>.</summary>
    public bool LosesDigits { get; init; }

    /// <summary>The value by the rule, or the reference's answer to the last question; null where there is none.</summary>
    public JsonNode? Expected { get; init; }

    /// <summary>What came.</summary>
    public JsonNode? Got { get; init; }

    /// <summary>How far apart the two are, in units of the last place of the dtype at the expected value; null where they are not numbers.</summary>
    public double? Ulps { get; init; }

    /// <summary>By how much they might differ; null where they are not numbers.</summary>
    public double? Allowed { get; init; }

    /// <summary>The known mistakes that answer all questions of this rule alike, likeliest first.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];
}

/// <summary>A rule and what became of it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Outcomes">One outcome for each dtype that it was asked in.</param>
public sealed record RuleJudgement(JudgedRule Rule, IReadOnlyList<RuleOutcome> Outcomes)
{
    /// <summary>The outcome that counts: the worst, and unsupported only where no dtype is supported.</summary>
    public RuleOutcome Outcome => Outcomes.Where(o => o.Status != RuleStatus.Unsupported).DefaultIfEmpty(Outcomes[0]).MaxBy(o => o.Status)!;

    /// <summary>What became of it.</summary>
    public RuleStatus Status => Outcome.Status;
}

/// <summary>How an operation's answers to drawn cases compare with the reference's.</summary>
/// <param name="Op">The operation.</param>
/// <param name="DataType">The dtype.</param>
/// <param name="Status">Kept where all are equal by the protocol; else what became of the first that is not.</param>
/// <param name="Cases">How many cases were drawn.</param>
/// <param name="Differing">How many differ.</param>
/// <param name="Reason">How the smallest that differs does.</param>
/// <param name="Exchange">The smallest request that differs; null where none does.</param>
/// <param name="Expected">The reference's answer to it.</param>
public sealed record OperationOutcome(string Op, string DataType, RuleStatus Status, int Cases, int Differing, string Reason, Exchange? Exchange, JsonNode? Expected)
{
    /// <summary>The known mistakes that answer all cases alike.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];
}

/// <summary>What was found out about an implementation.</summary>
/// <param name="Peer">Who was judged.</param>
/// <param name="Seed">Which cases were drawn.</param>
/// <param name="Rules">The rules in the order of the book.</param>
/// <param name="Operations">The operations, in the protocol's order, by dtype.</param>
public sealed record Judgement(PeerDescription Peer, ulong Seed, IReadOnlyList<RuleJudgement> Rules, IReadOnlyList<OperationOutcome> Operations)
{
    /// <summary>How many rules have a status.</summary>
    public int Count(RuleStatus status) => Rules.Count(r => r.Status == status);

    /// <summary>The rules whose breach fails a judgement: what is not of the level "variant", and broken, malformed or late.</summary>
    public IEnumerable<RuleJudgement> Failed => Rules.Where(r => r.Rule.Level != "variant" && r.Status >= RuleStatus.TimedOut);
}

/// <summary>What an implementation says of itself, or what asking it has shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; empty where it says none.</param>
/// <param name="Language">Its language; empty where it says none.</param>
/// <param name="Operations">The operations that it has.</param>
/// <param name="DataTypes">The dtypes that it has.</param>
public sealed record PeerDescription(string Name, string Version, string Language, IReadOnlyList<string> Operations, IReadOnlyList<string> DataTypes);
