using System.Diagnostics;
using System.Globalization;

namespace Spec.Benchmarks;

/// <summary>PyTorch's own AdamW with one thread in a process of its own, one step for each line that it is sent.</summary>
internal sealed class PyTorchPeer : IDisposable
{
    private readonly Process _process;

    private PyTorchPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    /// <summary>PyTorch's version.</summary>
    public string Version { get; }

    /// <summary>The peer, or null with one line of output that says why there is none.</summary>
    public static PyTorchPeer? Start(string python, int elements, int partLength, TextWriter output)
    {
        using Stream script = typeof(PyTorchPeer).Assembly.GetManifestResourceStream("pytorch_peer.py")!;
        using var reader = new StreamReader(script);
        var start = new ProcessStartInfo(python, ["-c", reader.ReadToEnd(), elements.ToString(CultureInfo.InvariantCulture), partLength.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Else glibc gives PyTorch's temporaries back to the system after each operation, and page faults are what is measured.
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = start.Environment["MALLOC_TRIM_THRESHOLD_"] = "1000000000";
        try
        {
            Process process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() is { } version && version.StartsWith("torch ", StringComparison.Ordinal))
                return new PyTorchPeer(process, version["torch ".Length..]);
            process.Dispose();
            output.WriteLine($"Left out: PyTorch ({python} has no module torch; on Debian: apt-get install python3-torch, then --python /usr/bin/python3)");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            output.WriteLine($"Left out: PyTorch ({python} does not start: {exception.Message})");
        }

        return null;
    }

    /// <summary>One step; its time for each element in seconds as PyTorch's process saw it.</summary>
    /// <exception cref="InvalidOperationException">The process is gone.</exception>
    public double Step()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch's process ended");
        return double.Parse(answer, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
