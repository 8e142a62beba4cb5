using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, the line under the title.</summary>
internal static class Overview
{
    /// <summary>A reading time depends on the reader; the words per minute that it asks for as evidence.</summary>
    [Claim("D2-001")]
    internal static Finding ReadingTime(Claim claim)
    {
        double words = claim.Facts["words"].Number, minutes = claim.PrintedNumber("minutes").Value.ToDouble();
        double rate = Working.Value("words per minute", words / minutes);
        return Judge.NotCheckable(claim, "how long a page takes depends on who reads it").With(Say($"{words} words in {minutes} minutes are {rate:F0} per minute"));
    }
}
