using System.Text;

namespace OrleansLlm.Client.Tests.Documentation;

/// <summary>C# blocks of a page as one program, built once against the libraries that lie beside this test.</summary>
internal static class QuickStartProgram
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="LIBRARIES/OpenAI.dll;LIBRARIES/Azure.*.dll;LIBRARIES/System.ClientModel.dll;LIBRARIES/Microsoft.Extensions.AI*.dll" />
            <Reference Include="LIBRARIES/OrleansLlm.Client.Extensions.dll;LIBRARIES/OrleansLlm.Core.dll;LIBRARIES/OrleansLlm.Grains.Abstractions.dll;LIBRARIES/Orleans.*.dll" />
          </ItemGroup>
        </Project>
        """;

    private const string Usings = """
        using System.ClientModel;
        using Azure.AI.OpenAI;
        using Microsoft.Extensions.AI;
        using OpenAI;
        using OpenAI.Chat;
        using OrleansLlm.Client.Extensions;

        """;

    /// <summary>Writes the program into <paramref name="folder"/>; it runs one block after the other.</summary>
    public static async Task WriteAsync(string folder, IReadOnlyList<string> blocks)
    {
        var calls = new StringBuilder();
        for (var i = 0; i < blocks.Count; i++)
        {
            calls.Append("await Block").Append(i).AppendLine(".RunAsync();");
            await WriteFileAsync(folder, $"Block{i}.cs", $"{Usings}internal static class Block{i}\n{{\n    public static async Task RunAsync()\n    {{\n{Body(blocks[i])}\n    }}\n}}\n");
        }

        await WriteFileAsync(folder, "Program.cs", calls.ToString());
        await WriteFileAsync(folder, "QuickStart.csproj", Project.Replace("LIBRARIES", AppContext.BaseDirectory.TrimEnd('/'), StringComparison.Ordinal));
    }

    // In an application the registration and the use stand in two places: an empty line is between them, and what the page takes as given comes first.
    private static string Body(string block)
    {
        if (!block.Contains("builder.Services", StringComparison.Ordinal))
            return block;
        var parts = block.Split("\n\n");
        Assert.Equal(2, parts.Length);
        return $$"""
            var builder = WebApplication.CreateBuilder();
            var key = "any";
            {{parts[0]}}
            await using var application = builder.Build();
            var chat = application.Services.GetRequiredService<IChatClient>();
            {{parts[1]}}
            Console.WriteLine(answer.Text);
            Console.WriteLine(savings);
            """;
    }

    private static Task WriteFileAsync(string folder, string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);
}
