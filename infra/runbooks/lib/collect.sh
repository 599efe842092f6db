#!/bin/bash
# Measures one unit and adds a row to its ring. A timer runs it: collect.sh <directory of the component>
#   conf     lines of a name and its value: unit, url, custom, and the kernel's units
#   ring     a line with the names of the columns, then rows: seconds since 1970, and a value or "-" for each column
#   last     counters of the last run, from which this one takes the difference
#   missing  what could not be measured, and why
# It needs bash 4, awk and find, which Amazon Linux 2023, Debian and Ubuntu have; curl, if there is a URL.
set -uo pipefail
export LC_ALL=C
cd "$1" || exit 1
shopt -s nullglob globstar
ring_bytes=262144
body_bytes=4194304
most_processes=512
columns='threads processes descriptors sockets_established sockets_close_wait sockets_listen sockets_other resident_mb
  cpu_percent throttled_percent memory_limit_percent pressure_cpu_percent pressure_memory_percent pressure_io_percent
  restarts goroutines handles heap_mb objects_k gc_pause_ms gc_percent gc_per_minute'

declare -A conf=() property=()
while read -r name value; do conf[$name]=$value; done <conf
while IFS='=' read -r name value; do property[$name]=$value; done < <(
  systemctl show --property=ActiveState,ControlGroup,InvocationID -- "${conf[unit]}"
)
custom=${conf[custom]//,/ }
printf -v now '%(%s)T' -1
read -r uptime _ </proc/uptime
# Version 2 has one hierarchy; version 1, one for each kind.
control=/sys/fs/cgroup unit_path=${property[ControlGroup]:-/none} group=
for root in $control $control/unified $control/systemd; do
  if [ -e "$root$unit_path/cgroup.procs" ]; then group=$root$unit_path; break; fi
done

# The processes of the unit, in its control group and below it.
pids=()
if [ "${property[ActiveState]:-}" = active ] && [ -n "$group" ]; then
  for file in "$group"/**/cgroup.procs; do
    { mapfile -t own <"$file"; } 2>/dev/null || continue
    pids+=("${own[@]}")
  done
  pids=("${pids[@]:0:$most_processes}")
fi

say() { printf '%s\n' "$*"; }
# Prints the first words of a file's line that begins with $1, without that word. field_of <word> <file>
field_of() {
  local word rest
  [ -r "$2" ] || return 0
  while read -r word rest; do
    if [ "$word" = "$1" ]; then say "$rest"; return; fi
  done <"$2"
}

raw() {
  local pid stat fields threads=0 pages=0 ticks=0 count=0 kind file
  say "epoch $now"
  say "uptime $uptime"
  say "invocation ${property[InvocationID]:-none}"
  for pid in "${pids[@]}"; do
    { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
    read -ra fields <<<"${stat##*) }"
    count=$((count + 1)) threads=$((threads + fields[17])) pages=$((pages + fields[21]))
    ticks=$((ticks + fields[11] + fields[12] + fields[13] + fields[14]))
  done
  if [ $count = 0 ]; then return; fi
  say "processes $count"
  say "threads $threads"
  say "resident_kb $((pages * conf[page_bytes] / 1024))"
  if [ -e "$control/cgroup.controllers" ]; then
    # Its CPU's statistics are there whether or not a controller is.
    say "cpu_usec $(field_of usage_usec "$group/cpu.stat")"
    limits "$group/cpu.stat" "$group/memory.current" "$group/memory.max"
  else
    say "cpu_usec $((ticks * 1000000 / conf[ticks_per_second]))"
    limits "$control/cpu$unit_path/cpu.stat" "$control/memory$unit_path/memory.usage_in_bytes" "$control/memory$unit_path/memory.limit_in_bytes"
  fi
  # Where no control group keeps it, the host's says how much the unit may have to wait.
  for kind in cpu memory io; do
    file=$group/$kind.pressure
    if [ ! -r "$file" ]; then file=/proc/pressure/$kind; fi
    stat=$(field_of some "$file")
    if [ -n "$stat" ]; then say "pressure_$kind ${stat##*total=}"; fi
  done
}

# limits <CPU's statistics> <memory in use> <memory limit>
limits() {
  local used limit
  say "periods $(field_of nr_periods "$1")"
  say "throttled $(field_of nr_throttled "$1")"
  # A limit of more than an exabyte is how version 1 says that there is none.
  if { read -r used <"$2" && read -r limit <"$3"; } 2>/dev/null && [ "$limit" != max ] && [ ${#limit} -lt 19 ]; then
    say "memory_used $used"
    say "memory_limit $limit"
  fi
}

# One line for each open descriptor: the socket that it is, or "-". Names of files never get here: they may hold anything.
links() {
  local directories=()
  for pid in "${pids[@]}"; do directories+=("/proc/$pid/fd"); done
  [ ${#pids[@]} = 0 ] ||
    find "${directories[@]}" -mindepth 1 '(' -lname 'socket:*' -printf '%l\n' ')' -o -printf '-\n' 2>/dev/null
}

endpoint() {
  local url=${conf[url]:-} said
  if [ -z "$url" ] || [ ${#pids[@]} = 0 ]; then return; fi
  command -v curl >/dev/null || { say '!curl is not on this host'; return; }
  said=$(curl --silent --show-error --fail --globoff --noproxy '*' --proto '=http,https' --max-time 3 --max-filesize $body_bytes \
    --url "$url" 2>&1) || { said=${said%%$'\n'*}; say "!${said:0:200}"; return; }
  say "$said"
}

header="epoch ${columns//$'\n'/ } $custom"
read -ra words <<<"$header"
header=${words[*]}
{ read -r first <ring; } 2>/dev/null || first=
if [ "$first" != "$header" ]; then
  say "$header" >ring.new && mv -T ring.new ring
elif [ $((now / 60 % 10)) = 0 ] && [ "$(stat -c %s ring)" -gt $ring_bytes ]; then
  # The newer half, from its first whole line on.
  { say "$header"; tail -c $((ring_bytes / 2)) ring | tail -n +2; } >ring.new && mv -T ring.new ring
fi

{
  say @raw
  raw
  say @links
  links
  say @endpoint
  endpoint
} | awk -v columns="$columns" -v custom="$custom" -v url="${conf[url]:-}" -v sockets="/proc/${pids[0]:-none}/net/" '
  BEGIN { while ((getline line <"last") > 0) { split(line, words, " "); was[words[1]] = words[2] } close("last") }
  section != "endpoint" && /^@[a-z]+$/ { section = substr($0, 2); next }
  section == "raw" { if (NF == 2) raw[$1] = $2; next }
  section == "links" { descriptors++; if ($1 != "-") mine[$1] = 1; next }
  /^!/ { refused = substr($0, 2); next }
  { answered = 1 }
  /^ *[{"}]/ { expvar($0); next }
  /^[A-Za-z_:]/ { prometheus($0); next }

  function expvar(text,   parts, count, at, pair) {
    count = split(text, parts, /[,{}]/)
    for (at = 1; at <= count; at++) {
      if (parts[at] !~ /^ *"[^"]+": *-?[0-9][0-9.eE+-]*$/) continue
      split(parts[at], pair, /": */)
      sub(/^ *"/, "", pair[1])
      if (pair[1] == "HeapAlloc") set("heap_bytes", pair[2])
      else if (pair[1] == "HeapObjects") set("objects", pair[2])
      else if (pair[1] == "PauseTotalNs") set("gc_seconds", pair[2] / 1e9)
      else if (pair[1] == "NumGC") set("gc_count", pair[2])
      else if (tolower(pair[1]) ~ /^(num_?)?goroutines?$/) set("goroutines", pair[2])
      else own(pair[1], pair[2])
    }
  }

  # A line of the Prometheus text format. Values of one name are added up over its labels.
  function prometheus(line,   name, rest, words) {
    name = line
    sub(/[{ \t].*/, "", name)
    rest = substr(line, length(name) + 1)
    sub(/ # [{].*/, "", rest)
    sub(/^[{].*[}]/, "", rest)
    split(rest, words, " ")
    if (words[1] !~ /^[-+]?[0-9.]/) return
    if (name == "go_goroutines") add("goroutines", words[1])
    else if (name == "nodejs_active_handles_total") add("handles", words[1])
    else if (name ~ /^(go_memstats_heap_alloc_bytes|nodejs_heap_size_used_bytes)$/) add("heap_bytes", words[1])
    else if (name ~ /^jvm_memory_(bytes_used|used_bytes)$/) { if (line ~ /area="heap"/) add("heap_bytes", words[1]) }
    else if (name == "go_memstats_heap_objects") add("objects", words[1])
    else if (name ~ /^(go_gc_duration|nodejs_gc_duration|jvm_gc_collection|jvm_gc_pause)_seconds_sum$/) add("gc_seconds", words[1])
    else if (name ~ /^(go_gc_duration|nodejs_gc_duration|jvm_gc_collection|jvm_gc_pause)_seconds_count$/) add("gc_count", words[1])
    else own(name, words[1])
  }

  function set(name, number) { raw[name] = number + 0 }
  function add(name, number) { raw[name] += number }
  function own(name, number) { if (index(" " custom " ", " " name " ")) raw["custom " name] += number }

  function connections(file,   line, words) {
    while ((getline line <file) > 0) { split(line, words, " "); if (("socket:[" words[10] "]") in mine) states[words[4]]++ }
  }

  # What a counter has grown by, nothing if it was reset or not there before.
  function grown(name) {
    if (!(name in raw) || !(name in was) || raw["invocation"] != was["invocation"] || raw[name] < was[name]) return ""
    return raw[name] - was[name]
  }
  function share(part, whole) { return part == "" || !(whole > 0) ? "" : part / whole }
  function times(number, factor) { return number == "" ? "" : number * factor }
  function text(number) {
    if (number == "") return "-"
    number = sprintf(number == int(number) ? "%.0f" : "%.3f", number)
    return number
  }
  function missing(what, why) { print what ": " why >"missing" }

  END {
    printf "" >"missing"
    printf "" >"last"
    connections(sockets "tcp")
    connections(sockets "tcp6")
    seconds = raw["uptime"] - was["uptime"]
    if (!("processes" in raw)) seconds = 0
    for (name in raw) value[name] = raw[name]
    value["restarts"] = was["restarts"] + (was["invocation"] != "" && raw["invocation"] != "none" && was["invocation"] != raw["invocation"])
    if ("processes" in raw) {
      value["descriptors"] = descriptors + 0
      value["sockets_established"] = states["01"] + 0
      value["sockets_close_wait"] = states["08"] + 0
      value["sockets_listen"] = states["0A"] + 0
      for (state in states) if (state !~ /^(01|08|0A)$/) others += states[state]
      value["sockets_other"] = others + 0
      value["resident_mb"] = raw["resident_kb"] / 1024
    }
    value["cpu_percent"] = times(share(grown("cpu_usec"), seconds), 1e-4)
    value["throttled_percent"] = times(share(grown("throttled"), grown("periods")), 100)
    if ("memory_limit" in raw) value["memory_limit_percent"] = 100 * raw["memory_used"] / raw["memory_limit"]
    split("cpu memory io", kinds, " ")
    for (at = 1; at <= 3; at++) {
      name = "pressure_" kinds[at]
      value[name "_percent"] = times(share(grown(name), seconds), 1e-4)
      if (("processes" in raw) && !(name in raw)) unpressed = unpressed " " kinds[at]
    }
    value["heap_mb"] = "heap_bytes" in raw ? raw["heap_bytes"] / 1048576 : ""
    value["objects_k"] = "objects" in raw ? raw["objects"] / 1000 : ""
    value["gc_pause_ms"] = times(share(grown("gc_seconds"), grown("gc_count")), 1000)
    value["gc_percent"] = times(share(grown("gc_seconds"), seconds), 100)
    value["gc_per_minute"] = times(share(grown("gc_count"), seconds), 60)

    row = raw["epoch"]
    count = split(columns, names, " ")
    for (at = 1; at <= count; at++) row = row " " text(value[names[at]])
    count = split(custom, names, " ")
    for (at = 1; at <= count; at++) {
      name = "custom " names[at]
      row = row " " text(name in raw ? raw[name] : "")
      if (answered && !(name in raw)) missing(names[at], url " does not have it")
    }
    print row >>"ring"

    if (!("processes" in raw)) missing("unit", "it runs no process")
    if (unpressed != "") missing("pressure of" unpressed, "this kernel does not keep it")
    if (url != "" && ("processes" in raw)) {
      if (!answered) missing("endpoint " url, refused == "" ? "it answered nothing" : refused)
      else if (!("heap_bytes" in raw)) missing("heap_mb", url " has no heap of Go, Node.js or a JVM")
    }
    count = split("uptime invocation cpu_usec periods throttled pressure_cpu pressure_memory pressure_io gc_seconds gc_count", names, " ")
    for (at = 1; at <= count; at++) {
      name = names[at]
      if (name in raw) printf "%s %s\n", name, (name ~ /invocation/ ? raw[name] : sprintf("%.6f", raw[name])) >"last"
    }
    print "restarts " value["restarts"] >"last"
  }
'
