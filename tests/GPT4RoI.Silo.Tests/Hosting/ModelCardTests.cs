using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Silo.Hosting;

namespace GPT4RoI.Silo.Tests.Hosting;

public sealed class ModelCardTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpt4roi-card-");

    [Fact]
    public void Read_ModelThatShips_SaysThatItsAnswersAreMeaninglessAndHasAnExampleWhosePictureIsThere()
    {
        var folder = Built.File("models/fixture-tiny");

        var card = ModelCard.Read(folder);

        Assert.Equal(("fixture-tiny", true), (card.Name, card.AnswersAreMeaningless));
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
