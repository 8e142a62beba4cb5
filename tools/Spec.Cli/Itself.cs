using System.Diagnostics;

namespace Spec.Cli;

/// <summary>This program, to be run as a process of its own.</summary>
internal static class Itself
{
    /// <summary>A process that runs a command line of <c>spec</c>; its output is read by us.</summary>
    public static ProcessStartInfo With(params string[] arguments)
    {
        string[] words = Words(arguments);
        return new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <summary>The words of that command, the program first.</summary>
    public static string[] Words(params string[] arguments)
    {
        string dll = typeof(Itself).Assembly.Location;
        string host = Environment.ProcessPath!;

        // Started by "dotnet spec.dll" or a test host, the process is not this program.
        bool own = Path.GetFileNameWithoutExtension(host) == Path.GetFileNameWithoutExtension(dll);
        return own ? [host, .. arguments] : ["dotnet", dll, .. arguments];
    }
}
