namespace TrainingSpec.Formulas;

/// <summary>Where weight decay enters a step of the Adam family.</summary>
public enum DecayKind
{
    /// <summary>λθ is added to the gradient (Adam with L2).</summary>
    L2,

    /// <summary>Decoupled, α·λ times the old parameter (AdamW).</summary>
    Old,

    /// <summary>Decoupled, α·λ times the already updated parameter.</summary>
    Updated,
}
