#!/bin/sh
# Draws the sprites again from the icon sets they come from: sh models/demo-small/sprites.sh (needs npm and the .NET SDK).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --no-audit --no-fund --ignore-scripts \
  @iconify-json/noto@1.2.9 @iconify-json/twemoji@1.2.5 @iconify-json/fluent-emoji@1.2.7 \
  @iconify-json/noto-v1@1.2.5 @iconify-json/fluent-emoji-flat@1.2.6 @iconify-json/fluent-emoji-high-contrast@1.2.6 \
  @iconify-json/emojione@1.2.3 @iconify-json/emojione-monotone@1.2.1 @iconify-json/fxemoji@1.2.2 @iconify-json/streamline-emojis@1.2.4
draw() {
  dotnet run -c Release --project "$here/../../src/GPT4RoI.Cli" -- data sprites \
    --icons "$work/node_modules/@iconify-json" --classes "$here/classes.json" "$@"
}
for set in noto twemoji fluent-emoji; do
  draw --set "$set" --out "$here/sprites/$set"
done
for set in noto-v1 fluent-emoji-flat fluent-emoji-high-contrast emojione emojione-monotone fxemoji streamline-emojis; do
  draw --set "$set" --out "$here/editions/$set" --partial
done
rm "$here/editions/streamline-emojis/turkey.png" # a flag
for set in noto twemoji fluent-emoji-flat; do
  draw --set "$set" --out "$here/editions/$set-outlined" --outlined
done
for set in emojione fxemoji; do
  draw --set "$set" --out "$here/editions/$set-outlined" --outlined --partial
done
