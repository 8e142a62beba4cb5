namespace TrainingSpec.Conformance.Revealing;

/// <summary>What is known of the way in which an implementation sums.</summary>
public enum SumKind
{
    /// <summary>Additions of two parts, each rounded to the dtype or to a wider one.</summary>
    Tree,

    /// <summary>What additions lose is carried along, or the sum is rounded once: no tree.</summary>
    Compensated,

    /// <summary>Answers that neither a tree nor a known compensated sum gives.</summary>
    Unknown,

    /// <summary>The operation, or what the sum is asked with, is not there.</summary>
    Unsupported,

    /// <summary>No answer of the protocol.</summary>
    NoAnswer,
}

/// <summary>How an implementation sums, by its answers.</summary>
/// <param name="Name">What is summed.</param>
/// <param name="Operation">The operation.</param>
/// <param name="DataType">The dtype.</param>
/// <param name="Count">How many terms were asked about.</param>
/// <param name="Kind">What is known.</param>
/// <param name="Shape">The tree's name or what it is made of, the compensated sum's name, or why nothing is known.</param>
public sealed record RevealedSum(string Name, string Operation, string DataType, int Count, SumKind Kind, string Shape)
{
    /// <summary>The tree; null where there is none.</summary>
    public SummationTree? Tree { get; init; }

    /// <summary>How many drawn sums had the bits that this way gives.</summary>
    public int Confirmed { get; init; }

    /// <summary>How many sums were drawn; 0 where the answer shows too little of the sum.</summary>
    public int Drawn { get; init; }

    /// <summary>How many questions it took.</summary>
    public int Questions { get; init; }
}

/// <summary>Whether the result of a row, or of an element, depends on those that are computed beside it.</summary>
/// <param name="Name">What was asked.</param>
/// <param name="Operation">The operation.</param>
/// <param name="DataType">The dtype.</param>
/// <param name="Companies">In how many companies rows were asked: other rows, of another number, before and after.</param>
/// <param name="Differing">In how many of them a row had other bits than alone.</param>
/// <param name="Kind">Tree where it was asked; else why not.</param>
/// <param name="Note">The smallest company in which it differs, or why it was not asked; else empty.</param>
public sealed record RevealedRow(string Name, string Operation, string DataType, int Companies, int Differing, SumKind Kind, string Note);

/// <summary>What was revealed of an implementation.</summary>
/// <param name="Peer">Who was asked.</param>
/// <param name="Sums">Its sums.</param>
/// <param name="Rows">Its rows.</param>
public sealed record Revelation(Judging.PeerDescription Peer, IReadOnlyList<RevealedSum> Sums, IReadOnlyList<RevealedRow> Rows);
