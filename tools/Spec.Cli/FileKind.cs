using System.Runtime.InteropServices;
using System.Text;

namespace Spec.Cli;

/// <summary>Whether a path is a plain file, which can be replaced by a rename, or a pipe or device, which can only be written to; and whether two paths are one file. .NET does not tell.</summary>
internal static class FileKind
{
    // From Linux' <linux/stat.h> and <fcntl.h>: the same on every architecture.
    private const int CurrentFolder = -100;
    private const uint Type = 1;
    private const uint Inode = 0x100;
    private const int SizeOfStatx = 256;
    private const int PlaceOfMode = 28;
    private const int PlaceOfInode = 32;
    private const int PlaceOfDevice = 136;
    private const int TypeBits = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>True for a plain file, and for what is not there; links are followed.</summary>
    public static bool IsPlain(string path)
    {
        if (!File.Exists(path))
            return true;
        if (OperatingSystem.IsWindows())
            return true;
        try
        {
            if (OperatingSystem.IsLinux())
            {
                byte[] stat = new byte[SizeOfStatx];
                return StatX(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, Type, stat) != 0 || (BitConverter.ToUInt16(stat, PlaceOfMode) & TypeBits) == Regular;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it: what follows does, but for devices with a place to seek to.
        }

        // Open for reading too, a pipe without a reader does not keep us waiting.
        using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        return stream.CanSeek;
    }

    /// <summary>True where two paths are one plain file: by links, or under two names of which each is the file's own. Where the system does not tell the latter, by links alone.</summary>
    public static bool AreSame(string a, string b)
    {
        if (!File.Exists(a) || !File.Exists(b))
            return false;
        bool same = RealPath.Of(a, a) == RealPath.Of(b, b) || (Identity(a) is { } identity && identity == Identity(b));
        return same && IsPlain(a);
    }

    // The device's two numbers in one, and the file's number on it.
    private static (ulong Device, ulong File)? Identity(string path)
    {
        try
        {
            byte[] stat = new byte[SizeOfStatx];
            return OperatingSystem.IsLinux() && StatX(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, Inode, stat) == 0
                ? (BitConverter.ToUInt64(stat, PlaceOfDevice), BitConverter.ToUInt64(stat, PlaceOfInode))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, byte[] stat);
}
