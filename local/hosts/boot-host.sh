#!/bin/bash
# Boots one host and becomes its systemd-nspawn: boot-host.sh <machine> <image> <disk size in MB> <scratch directory> <host name>.
# Runs in a mount namespace of its own, so that disk and mounts vanish with the last process of the host.
set -euo pipefail
machine=$1
image=$2
disk_megabytes=$3
scratch=$4
name=$5

# Without a control group of its own, every host would share the caller's and see each other's units.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  hierarchies=(/sys/fs/cgroup)
else
  hierarchies=(/sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup/memory)
fi
for hierarchy in "${hierarchies[@]}"; do
  [ -d "$hierarchy" ] || continue
  mkdir -p "$hierarchy/$machine"
  echo $$ >"$hierarchy/$machine/cgroup.procs"
done

# The disk is a file system of known size: what fills it on the host fills nothing outside.
mount -t tmpfs -o "size=${disk_megabytes}m,mode=755" selfheal "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay -o "lowerdir=$image,upperdir=$scratch/upper,workdir=$scratch/work" selfheal "$scratch/root"

# Should the process that started the host die, the host dies too.
exec setpriv --pdeathsig TERM systemd-nspawn --quiet --directory="$scratch/root" --boot --register=no --keep-unit \
  --machine="$machine" --hostname="$name" --private-network --link-journal=no --resolv-conf=off
