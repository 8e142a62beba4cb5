using TrainingSpec.Formulas;

namespace TrainingSpec.Tests.RandomNumbers;

public class PhiloxTests
{
    // The known answers that come with Random123 for Philox4x32-10.
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0xa4093822u, 0x299f31d0u, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Gives_the_known_answers(uint k0, uint k1, uint c0, uint c1, uint c2, uint c3, uint w0, uint w1, uint w2, uint w3) =>
        Assert.That(Philox.Block(k0, k1, new PhiloxBlock(c0, c1, c2, c3)), Is.EqualTo(new PhiloxBlock(w0, w1, w2, w3)));

    [Test]
    public void A_block_has_four_words() =>
        Assert.That(() => default(PhiloxBlock)[4], Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("[0, 3]"));
}
