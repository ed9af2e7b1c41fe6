using System.Runtime.InteropServices;
using CsCheck;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests.Vision;

public sealed class ImagePreprocessorTests
{
    private static readonly ImagePreprocessor Preprocessor = ImagePreprocessor.Load(Golden.File("tiny", "clip"), 224);

    public static TheoryData<string> Images() =>
        [.. Directory.EnumerateFiles(Golden.File("cases", "images")).Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Images))]
    public void ResizeShorterSide_RecordedImage_IsBitExact(string name)
    {
        using var golden = new SafetensorsFile(Golden.File("cases", "preprocess.safetensors"));
        using var expected = golden.Read($"{name}.resized_u8");

        var resized = Preprocessor.ResizeShorterSide(Decode(name));

        Assert.Equal(expected.shape, (long[])[resized.Height, resized.Width, 3]);
        Assert.True(expected.bytes.SequenceEqual(resized.Rgb.Span));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Preprocess_RecordedImage_IsWithinTolerance(string name)
    {
        using var golden = new SafetensorsFile(Golden.File("cases", "preprocess.safetensors"));
        using var expected = golden.Read($"{name}.image");

        var image = Preprocessor.Preprocess(Decode(name));

        Assert.Equal(expected.shape, (long[])[3, 224, 224]);
        Assert.True(ImageTestData.MaxDifference(MemoryMarshal.Cast<byte, float>(expected.bytes), image) <= 1e-4f);
    }

    [Fact]
    public void ResizeShorterSide_AnySize_EqualsThePlainDefinition() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 24], Gen.Int).Sample((width, height, size, seed) =>
    {
        var image = ImageTestData.Noise(width, height, seed);
        var resized = new ImagePreprocessor(size, [0, 0, 0], [1, 1, 1]).ResizeShorterSide(image);

        Assert.True(ImageTestData.PlainResize(image, resized.Width, resized.Height).AsSpan().SequenceEqual(resized.Rgb.Span));
    }, iter: 300);

    [Fact]
    public void Preprocess_AnySize_EqualsBothStepsInFull() => Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 24], Gen.Int).Sample((width, height, size, seed) =>
    {
        var image = ImageTestData.Noise(width, height, seed);
        var preprocessor = new ImagePreprocessor(size, [0.25f, 0.5f, 0.75f], [0.5f, 1f, 2f]);
        var expected = ImageTestData.PlainSqueeze(preprocessor.ResizeShorterSide(image), size, [0.25, 0.5, 0.75], [0.5, 1, 2]);

        Assert.True(ImageTestData.MaxDifference(expected, preprocessor.Preprocess(image)) <= 1e-4f);
    }, iter: 300);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(7, 1)]
    [InlineData(1, 10_000)]
    [InlineData(10_000, 1)]
    [InlineData(1, 4_000_000)]
    [InlineData(4_000_000, 1)]
    [InlineData(2, 1_000_000)]
    public void Preprocess_ExtremeAspect_StaysWithinMemory(int width, int height)
    {
        var image = new DecodedImage(width, height, Enumerable.Repeat((byte)200, width * height * 3).ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = Preprocessor.Preprocess(image);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8_000_000);
        Assert.All([0, 224 * 112, (224 * 224) - 1], index => Assert.Equal(((200 / 255f) - 0.48145466f) / 0.26862954f, result[index], 1e-5f));
    }

    [Fact]
    public void ResizeShorterSide_ResultBeyondAnArray_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Preprocessor.ResizeShorterSide(new DecodedImage(1, 4_000_000, new byte[12_000_000])));

    [Fact]
    public void Load_NoConfig_UsesClipsConstants()
    {
        var folder = Directory.CreateTempSubdirectory("gpt4roi-clip-");
        try
        {
            var image = ImageTestData.Noise(9, 5, 1);

            Assert.Equal(Preprocessor.Preprocess(image), ImagePreprocessor.Load(folder.FullName, 224).Preprocess(image));
        }
        finally
        {
            folder.Delete();
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"image_mean": [1, 2]}""")]
    [InlineData("""{"image_std": "x"}""")]
    public void Load_BrokenConfig_NamesTheFile(string config)
    {
        var folder = Directory.CreateTempSubdirectory("gpt4roi-clip-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "preprocessor_config.json"), config);

            Assert.Contains("preprocessor_config.json", Assert.Throws<WeightsException>(() => ImagePreprocessor.Load(folder.FullName, 224)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DecodedImage Decode(string name)
    {
        Assert.True(ImageDecoder.TryDecode(File.ReadAllBytes(Golden.File("cases", "images", $"{name}.png")), 1_000_000, out var image, out _));
        return image;
    }
}
