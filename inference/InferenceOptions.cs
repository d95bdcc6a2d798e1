using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Inference;

/// <summary>Settings of the process's models; read once, when the engine starts.</summary>
public sealed class InferenceOptions
{
    /// <summary>Folder with one sub-folder per model, each with its <c>manifest.json</c>.</summary>
    /// <value>The default is <c>models</c> beside the program.</value>
    [Required]
    public string ModelsDirectory { get; set; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Where the models are asked to run. Where CUDA cannot be loaded, or does not run a model, that is logged and the processor serves instead.</summary>
    /// <value>The default is <see cref="Accelerator.Cpu"/>.</value>
    [EnumDataType(typeof(Accelerator))]
    public Accelerator Accelerator { get; set; } = Accelerator.Cpu;

    /// <summary>Folder name of the compressor: <c>compressor-fast</c> (3 layers) or <c>compressor</c> (6 layers, twice the time).</summary>
    /// <value>The default is <c>compressor-fast</c>.</value>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]+$")]
    public string Compressor { get; set; } = "compressor-fast";

    /// <summary>
    /// Folder name of the token classifier for the compression strategy LlmLingua2: WordPiece tokens to one or two logits each. It scores with as
    /// many threads as the compressor.
    /// </summary>
    /// <value>The default is none; none ships.</value>
    [RegularExpression("^[A-Za-z0-9._-]+$")]
    public string? TokenClassifier { get; set; }

    /// <summary>Threads that embed texts side by side.</summary>
    /// <value>The default is 2; 1 to 64.</value>
    [Range(1, 64)]
    public int EmbedderLanes { get; set; } = 2;

    /// <summary>Threads that verify pairs side by side.</summary>
    /// <value>The default is 2: both orders of a pair are asked at once. 1 to 64.</value>
    [Range(1, 64)]
    public int VerifierLanes { get; set; } = 2;

    /// <summary>Threads that score routes; one call takes microseconds.</summary>
    /// <value>The default is 1; 1 to 64.</value>
    [Range(1, 64)]
    public int RouterLanes { get; set; } = 1;

    /// <summary>Threads that score compressor windows side by side; the windows of one long prompt are spread over them.</summary>
    /// <value>The default is 2; 1 to 64.</value>
    [Range(1, 64)]
    public int CompressorLanes { get; set; } = 2;

    /// <summary>Threads inside one model call.</summary>
    /// <value>The default is 1, since lanes already keep the cores busy and a lone thread wastes none of its time waiting; 1 to 64.</value>
    [Range(1, 64)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Items that may wait in one lane's queue; the next one is refused as overloaded, and what is of use together alone (a question's candidates, two items each; a prompt's windows) as a whole.</summary>
    /// <value>The default is 256; 1 to 65,536.</value>
    [Range(1, 65_536)]
    public int QueueCapacity { get; set; } = 256;

    /// <summary>The most items that one GPU call takes; the processor always takes one.</summary>
    /// <value>The default is 32; 1 to 256.</value>
    [Range(1, 256)]
    public int MaxBatch { get; set; } = 32;
}
