namespace GPT4RoI.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It was tried and did not work.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, or says that it cannot serve now.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C, as shells number it.</summary>
    public const int Cancelled = 130;

    /// <summary>For the help text.</summary>
    public const string Help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 server unreachable or unavailable, 130 cancelled.";
}
