# Starts, watches and stops the servers that benchmarks/run compares; sourced by it.

declare -A port=() pids=()

progress() { echo "==> $*" >&2; }

fail() {
  echo "benchmarks/run: $*" >&2
  exit 1
}

# address SERVER
address() { echo "http://127.0.0.1:${port[$1]}"; }

free_port() {
  local candidate
  while :; do
    candidate=$((RANDOM % 20000 + 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { echo "$candidate"; return; }
  done
}

# wait_for SERVER PATH: until it answers, at most 30 s.
wait_for() {
  local try
  for ((try = 0; try < 300; try++)); do
    curl -sf -o /dev/null "$(address "$1")$2" && return
    sleep 0.1
  done
  fail "$1 does not answer; it said: $(tail -n 5 "$work/$size/$1.log")"
}

start_ours() {
  port[ours]=$(free_port)
  LOG_LEVEL=warning "$bin/modelcatalog" serve --port "${port[ours]}" --data-dir "$work/$size/data" \
    >"$work/$size/ours.log" 2>&1 &
  pids[ours]=$!
  wait_for ours /v1/stats
}

# start_nginx NAME FILES: "nginx" has the settings of Debian's nginx.conf, "tuned" all that helps with static files.
start_nginx() {
  local tuning=""
  port[$1]=$(free_port)
  if [ "$1" = tuned ]; then
    tuning="open_file_cache max=10000 inactive=1h; open_file_cache_valid 1h; keepalive_requests 1000000000;"
  fi
  cat >"$work/$size/$1.conf" <<END
worker_processes 2;
daemon off;
pid $work/$size/$1.pid;
error_log $work/$size/$1.log;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/json;
  access_log off;
  $tuning
  client_body_temp_path $work/$size/$1.body;
  proxy_temp_path $work/$size/$1.proxy;
  fastcgi_temp_path $work/$size/$1.fastcgi;
  uwsgi_temp_path $work/$size/$1.uwsgi;
  scgi_temp_path $work/$size/$1.scgi;
  server {
    listen 127.0.0.1:${port[$1]};
    root $2;
    location = /full.json { gzip_static on; }
  }
}
END
  nginx -e "$work/$size/$1.log" -c "$work/$size/$1.conf" 2>>"$work/$size/$1.log" &
  pids[$1]=$!
  wait_for "$1" /full.json
  # The workers do the work.
  pids[$1]+=" $(pgrep -P "${pids[$1]}" | tr '\n' ' ')"
}

# cpu_ticks SERVER: the processor time that its processes have used, in clock ticks.
cpu_ticks() {
  local pid
  for pid in ${pids[$1]}; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{ ticks += $12 + $13 } END { print ticks }'
}

# busy_ticks: the processor time that all processes have used.
busy_ticks() { awk '$1 == "cpu" { print $2 + $3 + $4 }' /proc/stat; }

stop_servers() {
  local server
  for server in "${!pids[@]}"; do
    # The first process of each; nginx ends its workers itself.
    kill -TERM "${pids[$server]%% *}" 2>/dev/null || true
    wait "${pids[$server]%% *}" 2>/dev/null || true
  done
  pids=()
}
