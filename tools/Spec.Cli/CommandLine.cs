using System.CommandLine;
using System.Globalization;
using Spec.Cli.Commands;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;

namespace Spec.Cli;

/// <summary>The command line of <c>spec</c>: parses, runs, and turns bad input into one line on standard error and exit code 2.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where the one line about bad input goes.</param>
    /// <returns>0 where all is as accepted, 1 where something changed or is missing, 2 on bad input.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var root = new RootCommand("""
            An executable specification of neural-network training. Without a command: verify.
            Examples:
              spec verify --document D4
              spec verify --claim D4-071 --json verdicts.json
              spec explain adam.update
              spec golden check
            """);
        Command verify = VerifyCommand.Create(output);
        root.Subcommands.Add(verify);
        root.Subcommands.Add(ExplainCommand.Create(output));
        root.Subcommands.Add(GoldenCommand.Create(output));
        root.Subcommands.Add(OracleCommand.Create(output));
        root.Subcommands.Add(TraceCommand.Create(output));
        root.Subcommands.Add(DevicesCommand.Create(output));
        root.Subcommands.Add(ExhaustiveCommand.Create(output));
        root.Subcommands.Add(ProveCommand.Create(output));
        root.Subcommands.Add(MatrixCommand.Create(output));
        root.Subcommands.Add(PlotsCommand.Create(output));
        root.Subcommands.Add(NewCommand.Create(output));
        var culture = new Option<string>("--culture") { Description = "Run as if this were the machine's culture, such as tr-TR", HelpName = "name", Recursive = true };
        root.Options.Add(culture);
        bool hasCommand = args.Length > 0 && (!args[0].StartsWith('-') || args[0] is "--help" or "-h" or "-?" or "--version");
        ParseResult parsed = root.Parse(hasCommand ? args : ["verify", .. args]);
        if (parsed.Errors.Count > 0)
        {
            // What was typed wrong says more than that a command is missing.
            System.CommandLine.Parsing.ParseError culprit = parsed.Errors.FirstOrDefault(e => e.Message.Contains('\'', StringComparison.Ordinal)) ?? parsed.Errors[0];
            return Refuse(error, culprit.Message);
        }

        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            if (parsed.GetValue(culture) is { } name)
                CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            if (parsed.CommandResult.Command.Name != "oracle")
                InterruptedWrites.Settle(error);
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is ArgumentException or ClaimDataException or GoldenException or IOException or UnauthorizedAccessException)
        {
            return Refuse(error, e.Message.Replace($" (Parameter '{(e as ArgumentException)?.ParamName}')", "", StringComparison.Ordinal));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            CultureInfo.DefaultThreadCurrentCulture = null;
        }
    }

    private static int Refuse(TextWriter error, string message)
    {
        error.WriteLine($"spec: {message.ReplaceLineEndings(" ")}");
        return 2;
    }
}
