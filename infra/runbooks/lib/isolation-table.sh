# The table that isolates a host.

# Name servers: the agent and its resolver need them. Behind systemd-resolved's stub stand the real ones.
resolvers() {
  local file=/etc/resolv.conf key value _
  if [ -e /run/systemd/resolve/resolv.conf ]; then file=/run/systemd/resolve/resolv.conf; fi
  [ -r $file ] || return 0
  while read -r key value _ || [ -n "$key" ]; do
    if [ "$key" = nameserver ]; then printf '%s\n' "${value%%%*}"; fi
  done <$file
}

# Elements of an nftables set, IPv4 or IPv6, out of addresses and networks on stdin.
elements() {
  local address list=''
  while read -r address; do
    case $1$address in
      6*:*) list+="$address, " ;;
      4 | 6* | 4*:*) ;;
      4*) list+="$address, " ;;
    esac
  done
  if [ -n "$list" ]; then printf 'elements = { %s }' "${list%, }"; fi
}

set_of() { printf '  set %s%s {\n    type ipv%s_addr; flags interval; auto-merge; %s\n  }\n' "$1" "$2" "$2" "$(elements "$2" <<<"$3")"; }

# Of all components that hold the isolation: what keeps access for one is not cut by another.
management_networks() {
  local holder
  printf '%s\n' "${parameter[managementCidrs]//,/$'\n'}"
  for holder in $(holders); do cat "$isolation_directory/holders/$holder"; done
}

table() {
  local direction agent=''
  if [ -n "$agent_cgroup" ]; then agent="socket cgroupv2 level $agent_level \"$agent_cgroup\" accept"; fi
  printf 'table inet selfheal\ndelete table inet selfheal\ntable inet selfheal {\n'
  for family in 4 6; do
    set_of resolvers $family "$(resolvers)"
    set_of management $family "$(management_networks | sort -u)"
    set_of endpoints $family "$endpoint_addresses"
  done
  cat <<RULES
  chain input {
    type filter hook input priority -10; policy drop;
    iifname "lo" accept
    $agent
    ip saddr @management4 accept
    ip6 saddr @management6 accept
    ip saddr @endpoints4 tcp sport 443 accept
    ip6 saddr @endpoints6 tcp sport 443 accept
    ip saddr @resolvers4 meta l4proto { tcp, udp } th sport 53 ct direction reply accept
    ip6 saddr @resolvers6 meta l4proto { tcp, udp } th sport 53 ct direction reply accept
    ip saddr 169.254.169.254 tcp sport 80 accept
    ip6 saddr fd00:ec2::254 tcp sport 80 accept
    udp sport 67 udp dport 68 accept
    udp sport 547 udp dport 546 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ct state related icmp type destination-unreachable accept
    ct state related icmpv6 type packet-too-big accept
  }
  chain output {
    type filter hook output priority -10; policy drop;
    oifname "lo" accept
    $agent
    ip daddr @management4 accept
    ip6 daddr @management6 accept
    ip daddr @endpoints4 tcp dport 443 accept
    ip6 daddr @endpoints6 tcp dport 443 accept
    ip daddr @resolvers4 meta l4proto { tcp, udp } th dport 53 accept
    ip6 daddr @resolvers6 meta l4proto { tcp, udp } th dport 53 accept
    ip daddr 169.254.169.254 tcp dport 80 accept
    ip6 daddr fd00:ec2::254 tcp dport 80 accept
    udp sport 68 udp dport 67 accept
    udp sport 546 udp dport 547 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
  }
  chain forward {
    type filter hook forward priority -10; policy drop;
  }
}
RULES
}
