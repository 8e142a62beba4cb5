using System.Diagnostics;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>Another language's program, started and waited for.</summary>
internal static class ListingProcess
{
    /// <summary>What a program prints; it must end well.</summary>
    public static string Output(string program, IReadOnlyList<string> arguments, string input)
    {
        using Process process = Start(program, arguments)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output.Result;
    }

    /// <summary>True where a program can be started and ends well.</summary>
    public static bool Works(string program, params string[] arguments)
    {
        try
        {
            using Process? process = Start(program, arguments);
            process?.StandardInput.Close();
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process? Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start);
    }
}
