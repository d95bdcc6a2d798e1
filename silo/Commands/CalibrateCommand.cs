using System.CommandLine;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>calibrate</c>: fits what a layer decides by to labelled data of one's own.</summary>
internal static class CalibrateCommand
{
    public static Command Create() => new("calibrate", "Fit a layer's decisions to your own labelled data") { CalibrateCacheCommand.Create(), CalibrateCompressCommand.Create(), CalibrateRouterCommand.Create() };
}
