using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Steps that make an objective grow: those of any optimizer along the gradients of its negative.</summary>
/// <remarks>Weight decay is not part of the objective and shrinks parameters all the same. Source: PyTorch's option maximize.</remarks>
public static class Ascent
{
    /// <summary>The gradients with the other sign, which an optimizer takes in their place.</summary>
    /// <param name="grads">The gradients of what is to grow, a flat array per tensor.</param>
    /// <exception cref="ArgumentException">The list or a tensor is empty or null.</exception>
    public static T[][] Of<T>(T[][] grads)
        where T : IReal<T> => Array.ConvertAll(Tensors.RequireSome(grads, "grads"), tensor => Array.ConvertAll(tensor, g => -g));
}
