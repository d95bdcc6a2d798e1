using System.Text;

namespace OrleansLlm.Bench.Page;

/// <summary>The page's text around its figures.</summary>
internal static class PerformancePage
{
    // Floor: what the same step costs where nothing but it is done.
    private static readonly (string Step, string Figure, string Unit, string Floor)[] s_budget =
    [
        ("parse, read and take a request apart", "kernels.read-request", "ns", "its bytes scanned once: about 100 ns"),
        ("cache partition and fingerprint (SHA-256)", "kernels.fingerprint", "ns", "two hashes of a block or two: 300 ns"),
        ("search 32,768 vectors", "kernels.search-32768-vectors", "ns", "1.5 MB of codes read: about 50 µs"),
        ("read a question for the cache's rules", "kernels.profile-question", "ns", "its words scanned"),
        ("hold two questions side by side by those rules", "kernels.compare-questions", "ns", "their words compared"),
        ("embed 64 tokens", "inference.embedder_64_tokens_p50", "ms", "the model"),
        ("verify a pair of 64 tokens", "inference.verifier_64_tokens_p50", "ms", "the model"),
        ("write a ledger entry's line", "kernels.write-ledger-line", "ns", "its bytes"),
        ("… and have it on disk before the answer", "ledger.append.p50", "us", "one write() of the system"),
        ("read it again for the books, behind the reply", "kernels.read-ledger-line", "ns", "its bytes"),
        ("count 100 tokens, where a provider does not", "kernels.count-100-tokens", "ns", "the tokenizer"),
        ("cut an event out of a stream", "kernels.sse-event", "ns", "its bytes scanned"),
        ("follow a streamed token", "kernels.aggregate-token", "ns", "its JSON scanned"),
    ];

    private static readonly (string What, string Bytes, string Cpu, string CpuUnit)[] s_costs =
    [
        ("pass-through request", "gateway.pass-through.allocated", "gateway.pass-through.cpu", "ms"),
        ("streamed token", "stream.token.allocated", "stream.token.cpu", "µs"),
        ("exact hit", "hit.exact.allocated", "hit.exact.cpu", "ms"),
        ("verified hit, words never seen", "hit.verified-never-seen.allocated", "hit.verified-never-seen.cpu", "ms"),
        ("… the same words again", "hit.verified.allocated", "hit.verified.cpu", "ms"),
        ("miss, all layers", "miss.allocated", "miss.cpu", "ms"),
    ];

    public static string Write(Figures figures, string machine, DateOnly day)
    {
        var page = new StringBuilder();
        page.AppendLine(
            $"""
            # Performance

            Made by `bench -- page` from what the other suites printed on {day:yyyy-MM-dd}; not written by hand.

            **Machine**: {machine}. Load, gateway and upstream are processes of their own and share its cores: a figure at c=32 is what is left of
            the machine, and only what was measured in turn with it may be held beside it.

            The upstream is a raw socket that answers at once. Latencies are of an open loop at a fixed rate, counted from when a request was due; answers a
            second of 32 callers who each wait for theirs. Rounds take turns (upstream alone, ours, YARP, Portkey; each round starts all of them
            anew, since two starts of one program differ by a quarter at c=32); a figure is the median of five. Before them the compiler is let finish: after bursts each,
            until it takes less than a twentieth of a processor, all are asked at the rate of the rounds, in turns, for else half a processor was its own
            while latencies were taken.

            The upstream alone took {Text(figures["peers.direct.p50"])} ms at the median and {Text(figures["peers.direct.p99"])} ms for its slowest hundredth: a raw socket is not that uneven by
            itself. How far the second is from the first tells how busy the machine was with other things, and how long it takes to wake a processor
            that sleeps; both are in every figure below.

            ## Asked and reached

            | figure | asked | reached | met |
            |---|---|---|---|
            """);
        foreach (var row in Goals.All.Select(g => g.Row(figures)).OfType<string>())
            page.AppendLine(row);

        page.AppendLine().AppendLine("## Beside what else could stand there").AppendLine();
        page.AppendLine("With all layers off. YARP 2.3.0 passes bytes on and does nothing else: it reads no prompt, keeps no books and knows no tenants. Portkey's gateway is 1.15.2.").AppendLine();
        page.AppendLine("| | added p50 | added p99 | answers/s at c=32 |").AppendLine("|---|---|---|---|");
        foreach (var (name, key) in new[] { ("OrleansLlm", "ours"), ("YARP", "yarp"), ("Portkey", "portkey") })
        {
            if (figures[$"peers.{key}.c32"] is { } rate)
                page.AppendLine($"| {name} | {Text(figures[$"peers.{key}.added.p50"])} ms | {Text(figures[$"peers.{key}.added.p99"])} ms | {Text(rate)} |");
        }

        page.AppendLine($"| (the upstream itself) | {Text(figures["peers.direct.p50"])} ms in all | {Text(figures["peers.direct.p99"])} ms in all | {Text(figures["peers.direct.c32"])} |");
        if (figures.Runs("peers.ours.c32").Count > 1)
        {
            var runs = new[] { ("added p50, ms", "added.p50"), ("added p99, ms", "added.p99"), ("answers/s at c=32", "c32") }.Select(f =>
                $"{f.Item1}: {Runs(figures, $"peers.ours.{f.Item2}")} (YARP {Runs(figures, $"peers.yarp.{f.Item2}")}; Portkey {Runs(figures, $"peers.portkey.{f.Item2}")})");
            page.AppendLine().AppendLine("Each figure is the median of several runs, which differ by what else the host does, and each ratio above that of the runs' ratios. " + string.Join("; ", runs)
                + ". What a good minute of the machine is, and a bad one: [a request's way, beside YARP's](decisions/2026-11-26-where-the-slowest-hundredth-waits.md#the-same-evening-a-requests-way-beside-yarps).");
        }

        page.AppendLine().AppendLine("## What a request costs").AppendLine();
        page.AppendLine("Of the gateway's whole process: the ledger, the store and the telemetry behind the reply are in it.").AppendLine();
        page.AppendLine("| | allocated | processor time |").AppendLine("|---|---|---|");
        foreach (var (what, bytes, cpu, unit) in s_costs)
        {
            if (figures[bytes] is { } allocated)
                page.AppendLine($"| {what} | {Text(allocated)} B | {Text(figures[cpu])} {unit} |");
        }

        page.AppendLine().AppendLine("## Where it goes").AppendLine();
        page.AppendLine("Steps that can be told apart. Of a pass-through request's processor time about half is the kernel's (two sockets, their wake-ups), a tenth the runtime's; the rest is spread over some hundred frames, none of which takes a twentieth.").AppendLine();
        page.AppendLine("| step | takes | allocates | floor |").AppendLine("|---|---|---|---|");
        foreach (var (step, figure, unit, floor) in s_budget)
        {
            if (figures[figure] is { } value)
                page.AppendLine($"| {step} | {Text(value)} {unit} | {(figures[figure + ".allocated"] is { } bytes ? Text(bytes) + " B" : "")} | {floor} |");
        }

        page.AppendLine(
            $"""

            Of a streamed token's bytes 112 are .NET's HTTP client's, for each wait for its socket; the rest is the answer's text, which is kept for the ledger and the cache.
            Its event lies in memory that is lent, and its JSON is read in one pass. Bytes are those beyond what the process takes idle, some 100 KiB a second
            ([what a streamed token costs](decisions/2026-11-26-what-a-streamed-token-costs.md)).

            ## Settings that were tried

            | setting | found |
            |---|---|
            | ONNX Runtime's exact int8 kernels (`session.x64quantprecision`) where the processor has VNNI | the same bits for 45% more processor time a call (16 tokens: 2.30 for 1.59 ms): left off there |
            | memory pattern, arena, fixed shapes, fewer graph optimisations | within 3%: as they were |
            | Kestrel's inline scheduling, a run off its grain's turns, one wait for a plain answer, no retry pipeline around an answered call | 26% more answers a second at c=32 beside the code before it on a busy machine, 8% more than a day before on a quiet one: taken |
            | workstation instead of server collector, no concurrent collector | within the noise of a machine in use: as they were |
            | a number of heaps that stays (`GCDynamicAdaptationMode=0`) | added p50 0.15 ms for 0.16, p99 in all 1.6 ms for 2.2: within what two runs of the same differ by; it would hold more memory: left |
            | the books fed once a second instead of ten times | p99 in all 2.2 and 2.9 ms for 2.2 and 2.4: nothing; left |
            | threads of the pool that wait without spinning | p50 in all 0.17 ms for 0.27, p99 1.5 for 3.2, an exact hit 0.14 for 0.26, a streamed token for a third of the processor's time ([where the slowest hundredth waits](decisions/2026-11-26-where-the-slowest-hundredth-waits.md)): taken |
            | answers read on the thread that waits for sockets (`DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1`) | an exact hit in 0.08 ms, 15 to 23% more answers a second at c=32; but a long step there holds half of all connections, and .NET calls it unsafe: left |
            | two heaps of the C library instead of one for each thread (`MALLOC_ARENA_MAX=2`) | 56 MiB for 177 after half an hour, which then rose by 3 MiB an hour for 47: taken |
            | a sum and its LayerNorm as two nodes, vectorised, instead of ONNX Runtime's one | with caches that other work has taken, a question of nine tokens embedded in 1.60 ms for 1.68, both orders of a pair in 1.44 for 1.63 ([why, and what it rounds](decisions/2026-11-26-a-sum-and-its-norm-apart.md)): taken |
            | … and the C library's memory in pages of 2 MB (`GLIBC_TUNABLES=glibc.malloc.hugetlb=1`) | 1.48 and 1.39 ms, a tenth less of a processor for a start, the same memory: taken |
            | places of 50,000 grains remembered instead of Orleans' million | an empty table of a million is walked through whenever the dashboard reads the metrics, once a second: 2.5 ms of a processor each time. With the two above a verified hit takes 4.3 ms for 5.9 at the median, an exact hit's slowest hundredth 0.3 ms for 2 (which the bench's wait for the ledger after each burst has a part in): taken |
            | a gateway in the API's process asked by a call instead of a message; the rules of invalidation read before they are too old | added p50 of a pass-through 0.16 ms for 0.2; a first token's p99 0.73 ms for 1.2: taken |
            | the ledger's entries and the cache's shards in files beside the embedded store, instead of in it | 19,400 and 16,500 answers a second at c=32 for 15,400 and 14,400, both versions in turn; 29 KB a second to its append-only file for 3.2 MB ([why](decisions/2026-11-26-bulk-beside-the-embedded-store.md)): taken |
            | … flushed to the disk with each transaction instead of once a second | p99 added 1.8 ms, beside 0.9 with a flush a second: left |
            | no trace made for a call, no tags set, where nobody collects spans; ASP.NET's meters without the instrumentation's own filter | 19.4 KB allocated a pass-through request for 20.4: taken |
            | compiled code mapped once, to write and to run, instead of twice (`DOTNET_EnableWriteXorExecute=0`) | 2.93 s of a processor to start for 3.28 on a busy machine; passed through as before. The runtime keeps what can be written from being run for safety's sake: left, but for the tests |
            | a youngest generation of 16 MB (`DOTNET_GCgen0size`) | 18,200 to 20,700 answers a second at c=32 in good minutes of the machine, as without it: left |
            | a youngest generation of 1, 4 or 8 MB (`DOTNET_GCgen0size`) | two runs: 0.98 to 1.12 of the answers a second at c=32, the slowest hundredth 1.0 to 1.6 of what it was: left |
            | what is measured of a request measured behind its reply, no trace and no log scope where nobody is told of them, no services of the request, ids drawn a hundred at a time | beside the code before it, in turns: p50 0.89 and 0.95 of what it was, p99 0.90 and 0.85, 8 and 5% more answers a second at c=32 ([what no caller waits for](decisions/2026-11-27-what-no-caller-waits-for.md)): taken |
            | arrays up to 1 MB in the young generations (`System.GC.LOHThreshold`), not in the one that only a collection of everything frees: the books' blocks, long prompts and answers | one full collection in ten seconds at c=32 for six; with what the books and meters copied and counted one by one, in turns ([why](decisions/2026-11-28-what-the-books-cost-the-collector.md)) 5 to 7% more answers a second, 7 to 8% less of a processor for each, latencies the same: taken |
            | the Orleans dashboard mapped when it is first asked for | mapping it packs all of its files: ready after 2.96 and 3.14 s for 3.52 and 3.38, in turns on a slow day of the machine, 4.0 s of a processor for 4.6, 392 MiB at rest for 429: taken |
            | models loaded beside the store's start, not after it | in turns ready after 4.2 to 4.4 s for 4.4 to 4.8 on a slow day, 12 to 18 MiB more at rest, of the C library's heaps: left |
            | code compiled ahead (ReadyToRun, by `dotnet publish`) | on a slow day of the machine ready after 3.4 s for 4.5, with a fifth less of a processor, the first request passed through in 0.20 s for 0.29, the first reworded hit in 0.13 s for 0.22; 20 MiB more memory; later the same (in turns p50 0.97, answers a second at c=32 1.02): taken in the images, whose pods come and go; a build takes longer than it saves |
            | the embedded store told its options as an object, not as a command line that it reflects on at each start | in turns on a slow day of the machine ready after 4.53 s for 4.90, 6.2 s of a processor for 6.6, 402 MiB for 410: taken |
            | the collector's memory in pages of 2 MB (collapsed from outside after warming up) | p50 0.96, answers a second at c=32 0.95 of what they were, the compiler's code lies in pieces too small for it: left |
            | no profile collected for the compiler (`DOTNET_TieredPGO=0`) | ready after 4.03 s for 4.49; once warm p50 1.08, answers a second at c=32 0.89 of what they were: left |
            | room for 200 of what a platform's instrument tells apart (Orleans, Kestrel, the runtime), not OpenTelemetry's 2,000 at 72 bytes from the beginning | 385 MiB at rest for 402, ready after 4.30 s for 4.57 in turns on a slow day of the machine; what is told apart by tenant or route keeps its 2,000: taken |
            | the verifier, the router and the compressor of a layer that is off for every tenant not loaded | with all three off, in turns on a very slow day of the machine: 272 MiB at rest for 398, 6.1 s of a processor to start for 7.9: taken |

            ## Soak

            {Soak(figures, "soak", "The embedded store, in the gateway's process")}

            {Soak(figures, "soak-redis", "A Redis beside it")}

            Two hours at half of saturation are asked for. The tenant's cache holds 1 MiB and is full after two minutes: entries that are kept are data and would rise
            with every new question until their bound. Memory is read 24 times in a run, each time after a full collection that the bench asks for: in
            between it rises by tens of megabytes and falls again. Of handles the lowest number between two readings counts: connections come and go with the load. Heap is what the
            collector holds of the system, native the rest of the process. The embedded store's run is at half of what saturated it when it began, which compilers and
            tests took much of (they had the lowest priority, it the highest). Every one of its 6,597,304 requests was answered. Collected, it held 607 MiB after 5
            minutes, 636 after 35, 657 to 681 from 50 to 80, then 662, 649, 644, 650, 670, 673, 661 and 664: what the collector holds goes up and down by thirty, what is native rises by 3.4 MiB an
            hour. At 3,000 a second, with as much beside it, eighty minutes gave 12 ± 46 MiB/h. Before what grows was [taken out of the store](decisions/2026-11-26-bulk-beside-the-embedded-store.md)
            that load made 85 ± 46. The run with a Redis was made at a load of 25 to 100. What grew, and what did not: [the decision](decisions/2026-11-26-what-a-soak-leaves.md).

            ## Again, on your machine

            A virtual machine's processors are best told to wait awake before they halt, since the host takes milliseconds to wake some: `echo 10000000` into
            `guest_halt_poll_ns` and `guest_halt_poll_grow_start`, `echo N` into `guest_halt_poll_allow_shrink`, all in `/sys/module/haltpoll/parameters`.

            ```
            (cd /tmp/peers && npm i @portkey-ai/gateway)        # once; without it Portkey is left out
            for suite in kernels inference ledger startup gateway stream hit miss soak; do dotnet run -c Release --project bench -- $suite; done > results.jsonl
            dotnet run -c Release --project bench -- peers --portkey /tmp/peers >> results.jsonl
            dotnet run -c Release --project bench -- page --results results.jsonl > docs/performance.md
            ```

            What hot paths allocate is held by tests (`HotPathAllocationTests`, `AllocationTests`): that is the same on every machine. Time is not, and no
            test asserts it.
            """);
        return page.ToString();
    }

    private static string Soak(Figures figures, string suite, string store) => figures[suite + ".minutes"] is not { } minutes
        ? $"{store}: not run (`bench -- soak --minutes 120`)."
        : $"{store}: {Text(minutes)} minutes at {Text(figures[suite + ".rate"])} requests a second, a quarter plain, a quarter streamed, a sixteenth new questions with all layers, the others exact hits; p50 {Text(figures[suite + ".p50"])} ms, "
            + $"p99 {Text(figures[suite + ".p99"])} ms. Memory {Text(figures[suite + ".resident.last"])} MiB at the end, {Text(figures[suite + ".resident.highest"])} at most, its slope "
            + $"{Text(figures[suite + ".resident.slope"])} ± {Text(figures[suite + ".resident.slope.error"])} MiB/h ({Text(figures[suite + ".heap.slope"])} ± {Text(figures[suite + ".heap.slope.error"])} heap, "
            + $"{Text(figures[suite + ".native.slope"])} ± {Text(figures[suite + ".native.slope.error"])} native; objects {Text(figures[suite + ".objects.slope"])} ± {Text(figures[suite + ".objects.slope.error"])}), "
            + $"that of the handles {Text(figures[suite + ".handles.slope"])} ± {Text(figures[suite + ".handles.slope.error"])} /h (the second half; standard error of a straight line).";

    private static string Runs(Figures figures, string name) => string.Join(", ", figures.Runs(name).Select(static v => Text(v)));

    private static string Text(double? value) => value is { } number ? Goal.Text(number) : "—";
}
