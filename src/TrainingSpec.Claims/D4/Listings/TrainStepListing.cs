using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>The model that the training step drives.</summary>
internal interface IListedModel
{
    /// <summary>Logits of shape (B, S, V).</summary>
    Real64[][][] Forward();

    /// <summary>Gradients by parameter from the gradient of the logits.</summary>
    Dictionary<string, Real64[]> Backward(Real64[][][] gradient);
}

/// <summary>How the document's training step behaves: the calls in the order in which the listing makes them.</summary>
/// <remarks>Source: D4 "Code Implementation: Complete Training Step".</remarks>
/// <param name="facts">The document's facts, which hold the call of the optimizer.</param>
/// <param name="optimizer">The optimizer's signature; the call is bound to it as Python would.</param>
internal sealed class TrainStepListing(DocumentFacts facts, PythonSignature optimizer)
{
    private readonly PythonCall _call = PythonCall.Read(facts, "optimizer.step");

    /// <summary>The calls that were made, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>One step; returns the loss from before the update.</summary>
    /// <exception cref="PythonException">TypeError: the call of the optimizer does not fit its signature.</exception>
    public double Run(
        IListedModel model,
        int[][] targets,
        Func<Dictionary<string, Real64[]>, Dictionary<string, Real64[]>> clip,
        Action<Dictionary<string, Real64[]>> update)
    {
        Calls.Add("forward");
        Real64[][][] logits = model.Forward();
        Calls.Add("loss");
        double loss = CrossEntropyListing.Loss(logits, targets);
        Calls.Add("loss gradient");
        Real64[][][] gradient = CrossEntropyListing.Backward(logits, targets);
        Calls.Add("backward");
        Dictionary<string, Real64[]> gradients = model.Backward(gradient);
        Calls.Add("clip");
        gradients = clip(gradients);
        optimizer.Bind(_call);
        Calls.Add("update");
        update(gradients);
        return loss;
    }
}
