using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansLlm.Client.Pages;

/// <summary>Reads forms that our own pages sent.</summary>
internal sealed class PageForms(IAntiforgery antiforgery)
{
    private const int LargestForm = 1024 * 1024;

    /// <summary>The form; null where it is too large, none, or not from one of our pages.</summary>
    public async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength > LargestForm)
            return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestForm;
        context.Features.Set<IFormFeature>(new FormFeature(context.Request, new FormOptions { ValueLengthLimit = LargestForm, ValueCountLimit = 32, KeyLengthLimit = 64 }));
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            await antiforgery.ValidateRequestAsync(context);
            return form;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException or AntiforgeryValidationException)
        {
            return null;
        }
    }
}
