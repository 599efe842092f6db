# What the kernel counts for the processes of a unit. It is read twice; the difference is what happened in between.

# Sets `process_ids`, and `tasks` to the directories of their threads. find_processes <control group>
find_processes() {
  local pid
  mapfile -t process_ids < <(group_processes "$1" | head -n $most_processes)
  tasks=()
  for pid in "${process_ids[@]}"; do tasks+=("/proc/$pid/task/"*); done
  tasks=("${tasks[@]:0:$most_threads}")
}

# Sets `cpu_groups` to the control group that a process has its share of CPU from, and those above it: each may have a quota.
# Version 1 has a hierarchy of its own for CPU. find_cpu_groups <process>
find_cpu_groups() {
  local number controllers path root
  cpu_groups=()
  while IFS=: read -r number controllers path; do
    root=/sys/fs/cgroup/$controllers
    if [ "$number" = 0 ]; then root=/sys/fs/cgroup; fi
    if [ "$number" != 0 ] && [[ ,$controllers, != *,cpu,* ]]; then continue; fi
    if [ ! -e "$root${path%/}/cpu.stat" ]; then continue; fi
    while :; do
      cpu_groups+=("$root${path%/}")
      if [ -z "${path%/}" ]; then return; fi
      path=${path%/*}
    done
  done <"/proc/$1/cgroup"
}

# Prints counters as "<file>:<line of it>". What ends meanwhile is left out. figures <control group>
figures() {
  local kind processes=("${process_ids[@]/#//proc/}")
  printf 'clock:%s\n' "$(uptime_centiseconds)"
  {
    grep -sH '' "${tasks[@]/%//schedstat}"
    grep -sHE '^(non)?voluntary_ctxt_switches:' "${tasks[@]/%//status}"
    grep -sHE '^(read|write)_bytes:' "${processes[@]/%//io}"
    grep -sHE '^usage_usec ' "$1/cpu.stat"
    for kind in cpu memory io; do
      grep -sHE '^some ' "$1/$kind.pressure" || grep -sHE '^some ' "/proc/pressure/$kind"
    done
    grep -sHE '^cpu' /proc/stat
    grep -sHE '^Tcp' "${processes[0]}/net/snmp" "${processes[0]}/net/netstat"
    if [ ${#cpu_groups[@]} -gt 0 ]; then
      grep -sHE '^(nr_periods|nr_throttled|throttled_usec|throttled_time) ' "${cpu_groups[@]/%//cpu.stat}"
      grep -sH '' "${cpu_groups[@]/%//cpu.max}" "${cpu_groups[@]/%//cpu.cfs_quota_us}" "${cpu_groups[@]/%//cpu.cfs_period_us}"
    fi
  } || true
}

# The answer, from two readings and what the tracer printed. summary <before> <after> <traced> <control group>
summary() {
  group=$4 no_tracer=$no_tracer restarted=$restarted awk '
    # How much a counter has grown between the readings. One that is new, or smaller than before, began at 0.
    function grown(counter, value, old) {
      value += 0
      if (reading == 1) { first[counter] = value; return 0 }
      old = first[counter] + 0
      return value < old ? value : value - old
    }
    function add(name, value) { sum[name] += grown(file " " name, value) }
    function quoted(text) { gsub(/[\\"]/, "\\\\&", text); return "\"" text "\"" }
    function lack(name, why) { missing = missing (missing == "" ? "" : ",") quoted(name ": " why) }
    function say(name, value, unknown) { if (unknown == "") answer = answer "," quoted(name) ":" value; else lack(name, unknown) }
    function whole(number) { return sprintf("%.0f", number) }
    function percent(part, all) { return all > 0 ? sprintf("%.4g", part >= all ? 100 : 100 * part / all) : 0 }
    function limit(percentage) { if (quota == "" || percentage < quota) quota = percentage }

    FNR == 1 { reading++ }
    reading == 3 {
      if ($0 ~ /^@[a-z_]+: [0-9]+$/) traced[substr($1, 2, length($1) - 2)] = $2
      if ($0 ~ /^@failed\[[0-9]+\]: [0-9]+$/) { gsub(/[^0-9]/, "", $1); failed[$1] = $2 }
      next
    }
    { at = index($0, ":"); file = substr($0, 1, at - 1); line = substr($0, at + 1); split(line, word, /[ \t:]+/) }
    file == "clock" { elapsed = 10 * grown(file, line) }
    file ~ /\/schedstat$/ {
      if (reading == 2) { threads++; lived = (file " used") in first ? elapsed : 0 }
      used = grown(file " used", word[1]) / 1e6; waited = grown(file " waited", word[2]) / 1e6
      sum["used"] += used; sum["waited"] += waited
      if (lived > used + waited) sum["away"] += lived - used - waited
    }
    file ~ /\/status$/ || file ~ /\/io$/ { add(word[1], word[2]) }
    file ~ /\/io$/ && word[1] == "read_bytes" && reading == 2 { processes++ }
    word[1] == "usage_usec" { counts_cpu = 1; add("usage_usec", word[2]) }
    file ~ /\.pressure$/ || file ~ /^\/proc\/pressure\// {
      kind = file; sub(/.*\//, "", kind); sub(/\.pressure$/, "", kind); sub(/.*total=/, "", line)
      pressure[kind] = percent(grown("pressure " kind, line) / 1e3, elapsed)
      if (index(file, ENVIRON["group"] "/") != 1) host_pressure = 1
    }
    # user, nice, system, idle, iowait, irq, softirq, steal
    file == "/proc/stat" && word[1] == "cpu" {
      ticks = 0
      for (at = 2; at <= 9; at++) { tick[at] = grown("tick " at, word[at]); ticks += tick[at] }
    }
    file == "/proc/stat" && word[1] ~ /^cpu[0-9]/ && reading == 2 { cpus++ }
    file ~ /\/net\/(snmp|netstat)$/ {
      if (word[2] ~ /^[A-Za-z]/) { split(line, heading, " "); next }
      fields = split(line, value, " ")
      for (at = 2; at <= fields; at++) tcp[heading[at]] = grown("tcp " heading[at], value[at])
    }
    file ~ /\/cpu\.stat$/ && word[1] != "usage_usec" { throttle[file, word[1]] = grown(file " " word[1], word[2]); limited[file] = 1 }
    file ~ /\/cpu\.max$/ && word[1] != "max" { limit(100 * word[1] / word[2]) }
    file ~ /\/cpu\.cfs_quota_us$/ { directory = file; sub(/[^\/]*$/, "", directory); quota_of[directory] = line }
    file ~ /\/cpu\.cfs_period_us$/ { directory = file; sub(/[^\/]*$/, "", directory); if (quota_of[directory] > 0) limit(100 * quota_of[directory] / line) }

    END {
      why = ENVIRON["no_tracer"]
      traces = why == ""
      untraced = traces ? "" : "needs bpftrace"
      if (!traces) lack("bpftrace", why)
      if (ENVIRON["restarted"] != "") lack("unit", ENVIRON["restarted"])
      for (file in limited) if (worst == "" || throttle[file, "nr_throttled"] > throttle[worst, "nr_throttled"]) worst = file
      unlimited = worst == "" ? "no control group counts it" : ""
      say("milliseconds", whole(elapsed))
      say("processes", processes + 0)
      say("threads", threads + 0)
      say("cpus", cpus + 0)
      say("hostCpuPercent", percent(ticks - tick[5] - tick[6], ticks))
      say("hostStealPercent", percent(tick[9], ticks))
      say("cpuMs", whole(counts_cpu ? sum["usage_usec"] / 1e3 : sum["used"]))
      if (quota != "") say("quotaPercent", sprintf("%.4g", quota))
      say("throttledPercent", percent(throttle[worst, "nr_throttled"], throttle[worst, "nr_periods"]), unlimited)
      say("throttledMs", whole(throttle[worst, "throttled_usec"] / 1e3 + throttle[worst, "throttled_time"] / 1e6), unlimited)
      say("runDelayMs", whole(traces ? traced["run_delay"] / 1e6 : sum["waited"]))
      say("longestRunDelayMs", sprintf("%.4g", traced["run_delay_longest"] / 1e6), untraced)
      say("offCpuMs", whole(traces ? traced["off_cpu"] / 1e6 : sum["away"]))
      say("ioWaitMs", whole(traced["uninterruptible"] / 1e6), untraced)
      say("voluntarySwitches", whole(traces ? traced["voluntary"] : sum["voluntary_ctxt_switches"]))
      say("involuntarySwitches", whole(traces ? traced["involuntary"] : sum["nonvoluntary_ctxt_switches"]))
      split("cpu memory io", kinds, " ")
      for (at = 1; at <= 3; at++) say(kinds[at] "PressurePercent", pressure[kinds[at]], kinds[at] in pressure ? "" : "the kernel keeps no pressure (PSI)")
      if (host_pressure) say("pressureOf", quoted("host"))
      say("readKilobytes", whole(sum["read_bytes"] / 1024))
      say("writtenKilobytes", whole(sum["write_bytes"] / 1024))
      say("tcpSentSegments", whole(tcp["OutSegs"]))
      say("tcpRetransmits", whole(traces ? traced["retransmits"] : tcp["RetransSegs"]))
      say("tcpConnectFailures", whole(traces ? traced["connect_failures"] : tcp["AttemptFails"]))
      say("tcpResets", whole(traces ? traced["resets"] : tcp["EstabResets"]))
      say("tcpListenDrops", whole(tcp["ListenDrops"]))
      say("failedCalls", most_failed(), untraced)
      print "{\"source\":" quoted(traces ? "bpftrace" : "proc") answer ",\"missing\":[" missing "]}"
    }
    # The eight most frequent errors. A call that only has to be repeated, or has waited its time, did not fail.
    function most_failed(  names, list, round, code, most) {
      names = " 1=EPERM 2=ENOENT 5=EIO 9=EBADF 12=ENOMEM 13=EACCES 16=EBUSY 17=EEXIST 20=ENOTDIR 21=EISDIR 22=EINVAL 23=ENFILE 24=EMFILE 25=ENOTTY 27=EFBIG 28=ENOSPC 30=EROFS 32=EPIPE 98=EADDRINUSE 99=EADDRNOTAVAIL 101=ENETUNREACH 103=ECONNABORTED 104=ECONNRESET 105=ENOBUFS 107=ENOTCONN 111=ECONNREFUSED 113=EHOSTUNREACH 116=ESTALE 122=EDQUOT "
      delete failed[4]; delete failed[11]; delete failed[110]; delete failed[115]
      for (round = 1; round <= 8; round++) {
        most = ""
        for (code in failed) if (most == "" || failed[code] + 0 > failed[most] + 0) most = code
        if (most == "") break
        list = list (list == "" ? "" : ",") quoted(match(names, " " most "=[A-Z]+") ? substr(names, RSTART + length(most) + 2, RLENGTH - length(most) - 2) : "errno " most) ":" failed[most]
        delete failed[most]
      }
      return "{" list "}"
    }' <(printf '%s\n' "$1") <(printf '%s\n' "$2") <(printf '%s\n' "$3")
}
