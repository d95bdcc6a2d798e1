using System.Globalization;
using OrleansLlm.Bench.Gateway;

namespace OrleansLlm.Bench.Processes;

/// <summary>What this program does when it runs beside itself: <c>--part upstream</c> or <c>--part yarp URL</c>. Ends with its input.</summary>
internal static class BenchParts
{
    public const string Option = "--part";

    public static async Task<int> RunAsync(ReadOnlyMemory<string> arguments)
    {
        switch (arguments.Span[0])
        {
            case "upstream":
                UpstreamPart.Run();
                return 0;
            case "yarp":
                await YarpPart.RunAsync(arguments.Span[1]);
                return 0;
            default:
                return 2;
        }
    }

    private static class UpstreamPart
    {
        public static void Run()
        {
            using var upstream = new MockUpstream();
            Console.WriteLine(upstream.Endpoint);
            while (Console.ReadLine() is { } line)
            {
                var words = line.Split(' ');
                switch (words[0])
                {
                    case "delay":
                        upstream.Delay = TimeSpan.FromMilliseconds(Number(words[1]));
                        break;
                    case "stream":
                        upstream.Pace = new StreamPace(Number(words[1]), TimeSpan.FromMilliseconds(Number(words[2])));
                        break;
                }

                Console.WriteLine(upstream.Calls);
            }
        }

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
