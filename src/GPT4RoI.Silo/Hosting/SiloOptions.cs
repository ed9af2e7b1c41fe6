using System.Net;
using System.Text.RegularExpressions;
using GPT4RoI.Model;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Hosting;

/// <summary>Section <c>Silo</c>: what this node does, with which model, and where it listens.</summary>
internal sealed class SiloOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Silo";

    /// <summary>Comma-separated list of <c>vision</c>, <c>roi</c> and <c>llm</c>. <value>required</value></summary>
    public string Roles { get; set; } = "";

    /// <summary>The checkpoint's folder; relative to the working directory. <value>required</value></summary>
    public string Model { get; set; } = "";

    /// <summary>SHA-256 of the checkpoint's <c>SHA256SUMS</c>: the silo then reads every file once, and does not start with others. <value>64 hex digits; empty: not checked</value></summary>
    public string ModelChecksum { get; set; } = "";

    /// <summary>Where the model computes. <value>cpu, cuda or cuda:N; default cpu</value></summary>
    public string Device { get; set; } = "cpu";

    /// <summary>What the model computes in. <value>float32, or float16 and bfloat16 on cuda; default float32</value></summary>
    public string Dtype { get; set; } = "float32";

    /// <summary>CPU threads of one torch operation, 0 for one per core. Nodes that share a host should share its cores. <value>0..1024, default 0</value></summary>
    public int Threads { get; set; }

    /// <summary>Address under which other nodes reach this one. <value>default 127.0.0.1</value></summary>
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <summary>Port for other silos. <value>1..65535, default 11111</value></summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for gateways; 0 accepts none. <value>0..65535, default 30000</value></summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>Longest encode of an image or extraction of regions, waiting included. <value>1 second to 1 hour, default 2 minutes</value></summary>
    public TimeSpan VisionDeadline { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Pixels of one image at most, by its header. <value>1 or more, default 50,000,000</value></summary>
    public long MaxImagePixels { get; set; } = 50_000_000;

    /// <summary>The roles, one by one.</summary>
    public IReadOnlyList<string> RoleList => Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True if the node has the role.</summary>
    public bool Has(string role) => RoleList.Contains(role);
}

/// <summary>Checks <see cref="SiloOptions"/> at start.</summary>
internal sealed partial class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    private static readonly string[] KnownRoles = [Contracts.Roles.Vision, Contracts.Roles.Roi, Contracts.Roles.Llm];

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        List<string> failures = [];
        if (options.RoleList.Count == 0 || options.RoleList.Except(KnownRoles).Any())
        {
            failures.Add($"Silo:Roles is \"{options.Roles}\"; set a comma-separated list of {string.Join(", ", KnownRoles)}");
        }
        if (options.Model.Length == 0)
        {
            failures.Add("Silo:Model is missing; set the folder of a GPT4RoI checkpoint, such as models/fixture-tiny");
        }
        else if (!File.Exists(Path.Combine(options.Model, "config.json")))
        {
            failures.Add($"Silo:Model is \"{options.Model}\", which holds no config.json; set the folder of a GPT4RoI checkpoint");
        }
        if (!Sha256Pattern().IsMatch(options.ModelChecksum))
        {
            failures.Add($"Silo:ModelChecksum is \"{options.ModelChecksum}\"; set the SHA-256 of the checkpoint's SHA256SUMS as 64 hex digits, or leave it out");
        }
        if (ModelPlacement.Parse(options.Device, options.Dtype) is null)
        {
            failures.Add(
                $"Silo:Device is \"{options.Device}\" and Silo:Dtype \"{options.Dtype}\"; set cpu with float32, or cuda or cuda:N with float32, float16 or bfloat16");
        }
        if (options.Threads is < 0 or > 1024)
        {
            failures.Add($"Silo:Threads is {options.Threads}; set 0 for one per core, or 1 to 1024");
        }
        if (!IPAddress.TryParse(options.AdvertisedAddress, out _))
        {
            failures.Add($"Silo:AdvertisedAddress is \"{options.AdvertisedAddress}\"; set an IP address of this node");
        }
        if (options.VisionDeadline < TimeSpan.FromSeconds(1) || options.VisionDeadline > TimeSpan.FromHours(1))
        {
            failures.Add($"Silo:VisionDeadline is {options.VisionDeadline}; set 00:00:01 to 01:00:00");
        }
        if (options.MaxImagePixels < 1)
        {
            failures.Add($"Silo:MaxImagePixels is {options.MaxImagePixels}; set 1 or more");
        }
        CheckPort(nameof(options.SiloPort), options.SiloPort, lowest: 1, failures);
        CheckPort(nameof(options.GatewayPort), options.GatewayPort, lowest: 0, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    [GeneratedRegex(@"\A([0-9a-fA-F]{64})?\z")]
    private static partial Regex Sha256Pattern();

    private static void CheckPort(string key, int port, int lowest, List<string> failures)
    {
        if (port < lowest || port > IPEndPoint.MaxPort)
        {
            failures.Add($"Silo:{key} is {port}; set a port from {lowest} to {IPEndPoint.MaxPort}");
        }
    }
}
