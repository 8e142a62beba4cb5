using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using TrainingSpec.Claims;

namespace Spec.Cli;

/// <summary>Whether a person watches, and a console that is quiet where nobody does: no colours, no progress, the width of COLUMNS or 80.</summary>
internal static class Terminal
{
    private const int UsualWidth = 80;
    private const int LeastWidth = 60;
    private const int MostWidth = 1000;
    private const string ShowCursor = "\u001b[?25h\r\n";

    /// <summary>True where the writer is the process's own output and that is a terminal.</summary>
    public static bool Is(TextWriter output) => ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;

    /// <summary>A console over the writer.</summary>
    public static IAnsiConsole Console(TextWriter output)
    {
        bool watched = Is(output);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = watched ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = watched ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = watched ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = Math.Max(LeastWidth, watched ? console.Profile.Width : Columns(Environment.GetEnvironmentVariable("COLUMNS")));
        return console;
    }

    /// <summary>The width that the environment asks for, in characters; 80 where it asks for none that could be.</summary>
    /// <param name="columns">The variable COLUMNS; null where it is not set.</param>
    public static int Columns(string? columns) =>
        int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is >= LeastWidth and <= MostWidth ? width : UsualWidth;

    /// <summary>Says after a result where it was read, beside the result and not in it, so that what is redirected is the same from every place.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="source">Where claims, verdicts and chapters were read.</param>
    public static void Say(TextWriter error, ClaimSource source) => error.WriteLine($"spec: read from {source.Name}");

    /// <summary>Runs work under a bar that a person watches; an interrupt gives the cursor back before it ends the process.</summary>
    /// <param name="output">Where results go; the bar is shown where that is a terminal.</param>
    /// <param name="name">What is done.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="work">The work; it is given a function that says how many steps more are done.</param>
    public static T Progress<T>(TextWriter output, string name, double steps, Func<Action<double>, T> work)
    {
        if (!Is(output))
            return work(_ => { });
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT), end = OnSignal(PosixSignal.SIGTERM);
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask(name, maxValue: Math.Max(1, steps));
            return work(task.Increment);
        });
    }

    /// <summary>Runs work under a line that says what is being done; an interrupt gives the cursor back before it ends the process.</summary>
    /// <param name="output">Where results go; the line is shown where that is a terminal.</param>
    /// <param name="name">What is done at first.</param>
    /// <param name="work">The work; it is given a function that says what is done next.</param>
    public static void Status(TextWriter output, string name, Action<Action<string>> work)
    {
        if (!Is(output))
        {
            work(_ => { });
            return;
        }

        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT), end = OnSignal(PosixSignal.SIGTERM);
        AnsiConsole.Status().Start(name, status => work(next => status.Status(next)));
    }

    // The signal itself is left to end the process, as it does any other.
    private static PosixSignalRegistration OnSignal(PosixSignal signal) => PosixSignalRegistration.Create(signal, _ =>
    {
        using Stream screen = System.Console.OpenStandardOutput();
        screen.Write(System.Text.Encoding.ASCII.GetBytes(ShowCursor));
    });
}
