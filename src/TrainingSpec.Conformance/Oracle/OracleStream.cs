using System.Buffers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Answers a stream of request lines, one answer line each, in order.</summary>
/// <remarks>
/// Answers are gathered; all of them are sent before more input is waited for, so that a peer who waits gets its answer at once. Long answers go out in pieces.
/// Source: oracle protocol, "Order and flushing".
/// </remarks>
public static class OracleStream
{
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
        var pending = new AnswerBuffer(output);
        var memory = new LargeRequests();
        var lines = new LineReader(input, maxLineBytes)
        {
            BeforeWaiting = () =>
            {
                pending.Send();
                memory.GiveBack();
            },
        };
        while (lines.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong))
        {
            pending.Begin();
            try
            {
                if (tooLong)
                    OracleEngine.Refuse(line.Length > maxLineBytes ? Wording.Of($"the line is longer than {maxLineBytes} bytes") : "the line needs more memory than this process may use", line.Span, pending);
                else if (line.Span.ContainsAnyExcept(" \t\r"u8))
                    answer(line, pending);
            }
            catch (OutOfMemoryException) when (pending.TryTakeBack())
            {
                // What it had made is garbage by now.
                OracleEngine.Refuse(line.Span, OracleException.OutOfMemory(), pending);
            }

            memory.Note();
        }

        pending.Send();
    }
}
