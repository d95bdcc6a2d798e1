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
        : base(order: 0) => Lane = lane;

    /// <summary>The worker's lane.</summary>
    public string Lane { get; private set; }

    public override void AdditionalInitialize(GrainProperties properties) => Lane = GetPlacementFilterGrainProperty(LaneProperty, properties)!;

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(LaneProperty, Lane)];
}
