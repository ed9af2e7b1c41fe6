using System.Xml.Linq;
using GPT4RoI.Gateway.Rest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi.Any;
using Microsoft.OpenApi.Models;
using Microsoft.OpenApi.Writers;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace GPT4RoI.Gateway.Tests.Rest;

/// <summary>Writes the OpenAPI document: what the protos say, and what they do not (uploads, keys, lines, how errors look).</summary>
internal sealed class ApiDocument : IDocumentFilter
{
    private const string Name = "v1", Json = "application/json";

    private static readonly string Comments = Path.Combine(AppContext.BaseDirectory, "GPT4RoI.Gateway.xml");

    public static void Add(IServiceCollection services)
    {
        services.AddGrpcSwagger();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Name, new()
            {
                Title = "GPT4RoI",
                Version = Name,
                Description = "Talk about regions of a picture: upload it, start a conversation, ask about boxes. The same API as gRPC (protos/gpt4roi/v1), as JSON.",
                License = new() { Name = "Apache-2.0", Url = new("https://www.apache.org/licenses/LICENSE-2.0") },
            });
            options.IncludeXmlComments(Comments);
            options.IncludeGrpcXmlComments(Comments);
            options.DocumentFilter<ApiDocument>();
        });
    }

    public static string Write(IServiceProvider services)
    {
        var text = new StringWriter { NewLine = "\n" };
        services.GetRequiredService<ISwaggerProvider>().GetSwagger(Name).SerializeAsV3(new OpenApiJsonWriter(text));
        return text + "\n";
    }

    public void Apply(OpenApiDocument document, DocumentFilterContext context)
    {
        var schemas = document.Components.Schemas;
        foreach (var property in schemas.Values.SelectMany(schema => schema.Properties.Values).Where(property => property.Format == "int64"))
        {
            property.Type = "string"; // JavaScript's numbers cannot hold all of them
        }
        LeaveOutWhatThePathSays(document);
        AddUpload(document);
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations.Values))
        {
            operation.Responses["default"].Description = "An error. Its details are google.rpc.ErrorInfo (reason), BadRequest (the field at fault) and RetryInfo (when to come back).";
            if (operation.Responses["200"].Content[Json].Schema.Reference.Id is "AskResponse" or "DescribeRegionsResponse")
            {
                operation.Responses["200"].Description = "One JSON object per line, as it happens. An error behind the first line is a line, too.";
            }
        }
        RemoveUnused(document);
        var services = XDocument.Load(Comments).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")?.Value.Trim());
        document.Tags = [.. context.ApiDescriptions.Select(call => call.ActionDescriptor.RouteValues["controller"]).Distinct()
            .Select(service => new OpenApiTag { Name = service, Description = services[$"T:GPT4RoI.V1.{service}"] })];
        document.Components.SecuritySchemes["key"] = new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "x-api-key" };
        document.Components.SecuritySchemes["bearer"] = new() { Type = SecuritySchemeType.Http, Scheme = "bearer" };
        document.SecurityRequirements = [Requirement("key"), Requirement("bearer"), []]; // a gateway without keys wants none
    }

    private static void LeaveOutWhatThePathSays(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations.Values).Where(operation => operation.RequestBody is not null))
        {
            var body = document.Components.Schemas[operation.RequestBody.Content[Json].Schema.Reference.Id];
            foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == ParameterLocation.Path))
            {
                body.Properties.Remove(parameter.Name);
            }
        }
    }

    private static void AddUpload(OpenApiDocument document)
    {
        var image = new OpenApiMediaType { Schema = new() { Type = "string", Format = "binary" } };
        document.Components.Schemas["UploadImageResponse"] = new()
        {
            Type = "object",
            Properties = { ["image"] = Reference("Image") },
            AdditionalPropertiesAllowed = false,
            Description = "The uploaded image.",
        };
        document.Paths[ImageUpload.Path] = new()
        {
            Operations =
            {
                [OperationType.Post] = new()
                {
                    Tags = [new() { Name = "ImageService" }],
                    Summary = "Uploads an image, as the body. The same bytes give the same id. At most the server's limit (20 MiB by default).",
                    RequestBody = new() { Required = true, Content = { ["image/png"] = image, ["image/jpeg"] = image, ["image/webp"] = image, ["application/octet-stream"] = image } },
                    Responses =
                    {
                        ["200"] = new() { Description = "OK", Content = { [Json] = new() { Schema = Reference("UploadImageResponse") } } },
                        ["default"] = new() { Content = { [Json] = new() { Schema = Reference("Status") } } },
                    },
                },
            },
        };
    }

    private static void RemoveUnused(OpenApiDocument document)
    {
        var schemas = document.Components.Schemas;
        schemas["Any"] = new() { Type = "object", Properties = { ["@type"] = new() { Type = "string", Example = new OpenApiString("type.googleapis.com/google.rpc.ErrorInfo") } } };
        HashSet<string> used = [];
        Queue<string> left = new(document.Paths.Values.SelectMany(path => path.Operations.Values)
            .SelectMany(operation => operation.Responses.Values.SelectMany(response => response.Content.Values).Concat(operation.RequestBody?.Content.Values ?? []))
            .Select(content => content.Schema.Reference?.Id).OfType<string>());
        while (left.TryDequeue(out var name))
        {
            if (used.Add(name))
            {
                foreach (var property in schemas[name].Properties.Values)
                {
                    foreach (var schema in new[] { property, property.Items, property.AdditionalProperties }.Concat(property.AllOf))
                    {
                        if (schema?.Reference is { } reference)
                        {
                            left.Enqueue(reference.Id);
                        }
                    }
                }
            }
        }
        foreach (var name in schemas.Keys.Except(used).ToList())
        {
            schemas.Remove(name);
        }
    }

    private static OpenApiSchema Reference(string schema) => new() { Reference = new() { Type = ReferenceType.Schema, Id = schema } };

    private static OpenApiSecurityRequirement Requirement(string scheme) => new() { [new() { Reference = new() { Type = ReferenceType.SecurityScheme, Id = scheme } }] = [] };
}
