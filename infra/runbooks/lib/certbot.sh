# A certificate that certbot renews. certbot keeps each pair that it was given, by number, and links to the newest:
#   /etc/letsencrypt/live/<name>/{privkey,cert,chain,fullchain}.pem          the links
#   /etc/letsencrypt/archive/<name>/{privkey,cert,chain,fullchain}<n>.pem    the pairs
# Whenever it finds a higher number than that of the links, it links to that one. So a pair that does not stay leaves
# the archive, too, or certbot's timer would put it in place again.
#   archive/<name>/selfheal-undone/<seconds since 1970>/   pairs that did not stay, for seven days: the authority counts them
#   certificates/<component>/renewing   while a renewal may have to be undone: what is under way ("renewing", or "applying"
#                                       once the service may have the pair), and the number before it
#   certificates/<component>/renewed    the operation that renewed last, the number before it, and the one that it put there
#   certificates/<component>/lock       held while certbot runs, even if this script has been killed
letsencrypt=/etc/letsencrypt
lineage_parts=(privkey cert chain fullchain)

# Sets `lineage`, `live`, `archive`, `renewals` and `certbot`, and `pair` to the number in place.
open_lineage() {
  local others
  require_tools readlink find ln date grep
  certbot=$(command -v certbot || command -v /snap/bin/certbot) || refuse TOOL_MISSING "certbot is not on this host; install it, or remove certificate.certbot"
  live=$(dirname "${parameter[keyFile]}")
  lineage=$(basename "$live")
  archive=$letsencrypt/archive/$lineage
  renewals=$state_directory/certificates/${parameter[component]}
  [ "${parameter[keyFile]}" = "$letsencrypt/live/$lineage/privkey.pem" ] && [ "$(dirname "${parameter[certificateFile]}")" = "$live" ] ||
    refuse INVALID_PATH "${parameter[keyFile]} and ${parameter[certificateFile]} are not of one certificate of certbot's; name privkey.pem and fullchain.pem in $letsencrypt/live/<name>"
  [ -e "$letsencrypt/renewal/$lineage.conf" ] ||
    refuse NO_LINEAGE "certbot has no certificate named $lineage; name one that certbot certificates lists"
  require_plain_path "$live"
  require_plain_path "$archive"
  others=$(writers_of "$live"; writers_of "$archive")
  [ -z "$others" ] || refuse UNSAFE_DIRECTORY "what is in $live or $archive can be replaced by others than root (${others//$'\n'/, }); take that right away from them"
  mkdir -p "$renewals"
  ! certbot_runs || refuse_busy
  finish_interrupted_renewal
  [ -z "$stuck" ] || refuse HALF_REPLACED "an earlier renewal was cut short, and cannot be undone: $stuck"
  read_links
  [ -n "$pair" ] || refuse LINEAGE_BROKEN "the files in $live are not links to the same pair in $archive; run certbot update_symlinks"
  require_names
}

refuse_busy() { refuse CERTBOT_BUSY "certbot is running on this host; try again when it has ended"; }

# certbot holds a lock on this file, and removes it afterwards.
certbot_runs() {
  local inode
  inode=$(stat -c %i "$letsencrypt/.certbot.lock" 2>/dev/null) && grep -q "POSIX .*:$inode " /proc/locks
}

# Sets `pair` to the number that all four links have, or to nothing.
read_links() {
  local part numbers=' '
  for part in "${lineage_parts[@]}"; do
    [[ $(readlink "$live/$part.pem") =~ /archive/$lineage/$part([0-9]+)\.pem$ ]] && [ -e "$live/$part.pem" ] || { pair=; return 0; }
    pair=${BASH_REMATCH[1]}
    numbers+="$pair "
  done
  [ "$numbers" = " $pair $pair $pair $pair " ] || pair=
}

# certbot renews for the names that the certificate has.
require_names() {
  local name covered
  covered=$(openssl x509 -noout -ext subjectAltName -in "$live/cert.pem" | tr -d ' ' | tr , '\n') || covered=
  while read -r name; do
    grep -q -x -i -F -e "DNS:$name" -e "DNS:*.${name#*.}" -e "IPAddress:$name" <<<"$covered" || refuse NAMES_DIFFER \
      "certbot's certificate $lineage is not for $name; correct certificate.names, or have certbot add it: certbot certonly --cert-name $lineage --expand"
  done < <(tr , '\n' <<<"${parameter[names]}")
}

pair_fits() {
  local key
  key=$(openssl pkey -pubout -in "$live/privkey.pem" 2>/dev/null) && [ "$key" = "$(openssl x509 -noout -pubkey -in "$live/cert.pem")" ]
}

is_valid() { openssl x509 -noout -checkend 0 -in "$1" >/dev/null; }

# An authority refuses to issue the same certificate again and again, for a week.
require_renewals_left() {
  local count
  integer renewalsPerWeek
  if [ -e "$archive/selfheal-undone" ]; then find "$archive/selfheal-undone" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +; fi
  count=$(find "$archive" -name 'cert*.pem' -mtime -7 | grep -c .) || true
  [ "$count" -lt "$number" ] || refuse RENEWED_OFTEN \
    "$lineage was issued $count times in the last 7 days, and certificate.certbot.renewalsPerWeek is $number; find out why before the authority's limit is reached"
}

# Leads the links to a pair: each is there at any moment. lead_to <number>
lead_to() {
  local part
  for part in "${lineage_parts[@]}"; do
    [ -e "$archive/$part$1.pem" ] || { stuck="$archive/$part$1.pem is missing"; return 1; }
  done
  for part in "${lineage_parts[@]}"; do
    ln -s -f -T -- "../../archive/$lineage/$part$1.pem" "$live/.selfheal-new" && mv -f -T -- "$live/.selfheal-new" "$live/$part.pem" ||
      { stuck="$live/$part.pem cannot be replaced"; return 1; }
    # certbot leaves these when it is killed.
    rm -f -- "$live/previous_$part.pem"
  done
  sync "$live"
}

# Takes pairs with a higher number out of certbot's sight. set_aside <number>
set_aside() {
  local file name directory
  directory=$archive/selfheal-undone/$(date +%s)
  for file in "$archive"/*.pem; do
    name=$(basename "$file")
    [[ $name =~ ^(privkey|cert|chain|fullchain)([0-9]+)\.pem$ ]] && [ "${BASH_REMATCH[2]}" -gt "$1" ] || continue
    mkdir -p "$directory" && mv -f -T -- "$file" "$directory/$name" || { stuck="$file cannot be moved to $directory"; return 1; }
  done
  sync "$archive"
}

# Puts a pair back in place, and notes that this is done. put_pair_back <number>
put_pair_back() { stuck=''; lead_to "$1" && set_aside "$1" && rm -f "$renewals/renewing"; }

# Once the service may have the new pair, that one stays.
finish_interrupted_renewal() {
  local phase number
  stuck=''
  [ -e "$renewals/renewing" ] || return 0
  exec 7>>"$renewals/lock"
  flock 7
  read -r phase number <"$renewals/renewing"
  if [ "$phase" = applying ]; then rm -f "$renewals/renewing"; else put_pair_back "$number" || true; fi
  exec 7>&-
}

# A hook of certbot's may have had the service take up the new pair, or may have stopped it.
take_lineage_back() {
  if ! put_pair_back "$pair_before"; then
    add_to_verdict "the old pair could not be put back, and is when ${runbook_name#selfheal-} runs next: $stuck"
    return 0
  fi
  if [ "$was_running" = true ] && [ "$(unit_property "$unit" ActiveState)" = inactive ]; then service_do start "$unit"; fi
  [ "$pair" != "$pair_before" ] || return 0
  add_to_verdict "$subject as before again"
  if [ "$was_running" = true ] && ! take_up_again; then add_to_verdict "$unit does not $apply with them"; fi
}

# Has the service take up the pair that was put back. It is not restarted into a configuration that was not accepted: it runs.
take_up_again() { [ "$apply $accepted" = 'restart false' ] || service_do "$apply" "$unit"; }

note_renewing() { write_durably "$renewals/renewing" "$1 $pair_before"; }

take_lineage_up() {
  test_before "$apply" "$unit"
  [ -z "$fault" ] || fail CONFIG_INVALID "$fault, with the pair that certbot has put in place"
  accepted=true
  if [ "$renewed" = true ]; then note_renewing applying; fi
  bring_up "$unit" "$apply" 1
  require_served
}

# Renews the pair unless the service has not even taken up the one that is there.
renew() {
  local first=${parameter[names]%%,*}
  renewed=false
  if ! pair_fits || ! is_valid "$live/cert.pem" || [ "$(presented "${first/#\*/www}")" = "$(fingerprint <"$live/cert.pem")" ]; then
    ask_certbot
  fi
  take_lineage_up
  undo=
  rm -f "$renewals/renewing"
  succeed renewed $renewed names "$(json_string "${parameter[names]}")" expires "$(json_string "$(expiry_of "$live/cert.pem")")" applied "\"$apply\""
}

# certbot decides whether the certificate is due, unless it is of no use with its key.
ask_certbot() {
  local said code=0 seconds force=()
  integer executionTimeout
  seconds=$((number - 30))
  [ $seconds -ge 30 ] || refuse TOO_LITTLE_TIME "${number} s leave certbot $seconds s; give this action a timeout of 60 s or more"
  pair_fits || force=(--force-renewal --new-key)
  require_renewals_left
  pair_before=$pair accepted=false
  note_renewing renewing
  undo=take_lineage_back
  guard_replacement finish_interrupted_renewal
  doing "having certbot renew $lineage"
  said=$(run_certbot $seconds renew --cert-name "$lineage" --non-interactive --no-random-sleep-on-renew ${force[@]+"${force[@]}"} 2>&1 | limit_output) || code=$?
  printf '%s\n' "$said"
  read_links
  if [ "$pair" = "$pair_before" ]; then report_no_renewal $code "$said" $seconds; fi
  [ -n "$pair" ] && pair_fits || fail NOT_RENEWED "what certbot has put into $live is not a key and its certificate"
  if [ $code != 0 ]; then remark="certbot renewed $lineage, then ended with code $code: $(complaint_in "$said")"; fi
  renewed=true
  note_renewal
}

# Others have to read certificates, and nothing that certbot starts may give the verdict. run_certbot <seconds> <arguments>
run_certbot() (
  exec 7>>"$renewals/lock" 5>&-
  flock 7
  umask 022
  exec timeout --foreground --kill-after=10 "$1" "$certbot" "${@:2}"
)

# report_no_renewal <exit code> <what certbot said> <its seconds>
report_no_renewal() {
  local detail
  case $1 in
    0) refuse NOT_DUE "certbot does not consider $lineage due: it is valid until $(expiry_of "$live/cert.pem"), fits its key, and $unit presents it; nothing was renewed: look for another cause" ;;
    124 | 137) fail NOT_RENEWED "certbot did not end within $3 s; the pair is as it was. Give this action a longer timeout, or look at certbot's log" ;;
  esac
  [[ $2 != *'nother instance of Certbot'* ]] || refuse_busy
  detail=$(grep -o -m 1 'Detail: .*' <<<"$2" || grep -m 1 'Failed to renew' <<<"$2" || complaint_in "$2")
  fail NOT_RENEWED "certbot could not renew $lineage, and the pair is as it was: $(clipped "$detail" 300)"
}

# However often an operation renews, its undo puts back what was there before the first time.
note_renewal() {
  local operation='' first='' last=''
  if [ -e "$renewals/renewed" ]; then read -r operation first last <"$renewals/renewed"; fi
  [ "$operation $last" = "${parameter[operationId]} $pair_before" ] || first=$pair_before
  write_durably "$renewals/renewed" "${parameter[operationId]} $first $pair"
}

# Puts back what the same operation has replaced, unless that has expired, or someone else has renewed since.
undo_renewal() {
  local operation='' first='' last='' higher
  if [ -e "$renewals/renewed" ]; then read -r operation first last <"$renewals/renewed"; fi
  if [ "$operation" != "${parameter[operationId]}" ] || [ "$pair" = "$first" ]; then
    succeed changed false
    return
  fi
  higher=$archive/cert$((10#$last + 1)).pem
  [ "$pair" = "$last" ] && [ ! -e "$higher" ] || refuse CHANGED_MEANWHILE "$live leads to pair $pair, and this operation has put $last there; someone else has renewed: decide by hand"
  if ! is_valid "$archive/cert$first.pem"; then
    remark="the certificate from before has expired, so the new one stays"
    succeed changed false
    return
  fi
  pair_before=$first renewed=false accepted=false
  note_renewing renewing
  undo=keep_renewal
  guard_replacement finish_interrupted_renewal
  lead_to "$first" || fail NOT_RESTORED "$stuck"
  take_lineage_up
  set_aside "$first" || fail NOT_RESTORED "$stuck"
  undo=
  rm -f "$renewals/renewing" "$renewals/renewed"
  succeed changed true
}

keep_renewal() {
  rm -f "$renewals/renewing"
  lead_to "$pair" && add_to_verdict "the renewed pair stays" && take_up_again || add_to_verdict "$stuck"
}
