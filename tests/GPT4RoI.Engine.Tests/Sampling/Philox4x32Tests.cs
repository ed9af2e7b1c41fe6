using GPT4RoI.Engine.Execution.Sampling;

namespace GPT4RoI.Engine.Tests.Sampling;

public sealed class Philox4x32Tests
{
    /// <summary>The known answers published with the Random123 library; the third key and counter are the digits of pi.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Block_PublishedKeyAndCounter_GivesPublishedWords(uint[] counter, uint[] key, uint[] expected)
    {
        var block = Philox4x32.Block(new(counter[0], counter[1], counter[2], counter[3]), (key[0], key[1]));

        Assert.Equal(expected, new[] { block[0], block[1], block[2], block[3] });
    }

    [Fact]
    public void Uniform_SeedAndPositionZero_IsFirst53BitsOfFirstTwoWords() =>
        Assert.Equal((0xe169c58d6627e8d5UL >> 11) / Math.Pow(2, 53), Philox4x32.Uniform(seed: 0, position: 0));

    [Fact]
    public void Uniform_DifferentSeedsAndPositions_GiveDifferentNumbers()
    {
        ulong[] seeds = [0, 1, 1UL << 32, ulong.MaxValue];

        var numbers = from seed in seeds from position in Enumerable.Range(0, 256) select Philox4x32.Uniform(seed, position);

        Assert.Equal(seeds.Length * 256, numbers.ToHashSet().Count);
        Assert.All(numbers, number => Assert.InRange(number, 0, 1 - Math.Pow(2, -53)));
    }
}
