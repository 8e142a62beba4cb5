using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>A program that speaks the oracle protocol on its standard input and output, asked one request at a time.</summary>
/// <remarks>A program that hangs, ends, floods or answers something else costs that question alone: it is started again for the next one.</remarks>
public sealed class PeerProcess : IImplementation, IRestarting, IDisposable
{
    /// <summary>How often it is started without an answer before it is not started again.</summary>
    public const int MostStartsInVain = 5;

    private const int MostLinesBeforeTheFirstAnswer = 1000;
    private const int LastWords = 400;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private readonly string[] _command;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _startPatience;
    private readonly StringBuilder _said = new();
    private Task _listening = Task.CompletedTask;
    private Process? _process;
    private BlockingCollection<byte[]?>? _lines;
    private long _id;
    private bool _answered;
    private int _startsInVain;

    /// <summary>A program that is started at the first question.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="startPatience">How long the first answer after a start may take.</param>
    /// <exception cref="ArgumentException">The command is empty.</exception>
    public PeerProcess(IReadOnlyList<string> command, TimeSpan patience, TimeSpan startPatience)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Count == 0)
            throw new ArgumentException("command is empty, which is outside a program and its arguments", nameof(command));
        _command = [.. command];
        _patience = patience;
        _startPatience = startPatience;
    }

    /// <inheritdoc/>
    public string Name => string.Join(' ', _command);

    /// <summary>How many questions it answered by the protocol, with a result or with a refusal.</summary>
    public int Answers { get; private set; }

    /// <summary>How many questions it was asked and did not answer; it is stopped after each, and started again where another follows.</summary>
    public int Failures { get; private set; }

    /// <summary>How many questions it was not asked any more, since it was started too often without an answer.</summary>
    public int NotAsked { get; private set; }

    /// <summary>Lines on its standard output that were no answers, before its first one.</summary>
    public int Banners { get; private set; }

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

    /// <inheritdoc/>
    /// <exception cref="NoAnswerException">It gave no answer of the protocol.</exception>
    /// <exception cref="IOException">It can't be started at all.</exception>
    public JsonObject Answer(string op, string dtype, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (_process is null && _startsInVain >= MostStartsInVain)
        {
            NotAsked++;
            throw Malformed($"the program was started {_startsInVain} times without an answer and is not started again{Words()}");
        }

        try
        {
            Start();
            long id = ++_id;
            var request = new JsonObject { ["id"] = id, ["op"] = op, ["dtype"] = dtype, ["args"] = args.DeepClone() };
            Send(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
            JsonObject answer = Next(id);
            _answered = true;
            _startsInVain = 0;
            JsonObject result = ResultOf(answer);
            Answers++;
            return result;
        }
        catch (OracleException)
        {
            Answers++;
            throw;
        }
        catch (NoAnswerException)
        {
            Failures++;
            Stop(atOnce: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Restart() => Stop();

    /// <inheritdoc/>
    public void Dispose() => Stop();

    private void Start()
    {
        if (_process is not null)
            return;
        _said.Clear();
        var start = new ProcessStartInfo(_command[0], _command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"command = {_command[0]} can't be started: {e.Message}", e);
        }

        _startsInVain++;
        _answered = false;
        StringBuilder said = _said;
        TextReader errors = _process.StandardError;
        _listening = Task.Run(() => Listen(errors, said));

        // A bounded queue: a program that floods waits at its pipe, and holds none of our memory.
        var lines = new BlockingCollection<byte[]?>(4);
        _lines = lines;
        Stream output = _process.StandardOutput.BaseStream;
        new Thread(() => Read(output, lines)) { IsBackground = true }.Start();
    }

    // The last words are kept, however much is said before.
    private static void Listen(TextReader errors, StringBuilder said)
    {
        try
        {
            while (errors.ReadLine() is { } line)
            {
                lock (said)
                {
                    said.Append(line).Append(' ');
                    if (said.Length > 2 * LastWords)
                        said.Remove(0, said.Length - LastWords);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    // A line over the protocol's limit is handed on as null.
    private static void Read(Stream output, BlockingCollection<byte[]?> lines)
    {
        try
        {
            var reader = new LineReader(output);
            while (reader.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong))
            {
                if (tooLong || line.Span.ContainsAnyExcept(" \t\r"u8))
                    lines.Add(tooLong ? null : line.ToArray());
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was stopped.
        }
        finally
        {
            try
            {
                lines.CompleteAdding();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more.
            }
        }
    }

    private void Send(byte[] line)
    {
        Stream input = _process!.StandardInput.BaseStream;
        try
        {
            Task write = Task.Run(() =>
            {
                input.Write(line);
                input.Flush();
            });
            if (!write.Wait(_answered ? _patience : _startPatience))
                throw new NoAnswerException(RuleStatus.TimedOut, "the program reads no more");
        }
        catch (AggregateException e) when (e.InnerException is IOException or ObjectDisposedException)
        {
            throw Malformed(Ended());
        }
    }

    private JsonObject Next(long id)
    {
        TimeSpan patience = _answered ? _patience : _startPatience;
        long until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (int before = 0; ; before++)
        {
            byte[]? line = null;
            try
            {
                if (!_lines!.TryTake(out line, (int)Math.Clamp(until - Environment.TickCount64, 0, int.MaxValue)))
                {
                    if (_lines.IsCompleted)
                        throw Malformed(Ended());
                    throw new NoAnswerException(RuleStatus.TimedOut, string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.###} s"));
                }
            }
            catch (InvalidOperationException)
            {
                throw Malformed(Ended());
            }

            if (line is null)
                throw Malformed(Wording.Of($"a line of more than {Protocol.MaxLineBytes} bytes"));
            JsonObject? answer = Tree(line);
            if (answer is not null && answer.ContainsKey("ok"))
            {
                return Matches(answer["id"], id) ? answer : throw Malformed($"an answer to another request: id {Short(answer["id"]?.ToJsonString() ?? "null")} instead of {id}");
            }

            // What a library says when it is loaded is no answer yet.
            if (_answered || before == MostLinesBeforeTheFirstAnswer)
                throw Malformed($"no answer of the protocol: {Short(Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, LastWords))))}");
            Banners++;
        }
    }

    private static JsonObject ResultOf(JsonObject answer)
    {
        if (answer["ok"] is not JsonValue said || !said.TryGetValue(out bool ok))
            throw Malformed($"ok is {Short(answer["ok"]?.ToJsonString() ?? "null")}, neither true nor false");
        if (ok)
            return answer["result"] as JsonObject ?? throw Malformed("an answer without a result");
        if (answer["error"] is not JsonObject error || error["kind"] is not JsonValue kind || !kind.TryGetValue(out string? word))
            throw Malformed("an error without a kind");
        ErrorKind known = Enum.GetValues<ErrorKind>().Cast<ErrorKind?>().FirstOrDefault(k => new OracleException(k!.Value, null, "").Word == word)
            ?? throw Malformed($"an error of the unknown kind {Short(word)}");
        throw new OracleException(known, JsonTree.Text(error["argument"]), JsonTree.Text(error["message"]) ?? "");
    }

    private static JsonObject? Tree(byte[] line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject o && IsReadable(o) ? o : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    // Names that stand twice and texts that are no Unicode are found when they are looked at, and not before.
    private static bool IsReadable(JsonNode? node) => node switch
    {
        JsonObject o => o.All(m => IsReadable(m.Value)),
        JsonArray a => a.All(IsReadable),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.TryGetValue(out string? _),
        _ => true,
    };

    private static bool Matches(JsonNode? id, long expected) => id is JsonValue v && (v.TryGetValue(out long whole) ? whole == expected : v.TryGetValue(out double number) && number == expected);

    private string Ended()
    {
        Process process = _process!;
        bool ended = process.WaitForExit(Farewell);
        _listening.Wait(Farewell);
        return ended ? $"the program ended with exit code {process.ExitCode}{Words()}" : $"the program closed its output{Words()}";
    }

    private string Words()
    {
        lock (_said)
            return _said.Length == 0 ? "" : $": {Short(_said.ToString(Math.Max(0, _said.Length - LastWords), Math.Min(LastWords, _said.Length)))}";
    }

    private void Stop(bool atOnce = false)
    {
        if (_process is null)
            return;
        Process process = _process;
        _process = null;
        _lines = null;

        // Closing its input waits for what is being written, and a program that reads no more never takes it.
        if (atOnce)
            Kill(process);
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before.
        }

        if (!process.WaitForExit(Farewell))
            Kill(process);
        process.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private static string Short(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        return line.Length > LastWords ? line[..LastWords] + "…" : line;
    }

    private static NoAnswerException Malformed(string message) => new(RuleStatus.Malformed, message);
}
