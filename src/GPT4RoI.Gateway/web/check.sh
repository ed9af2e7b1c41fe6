#!/usr/bin/env bash
# Checks the page: its types, that wwwroot is what its sources build, and its scenarios in a real Chromium against a real server.
set -euo pipefail
cd "$(dirname "$0")"

missing() {
  echo "check.sh: $1 is missing" >&2
  exit 1
}
command -v dotnet >/dev/null || missing "the .NET SDK"
command -v npm >/dev/null || missing "npm"
node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' ||
  missing "Node.js 20.19 or newer (this is $(node --version))"
[ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || missing "Chromium"

npm ci --ignore-scripts --no-audit --no-fund
npm run generate
npm run typecheck

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
npx vite build --outDir "$built" --emptyOutDir
diff -r "$built" ../wwwroot || {
  echo "check.sh: wwwroot is not what the sources build; run npm run build and commit it" >&2
  exit 1
}

dotnet build -c Release ../../GPT4RoI.Standalone --nologo --verbosity quiet
npm test
