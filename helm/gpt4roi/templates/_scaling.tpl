{{/* What a pool scales by: a list of gauges of one pod (metric, target) and, for llm, the queue time. Takes root and pool. As YAML. */}}
{{- define "gpt4roi.gauges" -}}
{{- $auto := .pool.autoscaling -}}
{{- $gauges := list -}}
{{- if .pool.gateway -}}
{{- $gauges = append $gauges (dict "metric" "gpt4roi_gateway_streams_open" "target" $auto.streams) -}}
{{- end -}}
{{- if has "llm" .pool.roles -}}
{{- $gauges = append $gauges (dict "metric" "gpt4roi_engine_tokens_waiting" "target" $auto.waitingTokens) -}}
{{- end -}}
{{- if or (has "vision" .pool.roles) (has "roi" .pool.roles) -}}
{{- $gauges = append $gauges (dict "metric" "gpt4roi_vision_queue_depth" "target" $auto.waitingItems) -}}
{{- end -}}
{{- toYaml $gauges -}}
{{- end -}}

{{/* Labels that Prometheus has on a pool's metrics. Takes root and pool. */}}
{{- define "gpt4roi.series" -}}
namespace="{{ .root.Release.Namespace }}",app_kubernetes_io_instance="{{ .root.Release.Name }}",app_kubernetes_io_component="{{ .pool.name }}"
{{- end -}}
