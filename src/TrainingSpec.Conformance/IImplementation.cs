using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>Anything that answers the oracle protocol's operations: the reference, a wrong variant of it, or a peer behind a process.</summary>
public interface IImplementation
{
    /// <summary>The name under which reports speak of it.</summary>
    string Name { get; }

    /// <summary>Answers one operation in float64.</summary>
    /// <param name="op">The operation's name in the protocol, such as "adamw.step".</param>
    /// <param name="args">Its arguments; not modified.</param>
    /// <returns>The protocol's result object.</returns>
    /// <exception cref="OracleException">The operation refuses its arguments, or is not supported.</exception>
    JsonObject Answer(string op, JsonObject args);

    /// <summary>Answers one operation in a dtype; float64 alone unless an implementation knows more.</summary>
    /// <param name="op">The operation's name in the protocol.</param>
    /// <param name="dtype">The dtype's name in the protocol, such as "float32".</param>
    /// <param name="args">Its arguments; not modified.</param>
    /// <returns>The protocol's result object.</returns>
    /// <exception cref="OracleException">The operation refuses its arguments, or is not supported.</exception>
    JsonObject Answer(string op, string dtype, JsonObject args) => dtype == "float64"
        ? Answer(op, args)
        : throw new OracleException(ErrorKind.Unsupported, "dtype", $"{op} is not answered in {dtype}");
}
