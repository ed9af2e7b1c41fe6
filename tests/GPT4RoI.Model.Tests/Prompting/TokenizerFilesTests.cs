using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class TokenizerFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpt4roi-tokenizer-");

    public TokenizerFilesTests()
    {
        foreach (var name in new[] { "tokenizer.model", "added_tokens.json" })
        {
            File.WriteAllBytes(Path.Combine(_folder.FullName, name), File.ReadAllBytes(Golden.File("tiny", name)));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_NoMap_UsesLlamasNames()
    {
        var tokenizer = Gpt4RoiTokenizer.Load(_folder.FullName);

        Assert.Equal((1, 2, 0, (int?)null), (tokenizer.Special.Bos, tokenizer.Special.Eos, tokenizer.Special.Unk, tokenizer.Special.Pad));
        Assert.Equal(int.MaxValue, tokenizer.ModelMaxLength);
    }

    [Fact]
    public void Load_TokensAsObjects_LeavesTheWhiteSpaceTheySayTo()
    {
        Write("special_tokens_map.json", """{"eos_token": {"content": "</s>", "lstrip": false, "rstrip": true, "normalized": false}, "pad_token": "<unk>"}""");
        var tokenizer = Gpt4RoiTokenizer.Load(_folder.FullName);
        int[] Plain(string text) => tokenizer.EncodePlain(new UserText(text));

        Assert.Equal([.. Plain("a "), 2, .. Plain("b")], tokenizer.EncodeLiteral(new LiteralText("a </s> b"), addBos: false));
        Assert.Equal(0, tokenizer.Special.Pad);
    }

    [Fact]
    public void Load_EmptyNames_MeanTheDefaults()
    {
        Write("tokenizer_config.json", """{"bos_token": "", "eos_token": null, "model_max_length": 1000000000000000019884624838656}""");
        var tokenizer = Gpt4RoiTokenizer.Load(_folder.FullName);

        Assert.Equal((1, 2, int.MaxValue), (tokenizer.Special.Bos, tokenizer.Special.Eos, tokenizer.ModelMaxLength));
    }

    [Fact]
    public void Load_MapAndConfig_MapWins()
    {
        Write("tokenizer_config.json", """{"bos_token": "<unk>"}""");
        Write("special_tokens_map.json", """{"bos_token": "</s>"}""");

        Assert.Equal([2], Gpt4RoiTokenizer.Load(_folder.FullName).EncodeLiteral(new LiteralText(""), addBos: true));
    }

    [Theory]
    [InlineData("added_tokens.json", "{")]
    [InlineData("added_tokens.json", """{"<bbox>": "one"}""")]
    [InlineData("special_tokens_map.json", "[]")]
    [InlineData("tokenizer.model", "not a model")]
    public void Load_BrokenFile_IsOneKindOfError(string name, string content)
    {
        Write(name, content);

        Assert.Throws<WeightsException>(() => Gpt4RoiTokenizer.Load(_folder.FullName));
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.FullName, name), content);
}
