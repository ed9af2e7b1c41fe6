using System.Net;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Operations;

/// <summary>Section <c>Operations</c>: where this process talks to whoever runs it.</summary>
internal sealed class OperationsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Operations";

    /// <summary>Address of health and metrics. They say nothing of prompts or pictures, but are not for the world. <value>an IP address, default 127.0.0.1</value></summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Their port; 0 takes a free one. <value>0..65535, default 5092</value></summary>
    public int Port { get; set; } = 5092;
}

/// <summary>Checks <see cref="OperationsOptions"/> at start.</summary>
internal sealed class OperationsOptionsValidator : IValidateOptions<OperationsOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, OperationsOptions options)
    {
        List<string> failures = [];
        if (!IPAddress.TryParse(options.Address, out _))
        {
            failures.Add($"Operations:Address is \"{options.Address}\"; set an IP address, such as 127.0.0.1, or 0.0.0.0 for all of this host");
        }
        if (options.Port is < 0 or > IPEndPoint.MaxPort)
        {
            failures.Add($"Operations:Port is {options.Port}; set a port from 0 (any free one) to {IPEndPoint.MaxPort}");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
