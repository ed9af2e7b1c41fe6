{{/* gpt4roi, or what the user calls it */}}
{{- define "gpt4roi.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Prefix of every name, short enough for a pool's name behind it */}}
{{- define "gpt4roi.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "gpt4roi.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "gpt4roi.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of a component. Takes root and component. */}}
{{- define "gpt4roi.selector" -}}
app.kubernetes.io/name: {{ include "gpt4roi.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of every object. Takes root and component. */}}
{{- define "gpt4roi.labels" -}}
{{ include "gpt4roi.selector" . }}
app.kubernetes.io/part-of: gpt4roi
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* metadata of an object. Takes root, component, and optionally suffix, labels and annotations. */}}
{{- define "gpt4roi.metadata" -}}
name: {{ include "gpt4roi.fullname" .root }}-{{ .component }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "gpt4roi.labels" . | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Ports of the containers */}}
{{- define "gpt4roi.ports" -}}
silo: 11111
cluster: 30000
grpc: 8080
http: 8081
operations: 8082
https: 8443
redis: 6379
{{- end -}}

{{/* A quantity in Gi or Mi, as a number of Mi */}}
{{- define "gpt4roi.mebibytes" -}}
{{- if hasSuffix "Gi" . }}{{ mul (trimSuffix "Gi" .) 1024 }}{{ else }}{{ trimSuffix "Mi" . }}{{ end -}}
{{- end -}}
