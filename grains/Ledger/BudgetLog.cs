using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Grains.Ledger;

internal static partial class BudgetLog
{
    [LoggerMessage(320, LogLevel.Error, "A reservation of tenant {Tenant} could not be stored; its call is not made")]
    public static partial void NotReserved(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(321, LogLevel.Warning, "The budget log of tenant {Tenant} could not be shortened; it is tried again later")]
    public static partial void NotCompacted(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(322, LogLevel.Warning, "{Count} calls of tenant {Tenant} were never settled and count at their maximum")]
    public static partial void LeasesEnded(ILogger logger, int count, string tenant);

    [LoggerMessage(323, LogLevel.Warning, "Tenant {Tenant}: {Percent}% of the budget of {Scope} '{Subject}' per {Window} is used")]
    public static partial void StepReached(ILogger logger, string tenant, int percent, BudgetScope scope, string subject, BudgetWindow window);

    [LoggerMessage(324, LogLevel.Error, "An alert of tenant {Tenant} could not be recorded as delivered; it is sent again")]
    public static partial void AlertFailed(ILogger logger, Exception exception, string tenant);

    [LoggerMessage(325, LogLevel.Warning, "What {Count} calls of tenant {Tenant} cost could not be settled; it is tried again")]
    public static partial void NotSettled(ILogger logger, Exception exception, int count, string tenant);

    [LoggerMessage(326, LogLevel.Error, "What {Count} calls cost was not settled: the budgets were out of reach for longer than the queue holds. They count at their maximum")]
    public static partial void SettlementsLost(ILogger logger, int count);

    [LoggerMessage(327, LogLevel.Error, "Request {RequestId} cost {CostUsd} USD, more than the {MaxUsd} that was set aside")]
    public static partial void CostAboveReservation(ILogger logger, string requestId, decimal costUsd, decimal maxUsd);

    [LoggerMessage(329, LogLevel.Warning, "The store has lost the budgets of tenant {Tenant}; what is known of them here is written anew")]
    public static partial void Restored(ILogger logger, string tenant);

    [LoggerMessage(328, LogLevel.Warning, "Request {RequestId}: no reservation could be made")]
    public static partial void ReservationFailed(ILogger logger, Exception exception, string requestId);
}
