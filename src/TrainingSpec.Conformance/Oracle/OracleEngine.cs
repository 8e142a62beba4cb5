using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Answers one request line at a time. Not safe for several threads at once: it keeps its buffers.</summary>
public sealed class OracleEngine
{
    /// <summary>Writes all text but what JSON forbids as it is.</summary>
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonWriterOptions Compact = new() { Encoder = Encoder, SkipValidation = true };
    private const string NoObject = "the line is not a JSON object";
    private static readonly string[] Known = ["id", "op", "dtype", "args"];
    private static readonly Wire64 Binary64 = new();
    private static readonly Wire32 Binary32 = new();
    private static readonly WireHalf<Float16> Half = new("float16", x => x.Value);
    private static readonly WireHalf<BFloat16> Brain = new("bfloat16", x => x.Value);
    private static readonly RoundedWire<Float16> RoundedHalf = new(Half);
    private static readonly RoundedWire<BFloat16> RoundedBrain = new(Brain);
    private readonly RequestText _request = new();

    /// <summary>Writes the answer to a line, and a line end.</summary>
    /// <param name="line">The request, without its line end.</param>
    /// <param name="output">Receives exactly one line.</param>
    public void Answer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            if (Damage(line) is (string why, int at))
                Refuse(Wording.Of($"{why} (byte {at})"), line.Span[..at], output);
            else
                AnswerObject(output);
        }
        finally
        {
            _request.Clear();
        }
    }

    /// <summary>Writes the answer to a line that is no request at all, and a line end.</summary>
    /// <param name="why">What is wrong with it, in one line.</param>
    /// <param name="line">The line or its beginning: an id that stands whole in it is kept.</param>
    /// <param name="output">Receives exactly one line.</param>
    public static void Refuse(string why, ReadOnlySpan<byte> line, IBufferWriter<byte> output) =>
        Refuse(line, new OracleException(ErrorKind.Parse, null, why), output);

    /// <summary>Writes an error as the answer to a line, and a line end.</summary>
    internal static void Refuse(ReadOnlySpan<byte> line, OracleException error, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> id = RequestText.IdOf(line[..Text(line).Sound]);
        Send(output, id.IsEmpty ? "null"u8 : id, error);
    }

    /// <summary>True for UTF-8 without half a surrogate pair.</summary>
    internal static bool IsText(ReadOnlySpan<byte> line) => Text(line).Why is null;

    // Why a line is no request, and the byte from which on it is none, counted from 0.
    private (string Why, int At)? Damage(ReadOnlyMemory<byte> line)
    {
        (string? why, int sound) = Text(line.Span);
        try
        {
            if (why is not null)
                RequestText.ReadBeginning(line.Span[..sound]);
            else if (!_request.Read(line))
                (why, sound) = (NoObject, line.Span.IndexOfAnyExcept(" \t\r"u8));
        }
        catch (JsonException e)
        {
            (why, sound) = (NoObject, (int)Math.Min(e.BytePositionInLine ?? 0, sound));
        }

        return why is null ? null : (why, sound);
    }

    // How far a line is text, and why no further.
    private static (string? Why, int Sound) Text(ReadOnlySpan<byte> line)
    {
        (string? why, int sound) = Utf8.IsValid(line) ? (null, line.Length) : ("the line is not UTF-8", SoundUtf8(line));
        int alone = SurrogateEscapes.FirstAlone(line[..sound]);
        return alone >= 0 ? ("the line holds half a surrogate pair", alone) : (why, sound);
    }

    private static int SoundUtf8(ReadOnlySpan<byte> line)
    {
        int at = 0;
        Span<char> text = stackalloc char[1024];
        OperationStatus status;
        do
        {
            status = Utf8.ToUtf16(line[at..], text, out int read, out _, replaceInvalidSequences: false);
            at += read;
        }
        while (status == OperationStatus.DestinationTooSmall);
        return at;
    }

    private void AnswerObject(IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> id = _request.Request.TryFind("id", out JsonText given) ? given.Text.Span : "null"u8;
        Action<Utf8JsonWriter> result;
        try
        {
            result = Run();
        }
        catch (OracleException e)
        {
            Send(output, id, e);
            return;
        }
        catch (ShapeMismatchException e)
        {
            Send(output, id, OracleException.Shape(Top(e.ParamName), e.Message));
            return;
        }
        catch (NonFiniteException e)
        {
            Send(output, id, new OracleException(ErrorKind.NonFinite, Top(e.Argument), e.Message));
            return;
        }
        catch (ArgumentException e)
        {
            Send(output, id, OracleException.Invalid(Top(e.ParamName), FirstLine(e)));
            return;
        }
        catch (OutOfMemoryException)
        {
            Send(output, id, OracleException.OutOfMemory());
            return;
        }
        catch (Exception e)
        {
            // The stream goes on whatever happens: one request must not take the others down.
            Send(output, id, new OracleException(ErrorKind.Unsupported, null, $"failed: {e.GetType().Name}: {FirstLine(e)}"));
            return;
        }

        Send(output, id, null, result);
    }

    private Action<Utf8JsonWriter> Run()
    {
        Members members = _request.Request;
        if (members.Stray(Known) is (string name, bool known))
            throw OracleException.Invalid(name, known ? $"{name} stands twice" : $"{name} is no member of a request; known: {string.Join(", ", Known)}");

        if (!members.TryFind("op", out JsonText named))
            throw OracleException.Invalid("op", "op is missing");
        string op = named.Kind == JsonValueKind.String ? JsonText.Name(named.Text.Span) : throw OracleException.Invalid("op", "op is not a string");
        if (!OperationTable.TryFind(op, out IOperation? operation) && !Protocol.Operations.Contains(op))
            throw new OracleException(ErrorKind.UnknownOp, "op", $"op = {op} is no operation of the protocol");
        string dtype = !members.TryFind("dtype", out JsonText typed) ? "float64"
            : typed.Kind == JsonValueKind.String && Protocol.DataTypes.FirstOrDefault(type => Members.Is(typed.Text.Span, type)) is { } found ? found
            : throw OracleException.Invalid("dtype", $"dtype is outside {{{string.Join(", ", Protocol.DataTypes)}}}");
        if (operation is null)
            throw new OracleException(ErrorKind.Unsupported, "op", $"{op} is not implemented here");
        if (members.TryFind("args", out JsonText args) && args.Kind != JsonValueKind.Object)
            throw OracleException.Invalid("args", "args is not an object");
        if (_request.Args.MostLists() is (string longest, > Protocol.MaxLists))
            throw OracleException.Invalid(longest, Wording.Of($"args holds more than {Protocol.MaxLists} lists, most of them in {longest}"));
        switch (dtype)
        {
            case "float64":
                return Run(operation, new Arguments<Real64>(_request.Args, Binary64), Binary64);
            case "float32":
                return Run(operation, new Arguments<Real32>(_request.Args, Binary32), Binary32);
            case "float16" when operation.HalfPrecision:
                return Run(operation, new Arguments<Float16>(_request.Args, Half), Half);
            case "bfloat16" when operation.HalfPrecision:
                return Run(operation, new Arguments<BFloat16>(_request.Args, Brain), Brain);
            case "float16" when operation.RoundsOnce:
                return Run(operation, new Arguments<DoubleDouble>(_request.Args, RoundedHalf), RoundedHalf);
            case "bfloat16" when operation.RoundsOnce:
                return Run(operation, new Arguments<DoubleDouble>(_request.Args, RoundedBrain), RoundedBrain);
            default:
                throw new OracleException(ErrorKind.Unsupported, "dtype", $"{op} is not implemented for {dtype} here");
        }
    }

    private static Action<Utf8JsonWriter> Run<T>(IOperation operation, Arguments<T> args, Wire<T> wire)
        where T : struct, IReal<T>
    {
        var answer = new Answer<T>(wire, args);
        operation.Run(args, answer);
        if (!args.IsDone)
            throw new InvalidOperationException($"{operation.Name} does not refuse unknown arguments");
        if (!answer.IsAsAnnounced)
            throw new InvalidOperationException($"{operation.Name} does not answer as many numbers as it announced");
        return answer.WriteTo;
    }

    private static void Send(IBufferWriter<byte> output, ReadOnlySpan<byte> id, OracleException? error, Action<Utf8JsonWriter>? result = null)
    {
        output.Write("{\"id\":"u8);
        WriteOnOneLine(id, output);
        output.Write(error is null ? ",\"ok\":true,\"result\":"u8 : ",\"ok\":false,\"error\":"u8);
        using (var writer = new Utf8JsonWriter(output, Compact))
        {
            writer.WriteStartObject();
            if (error is null)
            {
                result!(writer);
            }
            else
            {
                writer.WriteString("kind", error.Word);
                writer.WriteString("argument", error.Argument);
                writer.WriteString("message", error.Message);
            }

            writer.WriteEndObject();
        }

        output.Write("}\n"u8);
    }

    // A CR can stand between an id's tokens only, and some peers take it for a line end.
    private static void WriteOnOneLine(ReadOnlySpan<byte> id, IBufferWriter<byte> output)
    {
        for (int cr = id.IndexOf((byte)'\r'); cr >= 0; cr = id.IndexOf((byte)'\r'))
        {
            output.Write(id[..cr]);
            id = id[(cr + 1)..];
        }

        output.Write(id);
    }

    private static string Top(string? argument) => argument is null ? "args" : argument.Split('[')[0];

    private static string FirstLine(Exception e) => e.Message.Split('\n', '\r')[0].Replace($" (Parameter '{(e as ArgumentException)?.ParamName}')", "", StringComparison.Ordinal);
}
