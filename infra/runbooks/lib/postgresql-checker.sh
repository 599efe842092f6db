# How PostgreSQL checks its configuration, for find_checker: sets `checker`, or `unchecked`, from `path`, the program, and `words`,
# the command line of a process.

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
