namespace TrainingSpec.Numbers;

/// <summary>A value that remembers how it was computed: one pass back over the record gives its gradient for every input at once.</summary>
/// <remarks>
/// Each operation keeps its operands and its partial derivatives, which are computed with the value. <see cref="Backward()"/> visits every node once, after all nodes that use it, without recursion;
/// a node that is used twice receives the sum of both contributions. <see cref="Gradient"/> grows with each pass until <see cref="ClearGradient"/>; the contributions of a
/// pass are kept apart from it, so a second pass over the same record adds the same gradients again, to inner nodes too. A node whose contribution is exactly 0 passes nothing on: the branch that
/// a choice doesn't take can't spoil a gradient with 0·∞. Points without a derivative follow <see cref="Dual{T}"/>. Running <see cref="Dual{T}"/> over variables, and going back from the
/// derivative, gives Hessian-vector products (Pearlmutter, "Fast exact multiplication by the Hessian", 1994). Not for several threads at once.
/// Source: Griewank, Walther, "Evaluating Derivatives" (2008), §3.2 and §4; D0, "Implementation", whose Value this is.
/// </remarks>
/// <typeparam name="T">The number underneath.</typeparam>
public sealed partial class Variable<T> : IReal<Variable<T>>
    where T : IReal<T>
{
    private static readonly T Zero = T.Of(0), One = T.Of(1);

    private readonly (Variable<T> Node, T Partial)[] _operands;
    private readonly bool _varies;

    // More than that of any operand; an order in which every node comes after what it was computed from.
    private readonly int _rank;

    private Variable(T value, bool varies, (Variable<T> Node, T Partial)[] operands)
    {
        (Value, _varies, _operands) = (value, varies, operands);
        foreach (var (node, _) in operands)
            _rank = Math.Max(_rank, node._rank + 1);
    }

    /// <summary>The value.</summary>
    public T Value { get; }

    /// <summary>The sum, over all passes since it was cleared, of the derivatives of their results for this node; 0 for a constant.</summary>
    public T Gradient { get; private set; } = Zero;

    /// <summary>An input: gradients are collected for it.</summary>
    public static Variable<T> Input(T value) => new(value, true, []);

    /// <summary>A constant: nothing is recorded for it, nor for what is computed from constants alone.</summary>
    public static Variable<T> Constant(T value) => new(value, false, []);

    /// <summary>Adds the derivative of this value for each node that it was computed from to that node's gradient.</summary>
    public void Backward() => Backward(One);

    /// <summary>As <see cref="Backward()"/>, with every derivative times <paramref name="seed"/>.</summary>
    /// <param name="seed">The derivative of the result that matters for this value.</param>
    public void Backward(T seed)
    {
        if (!_varies)
            return;
        var contributions = new Dictionary<Variable<T>, T>(ReferenceEqualityComparer.Instance) { [this] = seed };
        foreach (Variable<T> node in Reached().OrderByDescending(node => node._rank))
        {
            T contribution = contributions.GetValueOrDefault(node, Zero);
            if (EqualityComparer<T>.Default.Equals(contribution, Zero))
                continue;
            node.Gradient += contribution;
            foreach (var (operand, partial) in node._operands)
                if (operand._varies)
                    contributions[operand] = contributions.TryGetValue(operand, out T? sum) ? sum + contribution * partial : contribution * partial;
        }
    }

    /// <summary>Sets the gradient to 0.</summary>
    public void ClearGradient() => Gradient = Zero;

    /// <summary>Sets the gradients of this node and of all that it was computed from to 0.</summary>
    public void ClearGradients()
    {
        foreach (Variable<T> node in Reached())
            node.ClearGradient();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Value} (gradient {Gradient})";

    // Every node that this one depends on, itself first, each once, in an order that depends on the record alone.
    private List<Variable<T>> Reached()
    {
        var seen = new HashSet<Variable<T>>(ReferenceEqualityComparer.Instance) { this };
        List<Variable<T>> reached = [this];
        for (int next = 0; next < reached.Count; next++)
            foreach (var (operand, _) in reached[next]._operands)
                if (operand._varies && seen.Add(operand))
                    reached.Add(operand);
        return reached;
    }

    // Records an operation; without operands that vary it is a constant, and its operands can be forgotten.
    private static Variable<T> Record(T value, params (Variable<T> Node, T Partial)[] operands) =>
        Array.Exists(operands, operand => operand.Node._varies) ? new(value, true, operands) : Constant(value);
}
