using System.CommandLine;
using TrainingSpec.Conformance.Oracle;

namespace Spec.Cli.Commands;

/// <summary><c>spec oracle</c>: answers requests on standard input; nothing else ever goes to standard output.</summary>
internal static class OracleCommand
{
    public static Command Create()
    {
        var command = new Command("oracle", "Answer the oracle protocol: JSON Lines on standard input, one answer line each");
        command.SetAction(_ =>
        {
            using Stream input = Console.OpenStandardInput();
            using Stream output = Console.OpenStandardOutput();
            OracleStream.Run(input, output);
            return 0;
        });
        return command;
    }
}
