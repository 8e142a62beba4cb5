using System.Diagnostics;
using System.Globalization;

namespace Spec.Benchmarks;

/// <summary>PyTorch's own operations in a process of its own: one measurement for each line that it is sent.</summary>
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
    /// <param name="python">The Python that has PyTorch.</param>
    /// <param name="script">pytorch_peer.py or pytorch_step.py.</param>
    /// <param name="threads">On how many threads it works.</param>
    /// <param name="output">Receives the line.</param>
    /// <param name="arguments">The script's.</param>
    public static PyTorchPeer? Start(string python, string script, int threads, TextWriter output, params IEnumerable<int> arguments)
    {
        using Stream text = typeof(PyTorchPeer).Assembly.GetManifestResourceStream(script)!;
        using var reader = new StreamReader(text);
        var start = new ProcessStartInfo(python, ["-c", reader.ReadToEnd(), .. arguments.Select(argument => argument.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // PyTorch sets the threads of OpenMP alone, and Debian's OpenBLAS has threads of its own.
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);

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

    /// <summary>One measurement; its time in seconds as PyTorch's process saw it.</summary>
    /// <param name="what">What the script is to measure.</param>
    /// <exception cref="InvalidOperationException">The process is gone.</exception>
    public double Step(string what = "")
    {
        _process.StandardInput.WriteLine(what);
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
