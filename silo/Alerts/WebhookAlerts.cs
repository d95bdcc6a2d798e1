using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Alerts;

/// <summary>
/// Posts budget alerts to a webhook, signed as the Standard Webhooks specification says (HMAC-SHA256 over id, timestamp and body). One at a time
/// from a bounded queue; an alert that does not get through is tried again ever more rarely and at last handed back. The same alert always has
/// the same id.
/// </summary>
internal sealed class WebhookAlerts(HttpMessageInvoker http, Uri url, byte[] secret, TimeProvider time, ILogger<WebhookAlerts> logger) : BackgroundService, IBudgetAlerts
{
    private const int MostQueued = 256;
    private const int MostAttempts = 6;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Channel<Notice> _queue = Channel.CreateBounded<Notice>(new BoundedChannelOptions(MostQueued) { SingleReader = true });

    public Task<bool> SendAsync(string tenantId, BudgetAlert alert)
    {
        var notice = new Notice(tenantId, alert, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        // A full queue hands it back at once; it is due again later.
        return _queue.Writer.TryWrite(notice) ? notice.Delivered.Task : Task.FromResult(false);
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Sign(byte[] secret, string id, string timestamp, byte[] body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var notice in _queue.Reader.ReadAllAsync(stoppingToken))
                notice.Delivered.TrySetResult(await DeliverAsync(notice, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var left))
                left.Delivered.TrySetResult(false);
        }
    }

    private async Task<bool> DeliverAsync(Notice notice, CancellationToken stoppingToken)
    {
        var alert = notice.Alert;
        var id = IdOf(notice);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = "budget.threshold_reached",
            timestamp = time.GetUtcNow(),
            data = new
            {
                tenant = notice.TenantId,
                scope = Name(alert.Account.Scope),
                subject = alert.Account.Subject,
                window = Name(alert.Account.Window),
                window_start = alert.WindowStart,
                percent = alert.Percent,
                limit_usd = alert.LimitUsd,
                spent_usd = alert.SpentUsd,
            },
        });
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            if (await PostAsync(id, body, stoppingToken))
                return true;
            if (attempt == MostAttempts)
                return false;
            await Task.Delay(delay, time, stoppingToken);
            delay *= 2;
        }
    }

    private async Task<bool> PostAsync(string id, byte[] body, CancellationToken stoppingToken)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", Sign(secret, id, timestamp, body));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            if (response.IsSuccessStatusCode)
                return true;
            AlertLog.Refused(logger, id, (int)response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            AlertLog.NotDelivered(logger, e, id);
        }

        return false;
    }

    private static string IdOf(Notice notice)
    {
        var alert = notice.Alert;
        var what = FormattableString.Invariant($"{notice.TenantId}\n{alert.Account.Scope}\n{alert.Account.Subject}\n{alert.Account.Window}\n{alert.WindowStart:O}\n{alert.LimitUsd}\n{alert.Percent}");
        return "msg_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..32];
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();

    private sealed record Notice(string TenantId, BudgetAlert Alert, TaskCompletionSource<bool> Delivered);
}
