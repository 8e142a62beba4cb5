using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The learning rate of a group of parameters under a schedule that all groups share.</summary>
/// <remarks>Source: PyTorch, torch.optim.lr_scheduler, whose schedules scale each group's initial rate.</remarks>
public static class ParameterGroups
{
    /// <summary>f·η: a group's rate, its factor times the schedule's.</summary>
    [Formula("parameter_groups.rate", TeX = @"\eta_g", Source = "PyTorch, torch.optim.lr_scheduler")]
    public static T Rate<T>([Domain(nameof(Hyperparameters.LearningRate))] T lr, [Domain("f_g", "[0, inf)")] T factor)
        where T : IReal<T> => factor * lr;
}
