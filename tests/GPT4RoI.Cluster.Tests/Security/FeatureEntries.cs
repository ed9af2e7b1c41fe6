using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Cluster.Tests.Processes;
using StackExchange.Redis;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>The feature store as somebody sees it who got into Redis: reads, damages and forges entries without the cluster's code.</summary>
internal sealed class FeatureEntries : IAsyncDisposable
{
    private const int HeaderLengthAt = 8, ChecksumAt = 16, HeaderAt = ChecksumAt + SHA256.HashSizeInBytes;

    private readonly ConnectionMultiplexer _redis;
    private HashSet<string> _known = [];

    private FeatureEntries(ConnectionMultiplexer redis) => _redis = redis;

    /// <summary>Ways to damage an entry.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], byte[]>> Poisons { get; } = new Dictionary<string, Func<byte[], byte[]>>
    {
        ["bytes flipped"] = frame => Change(frame, copy => copy[^1] ^= 0x40),
        ["truncated"] = frame => frame[..^8],
        ["empty"] = _ => [],
        ["NaN under a right checksum"] = frame => Forge(frame, copy => BitConverter.TryWriteBytes(copy.AsSpan(PayloadAt(copy)), float.NaN)),
        ["infinity under a right checksum"] = frame => Forge(frame, copy => BitConverter.TryWriteBytes(copy.AsSpan(^4), float.PositiveInfinity)),
        ["another model under a right checksum"] = frame => Forge(frame, copy => Rename(copy)),
    };

    private IDatabase Database => _redis.GetDatabase(1);

    /// <summary>Connects, and takes note of what is there already.</summary>
    public static async Task<FeatureEntries> OpenAsync(RunningCluster cluster)
    {
        var entries = new FeatureEntries(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.StorePort}"));
        entries._known = [.. entries.Keys("*")];
        return entries;
    }

    /// <summary>Waits for so many entries that were not there before, and returns all of them.</summary>
    /// <param name="kind"><c>level</c>, <c>region</c> or <c>media</c>.</param>
    /// <param name="count">At least.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Dictionary<string, byte[]>> NewAsync(string kind, int count, CancellationToken cancellationToken)
    {
        string[] found = [];
        await Poll.UntilAsync(
            $"{count} entries gpt4roi:{kind} are stored",
            () => Task.FromResult((found = [.. Keys($"gpt4roi:{kind}:*").Except(_known).Order(StringComparer.Ordinal)]).Length >= count),
            cancellationToken);
        var values = await Task.WhenAll(found.Select(ReadAsync));
        return found.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second!);
    }

    /// <summary>An entry's bytes, or null.</summary>
    public async Task<byte[]?> ReadAsync(string key) => (byte[]?)await Database.StringGetAsync(key);

    /// <summary>Overwrites an entry.</summary>
    public Task WriteAsync(string key, byte[] value) => Database.StringSetAsync(key, value);

    /// <summary>Deletes an entry.</summary>
    public Task DeleteAsync(string key) => Database.KeyDeleteAsync(key);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private IEnumerable<string> Keys(string pattern) =>
        _redis.GetServer(_redis.GetEndPoints().Single()).Keys(1, pattern).Select(key => key.ToString());

    private static byte[] Change(byte[] frame, Action<byte[]> change)
    {
        byte[] copy = [.. frame];
        change(copy);
        return copy;
    }

    /// <summary>Changes what the checksum covers, and makes it fit again.</summary>
    private static byte[] Forge(byte[] frame, Action<byte[]> change) => Change(frame, copy =>
    {
        change(copy);
        SHA256.HashData(copy.AsSpan(HeaderAt), copy.AsSpan(ChecksumAt, SHA256.HashSizeInBytes));
    });

    private static int PayloadAt(byte[] frame) => HeaderAt + BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(HeaderLengthAt));

    /// <summary>Alters one letter of the fingerprint in the JSON header.</summary>
    private static void Rename(byte[] frame)
    {
        var header = Encoding.UTF8.GetString(frame.AsSpan(HeaderAt, PayloadAt(frame) - HeaderAt));
        const string Name = "\"ModelFingerprint\":\"";
        var at = HeaderAt + header.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        Assert.True(at >= HeaderAt + Name.Length, header);
        frame[at] = frame[at] == (byte)'0' ? (byte)'1' : (byte)'0';
    }
}
