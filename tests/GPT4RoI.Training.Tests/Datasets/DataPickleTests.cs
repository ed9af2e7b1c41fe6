using CsCheck;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Datasets.Pickle;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class DataPickleTests
{
    // pickle.dumps([1, -2, 300, 70000, 2**40, True, None, 'é', b'ab', 1.5, {'k': []}], 4), by Python.
    private const string Values =
        "8004953a000000000000005d94284b014afeffffff4d2c014a701101008a06000000000001884e8c02c3a9944302616294473ff80000000000007d948c016b945d9473652e";

    [Fact]
    public void Read_PlainValues_GivesThem()
    {
        var list = Assert.IsType<List<object?>>(DataPickle.Read(Convert.FromHexString(Values)));

        Assert.Equal([1L, -2L, 300L, 70000L, 1L << 40, true, null, "é"], list.Take(8));
        Assert.Equal("ab"u8.ToArray(), list[8]);
        Assert.Equal(1.5, list[9]);
        Assert.Empty(Assert.IsType<List<object?>>(Assert.IsType<Dictionary<string, object?>>(list[10])["k"]));
    }

    [Theory]
    [InlineData("80065d2e", "protocol 6")]
    [InlineData("80045d", "1 bytes are asked for, 0 are left")]
    [InlineData("80045d5d2e", "ends with 2 values")]
    [InlineData("80048c026f738c0673797374656d932e", "global os.system")]
    [InlineData("80044b014b0161", "appended to what is no list")]
    [InlineData("80047d4b014b01732e", "key is not a text")]
    [InlineData("800468052e", "nothing was put at 5")]
    [InlineData("80048effffffffffffffff2e", "more than there can be")]
    [InlineData("80048c056e756d70798c05647479706593288c024f388988742e", "ends with 2 values")]
    [InlineData("80042a2e", "opcode 0x2a")]
    public void Read_WhatIsNotKnown_IsRefusedWithItsPlace(string hex, string message)
    {
        var exception = Assert.Throws<DatasetException>(() => DataPickle.Read(Convert.FromHexString(hex)));

        Assert.StartsWith("pickle refused at byte", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedFile_GivesAValueOrTheOneError()
    {
        var whole = File.ReadAllBytes(Fixture.File("detections_p4.pkl"));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample((at, value, length) =>
        {
            var bytes = whole.ToArray();
            bytes[at] = value;
            try
            {
                DataPickle.Read(bytes.AsSpan(0, length));
            }
            catch (DatasetException)
            {
                return;
            }

            Assert.Equal(whole.Length, length); // a part alone is never whole
        }, iter: 20_000);
    }
}
