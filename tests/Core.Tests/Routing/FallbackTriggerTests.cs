using System.Text;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class FallbackTriggerTests
{
    [Theory]
    [InlineData(400, """{"error":{"message":"m","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again"}}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"error":{"code":400,"message":"request (8200 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error"}}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}""", FallbackReason.ContextWindow)]
    [InlineData(400, """{"error":{"message":"m","type":null,"code":"content_filter","status":400}}""", FallbackReason.ContentFilter)]
    [InlineData(400, """{"error":{"code":"bad","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", FallbackReason.ContentFilter)]
    [InlineData(400, """{"error":{"message":"Unknown parameter","type":"invalid_request_error","code":"unknown_parameter"}}""", null)]
    [InlineData(401, """{"error":{"code":"content_filter"}}""", null)]
    [InlineData(400, """{"code":"Client specified an invalid argument","error":"Invalid value for temperature."}""", null)]
    [InlineData(400, "[1]", null)]
    [InlineData(400, """{"error":{"code":{},"message":7}}""", null)]
    [InlineData(413, "not JSON", null)]
    public void OfRefusal_Errors_OnlyThoseAnotherModelMayNotHave(int status, string body, FallbackReason? expected) =>
        Assert.Equal(expected, FallbackTrigger.OfRefusal(status, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(501, false)]
    public void IsOutage_Status_WhatPasses(int status, bool expected) => Assert.Equal(expected, FallbackTrigger.IsOutage(status));
}
