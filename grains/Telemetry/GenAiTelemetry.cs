using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Grains.Telemetry;

/// <summary>
/// Spans and metrics of calls to providers, and of what callers got, by OpenTelemetry's conventions for generative AI
/// (https://opentelemetry.io/docs/specs/semconv/gen-ai/, in development).
/// </summary>
public sealed class GenAiTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "OrleansLlm.GenAi";

    // Boundaries that the conventions advise.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private static readonly ActivitySource Source = new(Name);

    private readonly BoundedNames _models;
    private readonly Histogram<double> _clientDuration;
    private readonly Histogram<double> _firstChunk;
    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _serverDuration;
    private readonly Histogram<double> _firstToken;

    public GenAiTelemetry(IMeterFactory meters, IOptions<TelemetryOptions> options)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Value;
        _models = new BoundedNames(Options.MostModels);
        var meter = meters.Create(Name);
        _clientDuration = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "Time of calls to providers", advice: Seconds);
        _firstChunk = meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from sending to the first chunk of a streamed answer", advice: Seconds);
        _tokens = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens billed by providers", advice: Tokens);
        _serverDuration = meter.CreateHistogram("gen_ai.server.request.duration", "s", "Time in which callers were answered", advice: Seconds);
        _firstToken = meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "Time until the first token of an answer was there for its caller", advice: Seconds);
    }

    internal TelemetryOptions Options { get; }

    /// <summary>A model's name as metrics may carry it.</summary>
    internal string Bounded(string model) => _models.Of(model);

    /// <summary>Begins a call to a provider.</summary>
    /// <param name="operation">Value of <c>gen_ai.operation.name</c>.</param>
    /// <param name="model">The model asked for.</param>
    /// <param name="streamed">Whether the answer is asked for as a stream.</param>
    internal GenAiCall Begin(string operation, string model, bool streamed)
    {
        var activity = Source.HasListeners() ? Source.StartActivity($"{operation} {model}", ActivityKind.Client) : null;
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("gen_ai.operation.name", operation);
            activity.SetTag("gen_ai.request.model", model);
            activity.SetTag("gen_ai.request.stream", streamed);
        }

        return new GenAiCall(this, activity, operation, model);
    }

    /// <summary>A caller was answered.</summary>
    /// <param name="model">The model that the caller asked for.</param>
    /// <param name="seconds">From the request's arrival to the answer's end.</param>
    /// <param name="status">HTTP status given.</param>
    internal void Answered(string model, double seconds, int status) => _serverDuration.Record(seconds, ServerTags(model, status));

    /// <summary>The first token of an answer was there for its caller.</summary>
    /// <param name="model">The model that the caller asked for.</param>
    /// <param name="seconds">From the request's arrival.</param>
    internal void FirstToken(string model, double seconds) => _firstToken.Record(seconds, ServerTags(model, 200));

    internal void Called(string operation, string provider, string model, string? responseModel, TokenUsage usage, double seconds, double? firstChunk, string? error)
    {
        var tags = Tags(operation, provider, model, responseModel);
        Count("input", usage.PromptTokens);
        Count("output", usage.CompletionTokens);
        if (error is not null)
            tags.Add("error.type", error);
        _clientDuration.Record(seconds, tags);
        if (firstChunk is { } first)
            _firstChunk.Record(first, tags);

        void Count(string type, int count)
        {
            if (count <= 0)
                return;
            var counted = Tags(operation, provider, model, responseModel);
            counted.Add("gen_ai.token.type", type);
            _tokens.Record(count, counted);
        }
    }

    private TagList ServerTags(string model, int status)
    {
        var tags = new TagList { { "gen_ai.request.model", _models.Of(model) } };
        if (status >= 400)
            tags.Add("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return tags;
    }

    private TagList Tags(string operation, string provider, string model, string? responseModel)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", provider },
            { "gen_ai.request.model", _models.Of(model) },
        };
        if (responseModel is not null)
            tags.Add("gen_ai.response.model", _models.Of(responseModel));
        return tags;
    }
}
