using System.Net;
using GPT4RoI.Silo.Placement;

namespace GPT4RoI.Silo.Tests.Placement;

public sealed class SiloLoadBoardTests
{
    [Fact]
    public void LoadOf_PlacementsAfterAReport_CountAtOnceAndNotTwice()
    {
        using var board = new SiloLoadBoard();
        var silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

        board.Report(silo, 10);
        board.Reserve(silo);
        board.Reserve(silo);
        Assert.Equal(12, board.LoadOf(silo));

        board.Report(silo, 12);
        Assert.Equal(12, board.LoadOf(silo));
    }
}
