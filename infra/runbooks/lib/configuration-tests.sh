# Programs that can check their configuration without taking it up. A service may have become somebody else's tool: what it
# runs, and what its command line names, runs here with the rights that its process has and no more; as root, only what
# nobody but root can change.

# Sets `fault` to what the program of a running unit has against its configuration; to nothing if it has nothing against
# it, or can't be asked.
test_configuration() {
  local pid
  fault=
  pid=$(unit_property "$1" MainPID)
  if [ "$pid" = 0 ] || [ "$(process_state "$pid")" = ended ]; then return; fi
  find_checker "$pid"
  if [ ${#checker[@]} -gt 0 ]; then
    ask_checker "$(program_of "$pid")"
  elif [ -n "$unchecked" ]; then
    remark="the configuration of $1 was not checked, as $unchecked"
  fi
}

# Sets `fault` to why a running unit, or one that it stands for, would not start again, as far as that can be known: to
# something that its start needs and that is not there, or to what its program has against its configuration.
test_start() {
  local part
  test_needs "$1"
  for part in "$1" $(if has_systemd; then members_of "$1"; fi); do
    if [ -z "$fault" ]; then test_configuration "$part"; fi
  done
}

# The same without what its program has against its configuration.
test_needs() {
  local part
  fault=
  has_systemd || return 0
  for part in "$1" $(members_of "$1"); do
    if [ -z "$fault" ] && [ "$(unit_property "$part" MainPID)" != 0 ]; then look_for_what_it_needs "$part"; fi
  done
}

# The same for a reload, which starts nothing. test_before <reload|restart> <unit>
test_before() {
  if [ "$1" = restart ]; then test_start "$2"; else test_configuration "$2"; fi
}

# Sets `checker` to the command by which the program of a process checks its configuration; to nothing if there is none, or if
# it must not run, and `unchecked` to why. Where the configuration is, the process's own command line says.
find_checker() {
  local path program words=()
  checker=() unchecked=''
  # In a root directory of its own, a program reads other files than it would here.
  [ "/proc/$1/root" -ef / ] || return 0
  path=$(readlink "/proc/$1/exe") || return 0
  path=${path% (deleted)}
  program=$(program_of "$1")
  mapfile -t words < <(command_words "$1")
  # A runbook includes those of the servers that it may deal with.
  declare -F "checker_of_$program" >/dev/null || return 0
  "checker_of_${program}" "$1"
  if [ -x "${checker[0]:-}" ]; then confine_checker "$1"; else checker=(); fi
}

# Puts what gives the rights of a process, its user's, groups' and capabilities, before the words of `checker`. Empties it if
# the process is root's, and somebody else can change what would run or be read.
confine_checker() {
  local key values uid='' gid='' groups='' capabilities=0 allowed=-all bit confined
  while read -r key values; do
    case $key in
      # Real, effective, saved, and for files. Who has saved to be root is root again at will.
      Uid:) if [[ $'\t'$values$'\t' == *$'\t0\t'* ]]; then uid=0; else uid=${values##*$'\t'}; fi ;;
      Gid:) gid=${values##*$'\t'} ;;
      Groups:) groups=$values ;;
      CapEff:) capabilities=$((16#$values)) ;;
    esac
  done <"/proc/$1/status"
  if [ "$uid" = 0 ]; then
    require_roots_own
    return
  fi
  confined=(env -i "PATH=$PATH" LC_ALL=C)
  # The user of this script, who is not root, has them already.
  if [ "$uid" != $EUID ]; then
    for ((bit = 0; bit < 63; bit++)); do
      if [ $((capabilities >> bit & 1)) = 1 ]; then allowed+=,+cap_$bit; fi
    done
    confined+=(setpriv --reuid "$uid" --regid "$gid" --no-new-privs "--inh-caps=$allowed")
    if [ -n "$groups" ]; then confined+=(--groups "${groups// /,}"); else confined+=(--clear-groups); fi
    if [ $capabilities != 0 ]; then confined+=("--ambient-caps=$allowed"); fi
  fi
  if "${confined[@]}" true; then
    checker=("${confined[@]}" "${checker[@]}")
  else
    checker=() unchecked="setpriv cannot give a check the rights of process $1, of user $uid"
  fi
}

# Empties `checker` if somebody besides root can change its program or a file that it names.
require_roots_own() {
  local word others
  for word in "${checker[@]}"; do
    case $word in /*) ;; *) continue ;; esac
    if [ "$(realpath -e -- "$word")" != "${word%/}" ]; then others='by a symbolic link'
    else others=$(writers_of "${word%/}")
    fi
    if [ -n "$others" ]; then
      checker=() unchecked="root must not use $word, which others can change (${others//$'\n'/, })"
      return
    fi
  done
}

# Sets `fault` to what `checker` says, if it does not accept the configuration. ask_checker <program>
ask_checker() {
  local said
  fault=
  require_tools timeout
  # Nor may it give the verdict, which descriptor 5 takes.
  said=$(timeout --foreground 20 "${checker[@]}" 2>&1 5>&- | limit_output) || fault="$1 does not accept its configuration: $(clipped "$(complaint_in "$said")" 300)"
  if [ -n "$fault" ]; then printf '%s\n' "$said"; fi
}

# The first line that seems to say what is wrong; otherwise the first. complaint_in <what a checker has printed>
complaint_in() {
  local line
  while read -r line; do
    case $line in *'[ALERT]'* | *'[emerg]'* | *': error'* | *rror:* | *rror\ * | *'does not'*) printf '%s' "$line"; return ;; esac
  done <<<"$1"
  printf '%s' "${1%%$'\n'*}"
}

# For what is about to stop a unit in order to start it again: it must not, if what is to take its place would not start.
require_valid_configuration() {
  require_not_agent "$1"
  test_start "$1"
  refuse_fault "$1"
}

# Refuses if what is to be stopped would not start again. refuse_fault <unit>
refuse_fault() {
  [ -z "$fault" ] || refuse CONFIG_INVALID "$fault; $1, which still runs, would not start again: correct the configuration first"
}
