using System.Net.Mime;
using GPT4RoI.Operations;

namespace GPT4RoI.Gateway.Rest;

/// <summary>The API's OpenAPI document and a page to read and try it. Public, as the page at <c>/</c> is; calls made from it need a key like any other.</summary>
internal static class Reference
{
    /// <summary>The document.</summary>
    public const string Document = "/openapi.json";

    /// <summary>The page.</summary>
    public const string Page = "/reference";

    private const string Resource = "openapi.json";

    // Swagger UI sets styles by script and has its icons as data URIs.
    private static readonly string Policy = string.Join(
        "; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'");

    /// <summary>Serves both, but not on the port for operators. Before routing, as the page.</summary>
    public static void UseReference(this WebApplication app) => app.UseWhen(
        context => !OperationsPort.IsOf(context) && context.Request.Path.StartsWithSegments(Page),
        page =>
        {
            page.Use((context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
                return next(context);
            });
            page.UseSwaggerUI(options =>
            {
                options.RoutePrefix = Page.TrimStart('/');
                options.DocumentTitle = "GPT4RoI API";
                options.SwaggerEndpoint(Document, "gpt4roi.v1");
            });
        });

    /// <summary>Maps the document.</summary>
    public static void MapReference(this IEndpointRouteBuilder routes) => routes.MapGet(
        Document,
        () => Results.Stream(typeof(Reference).Assembly.GetManifestResourceStream(Resource)!, MediaTypeNames.Application.Json));
}
