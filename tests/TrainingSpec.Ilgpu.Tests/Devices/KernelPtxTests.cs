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
    };

    [Test]
    public void Every_kernel_is_known_to_the_test()
    {
        if (IlgpuDevices.Reason is string reason)
            Assert.Ignore(reason);
        Assert.That(IlgpuDevices.Kernels, Is.EquivalentTo(Needed.Keys));
    }

    [TestCase("AdamStep")]
    [TestCase("SumOfSquares")]
    [TestCase("SoftmaxCrossEntropyRows")]
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
