// The SDK as a NuGet package, and a program that has it from there.
import { readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow } from './shell.mjs';

/** Packs it into a folder of the folder; the package's file. */
export async function pack(folder) {
  const packages = join(folder, 'packages');
  await runOrThrow(`dotnet pack -c Release src/GPT4RoI.Client --output "${packages}"`, { seconds: 240 });
  const [name] = readdirSync(packages);
  return join(packages, name);
}

/** Writes the project of a program that has the package. What else it needs is where it was restored before, but the package itself is never kept there. */
export async function writeConsumer(folder, file) {
  const [, version] = file.match(/GPT4RoI\.Client\.(.*)\.nupkg$/);
  const restored = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget/packages');
  writeFileSync(join(folder, 'Consumer.csproj'), `<Project Sdk="Microsoft.NET.Sdk">
    <PropertyGroup>
      <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
      <RestorePackagesPath>${join(folder, 'restored')}</RestorePackagesPath>
      <RestoreFallbackFolders>${restored}</RestoreFallbackFolders>
      <RestoreAdditionalProjectSources>${join(folder, 'packages')}</RestoreAdditionalProjectSources>
    </PropertyGroup>
    <ItemGroup><PackageReference Include="GPT4RoI.Client" Version="${version}" /></ItemGroup>
  </Project>`);
}
