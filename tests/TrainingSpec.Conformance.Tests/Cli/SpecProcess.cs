using System.Diagnostics;
using Spec.Cli;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>Runs the command as a process of its own, as users do.</summary>
internal static class SpecProcess
{
    private const int LimitMilliseconds = 60_000;

    /// <summary>How the command is started: "dotnet" and its arguments.</summary>
    public static IReadOnlyList<string> Command(params string[] args) => ["dotnet", typeof(CommandLine).Assembly.Location, .. args];

    /// <summary>Runs to its end; both streams are pipes.</summary>
    /// <param name="variables">Variables of the environment; null takes one away.</param>
    /// <param name="args">The command line.</param>
    public static (int Code, string Output, string Error) Run(IReadOnlyDictionary<string, string?> variables, params string[] args)
    {
        using Process process = Start(Command(args), variables);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Wait(process);
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts a program with all streams as pipes.</summary>
    public static Process Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> variables)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end; a process that does not come to one is ended, and the test fails.</summary>
    public static void Wait(Process process)
    {
        if (process.WaitForExit(LimitMilliseconds))
            return;
        process.Kill(entireProcessTree: true);
        Assert.Fail($"the process did not end within {LimitMilliseconds} ms");
    }
}
