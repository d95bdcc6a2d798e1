using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Ledger;

/// <summary>JSON of the ledger: snake_case like the rest of the API, enums by name, decimals with all their digits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(LedgerCell))]
[JsonSerializable(typeof(LedgerCell[]))]
[JsonSerializable(typeof(SavingsReport))]
[JsonSerializable(typeof(QuestionMoney[]))]
[JsonSerializable(typeof(WhatIfRow[]))]
public sealed partial class LedgerJson : JsonSerializerContext;
