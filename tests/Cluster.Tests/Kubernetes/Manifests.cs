using System.Diagnostics;
using k8s;
using k8s.Models;
using OrleansLlm.Cluster.Tests.Documentation;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

/// <summary>An overlay as the cluster would get it: rendered by kubectl, read strictly into the API's own types.</summary>
internal static class Manifests
{
    private static readonly Dictionary<string, Type> s_custom = new() { ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor) };

    public static string Root { get; } = Path.Combine(Repository.Root, "k8s");

    /// <summary>What the cluster holds: a pool of accelerators is applied beside an overlay that it belongs to.</summary>
    public static IReadOnlyList<object> Applied(string overlay) => overlay switch
    {
        "gpu" => [.. Render("redis"), .. Render("gpu")],
        "production-gpu" => [.. Render("production"), .. Render("production-gpu")],
        _ => Render(overlay),
    };

    public static IReadOnlyList<object> Render(string overlay)
    {
        using var kubectl = Start(overlay);
        var yaml = kubectl.StandardOutput.ReadToEnd();
        var errors = kubectl.StandardError.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, errors);
        // Strict: a key that the API does not know is an error, as is one given twice.
        return KubernetesYaml.LoadAllFromString(yaml, s_custom, strict: true);
    }

    /// <summary>Every pod template with the name of what makes it.</summary>
    public static IEnumerable<(string Name, V1PodTemplateSpec Template)> Pods(IEnumerable<object> objects)
    {
        foreach (var item in objects)
        {
            if (item is V1Deployment deployment)
                yield return (deployment.Metadata.Name, deployment.Spec.Template);
            else if (item is V1StatefulSet set)
                yield return (set.Metadata.Name, set.Spec.Template);
        }
    }

    private static Process Start(string overlay)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("kubectl")
            {
                ArgumentList = { "kustomize", Path.Combine(Root, "overlays", overlay) },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not installed");
            throw;
        }
    }
}
