using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using OrleansLlm.Client;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

public sealed partial class ManifestTests
{
    private const long MiB = 1024 * 1024;

    public static TheoryData<string> Overlays => ["dev", "redis", "gpu", "production", "production-gpu", "external-redis"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Pods_RunConfined(string overlay)
    {
        foreach (var (name, pod) in Manifests.Pods(Manifests.Applied(overlay)))
        {
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot, name);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.Spec.AutomountServiceAccountToken, name);
            Assert.False(pod.Spec.EnableServiceLinks, name);
            Assert.All(pod.Spec.Containers, c =>
            {
                Assert.False(c.SecurityContext.AllowPrivilegeEscalation, name);
                Assert.True(c.SecurityContext.ReadOnlyRootFilesystem, name);
                Assert.Equal(["ALL"], c.SecurityContext.Capabilities.Drop);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Containers_HaveProbesLimitsAndPinnedImages(string overlay)
    {
        foreach (var (name, pod) in Manifests.Pods(Manifests.Applied(overlay)))
        {
            foreach (var container in pod.Spec.Containers)
            {
                Assert.NotNull(container.StartupProbe);
                Assert.NotNull(container.LivenessProbe);
                Assert.NotNull(container.ReadinessProbe);
                Assert.Contains("cpu", container.Resources.Requests.Keys);
                Assert.Contains("memory", container.Resources.Requests.Keys);
                Assert.Contains("memory", container.Resources.Limits.Keys);
                Assert.Contains("ephemeral-storage", container.Resources.Limits.Keys);
                var tag = container.Image[(container.Image.LastIndexOf(':') + 1)..];
                Assert.True(tag != container.Image && tag != "latest" && tag.Any(char.IsAsciiDigit), $"{name} runs {container.Image}");
                var named = container.Ports.Select(p => p.Name).ToHashSet();
                foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe })
                    Assert.Contains((probe.HttpGet?.Port ?? probe.TcpSocket.Port).Value, named);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Pods_OutliveTheirDrain(string overlay)
    {
        foreach (var (name, pod) in Manifests.Pods(Manifests.Applied(overlay)).Where(p => p.Name != "orleansllm-redis"))
        {
            var wait = pod.Spec.Containers.Single().Lifecycle.PreStop.Sleep.Seconds;
            // An API finishes what is in flight; a silo then leaves its cluster.
            var stop = name == "orleansllm-api" ? GatewayHostDefaults.DrainLimit : AllInOneHost.StopLimit;
            Assert.True(pod.Spec.TerminationGracePeriodSeconds > wait + stop.TotalSeconds, name);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Volumes_AreAllMountedAndAllThere(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var maps = objects.OfType<V1ConfigMap>().Select(m => m.Metadata.Name).ToHashSet();
        foreach (var (name, pod) in Manifests.Pods(objects))
        {
            var claims = objects.OfType<V1StatefulSet>().Where(s => s.Metadata.Name == name).SelectMany(s => s.Spec.VolumeClaimTemplates.Select(c => c.Metadata.Name));
            Assert.Equal(
                pod.Spec.Volumes.Select(v => v.Name).Concat(claims).Order(),
                pod.Spec.Containers.SelectMany(c => c.VolumeMounts.Select(m => m.Name)).Distinct().Order());
            Assert.All(pod.Spec.Volumes.Where(v => v.ConfigMap is not null), v => Assert.Contains(v.ConfigMap.Name, maps));
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void ServicesAndPolicies_SelectPodsThatExist(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var labels = Manifests.Pods(objects).Select(p => p.Template.Metadata.Labels["app.kubernetes.io/name"]).ToHashSet();
        Assert.All(objects.OfType<V1Service>(), s => Assert.Contains(s.Spec.Selector["app.kubernetes.io/name"], labels));
        // Every kind of pod has a network policy of its own.
        Assert.Equal(labels.Order(), objects.OfType<V1NetworkPolicy>().Select(p => p.Spec.PodSelector.MatchLabels["app.kubernetes.io/name"]).Order());
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("production")]
    [InlineData("external-redis")]
    public void Api_SeesNoProviderKey(string overlay)
    {
        var api = Manifests.Pods(Manifests.Applied(overlay)).Single(p => p.Name == "orleansllm-api").Template;
        Assert.DoesNotContain(api.Spec.Volumes, v => v.Secret?.SecretName == "orleansllm-providers");
    }

    [Fact]
    public void Gpu_SilosAskForOneAndUseIt()
    {
        var silo = Manifests.Pods(Manifests.Render("gpu")).Single(p => p.Name == "orleansllm-silo-gpu").Template.Spec.Containers.Single();
        Assert.Equal("1", silo.Resources.Limits["nvidia.com/gpu"].ToString());
        Assert.Contains(silo.Env, e => e is { Name: "OrleansLlm__Inference__Accelerator", Value: "Cuda" });
        Assert.EndsWith("-cuda", silo.Image);
    }

    [Fact]
    public void Settings_AreUnderstoodBySilos()
    {
        var json = Manifests.Render("redis").OfType<V1ConfigMap>().Single().Data["orleansllm.json"];
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        var problems = new List<string>();
        OptionsSections.All.Check(configuration, problems);
        Assert.Empty(problems);
    }

    [Fact]
    public void Environment_NamesSettingsThatExist()
    {
        foreach (var overlay in new[] { "dev", "redis", "gpu" })
        {
            foreach (var (_, pod) in Manifests.Pods(Manifests.Applied(overlay)))
            {
                var settings = (pod.Spec.Containers.Single().Env ?? []).Where(e => e.Name.StartsWith("OrleansLlm__", StringComparison.Ordinal))
                    .ToDictionary(e => e.Name.Replace("__", ":", StringComparison.Ordinal), e => (string?)e.Value);
                var problems = new List<string>();
                OptionsSections.All.Check(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), problems);
                Assert.Empty(problems);
            }
        }
    }

    // By the sizes that docs/operations.md tells; .NET's heap grows to three quarters of a container's limit.
    [Fact]
    public void Settings_OfTheRedisOverlay_FitItsPods()
    {
        var objects = Manifests.Applied("redis");
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(objects.OfType<V1ConfigMap>().Single().Data["orleansllm.json"]))).Build();
        var pods = Manifests.Pods(objects).ToDictionary(static p => p.Name, static p => p.Template.Spec.Containers.Single());
        var cache = OptionsSections.All.Bind<CacheOptions>(configuration).TenantBytes;
        var bodies = OptionsSections.All.Bind<ApiOptions>(configuration).MaxConcurrentBodyBytes;
        var redis = long.Parse(MaxMemory().Match(string.Join(' ', pods["orleansllm-redis"].Args)).Groups[1].ValueSpan, CultureInfo.InvariantCulture) * MiB;
        Assert.InRange((3 * cache) + EntryBytes(configuration, perSecond: 5), 0, redis);
        Assert.InRange(redis * 4 / 3, 0, MemoryLimit(pods["orleansllm-redis"]));
        Assert.InRange((120 * MiB) + (4 * bodies), 0, MemoryLimit(pods["orleansllm-api"]) * 3 / 4);
        Assert.InRange((450 * MiB) + cache + (4 * bodies), 0, MemoryLimit(pods["orleansllm-silo"]) * 2 / 3);
        // A pod that fills its emptyDir is evicted.
        var journal = objects.OfType<V1Deployment>().Single(static d => d.Metadata.Name == "orleansllm-silo").Spec.Template.Spec.Volumes.Single(static v => v.Name == "data").EmptyDir.SizeLimit.ToInt64();
        Assert.InRange(OptionsSections.All.Bind<LedgerOptions>(configuration).JournalBytes!.Value, 0, journal * 9 / 10);
    }

    [Fact]
    public void Settings_OfTheDevOverlay_FitItsPodAndVolume()
    {
        var objects = Manifests.Applied("dev");
        var container = Manifests.Pods(objects).Single().Template.Spec.Containers.Single();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            container.Env.ToDictionary(static e => e.Name.Replace("__", ":", StringComparison.Ordinal), static e => (string?)e.Value)).Build();
        var cache = OptionsSections.All.Bind<CacheOptions>(configuration).TenantBytes;
        var bodies = OptionsSections.All.Bind<ApiOptions>(configuration).MaxConcurrentBodyBytes;
        var volume = objects.OfType<V1StatefulSet>().Single().Spec.VolumeClaimTemplates.Single().Spec.Resources.Requests["storage"].ToInt64();
        Assert.InRange((2048 * MiB) + (3 * cache) + EntryBytes(configuration, perSecond: 5), 0, volume);
        Assert.InRange(((450 + 576) * MiB) + cache + (3 * bodies), 0, MemoryLimit(container) * 2 / 3);
    }

    private static long EntryBytes(IConfiguration configuration, long perSecond) =>
        perSecond * 140 * (long)OptionsSections.All.Bind<LedgerOptions>(configuration).EntryRetention.TotalSeconds;

    private static long MemoryLimit(V1Container container) => container.Resources.Limits["memory"].ToInt64();

    [GeneratedRegex(@"maxmemory (\d+)mb")]
    private static partial Regex MaxMemory();
}
