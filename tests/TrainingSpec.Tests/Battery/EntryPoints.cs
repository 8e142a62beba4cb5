using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Tests.Battery;

/// <summary>What users call with a hyperparameter, by the name of its entry; whatever else is needed is legal.</summary>
/// <remarks>The tests of the oracle ask its operations the same.</remarks>
internal static class EntryPoints
{
    private static readonly Real64[][] One = [[1.0]];
    private static readonly GptShape Shape = new() { Vocabulary = 2, Width = 2, Layers = 2, Context = 2 };
    private static readonly GptConfig Config = new() { Vocabulary = 2, Width = 2, Layers = 2, Context = 2, Heads = 1 };
    private static readonly AdafactorOptimizer Factored = new() { LearningRate = 1 };
    private static readonly Initializer Law = new() { Scheme = InitializationScheme.GptResidual, FanIn = 2, FanOut = 2, Layers = 2 };

    public static IReadOnlyDictionary<string, Action<double>[]> All { get; } = new Dictionary<string, Action<double>[]>
    {
        [nameof(Known.LearningRate)] =
        [
            lr => _ = new SgdOptions { LearningRate = lr }, lr => _ = new MuonOptimizer { LearningRate = lr }, lr => _ = new ConstantSchedule(lr), lr => _ = new StepDecaySchedule(lr, 0.5, 2), lr => _ = new LinearDecaySchedule(lr, 2),
            lr => _ = new ExponentialSchedule(lr, 0.5), lr => _ = new MultiStepSchedule(lr, [1]), lr => _ = new LinearFactorSchedule(lr, 0, 1, 2), lr => _ = new ConstantFactorSchedule(lr, 0.5, 2), lr => _ = new PlateauSchedule(lr, [], new()),
            lr => LayerRates.PlainRatio(One, One, lr), lr => LayerRates.Decayed<Real64>(lr, 0.5, 2),
        ],
        [nameof(Known.StepSize)] =
        [
            lr => AdamOptions.Adam(lr), lr => AdamOptions.AdamW(lr), lr => _ = new AdamOptions { LearningRate = lr },
            .. ElementwiseCases.All.Select(optimizer => (Action<double>)(lr => _ = optimizer with { LearningRate = lr })),
        ],
        [nameof(Known.LayerRate)] = [lr => _ = new LarsOptions { LearningRate = lr }, lr => _ = new LambOptions { LearningRate = lr }],
        [nameof(Known.MaximumRate)] =
        [
            lr => _ = new CosineSchedule(lr, 0, 8), lr => _ = new WarmupSchedule(lr, 4), lr => _ = new WarmupCosineSchedule(lr, 0, 4, 8), lr => _ = new WarmupHoldCosineSchedule(lr, 0, 4, 5, 8),
            lr => _ = new PolynomialSchedule(lr, 0, 8), lr => _ = new InverseSqrtSchedule(lr, 4), lr => _ = new CosineRestartsSchedule(lr, 0, 4), lr => _ = new CyclicSchedule(0, lr), lr => _ = new OneCycleSchedule(lr, 8),
        ],
        [nameof(Known.MinimumRate)] = [lr => _ = new CosineSchedule(8, lr, 8), lr => _ = new WarmupCosineSchedule(8, lr, 4, 8), lr => _ = new WarmupHoldCosineSchedule(8, lr, 4, 5, 8), lr => _ = new PolynomialSchedule(8, lr, 8), lr => _ = new CosineRestartsSchedule(8, lr, 4), lr => _ = new CyclicSchedule(lr, 8), lr => _ = new PlateauOptions { Minimum = lr }],
        [nameof(Known.Gamma)] = [gamma => _ = new StepDecaySchedule(1, gamma, 2), gamma => _ = new ExponentialSchedule(1, gamma)],
        [nameof(Known.RateBound)] = [end => _ = new ExponentialSchedule(1, 0.5, 1, end), end => _ = new StepDecaySchedule(1, 0.5, 2, end)],
        [nameof(Known.MilestoneGamma)] = [gamma => _ = new MultiStepSchedule(1, [2], gamma)],
        [nameof(Known.CycleGamma)] = [gamma => _ = new CyclicSchedule(0, 1, Gamma: gamma), gamma => _ = new CosineRestartsSchedule(1, 0, 2, Gamma: gamma)],
        [nameof(Known.ExponentialEvery)] = [every => _ = new ExponentialSchedule(1, 0.5, (long)every)],
        [nameof(Known.Power)] = [power => _ = new PolynomialSchedule(1, 0, 8, power), power => _ = new CosineSchedule(1, 0, 8, power)],
        [nameof(Known.Timescale)] = [s => _ = new InverseSqrtSchedule(1, (long)s)],
        [nameof(Known.FirstPeriod)] = [period => _ = new CosineRestartsSchedule(1, 0, (long)period)],
        [nameof(Known.PeriodFactor)] = [factor => _ = new CosineRestartsSchedule(1, 0, 4, (long)factor)],
        [nameof(Known.PeakShare)] = [share => _ = new OneCycleSchedule(1, 8, share)],
        [nameof(Known.DivFactor)] = [factor => _ = new OneCycleSchedule(1, 8, DivFactor: factor)],
        [nameof(Known.FinalDivFactor)] = [factor => _ = new OneCycleSchedule(1, 8, FinalDivFactor: factor)],
        [nameof(Known.StepsUp)] = [up => _ = new CyclicSchedule(0, 1, (long)up)],
        [nameof(Known.StepsDown)] = [down => _ = new CyclicSchedule(0, 1, 4, (long)down)],
        [nameof(Known.ConstantFactor)] = [factor => _ = new ConstantFactorSchedule(1, factor, 2)],
        [nameof(Known.StartFactor)] = [factor => _ = new LinearFactorSchedule(1, factor, 1, 2)],
        [nameof(Known.EndFactor)] = [factor => _ = new LinearFactorSchedule(1, 0, factor, 2)],
        [nameof(Known.WarmupFactor)] = [factor => SequenceSchedule.Warmed(new ConstantSchedule(1), factor, 4)],
        [nameof(Known.PlateauFactor)] = [factor => _ = new PlateauOptions { Factor = factor }],
        [nameof(Known.PlateauPatience)] = [patience => _ = new PlateauOptions { Patience = (long)patience }],
        [nameof(Known.PlateauThreshold)] = [threshold => _ = new PlateauOptions { Threshold = threshold }],
        [nameof(Known.Cooldown)] = [cooldown => _ = new PlateauOptions { Cooldown = (long)cooldown }],
        [nameof(Known.PlateauEpsilon)] = [eps => _ = new PlateauOptions { Epsilon = eps }],
        [nameof(Known.Every)] = [every => _ = new StepDecaySchedule(1, 0.5, (long)every)],
        [nameof(Known.Total)] =
        [
            total => _ = new LinearDecaySchedule(1, (long)total), total => _ = new CosineSchedule(1, 0, (long)total), total => _ = new WarmupCosineSchedule(1, 0, 0, (long)total),
            total => _ = new WarmupHoldCosineSchedule(1, 0, 0, 0, (long)total),
            total => _ = new PolynomialSchedule(1, 0, (long)total), total => _ = new LinearFactorSchedule(1, 0, 1, (long)total), total => _ = new ConstantFactorSchedule(1, 0.5, (long)total), total => _ = new OneCycleSchedule(1, (long)total),
        ],
        [nameof(Known.Warmup)] = [w => _ = new WarmupSchedule(1, (long)w), w => _ = new WarmupCosineSchedule(1, 0, (long)w, 8), w => _ = new WarmupHoldCosineSchedule(1, 0, (long)w, 7, 8), w => SequenceSchedule.Warmed(new ConstantSchedule(1), 0.5, (long)w)],
        [nameof(Known.DecayStart)] = [start => _ = new WarmupHoldCosineSchedule(1, 0, 0, (long)start, 8)],
        [nameof(Known.Step)] = [step => new ConstantSchedule(1).At((long)step), step => new CosineSchedule(1, 0, 8).At<Real32>((long)step)],
        [nameof(Known.Update)] = [step => AdamOptimizer.Coefficients<Real64>(AdamOptions.Adam(1), (long)step)],
        [nameof(Known.SweepMinimum)] = [lr => LearningRateFinder.Sweep<Real64>(lr, 8, 3)],
        [nameof(Known.SweepMaximum)] = [lr => LearningRateFinder.Sweep<Real64>(1e-3, lr, 3)],
        [nameof(Known.SweepCount)] = [count => LearningRateFinder.Sweep<Real64>(1, 8, (int)count)],
        [nameof(Known.LossSmoothing)] = [s => LearningRateFinder.Suggest([(Real64)1, (Real64)2], [(Real64)1, (Real64)2], s)],
        [nameof(Known.Beta1)] = [beta => _ = AdamOptions.Adam(1) with { Beta1 = beta }, beta => _ = new LambOptions { LearningRate = 1, Beta1 = beta }, beta => _ = ElementwiseCases.Adamax with { Beta1 = beta }, beta => _ = ElementwiseCases.Nadam with { Beta1 = beta }, beta => _ = ElementwiseCases.Radam with { Beta1 = beta }, beta => _ = ElementwiseCases.Amsgrad with { Beta1 = beta }, beta => _ = ElementwiseCases.Lion with { Beta1 = beta }],
        [nameof(Known.Beta2)] = [beta => _ = AdamOptions.Adam(1) with { Beta2 = beta }, beta => _ = new LambOptions { LearningRate = 1, Beta2 = beta }, beta => _ = ElementwiseCases.Adamax with { Beta2 = beta }, beta => _ = ElementwiseCases.Nadam with { Beta2 = beta }, beta => _ = ElementwiseCases.Radam with { Beta2 = beta }, beta => _ = ElementwiseCases.Amsgrad with { Beta2 = beta }],
        [nameof(Known.MuonMomentum)] = [momentum => _ = new MuonOptimizer { LearningRate = 1, Momentum = momentum }],
        [nameof(Known.MuonEpsilon)] = [eps => _ = new MuonOptimizer { LearningRate = 1, Epsilon = eps }],
        [nameof(Known.MatrixDecay)] = [decay => _ = new MuonOptimizer { LearningRate = 1, WeightDecay = decay }, decay => _ = Factored with { WeightDecay = decay }],
        [nameof(Known.AdafactorRate)] = [lr => _ = Factored with { LearningRate = lr }],
        [nameof(Known.MomentExponent)] = [c => _ = Factored with { DecayRate = c }],
        [nameof(Known.SquareEpsilon)] = [eps => _ = Factored with { Epsilon = eps }],
        [nameof(Known.LeastSize)] = [size => _ = Factored with { LeastSize = size }],
        [nameof(Known.ClipThreshold)] = [most => _ = Factored with { ClipThreshold = most }],
        [nameof(Known.StepMomentum)] = [beta1 => _ = Factored with { Beta1 = beta1 }],
        [nameof(Known.Iterations)] = [count => _ = new MuonOptimizer { LearningRate = 1, Iterations = (long)count }],
        [nameof(Known.LionBeta2)] = [beta => _ = ElementwiseCases.Lion with { Beta2 = beta }],
        [nameof(Known.Epsilon)] =
        [
            eps => _ = AdamOptions.Adam(1) with { Epsilon = eps }, eps => _ = ElementwiseCases.Rmsprop with { Epsilon = eps }, eps => _ = ElementwiseCases.Adamax with { Epsilon = eps },
            eps => _ = ElementwiseCases.Nadam with { Epsilon = eps }, eps => _ = ElementwiseCases.Radam with { Epsilon = eps }, eps => _ = ElementwiseCases.Amsgrad with { Epsilon = eps },
        ],
        [nameof(Known.AdagradEpsilon)] = [eps => _ = ElementwiseCases.Adagrad with { Epsilon = eps }],
        [nameof(Known.AdadeltaEpsilon)] = [eps => _ = ElementwiseCases.Adadelta with { Epsilon = eps }],
        [nameof(Known.AdadeltaRate)] = [lr => _ = ElementwiseCases.Adadelta with { LearningRate = lr }],
        [nameof(Known.SquareDecay)] = [alpha => _ = ElementwiseCases.Rmsprop with { Alpha = alpha }],
        [nameof(Known.AdadeltaDecay)] = [rho => _ = ElementwiseCases.Adadelta with { Rho = rho }],
        [nameof(Known.RateDecay)] = [decay => _ = ElementwiseCases.Adagrad with { RateDecay = decay }, decay => _ = new InverseTimeSchedule(1, decay)],
        [nameof(Known.InitialAccumulator)] = [s => _ = ElementwiseCases.Adagrad with { InitialAccumulator = s }, s => _ = ElementwiseCases.Rmsprop with { InitialAccumulator = s }],
        [nameof(Known.MomentumDecay)] = [decay => _ = ElementwiseCases.Nadam with { MomentumDecay = decay }],
        [nameof(Known.Threshold)] = [length => _ = ElementwiseCases.Radam with { Threshold = length }],
        [nameof(Known.LambEpsilon)] = [eps => _ = new LambOptions { LearningRate = 1, Epsilon = eps }],
        [nameof(Known.AverageDecay)] = [decay => _ = new WeightAverage { Decay = decay }],
        [nameof(Known.UpdatesSoFar)] = [n => new WeightAverage().Next(One, null, (long)n)],
        [nameof(Known.LeastNorm)] = [norm => LambOptimizer.Step(One, One, null, new LambOptions { LearningRate = 1, LeastNorm = norm })],
        [nameof(Known.MostNorm)] = [norm => _ = new LambOptions { LearningRate = 1, MostNorm = norm }],
        [nameof(Known.LeastRatio)] = [ratio => LambOptimizer.Step(One, One, null, new LambOptions { LearningRate = 1, LeastRatio = ratio })],
        [nameof(Known.MostRatio)] = [ratio => _ = new LambOptions { LearningRate = 1, MostRatio = ratio }],
        [nameof(Known.LayerNormEpsilon)] = [eps => _ = Config with { Epsilon = eps }],
        [nameof(Known.RmsNormEpsilon)] = [eps => Formulas.RmsNorm.Forward<Real64>(One[0], One[0], eps, new Real64[1], new Real64[1], new Real64[1])],
        [nameof(Known.WeightDecay)] =
        [
            decay => _ = AdamOptions.Adam(1) with { WeightDecay = decay }, decay => _ = new SgdOptions { LearningRate = 1, WeightDecay = decay }, decay => _ = new LarsOptions { LearningRate = 1, WeightDecay = decay },
            .. ElementwiseCases.All.Select(optimizer => (Action<double>)(decay => _ = optimizer with { WeightDecay = decay })),
        ],
        [nameof(Known.DecoupledDecay)] = [decay => _ = AdamOptions.AdamW(1) with { WeightDecay = decay }],
        [nameof(Known.LambDecay)] = [decay => _ = new LambOptions { LearningRate = 1, WeightDecay = decay }],
        [nameof(Known.Momentum)] = [momentum => _ = new SgdOptions { LearningRate = 1, Momentum = momentum }, momentum => _ = ElementwiseCases.Rmsprop with { Momentum = momentum }],
        [nameof(Known.LarsMomentum)] = [momentum => _ = new LarsOptions { LearningRate = 1, Momentum = momentum }],
        [nameof(Known.Dampening)] = [dampening => _ = new SgdOptions { LearningRate = 1, Dampening = dampening }],
        [nameof(Known.TrustCoefficient)] = [trust => _ = new LarsOptions { LearningRate = 1, TrustCoefficient = trust }],
        [nameof(Known.LayerDecay)] = [decay => LayerRates.Decayed<Real64>(1, decay, 2)],
        [nameof(Known.Layers)] =
        [
            layers => LayerRates.Decayed<Real64>(1, 0.5, (int)layers), layers => CheckpointPlan.Best((long)layers), layers => CheckpointPlan.Of((long)layers, 1), layers => _ = Shape with { Layers = (long)layers },
            layers => _ = Config with { Layers = (int)layers },
        ],
        [nameof(Known.LabelSmoothing)] = [s => _ = new CrossEntropyOptions { LabelSmoothing = s }, s => LabelSmoothing<Real64>.Of(s, 3), s => ElementwiseLoss.BinaryCrossEntropy(One[0], One[0], null, LossReduction.Mean, smoothing: s)],
        [nameof(Known.EluAlpha)] = [alpha => EluLayer.Values(One[0], alpha), alpha => EluLayer.Slopes(One[0], alpha)],
        [nameof(Known.HuberDelta)] = [delta => ElementwiseLoss.Huber(One[0], One[0], delta, LossReduction.Mean)],
        [nameof(Known.SmoothBeta)] = [beta => ElementwiseLoss.SmoothL1(One[0], One[0], beta, LossReduction.Mean)],
        [nameof(Known.Classes)] = [classes => CrossEntropyLoss.SmoothLabels<Real64>([0], (int)classes, 0.5)],
        [nameof(Known.DropProbability)] = [p => DropoutLayer.Forward<Real64>(One[0], p, true, 1), p => DropoutLayer.Forward<Real64>(One[0], p, false, 1), p => DropoutLayer.Backward<Real64>(One[0], [1], p)],
        [nameof(Known.PenaltyStrength)] = [lambda => WeightPenalty.L2(One, lambda), lambda => WeightPenalty.Ewc(One, One, One, lambda)],
        [nameof(Known.MinDelta)] = [delta => _ = new EarlyStoppingOptions { Patience = 1, MinDelta = delta }],
        [nameof(Known.MaxNorm)] = [norm => GradientClipping.ByGlobalNorm(One, norm), norm => GradientClipping.ByTensorNorm(One, norm)],
        [nameof(Known.Limit)] = [limit => GradientClipping.ByValue(One, limit)],
        [nameof(Known.NormOrder)] = [p => Formulas.Norms.P(One, p)],
        [nameof(Known.ClipNormOrder)] = [p => GradientClipping.ByGlobalNorm(One, 1, order: p), p => GradientClipping.ByTensorNorm(One, 1, order: p)],
        [nameof(Known.AdaptiveShare)] = [share => GradientClipping.Adaptive(One, One, share)],
        [nameof(Known.WeightFloor)] = [floor => GradientClipping.Adaptive(One, One, 1, floor)],
        [nameof(Known.Hysteresis)] = [h => _ = new LossScaleOptions { Hysteresis = (long)h }],
        [nameof(Known.MinimumScale)] = [least => _ = new LossScaleOptions { Minimum = least }],
        [nameof(Known.BaseMomentum)] = [least => new CyclicSchedule(0, 1).MomentumAt<Real64>(0, least, double.MaxValue)],
        [nameof(Known.MaxMomentum)] = [most => new OneCycleSchedule(1, 8).MomentumAt<Real64>(0, 0, most)],
        [nameof(Known.LossScale)] = [scale => _ = new LossScaler(scale), scale => LossScaler.Unscale(One, scale)],
        [nameof(Known.BatchSize)] =
        [
            size => BatchSampling.Shuffled(3, (int)size, 1, 0), size => BatchSampling.PerEpoch(3, (int)size), size => BatchSampling.Windows([1, 2, 3], 1, (int)size, 1, 0),
        ],
        [nameof(Known.FanIn)] = [fan => _ = Law with { FanIn = (long)fan }],
        [nameof(Known.FanOut)] = [fan => _ = Law with { FanOut = (long)fan }],
        [nameof(Known.ResidualLayers)] = [layers => _ = Law with { Layers = (long)layers }],
        [nameof(Known.Gain)] = [gain => _ = Law with { Gain = gain }, gain => _ = new OrthogonalInitializer { Rows = 1, Columns = 1, Gain = gain }],
        [nameof(Known.LawDeviation)] = [std => _ = new TruncatedNormal { Deviation = std }],
        [nameof(Known.LowerCut)] = [a => _ = new TruncatedNormal { Lower = a }],
        [nameof(Known.UpperCut)] = [b => _ = new TruncatedNormal { Upper = b }],
        [nameof(Known.NegativeSlope)] = [slope => LayerFans.Gain("leaky_relu", slope)],
        [nameof(Known.Groups)] = [groups => LayerFans.Of([12, 1], groups: (long)groups)],
        [nameof(Known.Rows)] = [rows => _ = new OrthogonalInitializer { Rows = (int)rows, Columns = 1 }],
        [nameof(Known.Columns)] = [columns => _ = new OrthogonalInitializer { Rows = 1, Columns = (int)columns }],
        [nameof(Known.Vocabulary)] = [vocabulary => _ = Shape with { Vocabulary = (long)vocabulary }, vocabulary => _ = Config with { Vocabulary = (int)vocabulary }],
        [nameof(Known.Width)] = [width => _ = Shape with { Width = (long)width }, width => _ = Config with { Width = (int)width }],
        [nameof(Known.Context)] = [context => _ = Shape with { Context = (long)context }, context => _ = Config with { Context = (int)context }],
        [nameof(Known.MlpRatio)] = [ratio => _ = Shape with { MlpRatio = (long)ratio }, ratio => _ = Config with { MlpRatio = (int)ratio }],
        [nameof(Known.LengthScale)] = [length => _ = new GaussianProcessOptions { LengthScale = length }],
        [nameof(Known.KernelVariance)] = [variance => _ = new GaussianProcessOptions { Variance = variance }],
        [nameof(Known.Growth)] = [growth => _ = new LossScaleOptions { Growth = growth }],
        [nameof(Known.Backoff)] = [backoff => _ = new LossScaleOptions { Backoff = backoff }],
        [nameof(Known.Interval)] = [interval => _ = new LossScaleOptions { Interval = (long)interval }],
        [nameof(Known.Patience)] = [patience => _ = new EarlyStoppingOptions { Patience = (long)patience }],
        [nameof(Known.Heads)] = [heads => _ = Config with { Heads = (int)heads }],
        [nameof(Known.Smoothing)] = [s => CrossEntropyLoss.SmoothLabels<Real64>([0], 2, s)],
    };
}
