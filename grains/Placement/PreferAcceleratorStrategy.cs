using Orleans.Metadata;
using Orleans.Placement;

namespace OrleansLlm.Grains.Placement;

/// <summary>Which lane must be accelerated; travels to other silos in the grain's properties.</summary>
internal sealed class PreferAcceleratorStrategy : PlacementFilterStrategy
{
    private const string LaneProperty = "lane";

    /// <summary>For Orleans, which initializes it from the grain's properties.</summary>
    public PreferAcceleratorStrategy()
        : this(string.Empty)
    {
    }

    public PreferAcceleratorStrategy(string lane)
        : base(order: 0) => MetadataKey = AcceleratorPlacement.KeyOf(lane);

    /// <summary>The key in a silo's metadata that says its lane is accelerated.</summary>
    public string MetadataKey { get; private set; }

    public override void AdditionalInitialize(GrainProperties properties) =>
        MetadataKey = AcceleratorPlacement.KeyOf(GetPlacementFilterGrainProperty(LaneProperty, properties)!);

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(LaneProperty, MetadataKey[AcceleratorPlacement.Prefix.Length..])];
}
