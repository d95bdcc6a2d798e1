using System.Reflection;
using NetArchTest.Rules;

namespace OrleansLlm.Cluster.Tests.Architecture;

/// <summary>Dependencies run one way: core, abstractions and inference, grains, silo; the API knows the abstractions alone.</summary>
public sealed class DependencyTests
{
    private static readonly Assembly Core = typeof(Core.Deadline).Assembly;
    private static readonly Assembly Inference = typeof(Inference.InferenceEngine).Assembly;
    private static readonly Assembly Abstractions = typeof(Grains.Abstractions.Gateway.IGatewayGrain).Assembly;
    private static readonly Assembly GrainsAssembly = typeof(Grains.GatewayServices).Assembly;
    private static readonly Assembly Client = typeof(Client.OrleansLlmApi).Assembly;

    [Fact]
    public void Core_DependsOn_NoFramework() => AssertFree(
        Core, "Orleans", "Microsoft.ML.OnnxRuntime", "StackExchange.Redis", "Microsoft.AspNetCore", "OrleansLlm.Inference", "OrleansLlm.Grains", "OrleansLlm.Silo", "OrleansLlm.Client");

    [Fact]
    public void Inference_DependsOn_CoreAlone() => AssertFree(
        Inference, "Orleans", "StackExchange.Redis", "Microsoft.AspNetCore", "OrleansLlm.Grains", "OrleansLlm.Silo", "OrleansLlm.Client");

    [Fact]
    public void Abstractions_DependOn_CoreAlone() => AssertFree(
        Abstractions, "Microsoft.ML.OnnxRuntime", "StackExchange.Redis", "Microsoft.AspNetCore", "OrleansLlm.Inference", "OrleansLlm.Silo", "OrleansLlm.Client");

    [Fact]
    public void Grains_KnowNeither_SiloNorClientNorTheWire() => AssertFree(
        GrainsAssembly, "Microsoft.ML.OnnxRuntime", "StackExchange.Redis", "Microsoft.AspNetCore", "OrleansLlm.Silo", "OrleansLlm.Client");

    [Fact]
    public void Client_CarriesNeither_ModelsNorProviders()
    {
        AssertFree(Client, "Microsoft.ML.OnnxRuntime", "Azure.AI.OpenAI", "OpenAI", "OrleansLlm.Inference", "OrleansLlm.Silo");
        var references = Client.GetReferencedAssemblies().Select(a => a.Name).ToList();
        Assert.DoesNotContain("OrleansLlm.Grains", references);
        Assert.DoesNotContain("OrleansLlm.Inference", references);
        Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", references);
    }

    [Fact]
    public void ClientExtensions_KnowTheAbstractionsAlone()
    {
        var extensions = typeof(Client.Extensions.OrleansLlmClientOptions).Assembly;
        AssertFree(extensions, "Microsoft.ML.OnnxRuntime", "StackExchange.Redis", "OrleansLlm.Inference", "OrleansLlm.Silo");
        var references = extensions.GetReferencedAssemblies().Select(a => a.Name).ToList();
        Assert.DoesNotContain("OrleansLlm.Grains", references);
        Assert.DoesNotContain("OrleansLlm.Client", references);
        Assert.DoesNotContain("orleansllm", references);
    }

    private static void AssertFree(Assembly assembly, params string[] forbidden)
    {
        foreach (var name in forbidden)
        {
            // NetArchTest matches by prefix: "Orleans" would also find "OrleansLlm".
            var prefix = name == "Orleans" ? "Orleans." : name;
            var result = Types.InAssembly(assembly).ShouldNot().HaveDependencyOn(prefix).GetResult();
            Assert.True(result.IsSuccessful, $"{assembly.GetName().Name} depends on {name}: {string.Join(", ", result.FailingTypeNames ?? [])}");
        }
    }
}
