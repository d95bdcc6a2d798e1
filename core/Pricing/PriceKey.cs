namespace OrleansLlm.Core.Pricing;

/// <summary>What tells one price from another; names compare without case.</summary>
/// <param name="Provider">See <see cref="ModelPrice.Provider"/>, in small letters.</param>
/// <param name="Model">See <see cref="ModelPrice.Model"/>, in small letters.</param>
/// <param name="Tier">See <see cref="ModelPrice.ServiceTier"/>.</param>
/// <param name="ValidFrom">See <see cref="ModelPrice.ValidFrom"/>.</param>
public readonly record struct PriceKey(string Provider, string Model, ServiceTier Tier, DateOnly ValidFrom)
{
    public static PriceKey Of(ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        return new(price.Provider.ToLowerInvariant(), price.Model.ToLowerInvariant(), price.ServiceTier, price.ValidFrom);
    }

    public override string ToString() => $"{(Provider.Length == 0 ? "" : Provider + "/")}{Model}{(Tier == ServiceTier.Standard ? "" : " " + Tier)}";
}
