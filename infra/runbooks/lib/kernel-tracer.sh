# What the kernel does with the processes of some control groups, as bpftrace sees it where it is installed. Nothing is
# installed or mounted for it. No tracer outlives the look: the program ends itself, and `timeout` ends bpftrace.
tracer_starts_within=20
tracer_ends_within=20
tracer_map_keys=4096
tracer_address_space_kilobytes=2097152
tracer_needs_kilobytes=262144
tracer_ports=256

# Sets `no_tracer` to why there is none, or to nothing. look_for_tracer <control group>
look_for_tracer() {
  local word value rest available=0 directory events=
  no_tracer=
  if ! command -v bpftrace >/dev/null; then no_tracer='bpftrace is not installed'; return; fi
  if [ "$(stat -f -c %T "$1")" != cgroup2fs ]; then no_tracer='the unit has no control group of version 2'; return; fi
  for directory in /sys/kernel/tracing/events /sys/kernel/debug/tracing/events; do
    if [ -d "$directory/sched" ]; then events=$directory; break; fi
  done
  if [ -z "$events" ]; then no_tracer='no tracefs is mounted'; return; fi
  for value in sched/sched_switch sched/sched_wakeup raw_syscalls/sys_exit sock/inet_sock_set_state tcp/tcp_rcv_space_adjust \
    tcp/tcp_retransmit_skb; do
    if [ ! -d "$events/$value" ]; then no_tracer="the kernel has no tracepoint ${value/\//:}"; return; fi
  done
  while read -r word value rest; do
    if [ "$word" = MemAvailable: ]; then available=$value; fi
  done </proc/meminfo
  if [ "$available" -lt $tracer_needs_kilobytes ]; then
    no_tracer="bpftrace may need $((tracer_needs_kilobytes / 1024)) MB, and $((available / 1024)) are available"
  fi
}

# Starts the tracer, whose output is descriptor 6, and returns when it counts. Sets `no_tracer` if it does not.
# start_tracer <seconds> <control group>...
start_tracer() {
  local seconds=$1 line=
  shift
  exec 6< <(
    exec 5>&- 2>"$entry/tracer"
    ulimit -v $tracer_address_space_kilobytes
    # Versions differ in what they call the limit.
    BPFTRACE_MAP_KEYS_MAX=$tracer_map_keys BPFTRACE_MAX_MAP_KEYS=$tracer_map_keys BPFTRACE_PERF_RB_PAGES=8 \
      exec nice timeout -k 1 $((tracer_starts_within + seconds + tracer_ends_within)) bpftrace -q -B line -e "$(tracer_program "$seconds" "$@")"
  )
  tracer_process=$!
  while IFS= read -r -t $tracer_starts_within line <&6; do
    if [ "$line" = counting ]; then return; fi
  done
  no_tracer="bpftrace did not begin: $(clipped "$(tail -n 1 "$entry/tracer" 2>/dev/null)" 200)"
  stop_tracer
}

# Waits for the tracer's end, and sets `traced` to what it printed. finish_tracer
finish_tracer() {
  traced=$(timeout $tracer_ends_within head -c 65536 <&6) || true
  stop_tracer
  if [[ $traced != *'the end'* ]]; then no_tracer='bpftrace ended without an answer'; fi
}

# Ends the tracer if it still runs: with it, its probes are gone.
stop_tracer() {
  kill "$tracer_process" 2>/dev/null || true
  exec 6<&-
}

# Prints the local ports of the sockets that the processes of the unit have, in hexadecimal.
socket_ports() {
  local directories=("${process_ids[@]/#//proc/}")
  awk 'FILENAME == "-" { open[$1] = 1; next } ("socket:[" $10 "]") in open { sub(/.*:/, "", $2); print $2 }' \
    - "${directories[0]}/net/tcp" "${directories[0]}/net/tcp6" \
    < <(find "${directories[@]/%//fd}" -lname 'socket:*' -printf '%l\n' 2>/dev/null) 2>/dev/null | sort -u | head -n $tracer_ports || true
}

# A thread belongs to the unit once it was seen there; a socket, by its port or once the unit has connected or read it:
# sched_wakeup and most of TCP run in the context of any process.
# States: 2 waits for a disk or the like, and cannot be interrupted; none of the low eight bits, it was made to give way.
# TCP: 1 established, 2 connecting, 7 closed, 8 closed by the other side.
# tracer_program <seconds> <control group>...
tracer_program() {
  local seconds=$1 directory port known='@port[0] = 0; '
  shift
  for directory in "$@"; do known+="@unit[$(stat -c %i "$directory")] = 1; "; done
  for port in $(socket_ports); do known+="@port[$((16#$port))] = 1; "; done
  cat <<EOF_TRACER
tracepoint:sched:sched_switch /@on && @unit[cgroup]/ {
  if (args->prev_state & 255) {
    @left[args->prev_pid] = nsecs;
    @state[args->prev_pid] = args->prev_state;
    @voluntary = count();
  } else {
    @queued[args->prev_pid] = nsecs;
    @involuntary = count();
  }
}
tracepoint:sched:sched_wakeup /@on && @left[args->pid]/ {
  \$away = nsecs - @left[args->pid];
  @off_cpu = sum(\$away);
  if (@state[args->pid] & 2) { @uninterruptible = sum(\$away); }
  delete(@left[args->pid]);
  delete(@state[args->pid]);
  @queued[args->pid] = nsecs;
}
tracepoint:sched:sched_switch /@on && @queued[args->next_pid]/ {
  \$delay = nsecs - @queued[args->next_pid];
  @run_delay = sum(\$delay);
  @run_delay_longest = max(\$delay);
  delete(@queued[args->next_pid]);
}
tracepoint:raw_syscalls:sys_exit /@on && args->ret < 0 && args->ret > -512 && @unit[cgroup]/ { @failed[-args->ret] = count(); }
tracepoint:tcp:tcp_rcv_space_adjust /@on && @unit[cgroup]/ { @socket[args->skaddr] = 1; }
tracepoint:tcp:tcp_retransmit_skb /@on && (@socket[args->skaddr] || @port[args->sport])/ { @retransmits = count(); }
tracepoint:sock:inet_sock_set_state /@on/ {
  if (@unit[cgroup]) { @socket[args->skaddr] = 1; }
  if (args->newstate == 7 && (@socket[args->skaddr] || @port[args->sport])) {
    if (args->oldstate == 2) { @connect_failures = count(); }
    if (args->oldstate == 1 || args->oldstate == 8) { @resets = count(); }
    delete(@socket[args->skaddr]);
  }
}
interval:ms:100 {
  if (@began == 0) { @began = nsecs; $known@on = 1; printf("counting\\n"); }
  if (nsecs - @began >= ${seconds}000000000) { @on = 0; exit(); }
}
END { clear(@unit); clear(@left); clear(@state); clear(@queued); clear(@socket); clear(@port); clear(@began); clear(@on); printf("the end\\n"); }
EOF_TRACER
}
