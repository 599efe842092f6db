# The network isolation of a host: one nftables table of our own, `inet selfheal`, that drops all but the agent's
# channel. An established flow is cut like a new one: nothing is accepted for being established.
#   isolation/isolated        since when, and in which boot: a reboot lifts the isolation
#   isolation/holders/<component>  the management networks of a component that wants this host isolated: the last one lifts it
#   isolation/table.nft       the table as applied
#   isolation/loaded          that table as nft lists it once it is loaded
#   isolation/ruleset-before  every other rule, as it was before
#   isolation/put-back        loads the table again if something else has removed or changed it, and notes when in isolation/lifted
isolation_directory=$state_directory/isolation
guard_unit=selfheal-isolation-guard
watch_unit=selfheal-isolation-watch
drop_in=50-selfheal-isolation.conf
drop_in_root=/run/systemd/system
# Units that remove every table there is, ours included, when they are started, reloaded or stopped.
firewall_names=nftables.service

has_table() { nft list table inet selfheal >/dev/null 2>&1; }

# The table as nft lists it, nothing if it is not there. Of a control group that is gone, nft lists the number that it had:
# until the agent runs again, its rule lets nobody through.
isolation_rules() {
  local line agent
  agent=$(grep -o -m 1 'socket cgroupv2 .*' "$isolation_directory/table.nft" 2>/dev/null) || true
  nft --stateless list table inet selfheal 2>/dev/null | while IFS= read -r line; do
    if [[ $line =~ ^([[:space:]]*)socket\ cgroupv2\ level\ [0-9]+\ [0-9]+\ accept$ ]]; then line=${BASH_REMATCH[1]}$agent; fi
    printf '%s\n' "$line"
  done
}

# Whether it is not known as what the table was loaded: for a moment only, unless version 0.1.0 has isolated the host.
is_unknown() { [ ! -e "$isolation_directory/loaded" ] && grep -q is_altered "$isolation_directory/put-back" 2>/dev/null; }

# Whether the table is gone, or other than it was when it was loaded.
is_altered() {
  [ -e "$isolation_directory/loaded" ] && [ "$(isolation_rules)" != "$(cat "$isolation_directory/loaded")" ]
}

# Whether the host was isolated, and neither restore_network nor a reboot has lifted that.
is_to_be_isolated() { [ -e "$isolation_directory/isolated" ] && [[ $(cat "$isolation_directory/isolated") == "boot=$(boot_id) "* ]]; }

# What has happened to the isolation until now. Sets `history`, and `put_back`: how often something else had lifted or changed it.
describe_isolation() {
  history='not isolated, as far as the host knows' put_back=0
  [ -e "$isolation_directory/isolated" ] || return 0
  history=$(cat "$isolation_directory/isolated")
  history="isolated ${history#* }"
  if [ -e "$isolation_directory/lifted" ]; then
    put_back=$(grep -c '' <"$isolation_directory/lifted")
    history+="; something else lifted or changed the isolation, last at $(tail -n 1 "$isolation_directory/lifted"), and it was put back"
  fi
  if has_table; then
    if is_altered; then history+='; found with other rules: something else has changed the isolation'; fi
  elif is_to_be_isolated; then history+='; found open: something else has lifted the isolation'
  else history+='; found open: a reboot has lifted the isolation'
  fi
}

# The components that hold the isolation, one a line. None does if there is none.
holders() {
  is_to_be_isolated && has_table || return 0
  ls "$isolation_directory/holders" 2>/dev/null || true
}

boot_id() { cat /proc/sys/kernel/random/boot_id; }

# Every rule on the host but ours, without what changes by itself: counters, and elements of sets that packets or time change.
other_rules() {
  local line ours=0 living=0 in_elements=0
  nft --stateless list ruleset | while IFS= read -r line; do
    case $line in
      'table inet selfheal {') ours=1 ;;
      *' {') case $line in *'elements = {'*) ;; *) living=0 ;; esac ;;
      *flags*timeout* | *flags*dynamic* | *$'\t'timeout\ *) living=1 ;;
    esac
    if [ $living = 1 ] && [[ $line == *'elements = {'* ]]; then in_elements=1; fi
    if [ $ours = 0 ] && [ $in_elements = 0 ]; then printf '%s\n' "$line"; fi
    if [[ $line == *'}'* ]]; then in_elements=0; fi
    if [ "$line" = '}' ]; then ours=0; fi
  done
}

# One host, one isolation: components that share a host take turns here.
take_isolation() {
  mkdir -p "$isolation_directory"
  doing 'waiting for another runbook that isolates this host or restores its network'
  exec 7>>"$isolation_directory/lock"
  flock 7
}

# From now on the table comes back when something else removes it: at once where a firewall's own unit does it, by a
# drop-in; otherwise as soon as the watch has seen it.
keep_isolated() {
  local nft unit
  nft=$(command -v nft)
  rm -f "$isolation_directory/loaded"
  # Only read by what puts the table back: the file system may be read-only by then.
  : >>"$isolation_directory/put-back.lock"
  # Only what differs from the table that has just been loaded was changed: another release of nft lists the same rules in
  # another way.
  write_durably "$isolation_directory/put-back" "#!/bin/bash
PATH=${nft%/*}:\$PATH isolation_directory='$isolation_directory'
$(declare -f isolation_rules is_altered)
cd \"\$isolation_directory\" && exec 9<put-back.lock && flock 9 && [ -e table.nft ] || exit 0
[ ! -e loaded ] || is_altered || exit 0
found=\$(isolation_rules)
nft --file table.nft || exit 1
isolation_rules >loaded.new && mv -T loaded.new loaded || [ -e loaded ] || exit 1
[ \"\$found\" != \"\$(cat loaded)\" ] || exit 0
date -u +%FT%TZ >>lifted
echo 'The isolation of this host was lifted or changed by something else. It is as it was again; restore_network lifts it for good.'"
  write_durably "$isolation_directory/watch" "#!/bin/bash
while :; do
  bash '$isolation_directory/put-back'
  read -r -t 5 _ || [ \$? -gt 128 ] || exit 1
done < <('$nft' monitor destroy tables)"
  for unit in $firewall_names; do
    if [ "$(unit_property "$unit" LoadState)" = loaded ]; then
      add_drop_in "$unit" "ExecStartPost=-+/bin/bash $isolation_directory/put-back
ExecReload=-+/bin/bash $isolation_directory/put-back
ExecStopPost=-+/bin/bash $isolation_directory/put-back"
    fi
  done
  systemctl daemon-reload
  # Where it fails, as while the agent restarts, the watch does it soon.
  bash "$isolation_directory/put-back" || true
  start_watch
}

# It goes on however often it ends, as it does every second where nft cannot monitor tables, and whatever target is isolated.
start_watch() {
  systemctl stop $watch_unit.service 2>/dev/null || true
  bash -c "$(watch_command)"
}

watch_command() {
  printf "exec '%s' --quiet --collect --unit=%s --property=Restart=always --property=RestartSec=1 --property=StartLimitIntervalSec=0 --property=IgnoreOnIsolate=yes /bin/bash '%s/watch'" \
    "$(command -v systemd-run)" $watch_unit "$isolation_directory"
}

# add_drop_in <unit> <lines of its service section>
add_drop_in() {
  mkdir -p "$drop_in_root/$1.d"
  printf '[Service]\n%s\n' "$2" >"$drop_in_root/$1.d/$drop_in"
}

# Takes away the table and whatever would bring it back: what is putting it back just now ends first.
lift_isolation() {
  local unit
  exec 6>>"$isolation_directory/put-back.lock"
  flock 6
  systemctl stop $watch_unit.service $guard_unit.timer 2>/dev/null || true
  for unit in "${agent_names[@]}" $firewall_names; do
    rm -f "$drop_in_root/$unit.d/$drop_in"
  done
  systemctl daemon-reload
  if has_table; then nft delete table inet selfheal; fi
  rm -f "$isolation_directory"/{isolated,table.nft,table.nft.new,loaded,loaded.new,put-back,watch}
  rm -rf "${isolation_directory:?}/holders"
}

# Sets agent_unit and agent_cgroup (as nft names it) if the SSM agent runs as a systemd unit here.
find_agent() {
  local name cgroup root
  agent_unit='' agent_cgroup=''
  for name in "${agent_names[@]}"; do
    if [ "$(unit_property "$name" ActiveState)" = active ]; then agent_unit=$name; fi
  done
  if [ -z "$agent_unit" ]; then return; fi
  cgroup=$(unit_property "$agent_unit" ControlGroup)
  for root in '' unified/; do
    if [ -e "/sys/fs/cgroup/${root}cgroup.controllers" ] && [ -e "/sys/fs/cgroup/$root${cgroup#/}/cgroup.procs" ]; then
      agent_cgroup=$root${cgroup#/}
      agent_level=$(printf '%s' "${cgroup#/}" | tr -cd / | wc -c)
      agent_level=$((agent_level + 1))
    fi
  done
}

# The addresses and ports that the agent is connected to now, one a line: an address in hex, as in /proc/net/tcp.
# Its whole control group counts, as the agent has worker processes.
agent_peers() {
  local pid link inodes=' ' file local_address remote state inode _
  while read -r pid; do
    for link in /proc/"$pid"/fd/*; do
      case $(readlink "$link") in socket:\[*) inode=$(readlink "$link"); inode=${inode#socket:[}; inodes+="${inode%]} " ;; esac
    done
  done <"/sys/fs/cgroup/$agent_cgroup/cgroup.procs"
  for file in /proc/net/tcp /proc/net/tcp6; do
    [ -e $file ] || continue
    while read -r _ local_address remote state _ _ _ _ _ inode _; do
      if [ "$state" = 01 ] && [[ $inodes == *" $inode "* ]]; then printf '%s\n' "$remote"; fi
    done <$file
  done
}

# 0100007F:0050 -> 127.0.0.1 80; an IPv6 address has four little-endian words.
peer_address() {
  local hex=${1%%:*} port=$((16#${1##*:})) word address='' prefix=0000000000000000FFFF0000
  if [ ${#hex} = 32 ] && [ "${hex:0:24}" = $prefix ]; then hex=${hex:24}; fi
  if [ ${#hex} = 8 ]; then
    printf '%d.%d.%d.%d %d' 0x"${hex:6:2}" 0x"${hex:4:2}" 0x"${hex:2:2}" 0x"${hex:0:2}" $port
    return
  fi
  for word in 0 8 16 24; do
    address+=${hex:word+6:2}${hex:word+4:2}:${hex:word+2:2}${hex:word:2}:
  done
  printf '%s %d' "${address%:}" $port
}

# Whether a new connection can be made, seen from where the agent stands: a child that joins its control group.
can_connect() {
  (
    if [ -n "$agent_cgroup" ]; then echo $BASHPID >"/sys/fs/cgroup/$agent_cgroup/cgroup.procs"; fi
    exec timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' probe "$1" "$2"
  ) 2>/dev/null
}
