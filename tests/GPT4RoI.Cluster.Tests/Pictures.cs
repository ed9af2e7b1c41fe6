namespace GPT4RoI.Cluster.Tests;

/// <summary>Pictures that look the same and are different files.</summary>
internal static class Pictures
{
    /// <summary>The file with bytes behind its end, which decoders ignore: the same pixels, and so the same answers, under another image id.</summary>
    public static MemoryStream Copy(string path, int number)
    {
        var stream = new MemoryStream();
        stream.Write(File.ReadAllBytes(path));
        stream.Write(BitConverter.GetBytes(number));
        stream.Position = 0;
        return stream;
    }
}
