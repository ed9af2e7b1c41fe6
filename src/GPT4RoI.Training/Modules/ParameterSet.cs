using GPT4RoI.Model;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>A model's parameters by name, float32 on one device. Owns its tensors. For one thread.</summary>
internal sealed class ParameterSet : IDisposable
{
    private readonly OrderedDictionary<string, (ParameterSpec Spec, Tensor Value)> _parameters = [];

    private ParameterSet(Device device) => Device = device;

    /// <summary>Where every parameter is.</summary>
    public Device Device { get; }

    /// <summary>Every parameter, in the catalog's order.</summary>
    public IEnumerable<ParameterSpec> Specs => _parameters.Values.Select(parameter => parameter.Spec);

    /// <summary>A parameter; borrowed.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Tensor this[string name] => _parameters[name].Value;

    /// <summary>Draws every parameter's initial value; each depends on the seed and its name alone.</summary>
    public static ParameterSet Create(IEnumerable<ParameterSpec> specs, int seed, Device device)
    {
        var set = new ParameterSet(device);
        set.Add(specs, seed);
        return set;
    }

    /// <summary>Reads every parameter from a checkpoint's folder.</summary>
    /// <exception cref="WeightsException">Lists every tensor that is missing or mis-shaped.</exception>
    public static ParameterSet Load(Gpt4RoiConfig config, string directory, Device device)
    {
        using var model = WeightFiles.Open(directory);
        using var tower = WeightFiles.Open(config.VisionTower);
        var placement = new ModelPlacement(device, ScalarType.Float32);
        var (modelLoader, towerLoader) = (new WeightLoader(model, placement), new WeightLoader(tower, placement));
        var set = new ParameterSet(device);
        try
        {
            foreach (var spec in ModelCatalog.Specs(config))
            {
                set.Put(spec, Read(spec, spec.Group == ParameterGroup.Vision ? towerLoader : modelLoader));
            }
            modelLoader.ThrowIfFaulty();
            towerLoader.ThrowIfFaulty();
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Adds parameters that the set does not have yet, with initial values.</summary>
    public void Add(IEnumerable<ParameterSpec> specs, int seed)
    {
        foreach (var spec in specs.Where(spec => !_parameters.ContainsKey(spec.Name)))
        {
            using var scope = NewDisposeScope();
            Put(spec, Draw(spec, seed).to(Device).DetachFromDisposeScope());
        }
    }

    /// <summary>Rows for new tokens, each the mean of the existing ones, as the authors begin with.</summary>
    /// <param name="size">Rows afterwards.</param>
    public void GrowVocabulary(int size)
    {
        foreach (var name in new[] { LanguageCatalog.Embeddings, LanguageCatalog.Head })
        {
            using var scope = NewDisposeScope();
            var (spec, old) = _parameters[name];
            var fresh = old.mean([0], keepdim: true).expand(size - spec.Shape[0], -1); // [new rows, hidden]
            var grown = spec with { Shape = [size, spec.Shape[1]], Parts = [(name, size)] };
            _parameters[name] = (grown, cat([old, fresh]).DetachFromDisposeScope());
            old.Dispose();
        }
    }

    /// <summary>Forgets the parameters of a group.</summary>
    public void Remove(ParameterGroup group)
    {
        foreach (var spec in Specs.Where(spec => spec.Group == group).ToArray())
        {
            _parameters[spec.Name].Value.Dispose();
            _parameters.Remove(spec.Name);
        }
    }

    /// <summary>Gives a parameter other storage of the same values; the set owns it.</summary>
    public void Replace(string name, Tensor value) => Replace(_parameters[name].Spec, value);

    /// <summary>Gives a parameter another shape and other values; the set owns them.</summary>
    public void Replace(ParameterSpec spec, Tensor value)
    {
        _parameters[spec.Name].Value.Dispose();
        _parameters[spec.Name] = (spec, value.DetachFromDisposeScope());
    }

    /// <summary>The tensors of a parameter as a checkpoint names them. The caller disposes them.</summary>
    public IEnumerable<(string Name, Tensor Value)> Parts(ParameterSpec spec)
    {
        long start = 0;
        foreach (var (name, rows) in spec.Parts)
        {
            yield return (name, spec.Parts.Count == 1 ? this[spec.Name].detach() : this[spec.Name].detach().narrow(0, start, rows));
            start += rows;
        }
    }

    private static Tensor Draw(ParameterSpec spec, int seed)
    {
        using var generator = new Generator(Seeds.Of(seed, spec.Name));
        return spec.Initial.Create(spec.Shape, generator);
    }

    private static Tensor Read(ParameterSpec spec, WeightLoader loader)
    {
        using var scope = NewDisposeScope();
        var parts = spec.Parts.Select(part => loader.Require(part.Name, spec.PartShape(part.Rows))).ToArray();
        var whole = parts.Length == 1 ? parts[0].clone() : cat(parts); // a copy: what the loader gives may lie in the file
        Array.ForEach(parts, part => part.Dispose());
        return whole.DetachFromDisposeScope();
    }

    private void Put(ParameterSpec spec, Tensor value) => _parameters.Add(spec.Name, (spec, value));

    public void Dispose()
    {
        foreach (var (_, value) in _parameters.Values)
        {
            value.Dispose();
        }
        _parameters.Clear();
    }
}
