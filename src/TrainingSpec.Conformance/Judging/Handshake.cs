using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Finds out what an implementation has: by the operation "describe", or by asking it one small request of each operation.</summary>
public static class Handshake
{
    /// <summary>What an implementation has.</summary>
    /// <exception cref="IOException">It can't be started.</exception>
    public static PeerDescription With(IImplementation peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        try
        {
            JsonObject said = peer.Answer("describe", []);
            if (Texts(said["operations"]) is { Count: > 0 } operations && Texts(said["dtypes"]) is { Count: > 0 } types)
            {
                return new(
                    JsonTree.Text(said["name"]) ?? peer.Name,
                    JsonTree.Text(said["version"]) ?? "",
                    JsonTree.Text(said["language"]) ?? "",
                    [.. operations.Where(Protocol.Operations.Contains)],
                    [.. Protocol.DataTypes.Where(types.Contains)]);
            }
        }
        catch (Exception e) when (e is OracleException or NoAnswerException)
        {
            // It has no such operation: asking tells.
        }

        (string Op, string DataType)[] has = [.. CaseRequests.Operations.SelectMany(op => Protocol.DataTypes.Where(dtype => Has(peer, op, dtype)).Select(dtype => (op, dtype)))];
        return new(peer.Name, "", "", [.. has.Select(h => h.Op).Distinct()], [.. Protocol.DataTypes.Where(t => has.Any(h => h.DataType == t))]);
    }

    private static bool Has(IImplementation peer, string op, string dtype)
    {
        try
        {
            peer.Answer(op, dtype, CaseRequests.Smallest(op));
            return true;
        }
        catch (OracleException e)
        {
            return e.Kind is not (ErrorKind.Unsupported or ErrorKind.UnknownOp) && !(e.Kind == ErrorKind.InvalidArgument && e.Argument is "op" or "dtype");
        }
        catch (NoAnswerException)
        {
            // It has it, and answers badly: the rules will say so.
            return true;
        }
    }

    private static IReadOnlyList<string>? Texts(JsonNode? node) =>
        node is JsonArray a && a.All(x => JsonTree.Text(x) is not null) ? [.. a.Select(x => JsonTree.Text(x)!)] : null;
}
