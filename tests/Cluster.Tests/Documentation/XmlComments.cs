using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansLlm.Cluster.Tests.Documentation;

/// <summary>The XML comments of the program, as Markdown.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    private XmlComments()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*rleans*lm*.xml"))
        {
            foreach (var member in XDocument.Load(file).Descendants("member"))
                _members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>Those that lie beside this test.</summary>
    public static XmlComments Load() => new();

    /// <summary>The summary of a type; empty where there is none.</summary>
    public string Of(Type type) => TextOf(_members.GetValueOrDefault("T:" + NameOf(type))?.Element("summary"));

    /// <summary>Summary and value of a property, or the text of the record's parameter; empty where there is none.</summary>
    public string Of(PropertyInfo property)
    {
        var type = NameOf(property.DeclaringType!);
        if (_members.TryGetValue($"P:{type}.{property.Name}", out var comment))
            return string.Join(" ", new[] { TextOf(comment.Element("summary")), TextOf(comment.Element("value")) }.Where(static t => t.Length > 0));
        return TextOf(_members.GetValueOrDefault("T:" + type)?.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == property.Name));
    }

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string TextOf(XElement? comment)
    {
        if (comment is null)
            return "";
        var plain = new StringBuilder();
        foreach (var node in comment.Nodes())
        {
            plain.Append(node switch
            {
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" or "seealso" or "paramref" } see => $"`{(see.Attribute("cref") ?? see.Attribute("langword") ?? see.Attribute("name"))!.Value.Split('.', ':')[^1]}`",
                XElement other => other.Value,
                _ => ((XText)node).Value,
            });
        }

        return Spaces().Replace(plain.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
