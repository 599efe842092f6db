# The addresses of the SSM endpoints that a host's agent uses, for hosts whose agent has no control group of its own.
agent_files='/etc/amazon/ssm/amazon-ssm-agent.json /var/snap/amazon-ssm-agent/current/amazon-ssm-agent.json /var/lib/amazon/ssm/registration'

# One address a line. What the agent's own files name comes with what its region has by default.
endpoints() {
  local region domain host name _
  region=$(agent_setting Region | head -n 1)
  region=${region:-$(metadata placement/region)}
  {
    agent_setting Endpoint
    if [[ $region =~ ^[a-z0-9-]{5,30}$ ]]; then
      for domain in $(domains_of "$region"); do
        for name in ssm ssmmessages ec2messages; do printf '%s.%s.%s\n' $name "$region" "$domain"; done
      done
    fi
  } | sort -u | while read -r host; do
    if [[ $host =~ ^[A-Za-z0-9.-]{1,253}$ ]]; then { timeout 5 getent ahosts "$host" || true; } | while read -r name _; do printf '%s\n' "$name"; done; fi
  done | sort -u
}

# The domains of a region's partition: where the host can ask, it is asked.
domains_of() {
  local domain
  domain=$(metadata services/domain)
  if [[ $domain =~ ^[a-z0-9.-]{3,100}$ ]]; then printf '%s\n' "$domain"; fi
  case $1 in
    cn-*) printf 'amazonaws.com.cn\napi.amazonwebservices.com.cn\n' ;;
    eusc-*) printf 'amazonaws.eu\n' ;;
    us-iso-*) printf 'c2s.ic.gov\n' ;;
    us-isob-*) printf 'sc2s.sgov.gov\n' ;;
    us-isof-*) printf 'csp.hci.ic.gov\n' ;;
    eu-isoe-*) printf 'cloud.adc-e.uk\n' ;;
    *) printf 'amazonaws.com\napi.aws\n' ;;
  esac
}

# Values of a setting in the agent's files. They are JSON; a name with a text behind it is all that is looked for.
agent_setting() {
  local file
  for file in $agent_files; do
    if [ -r "$file" ]; then sed -n 's/.*"'"$1"'" *: *"\([^"]\{1,\}\)".*/\1/p' "$file"; fi
  done
}

# What the instance's metadata says, nothing if there is none.
metadata() {
  local address token
  for address in 169.254.169.254 '[fd00:ec2::254]'; do
    token=$(curl -sf -g -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "http://$address/latest/api/token") || continue
    curl -sf -g -m 2 -H "X-aws-ec2-metadata-token: $token" "http://$address/latest/meta-data/$1" || true
    return 0
  done
}
