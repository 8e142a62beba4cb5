using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Spec.Cli.Commands;

/// <summary><c>spec matrix</c>: the golden files, bit hashes among them, recomputed in processes under other cultures, instruction sets and processor counts.</summary>
internal static class MatrixCommand
{
    /// <summary>One way to run: a culture or null, and variables of the environment.</summary>
    private sealed record Setting(string Name, string? Culture, params (string Name, string Value)[] Variables);

    private static readonly Setting[] Settings =
    [
        new("as it is", null),
        new("culture de-DE", "de-DE"),
        new("culture tr-TR", "tr-TR"),
        new("culture ar-SA", "ar-SA"),
        new("time zone Asia/Kathmandu", null, ("TZ", "Asia/Kathmandu")),
        new("no hardware intrinsics", null, ("DOTNET_EnableHWIntrinsic", "0")),
        new("no AVX2", null, ("DOTNET_EnableAVX2", "0")),
        new("vectors of 512 bits preferred", null, ("DOTNET_PreferredVectorBitWidth", "512")),
        new("compiled in full at once", null, ("DOTNET_TieredCompilation", "0")),
        new("1 processor", null, ("DOTNET_PROCESSOR_COUNT", "1")),
        new("2 processors", null, ("DOTNET_PROCESSOR_COUNT", "2")),
        new("7 processors", null, ("DOTNET_PROCESSOR_COUNT", "7")),
    ];

    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("matrix", "Recompute the golden files and bit hashes under other cultures, instruction sets and processor counts (minutes; standard error gets a line for each that is done)");
        command.SetAction(_ => Run(output, error));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error)
    {
        IAnsiConsole console = Terminal.Console(output);
        var table = new Table().AddColumns("setting", "golden files", "seconds");
        int differing = 0;
        Terminal.Status(output, "golden files", about =>
        {
            foreach (Setting setting in Settings)
            {
                about(setting.Name);
                (bool same, string said, double seconds) = Check(setting);
                differing += same ? 0 : 1;
                if (!Terminal.Is(output))
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{setting.Name}: {said} {seconds:F1} s"));
                table.AddRow(Markup.Escape(setting.Name), Markup.Escape(said), seconds.ToString("F1", CultureInfo.InvariantCulture));
            }
        });
        console.Write(table);
        console.WriteLine(differing == 0 ? $"the same bits in all {Settings.Length} settings" : $"{differing} of {Settings.Length} settings differ");
        return differing == 0 ? 0 : 1;
    }

    private static (bool Same, string Said, double Seconds) Check(Setting setting)
    {
        ProcessStartInfo start = Itself.With("golden", "check");
        if (setting.Culture is { } culture)
        {
            start.ArgumentList.Add("--culture");
            start.ArgumentList.Add(culture);
        }

        foreach ((string name, string value) in setting.Variables)
            start.Environment[name] = value;
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string[] lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] differing = [.. lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal))];
        string said = process.ExitCode switch
        {
            0 => lines[^1],
            1 => string.Create(CultureInfo.InvariantCulture, $"{differing.Length} values differ; first: {differing.FirstOrDefault()?.Trim() ?? lines.FirstOrDefault()}"),
            _ => errors.Result.Trim(),
        };
        return (process.ExitCode == 0, said, watch.Elapsed.TotalSeconds);
    }
}
