# Versions of a component's configuration files, kept by content:
#   config/<component>/objects/<sha256>                  contents
#   config/<component>/versions/<id>/manifest            one line a file: sha256 mode uid gid path
#   config/<component>/versions/<id>/{sequence,verified} when it was last kept and verified, as growing numbers
# A version's id is the hash of its manifest: the same files with the same modes and owners are the same version.
# versions_directory, wanted_paths (sorted) and manifest are set by open_versions and describe_current.

open_versions() {
  local path kilobytes=0
  require_tools sha256sum sort head cut basename stat cp chmod chown realpath
  split_paths "${parameter[paths]}"
  mapfile -t paths < <(printf '%s\n' "${paths[@]}" | sort -u)
  versions_directory=$state_directory/config/${parameter[component]}
  for path in "${paths[@]}"; do
    if [ ! -e "$path" ] && [ ! -L "$path" ] && [ "$1" = may-be-missing ]; then
      require_plain_path "$(dirname "$path")"
      continue
    fi
    require_plain_path "$path"
    [ -f "$path" ] || refuse NOT_A_FILE "$path is not a regular file; name the files themselves"
    kilobytes=$((kilobytes + $(stat -c %s -- "$path") / 1024 + 4))
  done
  require_space "$state_directory" $((kilobytes + space_needed_kilobytes))
  mkdir -p "$versions_directory/objects" "$versions_directory/versions"
}

# Sets `manifest` and `current` (its id) for the files as they are now; a missing file has the hash "absent".
describe_current() {
  local path hash
  manifest=
  for path in "${paths[@]}"; do
    if [ -e "$path" ]; then
      hash=$(sha256sum <"$path")
      manifest+="${hash%% *} $(stat -c '%a %u %g' -- "$path") $path"$'\n'
    else
      manifest+="absent - - - $path"$'\n'
    fi
  done
  current=$(printf '%s' "$manifest" | sha256sum)
  current=${current%% *}
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
      if [ "$hash" = absent ] || [ -e "$versions_directory/objects/$hash" ]; then continue; fi
      cp --no-dereference -- "$path" "$versions_directory/objects/$hash.new"
      [ "$(sha256sum <"$versions_directory/objects/$hash.new")" = "$hash  -" ] ||
        fail CHANGED_MEANWHILE "$path changed while it was being kept; try again"
      sync "$versions_directory/objects/$hash.new"
      mv -T "$versions_directory/objects/$hash.new" "$versions_directory/objects/$hash"
    done <<<"${manifest%$'\n'}"
    mkdir -p "$directory"
    write_durably "$directory/manifest" "${manifest%$'\n'}"
  fi
  write_durably "$directory/sequence" "$sequence"
}

# Prints the ids of versions of exactly these paths that have a file `$1` (sequence or verified), newest first.
versions_by() {
  local directory
  for directory in "$versions_directory"/versions/*/; do
    if [ -e "$directory$1" ] && [ "$(cut -d ' ' -f 5- "$directory/manifest")" = "$(printf '%s\n' "${paths[@]}")" ]; then
      printf '%s %s\n' "$(cat "$directory$1")" "$(basename "$directory")"
    fi
  done | sort -rn | cut -d ' ' -f 2
}

# Forgets the oldest versions beyond `$1`, but never the newest verified one; then contents that no version has.
prune_versions() {
  local id kept=0 newest_verified object manifests
  newest_verified=$(versions_by verified | head -n 1)
  for id in $(versions_by sequence); do
    kept=$((kept + 1))
    if [ $kept -gt "$1" ] && [ "$id" != "$newest_verified" ]; then rm -rf "${versions_directory:?}/versions/$id"; fi
  done
  manifests=$(cat "$versions_directory"/versions/*/manifest)
  for object in "$versions_directory"/objects/*; do
    [ -e "$object" ] || continue
    [[ $manifests == *"$(basename "$object") "* ]] || rm -f "$object"
  done
}
