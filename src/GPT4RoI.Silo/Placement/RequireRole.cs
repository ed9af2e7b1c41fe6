using Orleans.Metadata;
using Orleans.Placement;

namespace GPT4RoI.Silo.Placement;

/// <summary>Places a grain class only on silos that have the role: <c>[RequireRole(Roles.Vision)]</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequireRoleAttribute(string role) : PlacementFilterAttribute(new RequireRoleStrategy(role));

/// <summary>The filter's setting; travels in the cluster manifest, so that silos without the role know of it too.</summary>
internal sealed class RequireRoleStrategy : PlacementFilterStrategy
{
    private const string RoleProperty = "role";

    /// <summary>Made by Orleans before <see cref="AdditionalInitialize"/>.</summary>
    public RequireRoleStrategy()
        : this("")
    {
    }

    public RequireRoleStrategy(string role)
        : base(order: 0)
    {
        Role = role;
    }

    /// <summary>The role that the grain needs.</summary>
    public string Role { get; private set; }

    /// <inheritdoc />
    public override void AdditionalInitialize(GrainProperties properties) =>
        Role = GetPlacementFilterGrainProperty(RoleProperty, properties) ?? "";

    /// <inheritdoc />
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(RoleProperty, Role)];
}
