using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Tests.Devices;

[TestFixture]
public class PtxRefusalTests
{
    [TestCase("add.f32 %f1, %f2, %f3;", "rounded to nearest")]
    [TestCase("sub.f64 %fd1, %fd2, %fd3;", "rounded to nearest")]
    [TestCase("\tmul.f32\t%f1, %f2, %f3;", "rounded to nearest")]
    [TestCase("mad.f32 %f1, %f2, %f3, %f4;", "rounded to nearest")]
    [TestCase("fma.f32 %f1, %f2, %f3, %f4;", "rounded to nearest")]
    [TestCase("fma.rz.f32 %f1, %f2, %f3, %f4;", "rounded to nearest")]
    [TestCase("div.f64 %fd1, %fd2, %fd3;", "rounded to nearest")]
    [TestCase("sqrt.f32 %f1, %f2;", "rounded to nearest")]
    [TestCase("@%p1 add.f32 %f1, %f2, %f3;", "rounded to nearest")]
    [TestCase("@!%p1 mul.f64 %fd1, %fd2, %fd3;", "rounded to nearest")]
    [TestCase("LBB0: add.f32 %f1, %f2, %f3;", "rounded to nearest")]
    [TestCase("add.f16x2 %r1, %r2, %r3;", "rounded to nearest")]
    [TestCase("add.rn.ftz.f32 %f1, %f2, %f3;", "subnormal")]
    [TestCase("add.rn.sat.f32 %f1, %f2, %f3;", "saturates")]
    [TestCase("div.approx.f32 %f1, %f2, %f3;", "approximation")]
    [TestCase("div.full.f32 %f1, %f2, %f3;", "approximation")]
    [TestCase("ex2.approx.f32 %f1, %f2;", "approximation")]
    [TestCase("rsqrt.approx.f64 %fd1, %fd2;", "approximation")]
    [TestCase("max.f32 %f1, %f2, %f3;", "drops NaN")]
    [TestCase("min.f64 %fd1, %fd2, %fd3;", "drops NaN")]
    [TestCase("atom.global.add.f32 %f1, [%rd1], %f2;", "float atomic")]
    [TestCase("atom.add.f64 %fd1, [%rd1], %fd2;", "float atomic")]
    [TestCase("red.shared.add.f32 [%rd1], %f2;", "float atomic")]
    [TestCase("red.global.add.noftz.f16 [%rd1], %h2;", "float atomic")]
    [TestCase(".extern .func (.param .b64 r) log2(.param .b64 x);", "external function")]
    [TestCase("call.uni (r), cbrt, (x);", "unresolved function")]
    [TestCase("call mystery;", "unresolved function")]
    [TestCase("call (r), %rd1, (x), proto;", "unresolved function")]
    [TestCase(".func f() { call f; }", "recursion")]
    [TestCase(".func f() { call g; } .func (.param .b32 r) g(.param .b32 x) { call.uni f; }", "recursion")]
    [TestCase(".func f(); .visible .entry k() { call f; }", "unresolved function")]
    public void Bad_text_is_refused_once_for_what_it_is(string ptx, string reason)
    {
        IReadOnlyList<string> reasons = PtxRefusal.Reasons(ptx);
        Assert.That(reasons, Is.Not.Empty);
        Assert.That(reasons, Has.All.Contains(reason));
    }

    [TestCase("add.rn.f32 %f1, %f2, %f3;")]
    [TestCase("fma.rn.f64 %fd1, %fd2, %fd3, %fd4;")]
    [TestCase("sqrt.rn.f32 %f1, %f2;")]
    [TestCase("add.s32 %r1, %r2, %r3; mul.lo.s32 %r1, %r2, %r3; mad.lo.u64 %rd1, %rd2, %rd3, %rd4; min.s32 %r1, %r2, %r3;")]
    [TestCase("max.NaN.f32 %f1, %f2, %f3;")]
    [TestCase("atom.global.add.u32 %r1, [%rd1], %r2;")]
    [TestCase("// add.f32 in a comment\nmov.f32 %f1, %f2;")]
    [TestCase("/* mul.f32\n .approx */ neg.f32 %f1, %f2; abs.f32 %f1, %f2; cvt.rn.f32.f64 %f1, %fd1;")]
    [TestCase(".func (.param .b32 r) g(.param .b32 x) { ret; } .visible .entry k() { call.uni (r), g, (x); }")]
    public void Good_text_is_accepted(string ptx) => Assert.That(PtxRefusal.Reasons(ptx), Is.Empty);

    [Test]
    public void A_reason_names_its_line() =>
        Assert.That(PtxRefusal.Reasons("ret;\n/* two\nlines */\nadd.f32 %f1, %f2, %f3;").Single(), Does.StartWith("line 4: add.f32"));
}
