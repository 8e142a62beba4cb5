namespace TrainingSpec.Claims.D4;

/// <summary>A line of the document's training log.</summary>
/// <param name="Line">The line in the document.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="Step">The step.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">The loss as printed.</param>
/// <param name="Rate">The learning rate as printed.</param>
internal sealed record LoggedLine(int Line, int Epoch, int Epochs, int Step, int Steps, PrintedNumber Loss, PrintedNumber Rate)
{
    /// <summary>All lines in order, from the document's facts.</summary>
    public static IReadOnlyList<LoggedLine> All(Document document) =>
    [
        .. document.Facts["log lines"].Rows.Select(row => new LoggedLine(
            row[0].Integer, row[1].Integer, row[2].Integer, row[3].Integer, row[4].Integer, Printed(row[5].Text), Printed(row[6].Text))),
    ];

    private static PrintedNumber Printed(string text) =>
        PrintedNumber.TryParse(text, out PrintedNumber? printed) ? printed : throw new ClaimDataException($"facts/D4-code: log lines hold '{text}', which is no number");
}
