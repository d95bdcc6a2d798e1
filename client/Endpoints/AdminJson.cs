using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLlm.Core;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>JSON of our own endpoints: snake_case, enums in lower case, and a property that is not known is an error, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(LowerCaseEnums<KeyRole>), typeof(LowerCaseEnums<LayerMode>), typeof(LowerCaseEnums<BudgetScope>), typeof(LowerCaseEnums<BudgetWindow>)])]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyRotation))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(BudgetList))]
[JsonSerializable(typeof(InvalidationDocument))]
[JsonSerializable(typeof(ShardList))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(FeedbackDocument))]
[JsonSerializable(typeof(ForecastDocument))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class AdminJson : JsonSerializerContext;

/// <summary>Enums by their names in lower case.</summary>
internal sealed class LowerCaseEnums<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
