# What an isolation does not see: its chains belong to this network namespace, and a flowtable forwards past them. Neither is ours to
# change, so the verdict says it.

note_escapes() {
  local name others
  for name in $(nft list flowtables 2>/dev/null | sed -n 's/^[[:space:]]*flowtable \([^ ]*\) {$/\1/p'); do
    remark+="${remark:+; }connections that the flowtable $name already forwards may go on"
  done
  others=$(other_ways_out)
  if [ -n "$others" ]; then remark+="${remark:+; }not isolated, as it reaches the network past this host's rules: $others"; fi
}

# Interfaces in other network namespaces that need no interface of this one: moved there, or on top of one that stays here.
other_ways_out() {
  local inode path own line name ways=''
  own=$(stat -L -c %i /proc/self/ns/net)
  while read -r inode path; do
    if [ "$inode" = "$own" ]; then continue; fi
    if ! { command -v ip && command -v nsenter; } >/dev/null; then
      printf 'perhaps other network namespaces, which only ip and nsenter show'
      return
    fi
    while read -r _ name line; do
      if is_way_out "$line"; then ways+="${ways:+, }${name%%[@:]*} of $(namespace_of "$path")"; fi
    done < <(nsenter --net="$path" ip -details -oneline link show up 2>/dev/null)
  done < <(stat -L -c '%i %n' /run/netns/* /run/docker/netns/* /proc/[0-9]*/ns/net 2>/dev/null | sort -s -u -k 1,1)
  printf '%s' "$ways"
}

# Whatever leads to another interface is judged by that one: the other end of a veth, or below a tunnel. is_way_out <link>
is_way_out() {
  local kind=${1#*\\*\\    }
  case $1 in *link/loopback* | *link/none* | *link/ipip* | *link/sit* | *link/gre* | *link/tunnel6*) return 1 ;; esac
  # Hardware has no kind.
  case ${kind%% *} in veth | bridge | dummy | bond | team | vrf | ifb | tun | vxlan | geneve | gretap) return 1 ;; esac
}

# A namespace by its name, or by a process in it. namespace_of <path>
namespace_of() {
  local process
  case $1 in
    /proc/*) process=${1#/proc/} process=${process%%/*}; printf 'process %s (%s)' "$process" "$(program_of "$process")" ;;
    *) printf 'network namespace %s' "${1##*/}" ;;
  esac
}
