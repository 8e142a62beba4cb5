namespace TrainingSpec.Claims;

/// <summary>What is wrong with a claims file, or with one claim in it.</summary>
/// <param name="Id">The claim; null where it has no readable id, or where the whole file is meant.</param>
/// <param name="Message">One line that names file, claim and place.</param>
public sealed record ClaimProblem(string? Id, string Message);

/// <summary>The claims of one document.</summary>
/// <param name="Document">D0 … D4.</param>
/// <param name="Path">The file.</param>
/// <param name="Claims">The claims that can be judged, in the order of the file; one that stands twice is not among them.</param>
/// <param name="Problems">What can't be read.</param>
/// <param name="Readable">False where the file as a whole could not be read.</param>
public sealed record ClaimDocument(string Document, string Path, IReadOnlyList<Claim> Claims, IReadOnlyList<ClaimProblem> Problems, bool Readable = true);
