using OrleansLlm.Client.Hosting;

namespace OrleansLlm.Silo.Commands;

/// <summary>What the program's commands end with; those from 64 on are sysexits.h's. A wrong command line ends with 1.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The examination found a fault.</summary>
    public const int Faulty = 1;

    /// <summary>The data do not support what was asked for; nothing was written.</summary>
    public const int NotSupported = 3;

    /// <summary>The input is not in the form it must have.</summary>
    public const int WrongInput = 65;

    /// <summary>The input is not there.</summary>
    public const int NoInput = 66;

    /// <summary>The gateway refused, or is not there.</summary>
    public const int Unavailable = 69;

    /// <summary>The program failed at something that nobody thought of.</summary>
    public const int Broken = 70;

    /// <summary>The output cannot be written where it shall go.</summary>
    public const int CannotWrite = 73;

    /// <summary>The configuration cannot be used.</summary>
    public const int WrongConfiguration = HostStart.WrongConfiguration;

    /// <summary>It was told to end before it was done.</summary>
    public const int Interrupted = HostStart.Interrupted;
}
