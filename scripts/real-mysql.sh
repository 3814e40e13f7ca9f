#!/usr/bin/env bash
# Unpacks a real MySQL from Debian's unstable suite into a folder. Installs nothing.
#
#   scripts/real-mysql.sh DIR        makes DIR/mysqld, a program that runs the server
#   TEST_MYSQL_SERVER=DIR/mysqld npx vitest run --project quick -t 'on MySQL'
#
# Debian's stable suites have only MariaDB. The script downloads 65 MB from the mirror that apt uses on this machine.
# The exit code is 3 if the mirror has no MySQL for this machine.
set -euo pipefail

[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ -x "$dir/mysqld" ] && exit 0
root=$dir/root
apt=$dir/apt

# A second apt configuration, which knows the unstable suite and no installed package.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
keyring=$(ls /usr/share/keyrings/debian-archive-keyring.* | head -1)
mkdir -p "$apt"/etc/apt/{sources.list.d,preferences.d,apt.conf.d} "$apt"/lists/partial "$apt"/cache/archives/partial
touch "$apt/status"
echo "deb [signed-by=$keyring] $mirror sid main" >"$apt/etc/apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir "$apt";
Dir::Etc "$apt/etc/apt";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
CONF
export APT_CONFIG=$apt/apt.conf
apt-get update -qq && apt-cache show mysql-server-core >/dev/null 2>&1 || {
  echo 'the mirror has no unstable suite with mysql-server-core for this machine' >&2
  exit 3
}
apt-get install -y -qq --no-install-recommends --download-only mysql-server-core >/dev/null

mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
for folder in bin sbin lib lib64; do ln -sfn "usr/$folder" "$root/$folder"; done
for package in "$apt"/cache/archives/*.deb; do dpkg -x "$package" "$root"; done
rm -rf "$apt"

# Runs the server with the libraries that it was built for, instead of those of the machine.
libraries=$(dirname "$(find "$root/usr/lib" -name libc.so.6 | head -1)")
loader=$(find "$libraries" "$root/usr/lib64" "$root/usr/lib" -maxdepth 1 -name 'ld-linux*.so.*' | head -1)
cat >"$dir/mysqld" <<PROGRAM
#!/bin/sh
exec '$loader' --library-path '$libraries:$root/usr/lib/mysql/private' '$root/usr/sbin/mysqld' --no-defaults \\
  --basedir='$root/usr' --plugin-dir='$root/usr/lib/mysql/plugin' --lc-messages-dir='$root/usr/share/mysql' \\
  --character-sets-dir='$root/usr/share/mysql/charsets' --secure-file-priv=NULL "\$@"
PROGRAM
chmod +x "$dir/mysqld"
