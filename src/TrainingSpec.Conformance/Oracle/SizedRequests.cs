using System.Globalization;
using System.Text;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>A request of any size for an operation, and how many numbers its answer holds.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Args">Its arguments: what stands between « and » is repeated n times with commas between, in which § is the item's number from 1 on; # is n itself.</param>
/// <param name="PerItem">a: the answer holds a·n + b numbers, a state's few words apart.</param>
/// <param name="Besides">b.</param>
/// <param name="Limit">The largest n that the operation's own limits allow.</param>
public sealed record SizedRequest(string Operation, string Args, int PerItem, int Besides, int Limit = int.MaxValue)
{
    private const string Number = "§";

    /// <summary>The largest n that the protocol's limits allow.</summary>
    public int Most
    {
        get
        {
            long most = PerItem == 0 ? long.MaxValue : (Protocol.MaxValues - Besides) / PerItem;
            if (Args.Contains('#', StringComparison.Ordinal))
                most = Math.Min(most, Protocol.MaxValues);
            if (Repeated.Sum(part => (part == Number ? 8 : part.Length) + 1) is > 0 and int bytes)
                most = Math.Min(most, (Protocol.MaxLineBytes - 1000) / bytes);
            if (Repeated.Sum(part => part.Count(c => c == '[')) is > 0 and int lists)
                most = Math.Min(most, (Protocol.MaxLists - 8) / lists);
            return (int)Math.Min(most, Limit);
        }
    }

    private IEnumerable<string> Repeated => Args.Split('«').Skip(1).Select(part => part.Split('»')[0]);

    /// <summary>The line of the request, without its end.</summary>
    /// <param name="id">The id, as JSON.</param>
    /// <param name="n">The size.</param>
    /// <param name="dtype">The dtype.</param>
    public byte[] Line(string id, int n, string dtype = "float64")
    {
        using var line = new MemoryStream();
        line.Write(Encoding.UTF8.GetBytes($$"""{"id":{{id}},"op":"{{Operation}}","dtype":"{{dtype}}","args":{"""));
        string[] parts = Args.Replace("#", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Split('«', '»');
        for (int i = 0; i < parts.Length; i++)
        {
            byte[] part = Encoding.UTF8.GetBytes(i % 2 == 0 ? parts[i] : parts[i] + ",");
            for (int k = 1; k <= (i % 2 == 0 ? 1 : n); k++)
                line.Write(parts[i] == Number ? Encoding.UTF8.GetBytes(k.ToString(CultureInfo.InvariantCulture) + ",") : part);

            // The last comma of a repetition.
            if (i % 2 == 1)
                line.SetLength(line.Position = line.Length - 1);
        }

        line.Write("}}"u8);
        return line.ToArray();
    }
}

/// <summary>Requests of any size for every operation whose work grows with its request or its answer, and the names of the others.</summary>
public static class SizedRequests
{
    /// <summary>The operations whose answer, and whose time, does not depend on the length of anything.</summary>
    public static IReadOnlyList<string> Constant { get; } =
    [
        "describe", "random.philox", "perplexity", "linear_scaling", "init.moments", "init.truncated", "init.gain", "loss_scale.update", "checkpointing.plan", "gpt.count",
    ];

    private const string Step = "\"lr\":0.1,\"params\":[[«1»]],\"grads\":[[«0.5»]]";

    private const string SmallGpt = "\"config\":{\"vocab\":2,\"width\":2,\"layers\":1,\"heads\":1,\"context\":1,\"mlp_ratio\":1,\"bias\":false,\"learned_positions\":false,\"activation\":\"gelu\"},"
        + "\"weights\":{\"wte\":[0.5,-1,1,0.25],\"h.0.ln1.g\":[1,1],\"h.0.ln1.b\":[0,0],\"h.0.attn.qkv.w\":[1,0,0,1,0.5,0,0,0.5,1,0.5,0.5,1],\"h.0.attn.proj.w\":[1,0,0,1],"
        + "\"h.0.ln2.g\":[1,1],\"h.0.ln2.b\":[0,0],\"h.0.mlp.fc.w\":[0.5,0,0,0.5],\"h.0.mlp.proj.w\":[1,0,0,1],\"lnf.g\":[1,1],\"lnf.b\":[0,0]}";

    /// <summary>All of them, several for an operation with several ways to be large.</summary>
    public static IReadOnlyList<SizedRequest> All { get; } =
    [
        new("cast", "\"to\":\"float32\",\"x\":[«0.1»]", 2, 0),
        new("random.uniform", "\"seed\":1,\"count\":#", 1, 0),
        new("random.normal", "\"seed\":1,\"count\":#", 1, 0),
        new("softmax", "\"logits\":[«0.5»]", 1, 0),
        new("log_softmax", "\"logits\":[«0.5»]", 1, 0),
        new("logsumexp", "\"x\":[«1»]", 0, 1),
        new("cross_entropy", "\"targets\":[0],\"logits\":[[«1»]]", 1, 1),
        new("cross_entropy", "\"targets\":[«0»],\"logits\":[«[1,2]»]", 2, 1),
        new("cross_entropy", "\"targets\":[«0»],\"logits\":[«[1]»],\"reduction\":\"none\"", 2, 0),
        new("cross_entropy", "\"targets\":[0],\"logits\":[[«1»]],\"weight\":[«2»]", 1, 1),
        new("cross_entropy", "\"targets\":[[«0»]],\"logits\":[[«1»]],\"weight\":[«2»]", 1, 1),
        new("smooth_labels", "\"targets\":[«0»],\"num_classes\":1,\"smoothing\":0.1", 1, 0),
        new("smooth_labels", "\"targets\":[0],\"num_classes\":#,\"smoothing\":0.1", 1, 0),
        new("mse", "\"predictions\":[«1»],\"targets\":[«2»]", 1, 1),
        new("huber", "\"predictions\":[«1»],\"targets\":[«3»],\"reduction\":\"none\"", 2, 0),
        new("smooth_l1", "\"predictions\":[«1»],\"targets\":[«3»]", 1, 1),
        new("bce_with_logits", "\"logits\":[[«1»]],\"targets\":[[«0»]],\"pos_weight\":[«2»]", 1, 1),
        new("bce_with_logits", "\"logits\":[«[1]»],\"targets\":[«[1]»],\"reduction\":\"none\"", 2, 0),
        new("sgd.step", Step, 1, 0),
        new("sgd.step", Step + ",\"momentum\":0.9", 2, 0),
        new("adam.step", Step, 3, 0),
        new("adam.step", "\"lr\":0.1,\"params\":[«[1]»],\"grads\":[«[0.5]»]", 3, 0),
        new("adam.step", Step + ",\"state\":{\"kind\":\"adam\",\"version\":1,\"dtype\":\"float64\",\"step\":1,\"m\":[[«0»]],\"v\":[[«0»]]}", 3, 0),
        new("adamw.step", Step, 3, 0),
        new("lars.step", Step, 2, 0),
        new("lamb.step", Step, 3, 0),
        new("rmsprop.step", Step, 4, 0),
        new("adagrad.step", Step, 2, 0),
        new("adadelta.step", Step, 3, 0),
        new("adamax.step", Step, 3, 0),
        new("nadam.step", Step, 3, 2),
        new("radam.step", Step, 3, 0),
        new("amsgrad.step", Step, 4, 0),
        new("lion.step", Step, 2, 0),
        new("sparse_adam.step", "\"lr\":0.1,\"params\":[[«1»]],\"rows\":[0],\"grads\":[[«0.5»]]", 3, 0),
        new("sparse_adam.step", "\"lr\":0.1,\"params\":[«[1]»],\"rows\":[0],\"grads\":[[0.5]]", 3, 0),
        new("sparse_adam.step", "\"lr\":0.1,\"params\":[[«1»]],\"rows\":[0,0],\"grads\":[[«0.5»],[«1»]]", 3, 0),
        new("muon.step", "\"lr\":0.1,\"params\":[«[1]»],\"shapes\":[«[1,1]»],\"grads\":[«[0.5]»]", 2, 0),
        new("adafactor.step", "\"params\":[«[1]»],\"shapes\":[«[1,1]»],\"grads\":[«[0.5]»]", 3, 0),
        new("adafactor.step", "\"params\":[«[1,2,3,4,5,6]»],\"shapes\":[«[3,2]»],\"grads\":[«[0.5,1,0,1,2,3]»],\"beta1\":0.9", 17, 0),
        new("adam.step", Step + ",\"amsgrad\":true", 4, 0),
        new("adafactor.step", "\"params\":[[«1»]],\"shapes\":[[1,#]],\"grads\":[[«0.5»]],\"beta1\":0.9", 3, 1),
        new("average.weights", "\"params\":[[«1»]]", 2, 2),
        new("layerwise.ratio", "\"lr\":0.1,\"params\":[«[1]»],\"grads\":[«[1]»]", 1, 0),
        new("layerwise.ratio", Step, 0, 1),
        new("llrd", "\"lr\":0.1,\"decay\":0.9,\"layers\":#", 1, 0, Protocol.MaxRates),
        new("schedule", "\"kind\":\"warmup_cosine\",\"lr_max\":1,\"warmup\":10,\"total\":1000,\"steps\":[«500»]", 1, 0, Protocol.MaxRates),
        new("schedule", "\"kind\":\"plateau\",\"lr\":1,\"steps\":[1],\"metrics\":[«1»]", 0, 1),
        new("schedule", "\"kind\":\"multi_step\",\"lr\":1,\"steps\":[1],\"milestones\":[«1»]", 0, 1),
        new("schedule", "\"kind\":\"multi_step\",\"lr\":1,\"gamma\":0.999,\"steps\":[«§»],\"milestones\":[«§»]", 1, 0, Protocol.MaxRates),
        new("lr_finder.sweep", "\"lr_min\":0.001,\"lr_max\":1,\"count\":#", 1, 0, Protocol.MaxRates),
        new("lr_finder.suggest", "\"smoothing\":0.5,\"lr\":[«§»],\"loss\":[«1»]", 0, 2, Protocol.MaxRates),
        new("init.sample", "\"scheme\":\"he_normal\",\"fan_in\":8,\"fan_out\":8,\"seed\":1,\"count\":#", 1, 0),
        new("init.truncated_sample", "\"seed\":1,\"count\":#", 1, 0),
        new("init.orthogonal", "\"rows\":#,\"columns\":1,\"seed\":1", 1, 0, 256),
        new("init.fans", "\"shape\":[«1»,2]", 0, 2),
        new("norm.l2", "\"tensors\":[[«1»]]", 0, 1),
        new("norm.l2", "\"tensors\":[«[1]»]", 0, 1),
        new("clip.global_norm", "\"max_norm\":1,\"grads\":[[«0.5»]]", 1, 2),
        new("clip.per_tensor_norm", "\"max_norm\":1,\"grads\":[«[2]»]", 3, 0),
        new("norm.p", "\"p\":3,\"tensors\":[[«1»]]", 0, 1),
        new("norm.p", "\"p\":1,\"tensors\":[«[1]»]", 0, 1),
        new("clip.adaptive", "\"params\":[[«1»]],\"grads\":[[«0.5»]]", 1, 2),
        new("clip.adaptive", "\"params\":[«[1]»],\"grads\":[«[2]»]", 3, 0),
        new("clip.value", "\"limit\":1,\"grads\":[[«0.5»]]", 1, 0),
        new("dropout", "\"p\":0.5,\"seed\":1,\"x\":[«0.5»]", 2, 0),
        new("dropout.backward", "\"p\":0.5,\"grad\":[«1»],\"mask\":[«1»]", 1, 0),
        new("l2_penalty", "\"lambda\":0.1,\"params\":[[«0.5»]]", 1, 1),
        new("ewc", "\"lambda\":0.1,\"params\":[[«1»]],\"anchor\":[[«0»]],\"fisher\":[[«2»]]", 1, 1),
        new("early_stopping", "\"patience\":100000000,\"losses\":[«1»]", 0, 3),
        new("accumulate", "\"micro_grads\":[[[«1»]],[[«2»]]]", 1, 0),
        new("accumulate", "\"micro_grads\":[«[[1]]»]", 0, 1),
        new("loss_scale.unscale", "\"scale\":2,\"grads\":[[«0.5»]]", 1, 0),
        new("split", "\"count\":#,\"val_fraction\":0.1,\"seed\":1", 1, 0),
        new("batches", "\"count\":#,\"batch_size\":1,\"seed\":1,\"epoch\":0", 1, 0),
        new("grad_stats", "\"grads\":[[«1»]]", 0, 7),
        new("activation", "\"kind\":\"gelu_tanh\",\"x\":[«0.5»]", 2, 0),
        new("layer_norm", "\"x\":[[«1»]],\"gain\":[«1»],\"bias\":[«0»],\"grad_y\":[[«1»]]", 4, 0),
        new("layer_norm", "\"x\":[«[1,2]»],\"gain\":[1,1],\"bias\":[0,0]", 2, 0),
        new("rms_norm", "\"x\":[[«1»]],\"gain\":[«1»],\"grad_y\":[[«1»]]", 3, 0),
        new("attention", "\"q\":[[«1»]],\"k\":[[«1»]],\"v\":[[«1»]],\"grad_y\":[[«1»]]", 4, 0),
        new("gpt.loss", SmallGpt + ",\"inputs\":[«[0]»],\"targets\":[«[1]»]", 0, 41, 487_804),
    ];
}
