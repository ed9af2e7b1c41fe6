using GPT4RoI.Client;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>A conversation to hold.</summary>
/// <param name="Image">Which image it is about.</param>
/// <param name="Start">Open loop: when it begins, from the start of the run.</param>
/// <param name="Turns">Its questions, in order.</param>
internal sealed record PlannedConversation(int Image, TimeSpan Start, IReadOnlyList<PlannedTurn> Turns);

/// <summary>A question to ask.</summary>
internal sealed record PlannedTurn(string Question, ulong Seed);

/// <summary>Every request of a run, decided before it starts, from the seed alone.</summary>
/// <param name="Conversations">In order of their start.</param>
/// <param name="Regions">The regions that each conversation defines, by conversation.</param>
internal sealed record ServePlan(IReadOnlyList<PlannedConversation> Conversations, IReadOnlyList<IReadOnlyList<Region>> Regions)
{
    private static readonly string[] Verbs = ["Describe", "Compare", "Tell apart", "Name the use of", "Guess the material of"];

    public static ServePlan Create(ServeWorkload workload)
    {
        var random = new Random(workload.Seed);
        var conversations = new List<PlannedConversation>();
        var regions = new List<IReadOnlyList<Region>>();
        var (start, imagesUsed) = (TimeSpan.Zero, 0);
        for (var left = workload.Requests; left > 0; left -= workload.Turns)
        {
            var image = imagesUsed == 0 || (imagesUsed < workload.Images && random.Next(100) >= workload.ImageReuse)
                ? imagesUsed++
                : random.Next(imagesUsed);
            conversations.Add(new PlannedConversation(image, start, CreateTurns(workload, Math.Min(left, workload.Turns), random)));
            regions.Add([.. Enumerable.Range(1, workload.Regions).Select(id => CreateRegion(id, random))]);
            start += NextArrival(workload, random);
        }
        return new ServePlan(conversations, regions);
    }

    /// <summary>Share of conversations about an image that an earlier one used.</summary>
    public double ImageReuseShare =>
        1 - (Conversations.Select(conversation => conversation.Image).Distinct().Count() / (double)Conversations.Count);

    /// <summary>Arrivals of a Poisson process, each bringing a conversation's worth of questions.</summary>
    private static TimeSpan NextArrival(ServeWorkload workload, Random random) => workload.Rate is { } rate
        ? TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * workload.Turns / rate)
        : TimeSpan.Zero;

    private static PlannedTurn[] CreateTurns(ServeWorkload workload, int count, Random random)
    {
        var turns = new PlannedTurn[count];
        for (var turn = 0; turn < count; turn++)
        {
            // The first question must mention every region that it introduces; later ones refer to one of them.
            var mentioned = turn == 0 ? Enumerable.Range(1, workload.Regions) : workload.Regions == 0 ? [] : [random.Next(workload.Regions) + 1];
            var subject = string.Join(", ", mentioned.Select(id => $"<region{id}>"));
            var question = $"{Verbs[random.Next(Verbs.Length)]} {(subject.Length > 0 ? subject : "the image")}.";
            turns[turn] = new PlannedTurn(question, (ulong)random.NextInt64());
        }
        return turns;
    }

    private static Region CreateRegion(int id, Random random)
    {
        var (width, height) = (0.1 + (0.4 * random.NextDouble()), 0.1 + (0.4 * random.NextDouble()));
        var (left, top) = (random.NextDouble() * (1 - width), random.NextDouble() * (1 - height));
        return Region.Normalized(id, left, top, left + width, top + height);
    }
}
