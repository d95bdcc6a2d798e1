using System.Text;
using Microsoft.Extensions.Logging;
using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>Loads models of one directory for one execution provider; what cannot be loaded becomes a status, never an exception.</summary>
/// <param name="options">Where the models lie and how they run.</param>
/// <param name="provider">What executes those that have a file for it.</param>
/// <param name="fallback">Why that is the CPU where an accelerator was asked for; else null.</param>
/// <param name="logger">Told of each model.</param>
internal sealed class ModelLoader(InferenceOptions options, ExecutionProvider provider, string? fallback, ILogger logger)
{
    /// <summary>
    /// Loads one model and tries it out on one input, so that a graph of another kind is found now and not by a request; on the CPU where that
    /// does not work out on CUDA, whose library may load and yet run nothing.
    /// </summary>
    public LoadResult<T> Load<T>(string name, Func<LoadedModel, T> create, Action<T> tryOut)
        where T : class => Load(name, create, tryOut, provider, fallback);

    /// <summary>Leaves on the disk what no layer asks. What its manifest says of it holds all the same: it names partitions, certificates and policies.</summary>
    public LoadResult<T> Leave<T>(string name)
        where T : class
    {
        try
        {
            var manifest = ModelManifest.Read(Path.Combine(options.ModelsDirectory, name));
            Log.ModelNotAsked(logger, name, manifest.Version);
            return new(null, null, manifest);
        }
        catch (ModelRefusedException exception)
        {
            return Refuse<T>(name, null, ExecutionProvider.Cpu, string.Empty, exception);
        }
    }

    private LoadResult<T> Load<T>(string name, Func<LoadedModel, T> create, Action<T> tryOut, ExecutionProvider chosen, string? because)
        where T : class
    {
        ModelManifest? manifest = null;
        var sha256 = string.Empty;
        OnnxModel? onnx = null;
        try
        {
            var directory = Path.Combine(options.ModelsDirectory, name);
            manifest = ModelManifest.Read(directory);
            var file = ChooseFile(manifest, directory, ref chosen);
            sha256 = file.Sha256;
            var tokenizer = manifest.Tokenizer is null ? null : LoadTokenizer(directory, manifest.Tokenizer);
            var path = Path.Combine(directory, file.Path);
            onnx = OnnxModel.Load(VerifiedFile.Read(path, file.Sha256), path, chosen, options.IntraOpThreads, ProcessorKernels.Saturate);
            var model = create(new LoadedModel(manifest, onnx, tokenizer, manifest.Tokenizer?.MaxTokens ?? 0, chosen == ExecutionProvider.Cuda ? options.MaxBatch : 1));
            tryOut(model);
            Log.ModelLoaded(logger, name, manifest.Version, ExecutionProviders.NameOf(chosen));
            var fellBack = manifest.Files.ContainsKey(ModelManifest.GpuVariant) ? because : null;
            return new(model, new ModelStatus(name, manifest.Version, true, ExecutionProviders.NameOf(chosen), sha256, null, fellBack), manifest);
        }
        catch (Exception exception)
        {
            onnx?.Dispose();
            if (chosen == ExecutionProvider.Cuda && manifest is not null)
            {
                Log.ModelNotOnCuda(logger, name, exception.Message);
                return Load(name, create, tryOut, ExecutionProvider.Cpu, exception.Message);
            }

            return Refuse<T>(name, manifest, chosen, sha256, exception);
        }
    }

    private LoadResult<T> Refuse<T>(string name, ModelManifest? manifest, ExecutionProvider chosen, string sha256, Exception why)
        where T : class
    {
        Log.ModelNotLoaded(logger, name, why.Message);
        return new(null, new ModelStatus(name, manifest?.Version ?? string.Empty, false, ExecutionProviders.NameOf(chosen), sha256, why.Message), manifest);
    }

    // Dynamic int8 has no CUDA kernels and depends on its batch: a model without a GPU file stays on the CPU.
    private static ModelFile ChooseFile(ModelManifest manifest, string directory, ref ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cuda && manifest.Files.TryGetValue(ModelManifest.GpuVariant, out var file))
            return file;
        provider = ExecutionProvider.Cpu;
        return manifest.Files.TryGetValue(ModelManifest.CpuVariant, out file)
            ? file
            : throw new ModelRefusedException($"{Path.Combine(directory, ModelManifest.FileName)} names no '{ModelManifest.CpuVariant}' file");
    }

    private static WordPieceTokenizer LoadTokenizer(string directory, TokenizerFile file)
    {
        var path = Path.GetFullPath(Path.Combine(directory, file.Vocabulary));
        var bytes = VerifiedFile.Read(path, file.Sha256);
        using var reader = new StringReader(Encoding.UTF8.GetString(bytes));
        try
        {
            return new(WordPieceVocabulary.Read(reader), file.LowerCase);
        }
        catch (InvalidDataException exception)
        {
            throw new ModelRefusedException($"{path} is not a vocabulary: {exception.Message}", exception);
        }
    }
}
