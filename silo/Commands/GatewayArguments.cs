using System.CommandLine;
using System.Text.Json;
using OrleansLlm.Silo.Transfer;

namespace OrleansLlm.Silo.Commands;

/// <summary>The options of commands that talk to a running gateway.</summary>
internal static class GatewayArguments
{
    private const string DefaultKeyVariable = "ORLEANSLLM_API_KEY";

    public static Option<string> KeyVariable { get; } =
        new("--key-variable") { Description = "Environment variable that holds the key", DefaultValueFactory = _ => DefaultKeyVariable };

    public static Option<bool> AllowHttp { get; } = new("--allow-http") { Description = "Send the key over plain http to another machine, in a network that is closed to others" };

    public static Option<string> Url { get; } = CreateUrl();

    public static Option<string?> Tenant { get; } = new("--tenant") { Description = "The tenant; by default the key's own" };

    public static GatewayAddress Read(ParseResult parsed) =>
        new(new Uri(parsed.GetRequiredValue(Url)), parsed.GetRequiredValue(KeyVariable), parsed.GetValue(Tenant));

    /// <summary>Runs what talks to the gateway; its refusal, or its silence, is told in one line.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Unavailable;
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            await Console.Error.WriteLineAsync("The gateway does not answer.");
            return ExitCode.Unavailable;
        }
        // Another program listens there, whose answers are in no form of ours.
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync("What answers there is no gateway: its answer cannot be read.");
            return ExitCode.Unavailable;
        }
        // Of a file of the command line: what keeps the place of a transfer stands beside it.
        catch (UnauthorizedAccessException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.CannotWrite;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.WrongInput;
        }
    }

    private static Option<string> CreateUrl()
    {
        var url = new Option<string>("--url") { Description = "The gateway", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                result.AddError("--url must be an http or https address.");
            else if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && !result.GetValue(AllowHttp)
                && (result.GetValue(KeyVariable) ?? DefaultKeyVariable) is var variable && Environment.GetEnvironmentVariable(variable) is { Length: > 0 })
                result.AddError($"--url must be https: the key in {variable} would travel in the clear (--allow-http sends it all the same).");
        });
        return url;
    }
}
