using GPT4RoI.Operations;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>
/// The page at <c>/</c>. It is public and holds no data; its calls are gRPC-Web like anybody else's. Its files are embedded in this assembly, because a
/// gateway may run from any working directory and inside another program.
/// </summary>
internal static class WebPage
{
    private const string Root = "wwwroot";
    private const string NamedByContent = "/assets";
    private const string KeepForever = "public, max-age=31536000, immutable", AskAgain = "no-cache";

    private static readonly (string Name, string Value)[] Security =
    [
        (HeaderNames.ContentSecurityPolicy, string.Join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'")),
        (HeaderNames.XContentTypeOptions, "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ];

    /// <summary>Serves the page's files to GET and HEAD, but not on the port for operators. Before routing: the API's routes take any two words.</summary>
    public static void UseWebPage(this WebApplication app)
    {
        var files = new ManifestEmbeddedFileProvider(typeof(WebPage).Assembly, Root);
        app.UseWhen(context => !OperationsPort.IsOf(context), page => page
            .UseDefaultFiles(new DefaultFilesOptions { FileProvider = files, RedirectToAppendTrailingSlash = false })
            .UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = Prepare }));
    }

    private static void Prepare(StaticFileResponseContext response)
    {
        var headers = response.Context.Response.Headers;
        foreach (var (name, value) in Security)
        {
            headers[name] = value;
        }
        headers.CacheControl = response.Context.Request.Path.StartsWithSegments(NamedByContent) ? KeepForever : AskAgain;
    }
}
