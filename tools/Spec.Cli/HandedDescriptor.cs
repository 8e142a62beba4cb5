using System.Globalization;

namespace Spec.Cli;

/// <summary>Whether a descriptor was open for writing when the process began: it is the user's then. The others are the runtime's own, and to write into one of them ends the process or is lost.</summary>
internal static class HandedDescriptor
{
    // From Linux' <asm-generic/fcntl.h>; both in octal as the kernel prints them.
    private const int AccessMode = 3;
    private const int Octal = 8;
    private const string Flags = "flags:";
    private const string Table = "/proc/self/fdinfo";

    // No architecture that .NET runs on has another bit for it.
    private const int ClosedByExec = 0x80000;

    /// <summary>Refuses a descriptor that nobody handed to this process, or that is open for reading alone. Where the kernel does not tell, none is refused.</summary>
    /// <param name="asked">What the user gave, for the refusal.</param>
    /// <param name="descriptor">Its number.</param>
    /// <exception cref="ArgumentException">It is refused.</exception>
    public static void Require(string asked, int descriptor)
    {
        if (!Directory.Exists(Table))
            return;
        int? flags = Read(descriptor);

        // What survived the start of this program can't be closed by such a start; all that the runtime opens is.
        if (flags is not { } open || (open & ClosedByExec) != 0)
            throw new ArgumentException($"{asked} is no file that was opened for this command");
        if ((open & AccessMode) == 0)
            throw new ArgumentException($"{asked} is open for reading alone");
    }

    private static int? Read(int descriptor)
    {
        try
        {
            string? line = File.ReadLines(Path.Combine(Table, descriptor.ToString(CultureInfo.InvariantCulture))).FirstOrDefault(l => l.StartsWith(Flags, StringComparison.Ordinal));
            return line is null ? null : Convert.ToInt32(line[Flags.Length..].Trim(), Octal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
