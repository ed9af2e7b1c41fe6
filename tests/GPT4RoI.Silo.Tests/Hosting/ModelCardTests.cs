using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Silo.Hosting;

namespace GPT4RoI.Silo.Tests.Hosting;

public sealed class ModelCardTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpt4roi-card-");

    [Theory]
    [InlineData("demo-small", false)]
    [InlineData("fixture-tiny", true)]
    public void Read_ModelOfTheRepository_SaysWhetherItsAnswersMeanAnythingAndHasAnExampleWhosePictureIsThere(string name, bool meaningless)
    {
        var folder = Built.File("models/" + name);

        var card = ModelCard.Read(folder);

        Assert.Equal((name, meaningless), (card.Name, card.AnswersAreMeaningless));
        Assert.True(File.Exists(Path.Combine(folder, card.Example!.Image)));
    }

    [Fact]
    public void Read_NoCard_TakesTheFoldersName() => Assert.Equal(new ModelCard(_folder.Name, false), ModelCard.Read(_folder.FullName + "/"));

    [Fact]
    public void Read_BrokenCard_SaysWhichFile()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, ModelCard.FileName), "{");
        Assert.Contains(ModelCard.FileName, Assert.Throws<InvalidDataException>(() => ModelCard.Read(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
