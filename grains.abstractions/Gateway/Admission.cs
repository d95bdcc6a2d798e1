using System.Runtime.CompilerServices;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Turns a request that was authenticated and read into the message and the address of the grain that serves it.</summary>
/// <param name="GrainKey">See <see cref="GatewayKey"/>.</param>
/// <param name="Request">The message.</param>
public sealed record Admission(string GrainKey, GatewayRequest Request)
{
    /// <summary>Asks the grain for a plain answer, and others in its place while its silo leaves the cluster.</summary>
    /// <param name="ask">Asks the grain of a key.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayReply> AskAsync(Func<string, ValueTask<GatewayReply>> ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        for (var attempt = 0; ; attempt++)
        {
            var reply = await ask(KeyOf(attempt));
            if (!reply.IsLeaving || attempt == GatewayKey.StandIns)
                return reply;
        }
    }

    /// <summary>Whom to ask: <see cref="GrainKey"/> for 0, then those that stand in for it.</summary>
    public string KeyOf(int attempt) => GatewayKey.Attempt(GrainKey, attempt);

    /// <summary>Admits <paramref name="chat"/> for the tenant of <paramref name="policy"/>.</summary>
    /// <param name="requestId">Unique per request.</param>
    /// <param name="policy">Of the authenticated tenant.</param>
    /// <param name="chat">The request as read from <paramref name="body"/>.</param>
    /// <param name="body">The body as it came.</param>
    /// <param name="modelInAddress">The model named by the address, if any.</param>
    /// <param name="controls">What the caller asks of the layers.</param>
    /// <param name="caller">Who asks within the tenant.</param>
    /// <param name="headers">The caller's headers that go on to the provider, in the order of their names.</param>
    /// <param name="readsInProcess">See <see cref="GatewayRequest.ReadsInProcess"/>.</param>
    /// <param name="asker">The process that asks, where it goes on asking; null where one call is all.</param>
    public static Admission Of(
        string requestId, TenantPolicy policy, ChatRequest chat, byte[] body, string? modelInAddress, RequestControls controls, Caller caller,
        KeyValuePair<string, string>[]? headers = null, bool readsInProcess = false, string? asker = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(controls);
        ArgumentNullException.ThrowIfNull(caller);
        // A question asked of another picture is another question, whatever may vary of the passages.
        var partition = CachePartition.Of(
            chat, policy.TenantId, controls.CacheNamespace, policy.CacheEpoch, policy.IgnoreContext && !chat.HasOtherParts, headers,
            controls.RouteOff ? LayerMode.Off : caller.Routing, controls.CompressOff ? LayerMode.Off : caller.Compression);
        var fingerprint = RequestFingerprint.Of(chat, partition);
        return new Admission(KeyOf(partition, fingerprint, caller.Narrow(policy), chat, controls, asker), new GatewayRequest
        {
            RequestId = requestId,
            TenantId = policy.TenantId,
            Body = body,
            ModelInAddress = modelInAddress,
            Fingerprint = fingerprint.Value,
            Controls = controls,
            Form = chat.Form,
            Headers = headers ?? [],
            Parsed = chat,
            ReadsInProcess = readsInProcess,
            Caller = caller,
        });
    }

    /// <summary>Whether an answer may be stored. Several choices are asked for because they differ: they are not cached.</summary>
    public static bool MayBeStored(TenantPolicy policy, ChatRequest chat, RequestControls controls)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(controls);
        return policy.Cache != LayerMode.Off && !controls.NoStore && chat is { Choices: 1, IsRepeatable: true };
    }

    // A conversation's later turns are a partition of their own: whoever asks the same meets, but as a rule nobody does.
    private static string KeyOf(CachePartition partition, RequestFingerprint fingerprint, TenantPolicy policy, ChatRequest chat, RequestControls controls, string? asker)
    {
        if (policy.Cache == LayerMode.On && MayBeStored(policy, chat, controls))
            return !policy.IgnoreContext && chat.Messages.Any(static m => m.Role == "assistant") ? GatewayKey.Near(partition, fingerprint, string.Empty) : GatewayKey.Of(partition, fingerprint);
        return asker is null ? GatewayKey.Of(partition, fingerprint) : GatewayKey.Near(partition, fingerprint, asker);
    }
}
