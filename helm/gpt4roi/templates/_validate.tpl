{{/* What the schema cannot say. Fails with every message at once. */}}
{{- define "gpt4roi.validate" -}}
{{- $pools := include "gpt4roi.pools" . | fromYaml -}}
{{- $faults := list -}}
{{- if not .Values.secrets.cluster -}}
{{- $faults = append $faults "secrets.cluster: name a Secret with the file Cluster__Secret (and Cluster__Redis and Store__Features without redis.trial): kubectl create secret generic gpt4roi --from-literal=Cluster__Secret=$(openssl rand -base64 32)" -}}
{{- end -}}
{{- if not .Values.secrets.apiKeys -}}
{{- $faults = append $faults "secrets.apiKeys: name a Secret with the files Gateway__ApiKeys__0__Tenant and Gateway__ApiKeys__0__Sha256: without a key the gateway serves nobody but its own pod" -}}
{{- end -}}
{{- range $role := list "vision" "roi" "llm" -}}
{{- $has := false -}}
{{- range $pool := $pools -}}
{{- if has $role $pool.roles -}}{{- $has = true -}}{{- end -}}
{{- end -}}
{{- if not $has -}}
{{- $faults = append $faults (printf "silos: no pool has the role %s" $role) -}}
{{- end -}}
{{- end -}}
{{- range $name := list "gateway" "redis" "silo" -}}
{{- if hasKey $.Values.silos $name -}}
{{- $faults = append $faults (printf "silos.%s: the name is taken; call the pool something else" $name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $pool := $pools -}}
{{- $path := ternary "gateway" (printf "silos.%s" $name) $pool.gateway -}}
{{- $auto := $pool.autoscaling -}}
{{- if and (not $pool.gateway) (not $pool.roles) -}}
{{- $faults = append $faults (printf "%s.roles: say what its pods do: vision, roi, llm" $path) -}}
{{- end -}}
{{- if gt (int $auto.minReplicas) (int $auto.maxReplicas) -}}
{{- $faults = append $faults (printf "%s.autoscaling: minReplicas is above maxReplicas" $path) -}}
{{- end -}}
{{- if and (eq $auto.kind "keda") (not $.Values.monitoring.prometheusUrl) -}}
{{- $faults = append $faults (printf "%s.autoscaling.kind is keda: set monitoring.prometheusUrl" $path) -}}
{{- end -}}
{{- if and (gt (int $auto.cpuPercent) 0) (not (dig "requests" "cpu" "" $pool.resources)) -}}
{{- $faults = append $faults (printf "%s.autoscaling.cpuPercent: set resources.requests.cpu, which it is a share of" $path) -}}
{{- end -}}
{{- if and (gt (int $pool.gpu.count) 0) $pool.gateway -}}
{{- $faults = append $faults "gateway.gpu: a gateway computes nothing" -}}
{{- end -}}
{{- end -}}
{{- $weights := .Values.weights -}}
{{- $given := dict "pvc" $weights.pvc.claimName "image" $weights.image.reference "hostPath" $weights.hostPath.path "initContainer" $weights.initContainer.image -}}
{{- $keys := dict "pvc" "pvc.claimName" "image" "image.reference" "hostPath" "hostPath.path" "initContainer" "initContainer.image" -}}
{{- if not (get $given $weights.source) -}}
{{- $faults = append $faults (printf "weights.source is %s: set weights.%s" $weights.source (get $keys $weights.source)) -}}
{{- end -}}
{{- if and .Values.tls.certManager.enabled (or (not .Values.tls.secret) (not .Values.tls.certManager.issuerRef) (not .Values.tls.certManager.dnsNames)) -}}
{{- $faults = append $faults "tls.certManager: set tls.secret, issuerRef and dnsNames" -}}
{{- end -}}
{{- $routes := .Values.routes -}}
{{- if $routes.enabled -}}
{{- if not $routes.parentRefs -}}
{{- $faults = append $faults "routes.parentRefs: name the Gateway to attach to" -}}
{{- end -}}
{{- if not (concat $routes.grpc.hostnames $routes.http.hostnames) -}}
{{- $faults = append $faults "routes: set grpc.hostnames, http.hostnames or both" -}}
{{- end -}}
{{- range $host := $routes.grpc.hostnames -}}
{{- if has $host $routes.http.hostnames -}}
{{- $faults = append $faults (printf "routes: %s is for gRPC and for HTTP; a Gateway accepts only one kind of route for a name" $host) -}}
{{- end -}}
{{- end -}}
{{- range $kind, $names := dict "GRPCRoute" $routes.grpc.hostnames "HTTPRoute" $routes.http.hostnames -}}
{{- if and $names (not ($.Capabilities.APIVersions.Has (printf "gateway.networking.k8s.io/v1/%s" $kind))) -}}
{{- $faults = append $faults (printf "routes: this Kubernetes has no %s (gateway.networking.k8s.io/v1)" $kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- $faults = append $faults "ingress.hosts is empty" -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n  %s\n" (join "\n  " $faults)) -}}
{{- end -}}
{{- end -}}
