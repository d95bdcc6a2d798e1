using k8s;
using k8s.Models;
using YamlDotNet.Serialization;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

/// <summary>The Prometheus operator's <c>ServiceMonitor</c>, as far as ours go; a key that is not here does not parse.</summary>
internal sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
{
    [YamlMember(Alias = "apiVersion")]
    public string ApiVersion { get; set; } = "";

    [YamlMember(Alias = "kind")]
    public string Kind { get; set; } = "";

    [YamlMember(Alias = "metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    [YamlMember(Alias = "spec")]
    public ServiceMonitorSpec Spec { get; set; } = new();

    internal sealed class ServiceMonitorSpec
    {
        [YamlMember(Alias = "selector")]
        public V1LabelSelector Selector { get; set; } = new();

        [YamlMember(Alias = "endpoints")]
        public List<Endpoint> Endpoints { get; set; } = [];
    }

    internal sealed class Endpoint
    {
        [YamlMember(Alias = "port")]
        public string Port { get; set; } = "";

        [YamlMember(Alias = "path")]
        public string Path { get; set; } = "";

        [YamlMember(Alias = "interval")]
        public string Interval { get; set; } = "";

        [YamlMember(Alias = "authorization")]
        public ScrapeAuthorization Authorization { get; set; } = new();
    }

    internal sealed class ScrapeAuthorization
    {
        [YamlMember(Alias = "credentials")]
        public V1SecretKeySelector Credentials { get; set; } = new();
    }
}
