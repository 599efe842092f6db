# Versions of a component's configuration files, kept by content:
#   config/<component>/objects/<sha256>                  contents
#   config/<component>/attributes/<hash>                 empty files that carry access lists, labels and other attributes
#   config/<component>/versions/<id>/flags               if its manifest says which flags the files have
#   config/<component>/versions/<id>/manifest            one line a file: sha256[+attributes] mode[+flags] uid gid path
#   config/<component>/versions/<id>/{sequence,verified} when it was last kept and verified, as growing numbers
#   config/<component>/versions/<id>/verified-since      since when no other version was verified, in epoch seconds
#   config/<component>/versions/<id>/rejected            if it was verified by mistake: the operation that has gone back further
#   config/<component>/in-place                          the id of the version that was frozen last, and since when that is the same,
#                                                        in epoch seconds
# A version's id is the hash of its manifest: the same files with the same modes, owners and attributes are the same version.
# versions_directory, wanted_paths (sorted) and manifest are set by open_versions and describe_current.

# open_versions <must-exist|may-be-missing> [directory of the versions]
open_versions() {
  local path size kind kilobytes=0
  require_tools sha256sum sort find head cut basename stat cp chmod chown realpath tail tr ls ln touch
  split_paths "${parameter[paths]}"
  mapfile -t paths < <(printf '%s\n' "${paths[@]}" | sort -u)
  versions_directory=$state_directory/${2:-config}/${parameter[component]}
  for path in "${paths[@]}"; do
    if [ ! -e "$path" ] && [ ! -L "$path" ] && [ "$1" = may-be-missing ]; then
      require_plain_path "$(dirname "$path")"
      continue
    fi
    require_plain_path "$path"
    read -r size kind < <(stat -c '%s %F' -- "$path") || fail_vanished "$path"
    [[ $kind == regular* ]] || refuse NOT_A_FILE "$path is not a regular file; name the files themselves"
    kilobytes=$((kilobytes + size / 1024 + 4))
  done
  require_space "$state_directory" $((kilobytes + space_needed_kilobytes))
  mkdir -p "$versions_directory/objects" "$versions_directory/attributes" "$versions_directory/versions"
}

fail_vanished() { fail CHANGED_MEANWHILE "something else has just removed $1; wait until it is done, then try again"; }

# Prints a hash of a file's extended attributes, access lists and security labels included; nothing if it has none. tar is
# what every Linux has that can read them: it puts them into a header of their own, before the file's.
attributes_of() {
  local path=$1 header
  if ! command -v tar >/dev/null; then
    [[ $(ls -ld -- "$path") != ??????????+* ]] ||
      refuse TOOL_MISSING "tar is not on this host, and $path has an access list that only tar can read; install it"
    return 0
  fi
  header=$(archive "$path" | head -c 512 | tr '\0' ' ') || true
  if [ "${header:156:1}" != x ]; then return 0; fi
  header=$( { archive "$path" || true; } | tail -c +513 | { head -c $((8#${header:124:11})); cat >/dev/null; } | sha256sum)
  printf '%s' "${header%% *}"
}

archive() {
  tar --create --format=posix --xattrs --xattrs-include='*' --no-recursion --mtime=@0 \
    --pax-option=exthdr.name=attributes,delete=atime,delete=ctime,delete=mtime -C "$(dirname "$1")" -- "$(basename "$1")"
}

# Prints those inode flags of a file that chattr gives, and that no file system sets by itself. Not C: Btrfs neither gives nor
# takes it once a file has content.
kept_flags() {
  local flags
  flags=$(inode_flags "$1")
  printf '%s' "${flags//[!APScdjstux]/}"
}

# Sets `manifest` and `current` (its id) for the files as they are now; a missing file has the hash "absent".
describe_current() {
  local path description
  manifest=
  for path in "${paths[@]}"; do
    if [ -e "$path" ]; then
      description=$(describe_file "$path") || fail_vanished "$path"
      manifest+="$description $path"$'\n'
    else
      manifest+="absent - - - $path"$'\n'
    fi
  done
  current=$(printf '%s' "$manifest" | sha256sum)
  current=${current%% *}
}

describe_file() {
  local hash attributes mode owner flags
  hash=$(sha256sum <"$1") || return 1
  attributes=$(attributes_of "$1")
  flags=$(kept_flags "$1")
  read -r mode owner < <(stat -c '%a %u %g' -- "$1") || return 1
  printf '%s %s %s' "${hash%% *}${attributes:++$attributes}" "$mode${flags:++$flags}" "$owner"
}

next_sequence() {
  local file=$versions_directory/sequence last=0
  if [ -e "$file" ]; then last=$(cat "$file"); fi
  write_durably "$file" $((last + 1))
  sequence=$((last + 1))
}

# Keeps the files as they are now as a version. Sets `created` to true if there was no such version.
keep_current() {
  local directory=$versions_directory/versions/$current hash mode owner group path
  created=false
  next_sequence
  if [ ! -e "$directory/manifest" ]; then
    created=true
    while read -r hash mode owner group path; do
      if [ "$hash" = absent ]; then continue; fi
      if [[ $hash == *+* ]]; then keep_attributes "${hash#*+}" "$path"; fi
      keep_content "${hash%+*}" "$path"
    done <<<"${manifest%$'\n'}"
    write_manifest "$directory" "$manifest"
  fi
  write_durably "$directory/sequence" "$sequence"
}

# Notes since when the version that was just frozen is the one that is found in place.
note_in_place() {
  local file=$versions_directory/in-place id=''
  if [ -e "$file" ]; then read -r id _ <"$file"; fi
  [ "$id" = "$current" ] || write_durably "$file" "$current $(date +%s)"
}

# write_manifest <directory of the version> <lines>
write_manifest() {
  mkdir -p "$1"
  : >"$1/flags"
  write_durably "$1/manifest" "${2%$'\n'}"
}

# Earlier releases of Selfheal have kept no flags. A file that is as in such a version otherwise had those that it has now.
record_flags() {
  local directory line lines id hash mode rest mark
  for directory in "$versions_directory"/versions/*; do
    if [ ! -e "$directory/manifest" ] || [ -e "$directory/flags" ]; then continue; fi
    lines=
    while read -r line; do
      while read -r hash mode rest; do
        if [ "$hash ${mode%+*} $rest" = "$line" ]; then line="$hash $mode $rest"; fi
      done <<<"$manifest"
      lines+=$line$'\n'
    done <"$directory/manifest"
    id=$(printf '%s' "$lines" | sha256sum)
    id=$versions_directory/versions/${id%% *}
    write_manifest "$id" "$lines"
    if [ "$id" = "$directory" ]; then continue; fi
    for mark in sequence verified verified-since rejected; do
      if [ -e "$directory/$mark" ] && [ ! -e "$id/$mark" ]; then cp -p -- "$directory/$mark" "$id/$mark"; fi
    done
    rm -rf "${directory:?}"
  done
}

keep_content() {
  local object=$versions_directory/objects/$1
  if [ -e "$object" ]; then return; fi
  cp --no-dereference -- "$2" "$object.new" && [ ! -L "$object.new" ] && [ "$(sha256sum <"$object.new")" = "$1  -" ] || fail CHANGED_MEANWHILE "$2 changed while it was being kept; try again"
  sync "$object.new"
  mv -T "$object.new" "$object"
}

# What this file system cannot carry could not be put back.
keep_attributes() {
  local carrier=$versions_directory/attributes/$1
  if [ -e "$carrier" ]; then return; fi
  cp --no-dereference --attributes-only --preserve=all -- "$2" "$carrier.new" || fail_vanished "$2"
  [ "$(attributes_of "$carrier.new")" = "$1" ] ||
    fail ATTRIBUTES_NOT_KEPT "the attributes of $2 cannot be kept in $state_directory; put it on a file system that has them all"
  sync "$carrier.new"
  mv -T "$carrier.new" "$carrier"
}

# Prints the ids of versions of exactly these paths that have a file `$1` (sequence or verified), newest first. One that was
# rejected since does not count as verified.
versions_by() {
  local directory
  for directory in "$versions_directory"/versions/*/; do
    if [ "$1" = verified ] && [ -e "${directory}rejected" ]; then continue; fi
    if [ -e "$directory$1" ] && [ "$(cut -d ' ' -f 5- "$directory/manifest")" = "$(printf '%s\n' "${paths[@]}")" ]; then
      printf '%s %s\n' "$(cat "$directory$1")" "$(basename "$directory")"
    fi
  done | sort -rn | cut -d ' ' -f 2
}

# Whether the content of a file was written after `$1`, in seconds since the epoch. Between two freezes, there may have been
# another version. Tools that set back when a file was written are not noticed.
is_newer_than() {
  local path
  for path in "${paths[@]}"; do
    if [ -e "$path" ] && [ "$(stat -c %Y -- "$path")" -gt "$1" ]; then return 0; fi
  done
  return 1
}

# Whether the version in place may count as verified because a repair has held: it does already, or has been in place for
# some time. What was changed during the incident, or shortly before, may have caused it.
has_held() {
  local path directory=$versions_directory/versions/$current held_seconds=3600 latest changed
  latest=$(($(date +%s) - held_seconds))
  if [ ! -e "$directory/rejected" ]; then
    if [ -e "$directory/verified" ]; then return 0; fi
    # A unit may set the owner or mode of its files at each start, which counts as a change of them, but not of their content.
    read -r _ changed <"$versions_directory/in-place"
    if [ "$changed" -le $latest ] && ! is_newer_than "$changed"; then return 0; fi
  fi
  for path in "${paths[@]}"; do
    if [ ! -e "$path" ]; then
      # What this operation has disabled is part of the repair. Only its directory tells when another one was deleted.
      if [ -e "$versions_directory/disabled/${parameter[operationId]}$path" ]; then continue; fi
      path=$(dirname "$path")
    fi
    changed=$(stat -c %Z -- "$path")
    [ "$changed" -le $latest ] || return 1
  done
}

# Marks the version that was just kept as verified.
mark_verified() {
  local directory=$versions_directory/versions/$current since
  since=$(date +%s)
  if [ "$(versions_by verified | head -n 1)" = "$current" ]; then since=$(verified_since "$current"); fi
  write_durably "$directory/verified-since" "$since"
  write_durably "$directory/verified" "$sequence"
  rm -f "$directory/rejected"
}

# verified_since <id of a verified version>. Earlier releases of Selfheal have kept no more than the time of the last mark.
verified_since() {
  local directory=$versions_directory/versions/$1
  if [ -e "$directory/verified-since" ]; then cat "$directory/verified-since"; else stat -c %Y "$directory/verified"; fi
}

# Sets `target` to the newest verified version. If that is in place, the files have not changed since, and the fault is
# elsewhere; unless it was verified no earlier than suspectSince: then to the newest that was, and `passed_over` to those
# that are newer. choose_version <what to name>
choose_version() {
  local id newest suspect_since=${parameter[suspectSince]}
  passed_over=
  record_flags
  newest=$(versions_by verified | head -n 1)
  [ -n "$newest" ] || refuse NO_VERIFIED_VERSION \
    "no version of ${parameter[component]}'s files was verified; keep one with freeze_config, verified=true"
  if [ "$newest" != "$current" ]; then
    target=$newest
    return
  fi
  [ -n "$suspect_since" ] && [ "$(verified_since "$current")" -ge $((10#$suspect_since)) ] || refuse FAULT_ELSEWHERE \
    "the newest verified version is in place, and was verified before the trouble: the fault is elsewhere, so name $1; if that version has it, raise latentSeconds"
  for id in $(versions_by verified); do
    target=$id
    if [ "$(verified_since "$id")" -lt $((10#$suspect_since)) ]; then return; fi
    passed_over+=" $id"
  done
  refuse NO_VERIFIED_VERSION "the version in place was verified only during the trouble, and no other one before; restore the files by hand"
}

# What going back further has proven wrong is not to come back at the next trouble.
reject_passed_over() {
  local id
  for id in $passed_over; do write_durably "$versions_directory/versions/$id/rejected" "${parameter[operationId]}"; done
}

# For a step that fails after it has rejected them.
accept_passed_over() {
  local id
  for id in $passed_over; do rm -f "$versions_directory/versions/$id/rejected"; done
}

# For an undo: what this operation has rejected counts as verified again.
accept_rejected() {
  local file
  for file in "$versions_directory"/versions/*/rejected; do
    if [ -e "$file" ] && [ "$(cat "$file")" = "${parameter[operationId]}" ]; then rm -f "$file"; fi
  done
}

# Forgets the oldest versions beyond `$1`, but never the newest verified one; then contents that no version has.
prune_versions() {
  local id kept=0 newest_verified
  newest_verified=$(versions_by verified | head -n 1)
  for id in $(versions_by sequence); do
    kept=$((kept + 1))
    if [ $kept -gt "$1" ] && [ "$id" != "$newest_verified" ]; then rm -rf "${versions_directory:?}/versions/$id"; fi
  done
  prune_contents
}

prune_contents() {
  local file manifests
  manifests=$(find "$versions_directory/versions" -name manifest -exec cat '{}' +)
  for file in "$versions_directory"/objects/* "$versions_directory"/attributes/*; do
    [ -e "$file" ] || continue
    # A name ends at the "+" or the blank behind it.
    [[ $manifests == *"$(basename "$file")"[+\ ]* ]] || rm -f "$file"
  done
}
