using System.Globalization;
using System.Text;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Datasets.Reading;
using GPT4RoI.Training.Tests.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class JsonListFileTests
{
    [Fact]
    public void Read_FileOfManyBuffers_GivesEveryElementInOrder()
    {
        // Elements from a few bytes to more than a buffer, wanted and unwanted, so that ends of buffers fall everywhere.
        var random = new Random(3);
        int[] lengths = [.. Enumerable.Range(0, 3000).Select(_ => random.Next(200)), 200_000, .. Enumerable.Range(0, 100).Select(_ => random.Next(5000))];
        var items = string.Join(",\n", lengths.Select((length, index) => $$"""{"id": {{index}}, "name": "{{new string('x', length)}}", "more": [[1], {"a": "]"}]}"""));
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.json", $$"""{"before": {"items": [1, 2]}, "unwanted": [{{items}}], "items": [{{items}}], "after": [1, "two", [3], null, {}], "end": 1.5}""");
        var read = new List<Item>();

        JsonListFile.Read(path, new DataFaults(), new JsonList<Item>("items", (item, _) => read.Add(item)));

        Assert.Equal(Enumerable.Range(0, lengths.Length), read.Select(item => item.Id));
        Assert.Equal(lengths, read.Select(item => item.Name.Length));
    }

    [Fact]
    public void Read_AnyPrefixOfAFile_IsRefusedAtAByte()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"items": [{"id": 1, "name": "é"}, {"id": 2, "name": "b"}], "end": {"x": [1]}}""");
        using var folder = new TemporaryFolder();
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(folder.File("a.json"), bytes[..length]);
            var exception = Assert.Throws<DatasetException>(() => Read(folder.File("a.json"), []));
            Assert.Contains("a.json is not JSON, or breaks off, after byte", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_ElementsOfAnotherForm_AreFaultsWithTheirPlace()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.json", """{"items": [{"id": 1, "name": "a"}, 5, null, {"id": "x"}, {"id": "2", "name": "b"}]}""");
        var (faults, read) = (new DataFaults(), new List<Item>());

        JsonListFile.Read(path, faults, new JsonList<Item>("items", (item, _) => read.Add(item)));

        Assert.Equal([1, 2], read.Select(item => item.Id));
        Assert.Equal(["items[1]", "items[2]", "items[3]"], faults.First.Select(fault => fault.Record));
        Assert.Equal(3, faults.ByReason[JsonList.Malformed]);
    }

    [Fact]
    public void Report_ManyFaults_KeepsCountsAndTheFirstHundred()
    {
        var faults = new DataFaults();
        Parallel.For(0, 5000, index => faults.Report(index % 2 == 0 ? "even" : "odd", "file", index.ToString(CultureInfo.InvariantCulture), new string('x', 1000)));

        Assert.Equal(5000, faults.Count);
        Assert.Equal(2500, faults.ByReason["odd"]);
        Assert.Equal(100, faults.First.Count);
        Assert.All(faults.First, fault => Assert.Equal(200, fault.Detail.Length));
    }

    private static void Read(string path, List<Item> into) =>
        JsonListFile.Read(path, new DataFaults(), new JsonList<Item>("items", (item, _) => into.Add(item)));

    private sealed record Item(int Id, string Name);
}
