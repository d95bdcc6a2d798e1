using System.CommandLine;
using OrleansLlm.Bench;
using OrleansLlm.Bench.Caching;
using OrleansLlm.Bench.Compression;
using OrleansLlm.Bench.Gateway;
using OrleansLlm.Bench.Inference;
using OrleansLlm.Bench.Kernels;
using OrleansLlm.Bench.Ledger;
using OrleansLlm.Bench.Page;
using OrleansLlm.Bench.Processes;
using OrleansLlm.Bench.Routing;
using OrleansLlm.Bench.Scale;
using OrleansLlm.Inference;

if (args is [BenchParts.Option, .. var part])
    return await BenchParts.RunAsync(part);

ISuite[] suites =
[
    new CacheEvictionSuite(),
    new CacheFitSuite(),
    new CacheQualitySuite(),
    new CacheSearchSuite(),
    new CacheStreamSuite(),
    new CompressBillSuite(),
    new CompressFitSuite(),
    new CompressQualitySuite(),
    new CompressSpeedSuite(),
    new CompressWordsSuite(),
    new GatewaySuite(),
    new HitSuite(),
    new InferenceSuite(),
    new KernelsSuite(),
    new LedgerSuite(),
    new MissSuite(),
    new PageSuite(),
    new PeersSuite(),
    new RouterFitSuite(),
    new RouterQualitySuite(),
    new RouterSpeedSuite(),
    new ScaleSuite(),
    new ScaleModelSuite(),
    new SoakSuite(),
    new StakesFitSuite(),
    new StartupSuite(),
    new StreamSuite(),
];

var nameArgument = new Argument<string>("suite") { Description = "The suite to run: " + string.Join(", ", suites.Select(s => s.Name)) };
var dataOption = new Option<string?>("--data") { Description = "Folder of the public evaluation data" };
var modelsOption = new Option<string>("--models")
{
    Description = "Folder of the models",
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "models"),
};
var acceleratorOption = new Option<Accelerator>("--accelerator") { Description = "Where the models of quality suites and of inference run; Cuda needs a build with -p:Accelerator=Cuda" };
var minutesOption = new Option<double>("--minutes") { Description = "How long the soak runs", DefaultValueFactory = _ => 10 };
var rateOption = new Option<double?>("--rate") { Description = "Requests a second of the soak; half of what saturates it where none is named" };
var resultsOption = new Option<string?>("--results") { Description = "File of what other suites printed" };
var portkeyOption = new Option<string?>("--portkey") { Description = "Folder in which 'npm i @portkey-ai/gateway' was run" };
var root = new RootCommand("Quality and speed figures of OrleansLlm, one JSON line each") { nameArgument, dataOption, modelsOption, acceleratorOption, minutesOption, rateOption, portkeyOption, resultsOption };
root.SetAction(async (parsed, cancellationToken) =>
{
    var name = parsed.GetRequiredValue(nameArgument);
    var suite = suites.FirstOrDefault(s => s.Name == name);
    if (suite is null)
    {
        Console.Error.WriteLine($"no suite is called '{name}'; there are:");
        foreach (var known in suites)
            Console.Error.WriteLine($"  {known.Name,-18} {known.Summary}");
        return 2;
    }

    return await suite.RunAsync(
        new SuiteContext(parsed.GetValue(dataOption), parsed.GetRequiredValue(modelsOption), Console.Out)
        {
            Accelerator = parsed.GetValue(acceleratorOption),
            Minutes = parsed.GetValue(minutesOption),
            Rate = parsed.GetValue(rateOption),
            PortkeyDirectory = parsed.GetValue(portkeyOption),
            ResultsFile = parsed.GetValue(resultsOption),
        },
        cancellationToken);
});
return await root.Parse(args).InvokeAsync();
