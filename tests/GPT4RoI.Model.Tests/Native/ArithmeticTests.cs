using GPT4RoI.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Native;

public sealed class ArithmeticTests
{
    private const int Sums = 30_000;

    [Fact]
    public void Plus_WhileGarbageIsCollectedAllTheTime_AddsWhatItWasGiven()
    {
        using var one = ones(4);
        using var two = full(4, 2f);
        var (wrong, done) = (0, false);
        // freed numbers come back as other numbers, so that what reads a freed one gets a wrong sum
        var others = Background(() => 3.5.ToScalar().Dispose());
        var collector = Background(() => GC.Collect(0));

        try
        {
            for (var index = 0; index < Sums; index++)
            {
                using var scope = NewDisposeScope();
                wrong += one.Plus(two).Plus(0.5).data<float>()[0] == 3.5f ? 0 : 1;
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            others.Join();
            collector.Join();
        }

        Assert.Equal(0, wrong);

        Thread Background(Action action)
        {
            var thread = new Thread(() =>
            {
                while (!Volatile.Read(ref done))
                {
                    action();
                }
            });
            thread.Start();
            return thread;
        }
    }
}
