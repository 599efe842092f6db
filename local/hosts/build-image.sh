#!/bin/bash
# Builds the Debian image that every host boots, once. Run under a lock: build-image.sh <target directory> <mirror>.
set -euo pipefail
target=$1
mirror=$2
[ -e "$target/etc/debian_version" ] && exit 0

missing=()
command -v debootstrap >/dev/null || missing+=(debootstrap)
command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
command -v nft >/dev/null || missing+=(nftables)
command -v ip >/dev/null || missing+=(iproute2)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

building=$target.building
rm -rf --one-file-system "$building"
mkdir -p "$(dirname "$target")"
debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,nftables,nginx-light,curl,procps,iproute2,python3,ca-certificates \
  bookworm "$building" "$mirror"

# What the runbooks for databases, rules engines and looks at the kernel work on. Nothing may start while it is being installed.
# Of what Prometheus depends on, only the libraries of its web pages are large: 218 MB that no test looks at.
printf '#!/bin/sh\nexit 101\n' >"$building/usr/sbin/policy-rc.d"
chmod 755 "$building/usr/sbin/policy-rc.d"
DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$building" \
  apt-get install -y -qq --no-install-recommends -o 'DPkg::Options::=--path-exclude=/usr/share/javascript/*' \
  postgresql-15 redis-server haproxy prometheus bpftrace
rm "$building/usr/sbin/policy-rc.d"

# nspawn names the host; services are installed but are started by those who want them.
# An empty machine-id is filled in at boot; a missing one would mean "first boot" and enable every service there is.
rm -f "$building/etc/hostname"
: >"$building/etc/machine-id"
for service in nginx postgresql redis-server haproxy prometheus; do
  rm -f "$building/etc/systemd/system/multi-user.target.wants/$service.service"
done
# Name servers of the machine that builds are not reachable from a host: looking a name up fails at once instead.
: >"$building/etc/resolv.conf"
rm -rf "$building"/var/cache/apt/* "$building"/var/lib/apt/lists/*
systemctl --root="$building" mask console-getty.service apt-daily.timer apt-daily-upgrade.timer >/dev/null
mv -T "$building" "$target"
