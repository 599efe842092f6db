# Whether new transactions of PostgreSQL may write: default_transaction_read_only, set by ALTER SYSTEM, which overrules
# postgresql.conf.
#   databases/<component>/read-only   while switch_to_readonly holds: what ALTER SYSTEM had set before ("none", "on" or
#                                     "off"), and what was in force
read_only_record() { printf '%s/databases/%s/read-only' "$state_directory" "${parameter[component]}"; }

# What ALTER SYSTEM has set: "none", or the value.
own_setting() {
  local value
  value=$(sql "SELECT setting FROM pg_file_settings
    WHERE name = 'default_transaction_read_only' AND sourcefile = current_setting('data_directory') || '/postgresql.auto.conf'
    ORDER BY seqno DESC LIMIT 1")
  printf '%s' "${value:-none}"
}

# What a new connection gets.
setting_in_force() { sql "SHOW default_transaction_read_only"; }

is_in_force() { [ "$(setting_in_force)" = "$1" ]; }

# Sets what ALTER SYSTEM is to say, and waits until new connections have what is expected. set_own <none|on|off> <on|off>
set_own() {
  case $1 in
    none) sql "ALTER SYSTEM RESET default_transaction_read_only" ;;
    on | off) sql "ALTER SYSTEM SET default_transaction_read_only = $1" ;;
  esac
  sql "SELECT pg_reload_conf()"
  succeeds_within 5 is_in_force "$2"
}

# Where the value that is in force comes from.
source_in_force() { sql "SELECT source || coalesce(' ' || sourcefile || ':' || sourceline, '') FROM pg_settings WHERE name = 'default_transaction_read_only'"; }

# Puts the earlier setting back, if nobody has changed it since. Sets `outcome` to restored, untouched or foreign.
put_setting_back() {
  local before in_force current
  read -r before in_force <"$(read_only_record)"
  current=$(own_setting)
  outcome=untouched
  if [ "$current" = on ] && [ "$before" != on ]; then
    set_own "$before" "$in_force" || return 1
    outcome=restored
  elif [ "$current" != "$before" ]; then
    outcome=foreign
    return 0
  fi
  rm -f "$(read_only_record)"
}
