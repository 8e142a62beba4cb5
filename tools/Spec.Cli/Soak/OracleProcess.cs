using System.Diagnostics;
using System.Globalization;

namespace Spec.Cli.Soak;

/// <summary>A <c>spec oracle</c> of its own process under a limit of memory.</summary>
internal sealed class OracleProcess : IDisposable
{
    private readonly Process _process;
    private readonly Timer _watch;
    private long _peak;

    /// <summary>Starts it.</summary>
    /// <param name="heapBytes">The most its heap may hold.</param>
    public OracleProcess(long heapBytes)
    {
        ProcessStartInfo start = Itself.With("oracle");
        start.RedirectStandardInput = true;

        // The runtime reads this number as hexadecimal.
        start.Environment["DOTNET_GCHeapHardLimit"] = heapBytes.ToString("X", CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Said += line.Data is null ? "" : line.Data + " ";
        _process.BeginErrorReadLine();
        Answers = new AnswerReader(_process.StandardOutput.BaseStream);
        _watch = new Timer(_ => Look(), null, 0, 20);
    }

    /// <summary>Where requests go.</summary>
    public Stream Requests => _process.StandardInput.BaseStream;

    /// <summary>Where answers come from.</summary>
    public AnswerReader Answers { get; }

    /// <summary>What it has written to standard error.</summary>
    public string Said { get; private set; } = "";

    /// <summary>The memory that it holds now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.HasExited ? 0 : _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory seen since the last call, looked at every 20 ms.</summary>
    public long TakePeak()
    {
        Look();
        return Interlocked.Exchange(ref _peak, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before.
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private void Look()
    {
        long now = ResidentBytes;
        long before = Interlocked.Read(ref _peak);
        while (now > before && Interlocked.CompareExchange(ref _peak, now, before) is var seen && seen != before)
            before = seen;
    }
}
