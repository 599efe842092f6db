# Engines that load rule files: what checks the rules, and what tells whether the running engine has taken them up.

# Sets `unit`, `apply`, `was_running` and `pid`, the engine's main process.
open_engine() {
  unit=${parameter[service]} apply=reload
  require_systemd 'a rules engine'
  require_tools sleep sort sed grep timeout
  require_unit "$unit"
  note_running "$unit"
  if [ $was_running = false ]; then
    # Its start reads the rules, too, and fails if it does not accept them.
    apply=restart
    require_allowed "$unit" start
    return
  fi
  pid=$(unit_property "$unit" MainPID)
  [ "$(program_of "$pid")" = "${parameter[rulesEngine]}" ] ||
    refuse WRONG_UNIT "$unit runs $(program_of "$pid"), not ${parameter[rulesEngine]}; correct rules.engine, or name the unit that runs it"
  require_reloadable "$unit"
  if [ "${parameter[rulesEngine]}" = prometheus ]; then find_prometheus; fi
  find_rules_checker
}

# Sets `checker`, which a running engine must have: what nobody has checked is not loaded.
find_rules_checker() {
  find_checker "$pid"
  [ ${#checker[@]} -gt 0 ] ||
    refuse NO_CHECK "nothing on this host checks the rules of process $pid: ${unchecked:-the engine runs in a root directory of its own}"
}

# Sets `fault` to what the engine's own checker has against the rules that are there.
check_rules() {
  fault=
  if [ $was_running = false ]; then return; fi
  doing "having the checker of $unit look at the rules"
  ask_checker "${parameter[rulesEngine]}"
}

# Sets `address` to where Prometheus answers, and makes sure that it says there whether its last reload worked.
find_prometheus() {
  local words=() prefix
  require_tools curl
  mapfile -t words < <(command_words "$pid")
  address=$(option_of web.listen-address 0.0.0.0:9090 "${words[@]}")
  prefix=$(option_of web.external-url '' "${words[@]}")
  if [[ $prefix == *://*/* ]]; then prefix=/${prefix#*://*/}; else prefix=; fi
  prefix=$(option_of web.route-prefix "$prefix" "${words[@]}")
  case ${address%:*} in '' | 0.0.0.0 | '[::]') address=127.0.0.1:${address##*:} ;; esac
  address=http://$address${prefix%/}
  [ -n "$(last_reload)" ] ||
    refuse NOT_CONNECTED "Prometheus does not say at $address/metrics whether it has reloaded; it has to answer there without TLS and password"
}

ask_prometheus() { curl --silent --fail --max-time 5 --noproxy '*' "$address/$1"; }

# "<1 if the last reload worked> <when the last one did>"; nothing if Prometheus does not answer.
last_reload() {
  local line outcome='' at=''
  while read -r line; do
    case $line in
      'prometheus_config_last_reload_successful '*) outcome=${line##* } ;;
      'prometheus_config_last_reload_success_timestamp_seconds '*) at=${line##* } ;;
    esac
  done < <(ask_prometheus metrics)
  [ -z "$at" ] || printf '%s %s' "$outcome" "$at"
}

# The processes that do an engine's work: those that its main process has started, or itself if there are none.
workers() {
  local process own=''
  for process in $(unit_processes "$unit"); do
    if [ "$(process_stat "$process" | cut -d ' ' -f 2)" = "$pid" ] && [ "$(process_state "$process")" = running ]; then
      own+="$(process_identity "$process") "
    fi
  done
  printf ' %s' "${own:-$(process_identity "$pid") }"
}

# What is to differ once the engine has taken the rules up.
note_engine() {
  if [ $was_running = false ]; then return; fi
  if [ "${parameter[rulesEngine]}" = prometheus ]; then engine_before=$(last_reload); else engine_before=$(workers); fi
}

has_taken_up() {
  local now worker
  pid=$(unit_property "$unit" MainPID)
  if [ "${parameter[rulesEngine]}" = prometheus ]; then
    now=$(last_reload)
    [ "${now%% *}" = 1 ] && [ "$now" != "$engine_before" ]
    return
  fi
  # A worker that cannot do its work ends at once.
  now=$(workers)
  sleep 1
  for worker in $now; do
    if [[ $engine_before != *" $worker "* && $(workers) == *" $worker "* ]]; then return; fi
  done
  return 1
}

# Has the engine load the rules that are there, and makes sure that it has.
load_rules() {
  local deadline
  note_engine
  bring_up "$unit" "$apply" 1
  if [ $was_running = false ]; then return; fi
  doing "looking whether $unit has taken the rules up"
  deadline=$(($(uptime_centiseconds) + 1500))
  until has_taken_up; do
    if [ "$(uptime_centiseconds)" -ge $deadline ]; then
      show_journal "$unit"
      fail NOT_RELOADED "15 s after the reload, $unit still works with the rules from before, though its checker accepts the new ones; $(last_lines_are)"
    fi
    sleep 0.3
  done
}

# As apply_version asks for it.
take_up() {
  # An engine may read every file in a directory, whatever its name.
  drop_old_names
  check_rules
  [ -z "$fault" ] || fail CONFIG_INVALID "$fault"
  begin_taking_up
  load_rules
}
