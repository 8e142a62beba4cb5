using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spec.Cli.Soak;

namespace Spec.Cli.Commands;

/// <summary><c>spec soak</c>: many small requests and all hostile ones to one oracle under a limit of memory.</summary>
internal static class SoakCommand
{
    private const long Mebibyte = 1 << 20;

    // What the runtime holds beside its heap, and what may stay after a large request.
    private const long BesideHeap = 128, Resting = 128;

    // Processor time of one request: twice what the largest takes on one core of a small machine.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static Command Create(TextWriter output)
    {
        var requests = new Option<int>("--requests") { Description = "how many small requests", DefaultValueFactory = _ => 1_000_000, HelpName = "number" };
        var largest = new Option<int>("--largest") { Description = "hostile requests with lines and answers up to so many MiB", DefaultValueFactory = _ => 1024, HelpName = "MiB" };
        var memory = new Option<int>("--memory") { Description = "the oracle's limit of memory, in MiB", DefaultValueFactory = _ => 1024, HelpName = "MiB" };
        var rate = new Option<int>("--rate") { Description = "small requests a second that are needed", DefaultValueFactory = _ => 50_000, HelpName = "number" };
        var linear = new Option<bool>("--linear") { Description = "measure instead how long each operation takes for a number, at two sizes" };
        var command = new Command("soak", "Ask one spec oracle under a limit of memory a million small requests with hostile ones among them (minutes). Example: spec soak --requests 100000") { requests, largest, memory, rate, linear };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(linear))
                return LinearTime.Run(output);
            int count = parsed.GetValue(requests), mebibytes = parsed.GetValue(memory);
            if (count < 1)
                throw new ArgumentException($"requests = {count} is outside [1, inf)");
            if (mebibytes < 64)
                throw new ArgumentException($"memory = {mebibytes} is outside [64, inf)");
            return Run(output, count, [.. HostileRequests.All.Where(h => h.Bytes <= parsed.GetValue(largest) * Mebibyte)], mebibytes, parsed.GetValue(rate));
        });
        return command;
    }

    private static int Run(TextWriter output, int requests, HostileRequest[] hostile, int memory, int rate)
    {
        void Line(FormattableString text)
        {
            output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
            output.Flush();
        }

        var small = new SmallRequests();
        using var oracle = new OracleProcess(memory * Mebibyte);
        int faults = 0;
        int part = requests / (hostile.Length + 1);
        var rates = new List<double>();

        // The first ones wait for the oracle's code to be compiled.
        if (Warm(small, oracle) is { } cold)
            throw new IOException(cold);
        long rest = oracle.ResidentBytes;
        for (int i = 0; i <= hostile.Length; i++)
        {
            int count = i < hostile.Length ? part : requests - part * hostile.Length;
            var watch = Stopwatch.StartNew();
            if (small.Ask(oracle, count, (ulong)i) is { } wrong)
            {
                Line($"FAILED: {wrong}");
                return 1;
            }

            rates.Add(count / watch.Elapsed.TotalSeconds);
            if (i == hostile.Length)
                break;
            if (Hostile(hostile[i]) is not { } fault)
                continue;
            faults++;
            Line($"FAILED: {fault}");
        }

        rates.Sort();
        double median = rates[rates.Count / 2];
        Line($"{requests} small requests of {small.Kinds} kinds with {hostile.Length} hostile ones among them: {faults} faults; {median:F0} small ones a second (median of {rates.Count} runs; {rate} asked for); {oracle.ResidentBytes / Mebibyte} MiB held at the end, {rest / Mebibyte} at the start");
        return faults == 0 && median >= rate ? 0 : 1;

        string? Hostile(HostileRequest request)
        {
            byte[] line = request.Line();
            oracle.TakePeak();
            TimeSpan worked = oracle.ProcessorTime;
            var watch = Stopwatch.StartNew();
            Task writing = Task.Run(() =>
            {
                oracle.Requests.Write(line);
                oracle.Requests.WriteByte((byte)'\n');
                oracle.Requests.Flush();
            });
            if (!oracle.Answers.Next())
                return $"{request.Name}: the oracle ended: {oracle.Said}";
            double seconds = watch.Elapsed.TotalSeconds;
            writing.Wait();
            worked = oracle.ProcessorTime - worked;
            string start = Encoding.UTF8.GetString(oracle.Answers.Line[..Math.Min(oracle.Answers.Line.Length, 300)]);
            long length = oracle.Answers.Length, peak = oracle.TakePeak() / Mebibyte;
            if (small.Ask(oracle, 1, 0) is { } wrong)
                return $"{request.Name}: and then {wrong}";
            long after = oracle.ResidentBytes / Mebibyte;
            Line($"{request.Name}: {line.Length / (double)Mebibyte:F1} MiB, answered with {length / (double)Mebibyte:F1} MiB in {seconds:F1} s, {worked.TotalSeconds:F1} s of a processor; {peak} MiB held, {after} afterwards");
            return !start.StartsWith(request.Answer, StringComparison.Ordinal) ? $"{request.Name}: {start} instead of {request.Answer}"
                : peak > memory + BesideHeap ? $"{request.Name}: {peak} MiB held"
                : after > rest / Mebibyte + Resting ? $"{request.Name}: {after} MiB held afterwards"
                : worked > Longest ? $"{request.Name}: {worked.TotalSeconds:F1} s of a processor"
                : null;
        }
    }

    private static string? Warm(SmallRequests small, OracleProcess oracle) => small.Ask(oracle, 2000, ulong.MaxValue);
}
