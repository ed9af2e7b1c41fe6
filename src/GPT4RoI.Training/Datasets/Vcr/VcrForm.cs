namespace GPT4RoI.Training.Datasets.Vcr;

/// <summary>How VCR's records become conversations; the authors train on all three.</summary>
internal enum VcrForm
{
    /// <summary>Every object of the picture is a region of the first question.</summary>
    AllObjects,

    /// <summary>Only the question's one object is.</summary>
    OneObject,

    /// <summary>The question's objects are, two or more.</summary>
    QuestionObjects,
}
