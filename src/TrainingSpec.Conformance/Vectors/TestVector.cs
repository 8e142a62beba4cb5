using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Vectors;

/// <summary>One question of the protocol as data, with the answer that is right and by how much another may differ.</summary>
/// <param name="Id">The operation and a hash of the question: it stays while the question does.</param>
/// <param name="Operation">The operation.</param>
/// <param name="DataType">The dtype.</param>
/// <param name="Args">The arguments, without a state.</param>
/// <param name="After">The vector whose answer's state is handed back in this question; null where there is none.</param>
/// <param name="Note">What it is about.</param>
public sealed record TestVector(string Id, string Operation, string DataType, JsonObject Args, string? After, string Note)
{
    /// <summary>The rules whose checks ask it; empty for drawn cases.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The right result, without the state, which is each implementation's own; null where the question must be refused.</summary>
    public JsonObject? Expected { get; init; }

    /// <summary>Kind and argument of the refusal; null where there is a result.</summary>
    public (string Kind, string? Argument)? Refusal { get; init; }

    /// <summary>The wrong implementations that answer it otherwise than allowed, in order.</summary>
    public IReadOnlyList<string> Kills { get; init; } = [];
}
