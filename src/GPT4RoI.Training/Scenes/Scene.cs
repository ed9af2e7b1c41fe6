using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>A drawn picture and everything that is true of it.</summary>
/// <param name="Image">The picture, square.</param>
/// <param name="Objects">In the order they were drawn: later ones may hide parts of earlier ones.</param>
/// <param name="Owner">Row-major, one byte per pixel: 0 is background, k + 1 the k-th object.</param>
public sealed record Scene(DecodedImage Image, IReadOnlyList<SceneObject> Objects, byte[] Owner);

/// <summary>One object of a scene.</summary>
/// <param name="Class">Its place in the class list.</param>
/// <param name="Style">Who drew it.</param>
/// <param name="Box">What a user might have drawn around it, normalised: <paramref name="Bounds"/>, a little off if the scene is for training.</param>
/// <param name="Bounds">The smallest box around its visible pixels, normalised.</param>
/// <param name="Area">The part of the picture that its visible pixels cover, 0..1.</param>
public sealed record SceneObject(int Class, string Style, BoundingBox Box, BoundingBox Bounds, float Area);
