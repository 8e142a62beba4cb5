namespace TrainingSpec.Claims;

/// <summary>Other places that a check compares with: claims of the same or of another document.</summary>
public static class Elsewhere
{
    /// <summary>All claims of a document that can be read, from where the running check reads.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    /// <exception cref="ClaimDataException">The claims file is missing or damaged.</exception>
    public static IReadOnlyList<Claim> Claims(string document)
    {
        ClaimDocument read = CheckScope.Document(document);
        return read.Readable ? read.Claims : throw new ClaimDataException(read.Problems[0].Message);
    }

    /// <summary>A claim by its id, from where the running check reads.</summary>
    /// <exception cref="ArgumentException">No such document.</exception>
    /// <exception cref="ClaimDataException">The claims file is missing or damaged, or the claim is.</exception>
    public static Claim Claim(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        ClaimDocument document = CheckScope.Document(id.Split('-')[0]);
        if (document.Claims.FirstOrDefault(c => c.Id == id) is { } claim)
            return claim;
        throw new ClaimDataException(document.Problems.FirstOrDefault(p => p.Id == id || !document.Readable)?.Message ?? $"{document.Path}: {id} is missing, which the check needs");
    }
}
