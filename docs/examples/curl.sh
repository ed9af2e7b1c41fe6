#!/usr/bin/env bash
# OpenAI's API with curl: the models, an answer in one piece, and an answer as it comes. Ends with an error if a call fails or the stream has no end.
set -euo pipefail
base=${OPENAI_BASE_URL:-http://localhost:5091/v1}
picture=${1:-models/demo-small/samples/scooter.png}

call() { # ARGUMENT…: curl, with the key in a file that nobody else sees
  curl --silent --show-error --fail-with-body --max-time 600 ${GPT4ROI_API_KEY:+--config <(echo "header = \"x-api-key: $GPT4ROI_API_KEY\"")} "$@"
}

request() { # STREAM: true or false
  cat <<JSON
{
  "model": "demo-small", "temperature": 0, "stream": $1,
  "regions": [{ "box": [0.03125, 0.484375, 0.609375, 0.9453125] }],
  "messages": [{ "role": "user", "content": [
    { "type": "image_url", "image_url": { "url": "data:image/png;base64,$(base64 <"$picture" | tr -d '\n')" } },
    { "type": "text", "text": "What is <region1>?" }
  ] }]
}
JSON
}

call "$base/models"
echo
request false | call --json @- "$base/chat/completions"
echo
request true | call --json @- --no-buffer "$base/chat/completions" |
  awk '{ print; fflush() } /^data: \[DONE\]/ { ended = 1 } END { if (!ended) print "the answer broke off" > "/dev/stderr"; exit !ended }'
