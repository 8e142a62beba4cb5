using System.CommandLine;
using System.Globalization;
using Spec.Cli.Commands;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;
using TrainingSpec.Models;
using TrainingSpec.Tokenizers;

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
        (RootCommand root, Option<string> culture) = Commands(output, error);
        ParseResult parsed = Parse(root, args);
        string help = HelpOf(parsed.CommandResult.Command, root);
        if (parsed.Errors.Count > 0)
            return Refuse(error, Culprit(root, parsed), help);

        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            if (parsed.GetValue(culture) is { } name)
                CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = Culture(name);
            if (parsed.CommandResult.Command.Name != "oracle")
                InterruptedWrites.Settle(error);
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (ArgumentException e)
        {
            return Refuse(error, e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal), help);
        }
        catch (Exception e) when (e is ClaimDataException or GoldenException or TensorFileException or TokenizerException or IOException or UnauthorizedAccessException)
        {
            return Refuse(error, e.Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            CultureInfo.DefaultThreadCurrentCulture = null;
        }
    }

    /// <summary>All commands, and the option of the culture, which all of them have.</summary>
    internal static (RootCommand Root, Option<string> Culture) Commands(TextWriter output, TextWriter error)
    {
        var root = new RootCommand("""
            An executable specification of neural-network training. Without a command: verify.
            Examples:
              spec verify --document D4
              spec verify --claim D4-071 D4-073 --json verdicts.json
              spec errata D4
              spec explain adam.update
              spec list rules epsilon
              spec golden check
            """);
        root.Subcommands.Add(VerifyCommand.Create(output, error));
        root.Subcommands.Add(ErrataCommand.Create(output, error));
        root.Subcommands.Add(ExplainCommand.Create(output, error));
        root.Subcommands.Add(ListCommand.Create(output, error));
        root.Subcommands.Add(GoldenCommand.Create(output));
        root.Subcommands.Add(OracleCommand.Create(output, error));
        root.Subcommands.Add(ConformCommand.Create(output, error));
        root.Subcommands.Add(RevealCommand.Create(output));
        root.Subcommands.Add(VectorsCommand.Create(output));
        root.Subcommands.Add(SoakCommand.Create(output));
        root.Subcommands.Add(TraceCommand.Create(output));
        root.Subcommands.Add(DevicesCommand.Create(output));
        root.Subcommands.Add(BenchCommand.Create(output, error));
        root.Subcommands.Add(TrainCommand.Create(output));
        root.Subcommands.Add(ExperimentCommand.Create(output, error));
        root.Subcommands.Add(ExhaustiveCommand.Create(output));
        root.Subcommands.Add(ProveCommand.Create(output));
        root.Subcommands.Add(MatrixCommand.Create(output, error));
        root.Subcommands.Add(PlotsCommand.Create(output));
        root.Subcommands.Add(NewCommand.Create(output));
        root.Subcommands.Add(KillCommand.Create(output));
        var culture = new Option<string>("--culture") { Description = "Run as if this were the machine's culture, such as tr-TR", HelpName = "name", Recursive = true };
        root.Options.Add(culture);
        return (root, culture);
    }

    private static CultureInfo Culture(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException e)
        {
            throw new ArgumentException($"culture = {name} is none that this machine knows", e);
        }
    }

    // Options without a command are verify's.
    private static ParseResult Parse(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        bool command = parsed.CommandResult.Command != root || parsed.Errors.Count == 0 || parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith('-');
        return command ? parsed : root.Parse(["verify", .. args]);
    }

    // What was typed wrong says more than that a command is missing.
    private static string Culprit(RootCommand root, ParseResult parsed)
    {
        string message = (parsed.Errors.FirstOrDefault(e => e.Message.Contains('\'', StringComparison.Ordinal)) ?? parsed.Errors[0]).Message;
        if (parsed.UnmatchedTokens is not [var typed, ..])
            return message;
        Command at = parsed.CommandResult.Command;
        IEnumerable<string> names = typed.StartsWith('-') ? at.Options.Concat(root.Options).Select(o => o.Name) : at.Subcommands.Select(c => c.Name);
        return message.TrimEnd('.') + NearNames.Question(typed, names);
    }

    private static string HelpOf(Command command, RootCommand root)
    {
        List<string> path = [];
        for (Command? at = command; at is not null && at != root; at = at.Parents.OfType<Command>().FirstOrDefault())
            path.Insert(0, at.Name);
        return string.Join(' ', ["spec", .. path, "--help"]);
    }

    private static int Refuse(TextWriter error, string message, string? help = null)
    {
        string line = message.ReplaceLineEndings(" ");
        error.WriteLine(help is null ? $"spec: {line}" : $"spec: {line.TrimEnd('.')}{(line.EndsWith('?') ? " See " : "; see ")}{help}");
        return 2;
    }
}
