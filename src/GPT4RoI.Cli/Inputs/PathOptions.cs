using System.CommandLine;

namespace GPT4RoI.Cli.Inputs;

/// <summary>Options that name a file or folder.</summary>
internal static class PathOptions
{
    /// <summary>The image that a command is about.</summary>
    public static Option<FileInfo> Image() =>
        new Option<FileInfo>("--image") { Description = "PNG, JPEG or WebP file.", Required = true, HelpName = "file" }.AcceptExistingOnly();

    public static Option<DirectoryInfo> Folder(string name, string description) =>
        new(name) { Description = description, Required = true, HelpName = "dir" };
}
