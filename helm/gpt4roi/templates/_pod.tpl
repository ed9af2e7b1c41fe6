{{/* How long kube-proxy and load balancers may take to notice that a pod stops */}}
{{- define "gpt4roi.preStopSeconds" -}}5{{- end -}}

{{- define "gpt4roi.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "gpt4roi.podSecurity" -}}
runAsNonRoot: true
{{- with .Values.podSecurity.runAsUser }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
{{- end }}
{{- with .Values.podSecurity.fsGroup }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* The pods of a pool. Takes root and pool. */}}
{{- define "gpt4roi.pod" -}}
{{- $root := .root -}}
{{- $pool := .pool -}}
{{- $values := $root.Values -}}
{{- $ports := include "gpt4roi.ports" $root | fromYaml -}}
{{- $selector := dict "root" $root "component" $pool.name -}}
{{- $gpu := gt (int $pool.gpu.count) 0 -}}
metadata:
  labels:
    {{- include "gpt4roi.labels" $selector | nindent 4 }}
    gpt4roi/kind: {{ ternary "gateway" "silo" $pool.gateway }}
    {{- with $pool.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: gpt4roi
    checksum/config: {{ include "gpt4roi.env" . | sha256sum }}
    {{- with $pool.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "gpt4roi.fullname" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add $pool.drainSeconds (include "gpt4roi.preStopSeconds" $root) 10 }}
  securityContext:
    {{- include "gpt4roi.podSecurity" $root | nindent 4 }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $pool.gpu.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with $pool.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- $nodes := deepCopy $pool.nodeSelector }}
  {{- with $pool.gpu.product }}
  {{- $_ := set $nodes "nvidia.com/gpu.product" . }}
  {{- end }}
  {{- with $nodes }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- $tolerations := $pool.tolerations }}
  {{- if and $gpu $pool.gpu.tolerate }}
  {{- $tolerations = append $tolerations (dict "key" $pool.gpu.resourceName "operator" "Exists" "effect" "NoSchedule") }}
  {{- end }}
  {{- with $tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pool.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $pool.spread }}
  topologySpreadConstraints:
    {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - topologyKey: {{ $key }}
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "gpt4roi.selector" $selector | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  {{- if and (not $pool.gateway) (eq $values.weights.source "initContainer") }}
  initContainers:
    - name: weights
      image: {{ $values.weights.initContainer.image }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      {{- with $values.weights.initContainer.command }}
      command:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.weights.initContainer.args }}
      args:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.weights.initContainer.env }}
      env:
        {{- range $name, $value := . }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
      {{- end }}
      resources:
        requests:
          cpu: 100m
          memory: {{ $values.weights.initContainer.memory }}
        limits:
          memory: {{ $values.weights.initContainer.memory }}
      securityContext:
        {{- include "gpt4roi.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - name: weights
          mountPath: /weights
        - name: tmp
          mountPath: /tmp
  {{- end }}
  containers:
    - name: gpt4roi
      image: {{ include "gpt4roi.image" . }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      securityContext:
        {{- include "gpt4roi.containerSecurity" $root | nindent 8 }}
      env:
        {{- range $name, $field := dict "POD_NAME" "metadata.name" "POD_NAMESPACE" "metadata.namespace" "POD_IP" "status.podIP" }}
        - name: {{ $name }}
          valueFrom:
            fieldRef:
              fieldPath: {{ $field }}
        {{- end }}
        {{- range $name, $value := include "gpt4roi.env" . | fromYaml }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
      ports:
        {{- range $name := include "gpt4roi.podPorts" . | fromYamlArray }}
        - name: {{ $name }}
          containerPort: {{ get $ports $name }}
        {{- end }}
      startupProbe: # 503 until the weights are loaded and the silo has joined
        httpGet:
          path: /health/ready
          port: operations
        periodSeconds: 5
        failureThreshold: {{ div (add $pool.startupSeconds 4) 5 }}
      readinessProbe:
        httpGet:
          path: /health/ready
          port: operations
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      livenessProbe: # of this process alone
        httpGet:
          path: /health/live
          port: operations
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      lifecycle:
        preStop:
          sleep:
            seconds: {{ include "gpt4roi.preStopSeconds" $root }}
      {{- $resources := deepCopy $pool.resources }}
      {{- if $gpu }}
      {{- $_ := set $resources "limits" (mustMergeOverwrite ($resources.limits | default dict) (dict $pool.gpu.resourceName (int $pool.gpu.count))) }}
      {{- end }}
      resources:
        {{- toYaml $resources | nindent 8 }}
      volumeMounts:
        - name: secrets
          mountPath: /run/secrets/gpt4roi
          readOnly: true
        - name: tmp
          mountPath: /tmp
        {{- if $pool.gateway }}
        {{- if $values.tls.secret }}
        - name: tls
          mountPath: /run/tls
          readOnly: true
        {{- end }}
        {{- else }}
        - name: weights
          mountPath: /weights
          readOnly: true
        - name: shm
          mountPath: /dev/shm
        {{- end }}
        {{- if and $values.redis.caSecret (not $values.redis.trial.enabled) }}
        - name: redis-ca
          mountPath: /run/redis-ca
          readOnly: true
        {{- end }}
        {{- with $pool.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: secrets
      projected:
        defaultMode: 0440
        sources:
          - secret:
              name: {{ $values.secrets.cluster }}
          {{- if $pool.gateway }}
          - secret:
              name: {{ $values.secrets.apiKeys }}
          {{- end }}
    - name: tmp
      emptyDir:
        sizeLimit: 1Gi
    {{- if $pool.gateway }}
    {{- if $values.tls.secret }}
    - name: tls
      secret:
        secretName: {{ $values.tls.secret }}
        defaultMode: 0440
    {{- end }}
    {{- else }}
    - name: shm
      emptyDir:
        medium: Memory
        sizeLimit: 1Gi
    - name: weights
      {{- include "gpt4roi.weights" $root | nindent 6 }}
    {{- end }}
    {{- if and $values.redis.caSecret (not $values.redis.trial.enabled) }}
    - name: redis-ca
      secret:
        secretName: {{ $values.redis.caSecret }}
        defaultMode: 0444
    {{- end }}
    {{- with $pool.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Names of a pool's ports. Takes root and pool. */}}
{{- define "gpt4roi.podPorts" -}}
{{- if not .pool.gateway -}}
[silo, cluster, operations]
{{- else if .root.Values.tls.secret -}}
[https, operations]
{{- else -}}
[grpc, http, operations]
{{- end -}}
{{- end -}}

{{/* The volume that holds the checkpoint */}}
{{- define "gpt4roi.weights" -}}
{{- $weights := .Values.weights -}}
{{- if eq $weights.source "pvc" -}}
persistentVolumeClaim:
  claimName: {{ $weights.pvc.claimName }}
  readOnly: true
{{- else if eq $weights.source "image" -}}
image:
  reference: {{ $weights.image.reference }}
  pullPolicy: {{ $weights.image.pullPolicy }}
{{- else if eq $weights.source "hostPath" -}}
hostPath:
  path: {{ $weights.hostPath.path }}
  type: Directory
{{- else -}}
emptyDir:
  sizeLimit: {{ $weights.initContainer.sizeLimit }}
{{- end -}}
{{- end -}}
