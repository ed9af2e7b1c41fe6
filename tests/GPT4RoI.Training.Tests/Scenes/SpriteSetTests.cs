using GPT4RoI.Training.Scenes.Sprites;
using SkiaSharp;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class SpriteSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sprites").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tiger-face.png", "tiger")]
    [InlineData("Tiger.PNG", "tiger")]
    [InlineData("pair_of_scissors.png", "pair of scissors")]
    [InlineData("Christmas Tree.png", "Christmas tree")]
    [InlineData("LADY-BEETLE.png", "ladybug")]
    public void Load_IconOrEnglishName_FindsTheClass(string file, string name)
    {
        Write(file, SKColors.Red);
        using var sprites = SpriteSet.Load(DemoFiles.Classes, [_folder]);
        Assert.Equal([name], sprites.Available.Select(number => DemoFiles.Classes.Items[number].Name));
        Assert.Equal(Path.GetFileName(_folder), sprites.Draw(sprites.Available[0], new Random(1)).Style);
    }

    [Fact]
    public void Load_TransparentRim_IsTrimmed()
    {
        Write("dog.png", SKColors.Red);
        using var sprites = SpriteSet.Load(DemoFiles.Classes, [_folder]);
        var image = sprites.Draw(sprites.Available[0], new Random(1)).Image;
        Assert.Equal((30, 20), (image.Width, image.Height));
    }

    [Fact]
    public void Load_UnknownName_IsRefusedWithTheFile()
    {
        Write("flux-capacitor.png", SKColors.Red);
        var failure = Assert.Throws<InvalidDataException>(() => SpriteSet.Load(DemoFiles.Classes, [_folder]));
        Assert.Contains("flux-capacitor.png", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NothingVisible_IsRefused()
    {
        Write("dog.png", SKColors.Transparent);
        Assert.Throws<InvalidDataException>(() => SpriteSet.Load(DemoFiles.Classes, [_folder]));
    }

    [Fact]
    public void Load_NoPicture_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => SpriteSet.Load(DemoFiles.Classes, [_folder]));
        File.WriteAllText(Path.Combine(_folder, "dog.png"), "no picture");
        Assert.Throws<InvalidDataException>(() => SpriteSet.Load(DemoFiles.Classes, [_folder]));
        Assert.Throws<DirectoryNotFoundException>(() => SpriteSet.Load(DemoFiles.Classes, [Path.Combine(_folder, "absent")]));
    }

    [Fact]
    public void DemoSprites_EveryIcon_IsThereInThreeStyles()
    {
        var styles = Directory.GetDirectories(Path.Combine(DemoFiles.Folder, "sprites"));
        Assert.Equal(3, styles.Length);
        Assert.All(styles, style => Assert.All(DemoFiles.Classes.Items, item => Assert.True(File.Exists(Path.Combine(style, item.Icon + ".png")), item.Icon)));
        Assert.True(DemoFiles.Classes.Items.Count >= 250);
        Assert.True(DemoFiles.Classes.Items.Select(item => item.Category).Distinct().Count() >= 8);
        Assert.Distinct(DemoFiles.Classes.Items.Select(item => item.Name));
    }

    [Theory]
    [InlineData("""[{"icon":"a","name":"dog","plural":"dogs","article":"a","category":"x"},{"icon":"b","name":"Dog","plural":"dogs","article":"a","category":"x"}]""")]
    [InlineData("""[{"icon":"a","plural":"dogs","article":"a","category":"x"}]""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Read_BrokenClassList_IsRefused(string json)
    {
        var path = Path.Combine(_folder, "classes.json");
        File.WriteAllText(path, json);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ClassList.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_SmallIcon_IsTrimmedAndSeventyTwoPixelsLong()
    {
        var path = Path.Combine(_folder, "icons.json");
        File.WriteAllText(path, """{"width":100,"height":100,"icons":{"bar":{"body":"<rect x='10' y='40' width='60' height='20' fill='#f00'/>"}}}""");
        using var bitmap = SKBitmap.Decode(SpriteRenderer.Render(IconCollection.Read(path), "bar"));
        Assert.Equal((72, 24), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(255, 0, 0), bitmap.GetPixel(36, 12));
        Assert.Throws<InvalidDataException>(() => SpriteRenderer.Render(IconCollection.Read(path), "absent"));

        using var outlined = SKBitmap.Decode(SpriteRenderer.Render(IconCollection.Read(path), "bar", outlined: true));
        Assert.Equal((new SKColor(0, 0, 0), new SKColor(255, 0, 0)), (outlined.GetPixel(36, 1), outlined.GetPixel(36, outlined.Height / 2)));
    }

    private void Write(string file, SKColor colour)
    {
        using var surface = SKSurface.Create(new SKImageInfo(50, 50));
        surface.Canvas.Clear(SKColors.Transparent);
        using var paint = new SKPaint { Color = colour };
        surface.Canvas.DrawRect(5, 10, 30, 20, paint);
        using var image = surface.Snapshot();
        using var png = image.Encode();
        File.WriteAllBytes(Path.Combine(_folder, file), png.ToArray());
    }
}
