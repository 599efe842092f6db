# Units that stopped because a unit crashed: whatever brings that unit up again brings them up, too.
# What systemd says in the journal, by the numbers of sd-messages.h.
message_started=39f53479d3a045ac8e11786248231fbf
message_stopping=de5b426a63be47a7b6ac3eaac82e2f6f
message_stopped=9d1aaa27d60140bd96365438aad20286
message_process_exited=98e322203f7a4ed290d09fe03c09fe15
message_succeeded=7ad2d189f7e94e70a38c781354912448
message_failed=d9b373ed55a64feb8242e02dbe79a49c

# They were not stopped by this action, so that one which does not start, or takes its time, is no failure of it.
start_stopped_by_crash() {
  local stopped each how='runs again'
  stopped=$(stopped_by_crash_of "$1")
  [ -n "$stopped" ] || return 0
  doing "starting what stopped when $1 crashed"
  for each in $stopped; do
    if [ "$(unit_property "$each" ActiveState)" = failed ]; then forget_failures "$each"; fi
    systemctl start --no-block -- "$each" || true
  done
  succeeds_within 10 all_active $stopped || how="is to start again, and does not run yet ($down); look at its journal"
  remark+="${remark:+; }${stopped//$'\n'/, }, which stopped when $1 crashed, $how"
}

# Sets `down` to those that are not active.
all_active() {
  local each
  down=
  for each in "$@"; do is_active "$each" || down+="${down:+, }$each"; done
  [ -z "$down" ]
}

# The units that need this one, do not run, and were stopped by systemd itself: because this one had ended, or for a restart that
# then did not succeed. What somebody has stopped is not among them.
stopped_by_crash_of() {
  local found=' ' stopped=" $1 " again=true candidate needed
  find_stopped_by_systemd "$1"
  while [ $again = true ]; do
    again=false
    for candidate in $found; do
      if [[ $stopped == *" $candidate "* || $candidate == *.target ]]; then continue; fi
      for needed in $(units_in "$candidate" BindsTo,Requires,Requisite,PartOf,StopPropagatedFrom); do
        if [[ $stopped != *" $needed "* ]]; then continue; fi
        again=true stopped+="$candidate "
        if is_to_run_again "$candidate"; then printf '%s\n' "$candidate"; fi
        break
      done
    done
  done
}

# Adds to `found` whatever was last stopped within a second of an end of the unit that nobody had asked for, or as part of a
# restart, in the last day. Only the journal has it: systemd forgets units that are neither active nor enabled.
find_stopped_by_systemd() {
  local crashed key value message='' name='' job='' time=0 deadline=0 asked=false
  crashed=$(unit_property "$1" Id)
  while IFS='=' read -r key value; do
    case $key in
      __MONOTONIC_TIMESTAMP) time=$value ;;
      MESSAGE_ID) message=$value ;;
      UNIT) name=$value ;;
      JOB_TYPE) job=$value ;;
      '')
        if [ "$name" = "$crashed" ]; then
          case $message in
            "$message_stopping") asked=true ;;
            "$message_stopped") asked=false ;;
            *) if [ $asked = false ]; then deadline=$((time + 1000000)); fi ;;
          esac
        elif [ "$message" = "$message_stopping" ]; then
          found=${found/" $name "/ }
          if [ "$time" -le $deadline ]; then found+="$name "; fi
        elif [[ $found == *" $name "* ]]; then
          # What it needs stops only now.
          deadline=$((time + 1000000))
        elif [ "$job" = restart ]; then
          found+="$name "
        fi
        message='' name='' job='' ;;
    esac
  done < <(journalctl --boot --since=-1day --quiet --output=export --output-fields=MESSAGE_ID,UNIT,JOB_TYPE \
    _PID=1 UNIT="$crashed" $(printf 'MESSAGE_ID=%s ' $message_process_exited $message_succeeded $message_failed) \
    + _PID=1 $(printf 'MESSAGE_ID=%s ' $message_stopping $message_stopped))
}

# Whether a unit that somebody may start was not started since it was last stopped.
is_to_run_again() {
  local last
  if is_active "$1" || [ "$(unit_property "$1" LoadState)" != loaded ]; then return 1; fi
  last=$(journalctl --boot --quiet --lines=1 --output=export --output-fields=MESSAGE_ID _PID=1 UNIT="$1" \
    $(printf 'MESSAGE_ID=%s ' $message_started $message_stopped))
  [[ $last != *"=$message_started"* ]]
}
