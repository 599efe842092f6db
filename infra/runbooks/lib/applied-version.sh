# Puts a version of a component's files in place and has its service take it up, or puts everything back; and can put back
# later what it has replaced. The runbook that includes this sets `unit`, `apply` (reload or restart), `was_running` and
# `subject`, how the verdict calls the files; and has `take_up`, which fails unless the service takes the files up.
#   <versions>/undo-<action>-<hash of the paths>   for each time in an operation: the operation, the version that was there
#                                                  before it, and the version that it puts there
undo_record() {
  local hash
  hash=$(printf '%s\n' "${paths[@]}" | sha256sum)
  printf '%s/undo-%s-%s' "$versions_directory" "$runbook_name" "${hash:0:12}"
}

# Sets `undo_to` to what was there before this operation, or to nothing; and `undo_from` to what it has put there since.
read_undo_record() {
  local operation to from
  undo_to='' undo_from=' '
  [ -e "$(undo_record)" ] || return 0
  while read -r operation to from; do
    [ "$operation" = "${parameter[operationId]}" ] || continue
    undo_to=${undo_to:-$to} undo_from+="$from "
  done <"$(undo_record)"
}

# Puts a version in place of the current one. apply_version <id>
apply_version() {
  replaced=$current
  taking_up=false
  compare_with_version "$1"
  require_changes
  keep_current
  note_replacement replacing
  undo=take_version_back
  stage_changes
  describe_current
  [ "$current" = "$replaced" ] || refuse CHANGED_MEANWHILE "something else is writing ${parameter[paths]}; wait until it is done, then try again"
  doing "replacing ${parameter[paths]}"
  replace_files
  describe_current
  [ "$current" = "$1" ] || fail NOT_RESTORED "the files differ from those that were put in place; something else writes them"
  take_up
  undo=
  forget_replaced
}

# The same, and on record, so that it can be undone: however often it is done in one operation, in one go.
apply_version_undoably() {
  local from before=$current lines=''
  read_undo_record
  if [[ $undo_from == *" $current "* ]]; then
    before=$undo_to
    for from in $undo_from; do lines+="${parameter[operationId]} $before $from"$'\n'; done
  fi
  write_durably "$(undo_record)" "$lines${parameter[operationId]} $before $1"
  apply_version "$1"
}

# From here on, the service may have the files.
begin_taking_up() {
  note_replacement applying
  taking_up=true
}

take_version_back() {
  note_replacement replacing
  put_back
  if [ -n "$stuck" ]; then
    add_to_verdict "these could not be put back, and are when ${runbook_name#selfheal-} runs next: $stuck"
    return 0
  fi
  add_to_verdict "$subject as before again"
  if [ $taking_up = false ] || [ $was_running = false ] || [ "$(unit_property "$unit" ActiveState)" = inactive ]; then return 0; fi
  if service_do "$apply" "$unit"; then add_to_verdict "$unit has them again"; else add_to_verdict "$unit does not $apply with them"; fi
}

# Puts back what the same operation has replaced, unless someone else has put something else there since.
undo_version() {
  read_undo_record
  if [ -z "$undo_to" ] || [ "$current" = "$undo_to" ]; then
    succeed changed false
    return
  fi
  [[ $undo_from == *" $current "* ]] || refuse CHANGED_MEANWHILE \
    "${parameter[paths]} are not what ${runbook_name#selfheal-} has put there; someone else has replaced them: decide by hand"
  apply_version "$undo_to"
  rm -f "$(undo_record)"
  succeed changed true
}
