namespace TrainingSpec.Claims;

/// <summary>Other places that a check compares with: claims of the same or of another document.</summary>
public static class Elsewhere
{
    /// <summary>A claim by its id, read anew: JSON nodes are not safe to share between threads.</summary>
    /// <exception cref="ArgumentException">No such document or claim.</exception>
    /// <exception cref="ClaimDataException">The claims file is missing or damaged.</exception>
    public static Claim Claim(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        string document = id.Split('-')[0];
        return ClaimFile.Read(document).FirstOrDefault(c => c.Id == id)
            ?? throw new ArgumentException($"id = {id} is no claim of {document}", nameof(id));
    }
}
