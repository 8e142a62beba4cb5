namespace TrainingSpec.Conformance.NUnit;

/// <summary>All rules of the book.</summary>
public abstract class AllRules : RuleFixture;

/// <summary>The rules of the chapter "Activations".</summary>
[Topic("activations")]
public abstract class ActivationsRules : RuleFixture;

/// <summary>The rules of the chapter "Adam".</summary>
[Topic("adam")]
public abstract class AdamRules : RuleFixture;

/// <summary>The rules of the chapter "Variants of Adam".</summary>
[Topic("adam-variants")]
public abstract class AdamVariantsRules : RuleFixture;

/// <summary>The rules of the chapter "AdamW".</summary>
[Topic("adamw")]
public abstract class AdamWRules : RuleFixture;

/// <summary>The rules of the chapter "Attention".</summary>
[Topic("attention")]
public abstract class AttentionRules : RuleFixture;

/// <summary>The rules of the chapter "Averages of weights".</summary>
[Topic("averaging")]
public abstract class AveragingRules : RuleFixture;

/// <summary>The rules of the chapter "Split and batches".</summary>
[Topic("batches")]
public abstract class BatchesRules : RuleFixture;

/// <summary>The rules of the chapter "Casts".</summary>
[Topic("cast")]
public abstract class CastRules : RuleFixture;

/// <summary>The rules of the chapter "Checkpointing".</summary>
[Topic("checkpointing")]
public abstract class CheckpointingRules : RuleFixture;

/// <summary>The rules of the chapter "Clipping".</summary>
[Topic("clipping")]
public abstract class ClippingRules : RuleFixture;

/// <summary>The rules of the chapter "Cross-entropy".</summary>
[Topic("cross-entropy")]
public abstract class CrossEntropyRules : RuleFixture;

/// <summary>The rules of the chapter "Dropout".</summary>
[Topic("dropout")]
public abstract class DropoutRules : RuleFixture;

/// <summary>The rules of the chapter "Early stopping".</summary>
[Topic("early-stopping")]
public abstract class EarlyStoppingRules : RuleFixture;

/// <summary>The rules of the chapter "Elementwise losses".</summary>
[Topic("elementwise-losses")]
public abstract class ElementwiseLossesRules : RuleFixture;

/// <summary>The rules of the chapter "Elastic weight consolidation".</summary>
[Topic("ewc")]
public abstract class EwcRules : RuleFixture;

/// <summary>The rules of the chapter "GPT parameters".</summary>
[Topic("gpt-parameters")]
public abstract class GptParametersRules : RuleFixture;

/// <summary>The rules of the chapter "Gradient accumulation".</summary>
[Topic("gradient-accumulation")]
public abstract class GradientAccumulationRules : RuleFixture;

/// <summary>The rules of the chapter "Initialization".</summary>
[Topic("initialization")]
public abstract class InitializationRules : RuleFixture;

/// <summary>The rules of the chapter "L2 penalty".</summary>
[Topic("l2-penalty")]
public abstract class L2PenaltyRules : RuleFixture;

/// <summary>The rules of the chapter "LAMB".</summary>
[Topic("lamb")]
public abstract class LambRules : RuleFixture;

/// <summary>The rules of the chapter "LARS".</summary>
[Topic("lars")]
public abstract class LarsRules : RuleFixture;

/// <summary>The rules of the chapter "Layer normalization".</summary>
[Topic("layer-norm")]
public abstract class LayerNormRules : RuleFixture;

/// <summary>The rules of the chapter "Layer-wise rates".</summary>
[Topic("layer-wise-rates")]
public abstract class LayerWiseRatesRules : RuleFixture;

/// <summary>The rules of the chapter "Linear scaling".</summary>
[Topic("linear-scaling")]
public abstract class LinearScalingRules : RuleFixture;

/// <summary>The rules of the chapter "Lion".</summary>
[Topic("lion")]
public abstract class LionRules : RuleFixture;

/// <summary>The rules of the chapter "Loss scaling".</summary>
[Topic("loss-scaling")]
public abstract class LossScalingRules : RuleFixture;

/// <summary>The rules of the chapter "Learning-rate finder".</summary>
[Topic("lr-finder")]
public abstract class LrFinderRules : RuleFixture;

/// <summary>The rules of the chapter "Monitoring".</summary>
[Topic("monitoring")]
public abstract class MonitoringRules : RuleFixture;

/// <summary>The rules of the chapter "Muon".</summary>
[Topic("muon")]
public abstract class MuonRules : RuleFixture;

/// <summary>The rules of the chapter "Adafactor".</summary>
[Topic("adafactor")]
public abstract class AdafactorRules : RuleFixture;

/// <summary>The rules of the chapter "Norms".</summary>
[Topic("norms")]
public abstract class NormsRules : RuleFixture;

/// <summary>The rules of the chapter "Parameter groups".</summary>
[Topic("parameter-groups")]
public abstract class ParameterGroupsRules : RuleFixture;

/// <summary>The rules of the chapter "Perplexity".</summary>
[Topic("perplexity")]
public abstract class PerplexityRules : RuleFixture;

/// <summary>The rules of the chapter "Random numbers".</summary>
[Topic("random")]
public abstract class RandomRules : RuleFixture;

/// <summary>The rules of the chapter "RMS normalization".</summary>
[Topic("rms-norm")]
public abstract class RmsNormRules : RuleFixture;

/// <summary>The rules of the chapter "RMSprop, Adagrad and Adadelta".</summary>
[Topic("rmsprop")]
public abstract class RmspropRules : RuleFixture;

/// <summary>The rules of the chapter "More schedules".</summary>
[Topic("schedule-shapes")]
public abstract class ScheduleShapesRules : RuleFixture;

/// <summary>The rules of the chapter "Schedules".</summary>
[Topic("schedules")]
public abstract class SchedulesRules : RuleFixture;

/// <summary>The rules of the chapter "SGD".</summary>
[Topic("sgd")]
public abstract class SgdRules : RuleFixture;

/// <summary>The rules of the chapter "Softmax".</summary>
[Topic("softmax")]
public abstract class SoftmaxRules : RuleFixture;
