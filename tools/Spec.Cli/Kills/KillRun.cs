using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Kills;

/// <summary>What many kills of a command left.</summary>
/// <param name="Old">How often all files were the old ones after the next run.</param>
/// <param name="New">How often all were the new ones.</param>
/// <param name="During">How many kills came while the files were being written.</param>
/// <param name="Faults">What was neither, was left over, or kept the next run from working.</param>
internal sealed record KillReport(int Old, int New, int During, IReadOnlyList<string> Faults);

/// <summary>Kills a command again and again: half of the times at any moment of its run, half of the times at a moment of its writing.</summary>
internal sealed partial class KillRun : IDisposable
{
    // About as long as a small checkpoint takes to be written.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly KillTrial _trial;
    private readonly string _folder;
    private readonly string _watched;
    private readonly Dictionary<string, byte[]> _old;
    private readonly Dictionary<string, byte[]> _new;
    private readonly TimeSpan _whole;
    private readonly TimeSpan _writing;

    /// <summary>Prepares a folder and runs the command once to its end.</summary>
    /// <exception cref="GoldenException">The command changes nothing, so that no kill could leave anything.</exception>
    public KillRun(KillTrial trial, string checkout)
    {
        _trial = trial;
        _folder = Directory.CreateTempSubdirectory("spec-kill-").FullName;
        _watched = Path.Combine(_folder, trial.Watched);
        trial.Prepare(checkout, _folder);
        _old = Files();
        var watch = Stopwatch.StartNew();
        using Process process = Start(trial.Writer);
        TimeSpan began = WaitForWriting(process);
        process.WaitForExit();
        _whole = watch.Elapsed;
        _writing = _whole - began;
        _new = Files();
        if (Same(_old, _new))
        {
            Dispose();
            throw new GoldenException($"{trial.Name} left everything as it was, with exit code {process.ExitCode}.");
        }

        Restore();
    }

    /// <summary>Kills the command.</summary>
    /// <param name="times">How often.</param>
    /// <param name="random">Draws the moments.</param>
    /// <param name="one">Called after each.</param>
    public KillReport Run(int times, Random random, Action one)
    {
        int old = 0, now = 0, during = 0;
        List<string> faults = [];
        for (int i = 0; i < times; i++)
        {
            Restore();
            using (Process process = Start(_trial.Writer))
            {
                // What writes again and again is killed at any of its writings, soon after it began.
                bool again = _trial.IsWhole is not null;
                if (i % 2 == 1 && again)
                    process.WaitForExit(_whole * random.NextDouble());
                if (i % 2 == 1)
                    WaitForWriting(process);
                process.WaitForExit(_whole * (i % 2 == 0 ? random.NextDouble() : 0) + (again ? Moment : _writing) * (i % 2 == 1 ? random.NextDouble() : 0));
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            during += IsWriting() ? 1 : 0;
            faults.AddRange(Files().Where(f => !IsHidden(f.Key) && !Is(f, _old) && !Is(f, _new) && _trial.IsWhole?.Invoke(f.Key, f.Value) != true).Select(f => $"kill {i + 1}: {f.Key} is half written"));
            (int code, string said) = KillTrial.Run(_trial.Reader(_folder));
            if (code is not (0 or 1))
                faults.Add($"kill {i + 1}: the next run said {said.Trim()}");
            Dictionary<string, byte[]> files = Files();
            if (Same(files, _new))
                now++;
            else if (Same(files, _old))
                old++;
            else
                faults.Add($"kill {i + 1}: after the next run {string.Join(", ", files.Where(f => !Is(f, _old)).Select(f => f.Key).Concat(_old.Keys.Except(files.Keys)).Take(5))} are neither all old nor all new");
            one();
        }

        return new(old, now, during, faults);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsHidden(string name) => name is ".running" || name.StartsWith(".unfinished", StringComparison.Ordinal) || Path.GetFileName(name).StartsWith(".spec-", StringComparison.Ordinal);

    private static bool Is(KeyValuePair<string, byte[]> file, Dictionary<string, byte[]> files) => files.TryGetValue(file.Key, out byte[]? bytes) && bytes.AsSpan().SequenceEqual(file.Value);

    private static bool Same(Dictionary<string, byte[]> a, Dictionary<string, byte[]> b) => a.Count == b.Count && a.All(f => Is(f, b));

    private Process Start(Func<string, ProcessStartInfo> command)
    {
        Process process = Process.Start(command(_folder))!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private bool IsWriting() => Directory.Exists(Path.Combine(_watched, ".unfinished")) || Directory.EnumerateFiles(_watched, ".spec-*").Any();

    private TimeSpan WaitForWriting(Process process)
    {
        var watch = Stopwatch.StartNew();
        while (!process.HasExited && !IsWriting())
            Thread.Sleep(0);
        return watch.Elapsed;
    }

    // What is hidden need only be there or not: a process that is dying may still hold it. How long something took is another number each time.
    private Dictionary<string, byte[]> Files() => _trial.See(All());

    private Dictionary<string, byte[]> All() => Directory.GetFiles(_watched, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        .ToDictionary(f => Path.GetRelativePath(_watched, f), f => IsHidden(Path.GetRelativePath(_watched, f)) ? [] : Path.GetExtension(f) is ".json" or ".jsonl" ? Encoding.UTF8.GetBytes(Seconds().Replace(File.ReadAllText(f), "")) : File.ReadAllBytes(f), StringComparer.Ordinal);

    private void Restore()
    {
        foreach (string gone in All().Keys.Except(_old.Keys))
            File.Delete(Path.Combine(_watched, gone));
        if (Directory.Exists(Path.Combine(_watched, ".unfinished")))
            Directory.Delete(Path.Combine(_watched, ".unfinished"));
        foreach ((string name, byte[] bytes) in _old)
            File.WriteAllBytes(Path.Combine(_watched, name), bytes);
    }

    [GeneratedRegex(",?\"seconds\": ?[0-9.E+-]+")]
    private static partial Regex Seconds();
}
