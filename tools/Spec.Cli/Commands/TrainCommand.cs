using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Spec.Cli.Plots;
using TrainingSpec.Checking.Chapters;

namespace Spec.Cli.Commands;

/// <summary><c>spec train</c>: trains the language models of the documents.</summary>
internal static class TrainCommand
{
    private const int PlotHeight = 10;
    private const int LargestPlot = 100;

    public static Command Create(TextWriter output) => new("train", "Train a language model of the documents, or the public peer's. Example: spec train gpt --preset shakespeare-char --corpus shakespeare.txt --out run")
    {
        TrainGptCommand.Create(output), TrainCharCommand.Create(output),
    };

    /// <summary>A text file's bytes, or those of the book.</summary>
    /// <param name="path">The file's path; null for the book.</param>
    /// <param name="byCharacter">True where it is read as characters, which other bytes than UTF-8 have not.</param>
    /// <exception cref="ArgumentException">The file is empty, or is no UTF-8 and must be.</exception>
    public static byte[] Text(string? path, bool byCharacter)
    {
        byte[] text = path is null
            ? Encoding.UTF8.GetBytes(string.Concat(Directory.GetFiles(ChapterFolder.Find(), "*.md").Where(f => TableOfContents.IsChapter(f) || Path.GetFileName(f) == "README.md").Order(StringComparer.Ordinal).Select(File.ReadAllText)))
            : File.ReadAllBytes(path);
        if (text.Length == 0)
            throw new ArgumentException($"--corpus {path} is empty, which is outside texts longer than the context");
        if (!byCharacter || Utf8.IsValid(text))
            return text;
        int at = 0;
        while (Rune.DecodeFromUtf8(text.AsSpan(at), out _, out int length) == OperationStatus.Done)
            at += length;
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--corpus {path} is no UTF-8 at byte {at}"));
    }

    /// <summary>A number of an option.</summary>
    /// <exception cref="ArgumentException">It is below 1.</exception>
    public static int Positive(int value, string name) => value > 0 ? value : throw new ArgumentException($"{name} = {value} is outside [1, inf)");

    /// <summary>Writes a line at once.</summary>
    public static void Say(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>Draws plots in characters, the first one highest.</summary>
    public static void Draw(TextWriter output, params Plot[] plots)
    {
        int width = Math.Min(LargestPlot, Terminal.Console(output).Profile.Width);
        for (int i = 0; i < plots.Length; i++)
            output.Write(TextPlot.Draw(plots[i], width, i == 0 ? PlotHeight : PlotHeight / 2));
    }
}
