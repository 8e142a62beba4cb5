using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LARS on a list of tensors, each a layer, as a pure function of parameters, gradients and state.</summary>
/// <remarks>The velocity starts at zero and holds the learning rate. NaN and infinities propagate as IEEE 754 says. Source: You, Gitman, Ginsburg (2017), Algorithm 1.</remarks>
public static class LarsOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, LarsState<T> State) Step<T>(T[][] parameters, T[][] grads, LarsState<T>? state, LarsOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireSome(parameters, "params");
        Tensors.RequireSameShape(parameters, "params", Tensors.RequireSome(grads, "grads"), "grads");
        if (state is not null)
            Tensors.RequireStateShape(parameters, state.Buffers);
        T[][] theta = Tensors.Copy(parameters);
        T[][] buffers = state is null ? Tensors.ZerosLike(parameters) : Tensors.Copy(state.Buffers);
        T lr = T.Of(options.LearningRate), momentum = T.Of(options.Momentum), decay = T.Of(options.WeightDecay), trust = T.Of(options.TrustCoefficient);
        for (int i = 0; i < theta.Length; i++)
        {
            T local = Lars.LocalRate(Norms.L2<T>(parameters[i]), Norms.L2<T>(grads[i]), decay, trust);
            for (int j = 0; j < theta[i].Length; j++)
            {
                T direction = WeightDecay.L2Gradient(grads[i][j], theta[i][j], decay);
                buffers[i][j] = Lars.Velocity(buffers[i][j], direction, momentum, lr, local);
                theta[i][j] = Lars.Update(theta[i][j], buffers[i][j]);
            }
        }

        return (theta, new LarsState<T>((state?.Step ?? 0) + 1, buffers));
    }
}

/// <summary>What LARS carries from step to step: the number of steps done and a velocity per layer. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class LarsState<T>
    where T : IReal<T>
{
    private const string Kind = "lars";

    internal LarsState(long step, T[][] buffers)
    {
        Step = step;
        Buffers = buffers;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => Buffers.Length;

    internal T[][] Buffers { get; }

    /// <summary>The velocity of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> Velocity(int tensor) => Buffers[tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteStart<T>(writer, Kind, Step);
        StateJson.WriteTensors(writer, "velocity", Buffers);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LARS over this number.</exception>
    public static LarsState<T> FromJson(string json) => StateJson.Parse(json, FromJson);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The object is damaged, or no state of LARS over this number.</exception>
    public static LarsState<T> FromJson(JsonElement json) =>
        new(StateJson.ReadStart<T>(json, Kind, "velocity"), StateJson.ReadTensors<T>(json, "velocity"));
}
