using Spectre.Console;

namespace Spec.Cli;

/// <summary>Whether a person watches, and a console that is quiet where nobody does: no colours, no progress, a fixed width.</summary>
internal static class Terminal
{
    private const int FixedWidth = 160;

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
        if (!watched)
            console.Profile.Width = FixedWidth;
        return console;
    }
}
