using System.CommandLine;
using System.Text;
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
    /// <exception cref="ArgumentException">The file is empty.</exception>
    public static byte[] Text(string? path)
    {
        byte[] text = path is null
            ? Encoding.UTF8.GetBytes(string.Concat(Directory.GetFiles(ChapterFolder.Find(), "*.md").Where(f => TableOfContents.IsChapter(f) || Path.GetFileName(f) == "README.md").Order(StringComparer.Ordinal).Select(File.ReadAllText)))
            : File.ReadAllBytes(path);
        return text.Length > 0 ? text : throw new ArgumentException($"--corpus {path} is empty, which is outside texts longer than the context");
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
