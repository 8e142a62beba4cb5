#if HAS_ILGPU
using TrainingSpec.Formulas;
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Ilgpu.OpenCl;

namespace TrainingSpec.Ilgpu.Tests.Devices;

[TestFixture]
public class OpenClAdaptationTests
{
    [Test]
    public void Each_kind_of_change_is_made_and_told_once()
    {
        (string text, IReadOnlyList<string> changes) = OpenClAdaptation.Apply("""
            typedef __generic float* type_1;
            local float* shared_var_2;
            int shared_var_len_2;
            kernel void K(
            	global float* view_0)
            {
            	 work_group_barrier ( CLK_GLOBAL_MEM_FENCE );
            	 work_group_barrier ( CLK_GLOBAL_MEM_FENCE );
            }
            """.ReplaceLineEndings("\n"));
        Assert.That(changes, Has.Count.EqualTo(3));
        Assert.That(text, Is.EqualTo("""
            typedef global float* type_1;
            kernel void K(
            	global float* view_0)
            {
            local float* shared_var_2;
            int shared_var_len_2;

            	 barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
            	 barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
            }
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_text_without_need_is_left_alone()
    {
        const string Text = "kernel void K(global float* x)\n{\n}\n";
        Assert.That(OpenClAdaptation.Apply(Text).Text, Is.EqualTo(Text));
        Assert.That(OpenClAdaptation.Apply(Text).Changes, Is.Empty);
    }

    [Test]
    public void The_text_of_a_kernel_is_the_same_whatever_was_compiled_before()
    {
        System.Reflection.MethodInfo[] some = [KernelText.Method("AdamStep"), KernelText.Method("Attention"), KernelText.Method("Activate", Activation.Gelu), KernelText.Method("SumOfSquares")];
        string[] first = [.. some.Select(KernelText.CompileOpenCl)];
        Assert.That(some.Reverse().Select(KernelText.CompileOpenCl).Reverse(), Is.EqualTo(first));
    }

    // Beside each other, the numbers of two kinds may be one or two.
    [TestCase("type_7 a; Apply_7 (a); L_7: shared_var_7, shared_var_len_7")]
    [TestCase("type_90 a; Apply_31 (a); L_7: shared_var_90, shared_var_len_90")]
    public void Names_are_numbered_by_their_kind(string text) =>
        Assert.That(KernelText.Numbered(text), Is.EqualTo("type_0 a; Apply_0 (a); L_0: shared_var_0, shared_var_len_0"));

    // Whichever of two types stands first.
    [TestCase("struct type_4\n{\n\tint field_0;\n};\nstruct type_2\n{\n\tstruct type_4 field_0;\n};\nstruct type_9\n{\n\tint field_0;\n\tint field_1;\n};\ntype_4 type_2 type_9")]
    [TestCase("struct type_9\n{\n\tint field_0;\n\tint field_1;\n};\nstruct type_1\n{\n\tint field_0;\n};\nstruct type_5\n{\n\tstruct type_1 field_0;\n};\ntype_1 type_5 type_9")]
    public void Types_stand_in_an_order_of_their_own(string text) =>
        Assert.That(KernelText.Numbered(text), Is.EqualTo("struct type_0\n{\n\tint field_0;\n};\nstruct type_1\n{\n\tint field_0;\n\tint field_1;\n};\nstruct type_2\n{\n\tstruct type_0 field_0;\n};\ntype_0 type_2 type_1"));

    [Test]
    public void A_driver_that_refuses_a_kernel_says_which_and_why()
    {
        if (OpenClHost.Devices().FirstOrDefault(candidate => candidate.Refusal is null) is not OpenClDeviceInfo device)
        {
            Assert.Ignore(string.Join("; ", OpenClMachine.LeftOut()));
            return;
        }

        using var context = new OpenClContext(device);
        InvalidOperationException? refused = Assert.Throws<InvalidOperationException>(() => new OpenClProgram(context, "kernel void K() { nonsense }", "K"));
        Assert.That(refused!.Message, Does.Contain("refuses the kernel K").And.Contain("nonsense"));
    }

    [Test]
    public void The_local_fence_that_ILGPU_leaves_out_is_in_every_kernel_with_barriers() =>
        Assert.That(KernelText.Names.Select(KernelText.OpenCl).Select(text => OpenClAdaptation.Apply(text).Text), Has.None.Contains("work_group_barrier"));
}
#endif
