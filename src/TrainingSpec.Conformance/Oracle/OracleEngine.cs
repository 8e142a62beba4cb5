using System.Buffers;
using System.Runtime.InteropServices;
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

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Protocol.MaxDepth };
    private static readonly JsonWriterOptions Compact = new() { Encoder = Encoder, SkipValidation = true };
    private static readonly Wire64 Binary64 = new();
    private static readonly Wire32 Binary32 = new();
    private static readonly WireHalf<Float16> Half = new("float16", x => x.Value);
    private static readonly WireHalf<BFloat16> Brain = new("bfloat16", x => x.Value);
    private ArrayBufferWriter<byte> _result = new(1 << 12);

    /// <summary>Writes the answer to a line, and a line end.</summary>
    /// <param name="line">The request, without its line end.</param>
    /// <param name="output">Receives exactly one line.</param>
    public void Answer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!Utf8.IsValid(line.Span))
        {
            Refuse("the line is not UTF-8", output);
            return;
        }

        if (SurrogateEscapes.AnyAlone(line.Span))
        {
            Refuse("the line holds half a surrogate pair", output);
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                Refuse("the line is not a JSON object", output);
            else
                AnswerObject(document.RootElement, output);
        }
        catch (JsonException)
        {
            Refuse("the line is not a JSON object", output);
        }
    }

    /// <summary>Writes the answer to a line that is no request at all, and a line end.</summary>
    public void Refuse(string why, IBufferWriter<byte> output) =>
        Send(output, "null"u8, new OracleException(ErrorKind.Parse, null, why));

    private void AnswerObject(JsonElement request, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> id = request.TryGetProperty("id"u8, out JsonElement given) ? JsonMarshal.GetRawUtf8Value(given) : "null"u8;
        try
        {
            Run(request);
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
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The stream goes on whatever happens: one request must not take the others down.
            Send(output, id, new OracleException(ErrorKind.Unsupported, null, $"failed: {e.GetType().Name}: {FirstLine(e)}"));
            return;
        }

        Send(output, id, null);
    }

    private void Run(JsonElement request)
    {
        foreach (JsonProperty member in request.EnumerateObject())
        {
            if (member.Name is not ("id" or "op" or "dtype" or "args"))
                throw OracleException.Invalid(member.Name, $"{member.Name} is no member of a request; known: id, op, dtype, args");
        }

        var members = new Arguments(request);
        members.Optional("id");
        JsonElement named = members.Required("op");
        JsonElement? typed = members.Optional("dtype");
        JsonElement? args = members.Optional("args");
        members.Done();
        string op = named.ValueKind == JsonValueKind.String ? named.GetString()! : throw OracleException.Invalid("op", "op is not a string");
        if (!OperationTable.TryFind(op, out IOperation? operation) && !Protocol.Operations.Contains(op))
            throw new OracleException(ErrorKind.UnknownOp, "op", $"op = {op} is no operation of the protocol");
        string dtype = typed is not { } type ? "float64"
            : type.ValueKind == JsonValueKind.String && Protocol.DataTypes.Contains(type.GetString()) ? type.GetString()!
            : throw OracleException.Invalid("dtype", $"dtype is outside {{{string.Join(", ", Protocol.DataTypes)}}}");
        if (operation is null)
            throw new OracleException(ErrorKind.Unsupported, "op", $"{op} is not implemented here");
        if (args is { ValueKind: not JsonValueKind.Object })
            throw OracleException.Invalid("args", "args is not an object");
        switch (dtype)
        {
            case "float64":
                Run(operation, new Arguments<Real64>(args ?? default, Binary64), Binary64);
                break;
            case "float32":
                Run(operation, new Arguments<Real32>(args ?? default, Binary32), Binary32);
                break;
            case "float16" when operation.HalfPrecision:
                Run(operation, new Arguments<Float16>(args ?? default, Half), Half);
                break;
            case "bfloat16" when operation.HalfPrecision:
                Run(operation, new Arguments<BFloat16>(args ?? default, Brain), Brain);
                break;
            default:
                throw new OracleException(ErrorKind.Unsupported, "dtype", $"{op} is not implemented for {dtype} here");
        }
    }

    private void Run<T>(IOperation operation, Arguments<T> args, Wire<T> wire)
        where T : struct, IReal<T>
    {
        if (_result.Capacity > 1 << 22)
            _result = new(1 << 12);
        _result.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_result, Compact);
        writer.WriteStartObject();
        operation.Run(args, new Answer<T>(writer, wire, args));
        writer.WriteEndObject();
        if (!args.IsDone)
            throw new InvalidOperationException($"{operation.Name} does not refuse unknown arguments");
    }

    private void Send(IBufferWriter<byte> output, ReadOnlySpan<byte> id, OracleException? error)
    {
        output.Write("{\"id\":"u8);
        WriteOnOneLine(id, output);
        if (error is null)
        {
            output.Write(",\"ok\":true,\"result\":"u8);
            output.Write(_result.WrittenSpan);
        }
        else
        {
            output.Write(",\"ok\":false,\"error\":"u8);
            using var writer = new Utf8JsonWriter(output, Compact);
            writer.WriteStartObject();
            writer.WriteString("kind", error.Word);
            writer.WriteString("argument", error.Argument);
            writer.WriteString("message", error.Message);
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
