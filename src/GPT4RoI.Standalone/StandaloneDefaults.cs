using System.Globalization;
using System.Net;
using GPT4RoI.Contracts;
using Microsoft.Extensions.Configuration.Memory;
using Orleans.Configuration;

namespace GPT4RoI.Standalone;

/// <summary>Settings of a cluster of one. They come before every other source, so files, variables and arguments override them.</summary>
internal static class StandaloneDefaults
{
    private const string ShippedModel = "models/demo-small";

    /// <summary>The settings.</summary>
    public static MemoryConfigurationSource Create(EmbeddedStore control, EmbeddedStore features, DataDirectory data) => new()
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Cluster:Redis"] = control.ConnectionString,
            ["Cluster:Secret"] = data.ReadOrCreateSecret(),
            ["Store:Features"] = features.ConnectionString,
            ["Silo:Roles"] = string.Join(',', Roles.Vision, Roles.Roi, Roles.Llm),
            ["Silo:Model"] = FindModel(),
            ["Silo:SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["Silo:GatewayPort"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:GPT4RoI"] = "Information",
            // its first check compares with the time of no check at all, and warns
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
            // and it asks for a server's garbage collector, which a small server is better off without
            ["Logging:LogLevel:Orleans.Runtime.Silo"] = "Error",
        },
    };

    /// <summary>A membership in memory: nobody joins a standalone server, and a restart does not meet its own past.</summary>
    public static void UseOwnMembership(ISiloBuilder silo)
    {
        var port = silo.Configuration.GetValue<int>("Silo:SiloPort");
        silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, port));
        silo.Configure<ClusterMembershipOptions>(options => options.LivenessEnabled = false);
    }

    /// <summary>The model that ships, found from the working directory or the program upwards.</summary>
    private static string FindModel()
    {
        string[] starts = [Environment.CurrentDirectory, AppContext.BaseDirectory];
        foreach (var start in starts)
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                var model = Path.Combine(directory.FullName, ShippedModel);
                if (Directory.Exists(model))
                {
                    return Path.GetRelativePath(Environment.CurrentDirectory, model);
                }
            }
        }
        return ShippedModel;
    }
}
