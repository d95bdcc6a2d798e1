using System.Text.RegularExpressions;
using k8s.Models;
using Microsoft.Extensions.Configuration;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

/// <summary>What holds across the objects of an overlay: who scales whom, who may call whom, what a file's path leads to.</summary>
public sealed partial class PolicyTests
{
    private const string NameLabel = "app.kubernetes.io/name";

    [Theory]
    [MemberData(nameof(ManifestTests.Overlays), MemberType = typeof(ManifestTests))]
    public void Workloads_SelectTheirOwnPodsAlone(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var pods = Manifests.Pods(objects).ToList();
        var selectors = objects.OfType<V1Deployment>().Select(static d => (d.Metadata.Name, d.Spec.Selector.MatchLabels)).Concat(objects.OfType<V1StatefulSet>().Select(static s => (s.Metadata.Name, s.Spec.Selector.MatchLabels)));
        foreach (var (name, selector) in selectors)
            Assert.Equal([name], pods.Where(p => Matches(selector, p.Template)).Select(static p => p.Name));
    }

    [Theory]
    [MemberData(nameof(ManifestTests.Overlays), MemberType = typeof(ManifestTests))]
    public void Autoscalers_ScaleTheDeploymentOfTheirNameAndAreAloneToDoSo(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var deployments = objects.OfType<V1Deployment>().ToDictionary(static d => d.Metadata.Name);
        foreach (var scaler in objects.OfType<V2HorizontalPodAutoscaler>())
        {
            Assert.Equal(scaler.Metadata.Name, scaler.Spec.ScaleTargetRef.Name);
            Assert.Null(deployments[scaler.Spec.ScaleTargetRef.Name].Spec.Replicas);
            Assert.True(scaler.Spec.MinReplicas >= 2, scaler.Metadata.Name);
            Assert.Contains(scaler.Spec.Metrics, static m => m.Resource?.Name == "cpu");
        }

        Assert.All(deployments.Values.Where(static d => d.Spec.Replicas is null), d => Assert.Contains(objects.OfType<V2HorizontalPodAutoscaler>(), s => s.Metadata.Name == d.Metadata.Name));
    }

    [Theory]
    [MemberData(nameof(ManifestTests.Overlays), MemberType = typeof(ManifestTests))]
    public void Deployments_AreSpreadAndDisruptedOneAtATime(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        foreach (var deployment in objects.OfType<V1Deployment>())
        {
            var pod = deployment.Spec.Template;
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], pod.Spec.TopologySpreadConstraints.Select(static s => s.TopologyKey).Order());
            Assert.All(pod.Spec.TopologySpreadConstraints, s => Assert.True(Matches(s.LabelSelector.MatchLabels, pod), deployment.Metadata.Name));
            var budget = Assert.Single(objects.OfType<V1PodDisruptionBudget>(), b => Matches(b.Spec.Selector.MatchLabels, pod));
            Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
        }
    }

    [Theory]
    [MemberData(nameof(ManifestTests.Overlays), MemberType = typeof(ManifestTests))]
    public void Files_ThatSettingsName_LieOnMountedVolumes(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var maps = objects.OfType<V1ConfigMap>().ToDictionary(static m => m.Metadata.Name);
        foreach (var (name, pod) in Manifests.Pods(objects))
        {
            var container = pod.Spec.Containers.Single();
            var texts = (container.Env ?? []).Select(static e => e.Value ?? "").Concat(container.Args ?? []);
            // An API reads no provider's key: the settings are one file for both, and this part is the silos'.
            foreach (var map in pod.Spec.Volumes.Where(static v => v.ConfigMap is not null).SelectMany(v => maps[v.ConfigMap.Name].Data.Values))
                texts = texts.Append(name == "orleansllm-api" ? map.Replace("/run/secrets/orleansllm/providers/openai", "", StringComparison.Ordinal) : map);
            foreach (Match path in texts.SelectMany(static t => SecretPath().Matches(t)))
                Assert.True(container.VolumeMounts.Any(m => path.Value.StartsWith(m.MountPath + "/", StringComparison.Ordinal)), $"{name}: {path.Value}");
        }
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("gpu")]
    [InlineData("production")]
    [InlineData("external-redis")]
    public void SiloPorts_AreOpenToSilosAndApisAlone(string overlay)
    {
        var silo = Manifests.Applied(overlay).OfType<V1NetworkPolicy>().Single(static p => p.Metadata.Name == "orleansllm-silo");
        foreach (var rule in silo.Spec.Ingress.Where(static r => r.Ports.Any(static p => p.Port.Value is "11111" or "30000")))
        {
            Assert.NotEmpty(rule.FromProperty);
            Assert.All(rule.FromProperty, static f => Assert.Contains(f.PodSelector.MatchLabels[NameLabel], new[] { "orleansllm-silo", "orleansllm-api" }));
            Assert.True(rule.Ports.All(static p => p.Port.Value != "11111") || rule.FromProperty.Single().PodSelector.MatchLabels[NameLabel] == "orleansllm-silo");
        }

        Assert.All(silo.Spec.Ingress, static r => Assert.NotEmpty(r.Ports));
        Assert.All(silo.Spec.Egress.Where(static r => r.To is null), static r => Assert.All(r.Ports, static p => Assert.Contains(p.Port.Value, new[] { "53", "6380" })));
    }

    [Fact]
    public void Production_ScrapesServicesAndScalesByAMetricThatTheAdapterServes()
    {
        var objects = Manifests.Render("production");
        foreach (var monitor in objects.OfType<ServiceMonitor>())
        {
            var service = Assert.Single(objects.OfType<V1Service>(), s => monitor.Spec.Selector.MatchLabels.All(l => s.Metadata.Labels?.TryGetValue(l.Key, out var v) == true && v == l.Value));
            Assert.Equal("/metrics", monitor.Spec.Endpoints.Single().Path);
            Assert.Contains(service.Spec.Ports, p => p.Name == monitor.Spec.Endpoints.Single().Port);
            var credentials = monitor.Spec.Endpoints.Single().Authorization.Credentials;
            Assert.Equal(("orleansllm-tenants", "operators"), (credentials.Name, credentials.Key));
        }

        Assert.Equal(2, objects.OfType<ServiceMonitor>().Count());
        var metric = objects.OfType<V2HorizontalPodAutoscaler>().SelectMany(static h => h.Spec.Metrics).Single(static m => m.Pods is not null).Pods.Metric.Name;
        Assert.Contains($"as: {metric}\n", File.ReadAllText(Path.Combine(Manifests.Root, "components", "monitoring", "adapter-rules.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("redis")]
    public void Operators_HaveATenantOfTheirOwn(string overlay)
    {
        var objects = Manifests.Applied(overlay);
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(Manifests.Pods(objects).SelectMany(static p => p.Template.Spec.Containers.Single().Env ?? []).DistinctBy(static e => e.Name).ToDictionary(static e => e.Name.Replace("__", ":", StringComparison.Ordinal), static e => (string?)e.Value));
        foreach (var map in objects.OfType<V1ConfigMap>())
            settings.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(map.Data["orleansllm.json"])));
        var tenants = settings.Build().GetSection("OrleansLlm:Tenants").GetChildren().ToLookup(static t => t.GetValue<bool>("Operator"), static t => t.Key);
        Assert.Equal(["operators"], tenants[true]);
        Assert.Equal(["default"], tenants[false]);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("api")]
    public void Dockerfiles_ArePinnedChiseledAndNotRoot(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Manifests.Root, name + ".Dockerfile"));
        var text = string.Join('\n', lines);
        Assert.Contains(lines, static l => l.EndsWith(" AS build", StringComparison.Ordinal));
        // Every image by its exact version; what a build argument names has it as its default.
        Assert.All(ImageName().Matches(text), static i => Assert.Matches(@":\d+\.\d+\.\d+-noble", i.Value));
        Assert.EndsWith("-chiseled", ImageName().Matches(text).Select(static i => i.Value).Single(static i => i.Contains("/aspnet:", StringComparison.Ordinal)));
        Assert.Contains("USER 64198", lines);
        var copies = lines.Where(static l => l.StartsWith("COPY --from=build", StringComparison.Ordinal)).ToList();
        Assert.Equal(name == "silo" ? ["COPY --from=build /models /app/models", "COPY --from=build /app /app"] : ["COPY --from=build /app /app"], copies);
        Assert.All(Manifests.Pods(Manifests.Applied("redis")).Where(p => p.Name.StartsWith("orleansllm-" + name, StringComparison.Ordinal)), static p => Assert.Equal(64198, p.Template.Spec.SecurityContext.RunAsUser));
    }

    private static bool Matches(IDictionary<string, string> selector, V1PodTemplateSpec pod) =>
        selector.All(l => pod.Metadata.Labels.TryGetValue(l.Key, out var value) && value == l.Value);

    [GeneratedRegex("/run/secrets/[a-z/.]+[a-z]")]
    private static partial Regex SecretPath();

    [GeneratedRegex("mcr[^ \n]+")]
    private static partial Regex ImageName();
}
