# A pair of key and certificate: what makes one, and what tells which one a service presents.

# Sets `apply` (reload or restart) and `was_running` for `unit`, which presents the pair. One that would not start again,
# whatever its certificate, is not restarted.
open_presenter() {
  apply=${parameter[applyBy]}
  note_running "$unit"
  if [ $was_running = false ]; then apply=restart; fi
  if [ "$apply" = reload ]; then
    require_reloadable "$unit"
    return
  fi
  require_allowed "$unit" start
  if [ "$was_running" = false ]; then return; fi
  require_not_agent "$unit"
  require_allowed "$unit" stop
  test_needs "$unit"
  refuse_fault "$unit"
}

# Only files that hold a key and a certificate are replaced by others.
require_pair_paths() {
  require_own_file "${parameter[keyFile]}" 'the key'
  require_own_file "${parameter[certificateFile]}" 'the certificate'
  [ "${parameter[keyFile]}" != "${parameter[certificateFile]}" ] ||
    refuse INVALID_PATH "key and certificate are the same file, ${parameter[keyFile]}; keep them in two"
  grep -q 'PRIVATE KEY' -- "${parameter[keyFile]}" 2>/dev/null || [ ! -s "${parameter[keyFile]}" ] ||
    refuse NOT_A_KEY "${parameter[keyFile]} is not a private key in PEM format; correct certificate.keyFile, or empty the file"
  grep -q 'BEGIN CERTIFICATE' -- "${parameter[certificateFile]}" 2>/dev/null || [ ! -s "${parameter[certificateFile]}" ] ||
    refuse NOT_A_CERTIFICATE "${parameter[certificateFile]} is not a certificate in PEM format; correct certificate.certificateFile, or empty the file"
}

forget_issued() { rm -rf "${issued:?}"; }

# Makes `key` and `certificate` in the directory `issued`.
issue_pair() {
  local name first=${parameter[names]%%,*} alternatives=() listed
  while read -r name; do
    if [[ $name =~ ^[0-9.]+$ ]]; then alternatives+=("IP:$name"); else alternatives+=("DNS:$name"); fi
  done < <(tr ',' '\n' <<<"${parameter[names]}")
  listed=$(IFS=,; printf '%s' "${alternatives[*]}")
  cd "$issued"
  printf '[req]\ndistinguished_name=name\nprompt=no\n[name]\nCN=%s\n[leaf]\nsubjectAltName=%s\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n' \
    "${first:0:64}" "$listed" >request.cnf
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key ||
    fail NOT_ISSUED 'openssl could not make a key, see below'
  if [ -z "${parameter[caKeyFile]}" ]; then
    openssl req -new -x509 -key key -sha256 -days "${parameter[validDays]}" -set_serial "$(new_serial)" -config request.cnf -extensions leaf -out certificate ||
      fail NOT_ISSUED 'openssl could not make a certificate, see below'
  else
    issue_by_authority
  fi
  cd /
}

new_serial() { printf '0x%s' "$(openssl rand -hex 16)"; }

# The authority must be able to vouch for the certificate for as long as it is valid.
issue_by_authority() {
  local authority=${parameter[caCertificateFile]}
  require_plain_path "${parameter[caKeyFile]}"
  require_plain_path "$authority"
  openssl x509 -noout -checkend $((10#${parameter[validDays]} * 86400)) -in "$authority" >/dev/null ||
    refuse AUTHORITY_EXPIRES "$authority ends before a certificate of ${parameter[validDays]} days would; renew it, or lower validDays"
  openssl req -new -key key -config request.cnf -out request &&
    openssl x509 -req -in request -CA "$authority" -CAkey "${parameter[caKeyFile]}" -set_serial "$(new_serial)" -sha256 \
      -days "${parameter[validDays]}" -extfile request.cnf -extensions leaf -out certificate &&
    openssl verify -CAfile "$authority" certificate ||
    fail NOT_ISSUED "$authority and its key could not sign a certificate, see below"
}

# Keeps the new pair as a version, with modes and owners as they are. Sets `target` to its id.
keep_issued_pair() {
  local path hash rest lines=''
  while read -r hash rest; do
    path=${rest#* * * }
    if [ "$path" = "${parameter[keyFile]}" ]; then issued_file=$issued/key; else issued_file=$issued/certificate; fi
    lines+="$(sha256sum <"$issued_file" | cut -d ' ' -f 1)"
    keep_content "$(sha256sum <"$issued_file" | cut -d ' ' -f 1)" "$issued_file"
    if [[ $hash == *+* ]]; then
      keep_attributes "${hash#*+}" "$path"
      lines+="+${hash#*+}"
    fi
    lines+=" $rest"$'\n'
  done <<<"${manifest%$'\n'}"
  target=$(printf '%s' "$lines" | sha256sum)
  target=${target%% *}
  write_manifest "$versions_directory/versions/$target" "$lines"
}

# Forgets every pair, the keys with them, but the one in place and the one that the undo of this operation puts back.
prune_pairs() {
  local directory
  describe_current
  read_undo_record
  for directory in "$versions_directory"/versions/*/; do
    case " $current $undo_to " in *" $(basename "$directory") "*) ;; *) rm -rf "${directory:?}" ;; esac
  done
  prune_contents
}

fingerprint() { openssl x509 -noout -fingerprint -sha256 2>/dev/null || true; }
expiry_of() { openssl x509 -noout -enddate -in "$1" | cut -d = -f 2; }

# Waits until a connection gets the certificate that is in place.
require_served() {
  local deadline=$(($(uptime_centiseconds) + 1500)) wanted first=${parameter[names]%%,*}
  wanted=$(fingerprint <"${parameter[certificateFile]}")
  doing "looking at what $unit presents on port ${parameter[port]}"
  until [ "$(presented "${first/#\*/www}")" = "$wanted" ]; do
    [ "$(uptime_centiseconds)" -lt $deadline ] || fail NOT_SERVED \
      "15 s after the $apply, $unit does not present the certificate in ${parameter[certificateFile]} on 127.0.0.1:${parameter[port]}; name the unit and the port that do"
    sleep 0.3
  done
}

presented() {
  { timeout 5 openssl s_client -connect "127.0.0.1:${parameter[port]}" -servername "$1" </dev/null 2>/dev/null || true; } | fingerprint
}
