using System.Buffers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Answers a stream of request lines, one answer line each, in order.</summary>
/// <remarks>Answers are gathered and sent when no more input is at hand, so that a waiting peer gets its answer at once. Source: oracle protocol, "Framing".</remarks>
public static class OracleStream
{
    private const int SendAt = 1 << 16;

    /// <summary>Answers until the input ends; blank lines are skipped.</summary>
    /// <param name="input">Request lines in UTF-8.</param>
    /// <param name="output">Receives the answers, and nothing else.</param>
    /// <param name="maxLineBytes">The longest line, without its end.</param>
    /// <exception cref="IOException">The input can't be read or the output can't be written.</exception>
    public static void Run(Stream input, Stream output, int maxLineBytes = Protocol.MaxLineBytes) =>
        Run(input, output, new OracleEngine().Answer, maxLineBytes);

    /// <summary>The same with another way of answering a line, such as a wrong implementation's.</summary>
    /// <param name="input">Request lines in UTF-8.</param>
    /// <param name="output">Receives the answers, and nothing else.</param>
    /// <param name="answer">Writes exactly one line for a request without its line end.</param>
    /// <param name="maxLineBytes">The longest line, without its end.</param>
    /// <exception cref="IOException">The input can't be read or the output can't be written.</exception>
    public static void Run(Stream input, Stream output, Action<ReadOnlyMemory<byte>, IBufferWriter<byte>> answer, int maxLineBytes = Protocol.MaxLineBytes)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var pending = new ArrayBufferWriter<byte>(SendAt);
        void Send()
        {
            if (pending.WrittenCount == 0)
                return;
            output.Write(pending.WrittenSpan);
            output.Flush();
            if (pending.Capacity > 16 * SendAt)
                pending = new ArrayBufferWriter<byte>(SendAt);
            else
                pending.ResetWrittenCount();
        }

        var oracle = new OracleEngine();
        var lines = new LineReader(input, maxLineBytes)
        {
            BeforeWaiting = Send,
        };
        while (lines.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong))
        {
            if (tooLong)
                oracle.Refuse($"the line is longer than {maxLineBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)} bytes", pending);
            else if (line.Span.ContainsAnyExcept(" \t\r"u8))
                answer(line, pending);
            if (pending.WrittenCount > SendAt)
                Send();
        }

        Send();
    }
}
