# How further servers check their configuration, for find_checker: sets `checker`, or `unchecked`, from `path`, the program,
# and `words`, the command line of a process.

# PostgreSQL reads its settings as for a start, prints one of them, and ends.
checker_of_postgres() {
  local word before=''
  checker=("$path" -C data_directory)
  for word in "${words[@]}"; do
    case $before$word in
      -D/*) checker+=("-D${word#-D}") ;;
      -cconfig_file=/* | --config[_-]file=/*) checker+=("--config_file=${word#*=}") ;;
    esac
    case $word in -[cD]) before=$word ;; *) before='' ;; esac
  done
  if [ ${#checker[@]} = 3 ]; then checker=() unchecked='the command line of its server has no absolute path of its settings'; fi
}

# promtool checks what the command line names; without a name, the default, which depends on who has built Prometheus.
checker_of_prometheus() {
  local configuration promtool=${path%/*}/promtool
  configuration=$(option_of config.file '' "${words[@]}")
  if [ -z "$configuration" ]; then configuration=$(said_by "$1" "$path" --help | sed -n 's/.*--config\.file="\([^"]*\)".*/\1/p'); fi
  [ -x "$promtool" ] || promtool=$(command -v promtool) || { unchecked='promtool is not on this host'; return 0; }
  if [ -z "$configuration" ]; then unchecked='Prometheus does not say which file it reads'; return; fi
  if [[ $configuration != /* ]]; then configuration=$(readlink "/proc/$1/cwd")/$configuration; fi
  if [[ $(said_by "$1" "$promtool" check config "$configuration") == *'error checking '* ]]; then
    unchecked='promtool looks no further than to a file with credentials, without which Prometheus starts'
    return
  fi
  checker=("$promtool" check config "$configuration")
}

# The value of a long option, with one dash or two. option_of <name> <default> <words of a command line>
option_of() {
  local name=$1 value=$2 word takes_next=false
  shift 2
  for word in "$@"; do
    if [ $takes_next = true ]; then value=$word takes_next=false; fi
    case $word in
      --"$name"=* | -"$name"=*) value=${word#*=} ;;
      --"$name" | -"$name") takes_next=true ;;
    esac
  done
  printf '%s' "$value"
}

# What a program prints, asked with the rights of a process; nothing if it must not run so. said_by <pid> <command>
said_by() (
  checker=("${@:2}")
  confine_checker "$1"
  [ ${#checker[@]} = 0 ] || timeout --foreground 20 "${checker[@]}" 2>&1 5>&- || true
)
