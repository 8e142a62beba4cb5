using System.Reflection;

namespace TrainingSpec.Claims;

/// <summary>A change of the documents' data, and the verdict that the check beside it must then reach. Every check has at least one that reaches another verdict than the document does.</summary>
/// <param name="place">Where: "printed/lr", "given/logits/0", "facts/formula" of the judged claim, "D4-022/printed/p_correct", "D4/headings/3/1"; see <see cref="DataPlace"/>.</param>
/// <param name="value">What stands there then; it becomes what the present value is: a text, a number, a list.</param>
/// <param name="reaches">The verdict that it must reach.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TurnAttribute(string place, string value, Verdict reaches) : Attribute
{
    /// <summary>Where.</summary>
    public string Place { get; } = place;

    /// <summary>What stands there then.</summary>
    public string Value { get; } = value;

    /// <summary>The verdict that it must reach.</summary>
    public Verdict Reaches { get; } = reaches;

    /// <summary>The claim that it is for, where the method checks several; null for all of them.</summary>
    public string? Claim { get; init; }

    /// <summary>A second change, made together with the first: where; null for none.</summary>
    public string? AndPlace { get; init; }

    /// <summary>What stands at the second place then.</summary>
    public string? AndValue { get; init; }
}

/// <summary>A turn of one claim's check.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Changes">The changes, made together.</param>
/// <param name="Reaches">The verdict that it must reach.</param>
public sealed record Turn(string Claim, IReadOnlyList<(DataPlace Place, string Value)> Changes, Verdict Reaches)
{
    /// <summary>Judges the claim over the changed documents.</summary>
    /// <param name="documents">The documents as they stand.</param>
    /// <exception cref="ClaimDataException">A place holds nothing, a value does not fit, or the check can't use it.</exception>
    public Finding Run(DocumentLibrary documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Document changed = documents[Claim.Split('-')[0]];
        foreach ((DataPlace place, string value) in Changes)
            changed = changed.With(place, value);
        return ClaimChecks.Run(changed, Claim);
    }

    /// <summary>The verdict that was reached; where it is another one than it should be, that one as well.</summary>
    public string Told(Verdict reached) => reached == Reaches ? VerdictWord.Of(reached) : $"{VerdictWord.Of(reached)}, although it should be {VerdictWord.Of(Reaches)}";

    /// <summary>The change in words: "D4-071/printed/lr = 1.76e-4".</summary>
    public override string ToString() => string.Join(" and ", Changes.Select(c => $"{c.Place} = {c.Value}"));

    internal static IEnumerable<Turn> Of(MethodInfo method, string claim) => method.GetCustomAttributes<TurnAttribute>().Where(t => t.Claim is null || t.Claim == claim).Select(t => new Turn(
        claim,
        [(DataPlace.Of(t.Place, claim), t.Value), .. t.AndPlace is { } and ? [(DataPlace.Of(and, claim), t.AndValue ?? "")] : Array.Empty<(DataPlace, string)>()],
        t.Reaches));
}
