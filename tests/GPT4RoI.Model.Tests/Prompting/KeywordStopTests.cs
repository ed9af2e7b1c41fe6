using CsCheck;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class KeywordStopTests
{
    private static readonly Gen<string> Text = Gen.Char["ab#"].Array[0, 4].Select(chars => new string(chars));

    [Fact]
    public void Append_AnyText_EndsBeforeTheFirstStopOfTheWholeText() =>
        Gen.Select(Text.Array[0, 12], Text.Array[0, 3]).Sample((deltas, stops) =>
        {
            var stop = new KeywordStop("###", stops);
            var given = "";
            var whole = "";
            for (var token = 0; token < deltas.Length; token++)
            {
                whole += deltas[token];
                var check = stop.Append(deltas[token]);
                given += check.Text;
                var expected = FirstStop(whole, token == 0 ? stops : [.. stops, "###"]);

                Assert.Equal(expected >= 0, check.Stopped);
                Assert.StartsWith(given, whole, StringComparison.Ordinal);
                if (check.Stopped)
                {
                    Assert.Equal(whole[..expected], given);
                    return;
                }
            }

            var last = stop.Finish("");
            Assert.False(last.Stopped);
            Assert.Equal(whole, given + last.Text);
        }, iter: 20_000);

    [Fact]
    public void Append_SeparatorInTheFirstToken_StopsWithTheSecond()
    {
        var stop = new KeywordStop("###", []);

        Assert.Equal(new StopCheck(false, "a"), stop.Append("a###"));
        Assert.Equal(new StopCheck(true, ""), stop.Append("b"));
    }

    [Fact]
    public void Append_RequestsStopInTheFirstToken_StopsAtOnce() =>
        Assert.Equal(new StopCheck(true, "a"), new KeywordStop("###", ["END"]).Append("aENDb"));

    [Fact]
    public void Append_BeginningOfAStop_IsHeldUntilItIsDecided()
    {
        var stop = new KeywordStop(null, ["STOP"]);

        Assert.Equal(new StopCheck(false, "a "), stop.Append("a STO"));
        Assert.Equal(new StopCheck(false, "STOR"), stop.Append("R"));
    }

    [Fact]
    public void Finish_StopCompletedByTheTail_EndsBeforeIt()
    {
        var stop = new KeywordStop(null, ["END"]);
        stop.Append("a EN");

        Assert.Equal(new StopCheck(true, ""), stop.Finish("D"));
    }

    private static int FirstStop(string text, string[] stops) => stops.Where(stop => stop.Length > 0)
        .Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
}
