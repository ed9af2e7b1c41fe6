#!/bin/sh
# Trains the demonstration model's tokenizer again: sh models/demo-small/tokenizer.sh (needs the .NET SDK and spm_train, Debian package sentencepiece).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vocabulary=1400

dotnet run -c Release --project "$here/../../src/GPT4RoI.Cli" -- data scenes --demo "$here" --out "$work" --count 20000 --seed 1 --text-only

# LLaMA's settings.
spm_train --input="$work/corpus.txt" --model_prefix="$work/tokenizer" --vocab_size=$vocabulary --model_type=bpe \
  --byte_fallback=true --split_digits=true --normalization_rule_name=identity --remove_extra_whitespaces=false \
  --allow_whitespace_only_pieces=true --character_coverage=1.0 --num_threads=1 --minloglevel=1
cp "$work/tokenizer.model" "$here/tokenizer.model"

cat > "$here/added_tokens.json" <<END
{
  "<bbox>": $((vocabulary + 2)),
  "<im_end>": $((vocabulary + 5)),
  "<im_patch>": $((vocabulary + 1)),
  "<im_start>": $((vocabulary + 4)),
  "<point>": $((vocabulary + 3)),
  "[PAD]": $vocabulary
}
END
cat > "$here/special_tokens_map.json" <<END
{
  "bos_token": "<s>",
  "eos_token": "</s>",
  "pad_token": "[PAD]",
  "unk_token": "<unk>"
}
END
cat > "$here/tokenizer_config.json" <<END
{
  "bos_token": "<s>",
  "eos_token": "</s>",
  "model_max_length": 2048,
  "padding_side": "right",
  "tokenizer_class": "LlamaTokenizer",
  "unk_token": "<unk>"
}
END
