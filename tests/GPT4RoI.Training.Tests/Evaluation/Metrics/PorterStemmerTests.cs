using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class PorterStemmerTests
{
    // Porter's own examples, each carried through all steps.
    [Theory]
    [InlineData("caresses caress ponies poni ties ti cats cat")] // 1a
    [InlineData("feed feed agreed agre plastered plaster bled bled motoring motor sing sing")] // 1b
    [InlineData("conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss fizzed fizz failing fail filing file")]
    [InlineData("happy happi sky sky")] // 1c
    [InlineData("relational relat conditional condit rational ration valenci valenc digitizer digit radicalli radic differentli differ")] // 2
    [InlineData("vileli vile analogousli analog vietnamization vietnam predication predic operator oper feudalism feudal decisiveness decis")]
    [InlineData("hopefulness hope callousness callous formaliti formal sensitiviti sensit sensibiliti sensibl")]
    [InlineData("triplicate triplic formative form formalize formal electriciti electr electrical electr hopeful hope goodness good")] // 3
    [InlineData("revival reviv allowance allow inference infer airliner airlin gyroscopic gyroscop adjustable adjust defensible defens")] // 4
    [InlineData("irritant irrit replacement replac adjustment adjust dependent depend adoption adopt communism commun activate activ")]
    [InlineData("angulariti angular homologous homolog effective effect bowdlerize bowdler")]
    [InlineData("probate probat rate rate cease ceas controll control roll roll")] // 5
    [InlineData("is is a a 3.5 3.5 t-shirts t-shirts n't n't")] // left alone
    public void Stem_Words_AreThePublishedOnes(string pairs)
    {
        foreach (var pair in pairs.Split(' ').Chunk(2))
        {
            Assert.Equal(pair[1], PorterStemmer.Stem(pair[0]));
        }
    }
}
