using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Tests.Devices;

[TestFixture]
public class KernelPtxTests
{
    // Instructions that each kernel's formulas cannot do without, so that an empty or wrong text is not accepted.
    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["AdamStep"] = ["mul.rn.f32", "add.rn.f32", "sub.rn.f32", "div.rn.f32", "sqrt.rn.f32"],
        ["SumOfSquares"] = ["fma.rn.f32", "add.rn.f32", "bar.sync"],
        ["SoftmaxCrossEntropyRows"] = ["sub.rn.f32", "add.rn.f32", "div.rn.f32", "bar.sync"],
        ["Activate.Gelu"] = ["mul.rn.f32", "fma.rn.f64"],
        ["Activate.GeluTanh"] = ["fma.rn.f32", "fma.rn.f64"],
        ["Activate.Relu"] = ["st.f32"],
        ["ActivationGradient"] = ["mul.rn.f32"],
        ["Add"] = ["add.rn.f32"],
        ["AddBias"] = ["add.rn.f32", "rem.s32"],
        ["AddPositionGradient"] = ["add.rn.f32", "rem.s32"],
        ["AddTokenGradient"] = ["add.rn.f32"],
        ["Attention"] = ["fma.rn.f32", "div.rn.f32", "sqrt.rn.f32"],
        ["AttentionKeyAndValueGradient"] = ["fma.rn.f32"],
        ["AttentionQueryGradient"] = ["fma.rn.f32", "div.rn.f32", "mul.rn.f32"],
        ["BiasGradient"] = ["add.rn.f32"],
        ["Embed"] = ["add.rn.f32", "div.s32", "rem.s32"],
        ["Fill"] = ["st.f32"],
        ["GainGradient"] = ["fma.rn.f32"],
        ["LargestMagnitudes"] = ["abs.f32"],
        ["LayerNorm"] = ["sqrt.rn.f32", "div.rn.f32", "fma.rn.f32"],
        ["LayerNormInputGradient"] = ["mul.rn.f32", "div.rn.f32", "fma.rn.f32"],
        ["Multiply"] = ["fma.rn.f32", "div.s32"],
        ["RoundStochastically"] = ["div.rn.f32", "sub.rn.f32", "xor.b32"],
        ["Scale"] = ["mul.rn.f32"],
    };

    private static IEnumerable<string> Names => Needed.Keys;

    [Test]
    public void Every_kernel_is_known_to_the_test()
    {
        if (IlgpuDevices.Reason is string reason)
            Assert.Ignore(reason);
        Assert.That(IlgpuDevices.Kernels, Is.EquivalentTo(Needed.Keys));
    }

    [TestCaseSource(nameof(Names))]
    public void The_PTX_of_a_kernel_is_accepted(string kernel)
    {
        if (IlgpuDevices.Reason is string reason)
            Assert.Ignore(reason);
        string ptx = IlgpuDevices.Ptx(kernel);
        Assert.That(PtxRefusal.Reasons(ptx), Is.Empty, ptx);
        foreach (string instruction in Needed[kernel])
            Assert.That(ptx, Does.Contain(instruction));
    }
}
