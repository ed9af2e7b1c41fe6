{{/* Every pool by name: its own values over the defaults, and name, gateway (is it one?) and roles. As YAML. */}}
{{- define "gpt4roi.pools" -}}
{{- $pools := dict "gateway" (mustMergeOverwrite (deepCopy .Values.defaults) (deepCopy .Values.gateway) (dict "name" "gateway" "gateway" true "roles" list)) -}}
{{- range $name, $pool := .Values.silos -}}
{{- if $pool -}}
{{- $_ := set $pools $name (mustMergeOverwrite (deepCopy $.Values.defaults) (deepCopy $pool) (dict "name" $name "gateway" false)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $pools -}}
{{- end -}}

{{/* Reference of a pool's image. Takes root and pool. */}}
{{- define "gpt4roi.image" -}}
{{- $silo := ternary "gpt4roi-silo-cuda" "gpt4roi-silo" (gt (int .pool.gpu.count) 0) -}}
{{- $repository := .pool.image.repository | default (ternary "gpt4roi-gateway" $silo .pool.gateway) -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end }}{{ $repository }}
{{- if .pool.image.digest -}}
@{{ .pool.image.digest }}
{{- else -}}
:{{ .pool.image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Silos that there are at least */}}
{{- define "gpt4roi.siloCount" -}}
{{- $count := 0 -}}
{{- range $name, $pool := include "gpt4roi.pools" . | fromYaml -}}
{{- if not $pool.gateway -}}
{{- $count = add $count (ternary $pool.replicas $pool.autoscaling.minReplicas (eq $pool.autoscaling.kind "none") | int) -}}
{{- end -}}
{{- end -}}
{{- $count -}}
{{- end -}}

{{/* The environment of a pool's containers, name to value: one map, so no name comes twice. Takes root and pool. */}}
{{- define "gpt4roi.env" -}}
{{- $root := .root -}}
{{- $pool := .pool -}}
{{- $values := $root.Values -}}
{{- $ports := include "gpt4roi.ports" $root | fromYaml -}}
{{- $fullname := include "gpt4roi.fullname" $root -}}
{{- $env := dict
      "Cluster__ClusterId" ($values.cluster.id | default $fullname)
      "Cluster__ServiceId" ($values.cluster.serviceId | default $fullname)
      "DOTNET_shutdownTimeoutSeconds" ($pool.drainSeconds | toString)
      "Logging__Console__FormatterName" "json"
      "Operations__Address" "0.0.0.0"
      "Operations__Port" ($ports.operations | toString)
      "OTEL_RESOURCE_ATTRIBUTES" "k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME)"
      "OTEL_SERVICE_NAME" (printf "gpt4roi-%s" $pool.name)
      "Secrets__Directory" "/run/secrets/gpt4roi" -}}
{{- with $values.otlp.endpoint -}}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" . -}}
{{- end -}}
{{- if $values.redis.trial.enabled -}}
{{- $redis := printf "%s-redis:%v" $fullname $ports.redis -}}
{{- $_ := set $env "Cluster__Redis" $redis -}}
{{- $_ := set $env "Store__Features" $redis -}}
{{- else if $values.redis.caSecret -}}
{{- $_ := set $env "SERedis_IssuerCertPath" "/run/redis-ca/ca.crt" -}}
{{- end -}}
{{- if $pool.gateway -}}
{{- $_ := set $env "Cluster__FailoverTimeout" (printf "00:%02d:%02d" (div $values.cluster.failoverSeconds 60) (mod $values.cluster.failoverSeconds 60)) -}}
{{- if $values.tls.secret -}}
{{- $_ := set $env "Kestrel__Endpoints__Https__Url" (printf "https://*:%v" $ports.https) -}}
{{- $_ := set $env "Kestrel__Endpoints__Https__Protocols" "Http1AndHttp2" -}}
{{- $_ := set $env "Kestrel__Endpoints__Https__Certificate__Path" "/run/tls/tls.crt" -}}
{{- $_ := set $env "Kestrel__Endpoints__Https__Certificate__KeyPath" "/run/tls/tls.key" -}}
{{- else -}}
{{- $_ := set $env "Gateway__GrpcPort" ($ports.grpc | toString) -}}
{{- $_ := set $env "Gateway__HttpPort" ($ports.http | toString) -}}
{{- end -}}
{{- else -}}
{{- $gpu := gt (int $pool.gpu.count) 0 -}}
{{- $votes := $values.cluster.deathVotes | default (ternary 1 2 (le (include "gpt4roi.siloCount" $root | int) 3)) -}}
{{- $_ := set $env "Cluster__DeathVotes" ($votes | toString) -}}
{{- $_ := set $env "Orleans__Name" "$(POD_NAME)" -}}
{{- $_ := set $env "Silo__AdvertisedAddress" "$(POD_IP)" -}}
{{- $_ := set $env "Silo__Device" (ternary "cuda" "cpu" $gpu) -}}
{{- $_ := set $env "Silo__Dtype" ($pool.dtype | default (ternary "float16" "float32" $gpu)) -}}
{{- $_ := set $env "Silo__GatewayPort" ($ports.cluster | toString) -}}
{{- $_ := set $env "Silo__Model" (printf "/weights/%s" $values.weights.folder | trimSuffix "/") -}}
{{- $_ := set $env "Silo__ModelChecksum" $values.weights.checksum -}}
{{- $_ := set $env "Silo__Roles" (join "," $pool.roles) -}}
{{- $_ := set $env "Silo__SiloPort" ($ports.silo | toString) -}}
{{- $_ := set $env "Silo__Threads" ($pool.threads | toString) -}}
{{- if $gpu -}}
{{- $_ := set $env "NVIDIA_DRIVER_CAPABILITIES" "compute,utility" -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $pool.extraEnv -}}
{{- $_ := set $env $name ($value | toString) -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}
