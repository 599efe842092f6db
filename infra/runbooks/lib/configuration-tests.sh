# Programs that can check their configuration without taking it up.

# Sets `fault` to what the program of a running unit has against its configuration; to nothing if it has nothing against
# it, or can't be asked.
test_configuration() {
  local pid
  fault=
  pid=$(unit_property "$1" MainPID)
  if [ "$pid" = 0 ] || [ "$(process_state "$pid")" = ended ]; then return; fi
  find_checker "$pid"
  if [ ${#checker[@]} -gt 0 ]; then ask_checker "$(program_of "$pid")"; fi
}

# Sets `checker` to the command by which the program of a process checks its configuration; to nothing if there is none.
# Where the configuration is, the process's own command line says.
find_checker() {
  local path words=()
  checker=()
  # In a root directory of its own, a program reads other files than it would here.
  [ "/proc/$1/root" -ef / ] || return 0
  path=$(readlink "/proc/$1/exe") || return 0
  path=${path% (deleted)}
  mapfile -t words < <(command_words "$1")
  case $(program_of "$1") in
    nginx) checker=("$path" -t -q $(options_among 'c p' "${words[@]}")) ;;
    sshd) checker=("$path" -t $(options_among f "${words[@]}")) ;;
    haproxy) checker=("$path" -c -q $(options_among 'f C' "${words[@]}")) ;;
    # Debian's configuration needs the variables that its wrapper sets.
    apache2) checker=(apache2ctl -t) ;;
    httpd) checker=("$path" -t $(options_among 'f d' "${words[@]}")) ;;
    *) return ;;
  esac
  command -v "${checker[0]}" >/dev/null || checker=()
}

# Sets `fault` to what `checker` says, if it does not accept the configuration. ask_checker <program>
ask_checker() {
  local said
  fault=
  require_tools timeout
  said=$(timeout --foreground 20 "${checker[@]}" 2>&1 | limit_output) || fault="$1 does not accept its configuration: $(clipped "$(complaint_in "$said")" 300)"
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
  test_configuration "$1"
  [ -z "$fault" ] || refuse CONFIG_INVALID "$fault; $1, which still runs, would not start again: correct the configuration first"
}

# Those of the words that are an option with one of the letters, and what follows each.
options_among() {
  local letters=" $1 " word takes_next=false
  shift
  for word in "$@"; do
    if [ $takes_next = true ]; then
      printf '%s\n' "$word"
      takes_next=false
    elif [[ $word == -? && $letters == *" ${word#-} "* ]]; then
      printf '%s\n' "$word"
      takes_next=true
    fi
  done
}
