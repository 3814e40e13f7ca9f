#!/usr/bin/env bash
# Builds the image of deploy/Dockerfile without a registry: stand-ins for both bases come from Debian's packages, with
# the Node and the npm of this machine. Prints the folder of the image's files, and its configuration as JSON. Needs root.
#
#   test/deploy/image.sh FOLDER           builds below the folder, which is new
#   test/deploy/image.sh --remove FOLDER  removes all of it
set -euo pipefail
cd "$(dirname "$0")/../.."
remove=
[ "$1" != --remove ] || { remove=yes; shift; }
folder=$1
export STORAGE_DRIVER=overlay BUILDAH_ISOLATION=chroot
images() { buildah --root "$folder/images" --runroot "$folder/run" "$@"; }

if [ -n "$remove" ]; then
  images rm --all >/dev/null
  images rmi --all --force >/dev/null
  rm -rf "$folder"
  exit 0
fi

suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$folder"
debian() { mmdebstrap --quiet --variant=extract --include="$1" "$suite" "$2" >/dev/null; }
debian bash,dash,coreutils,findutils,libc6,libstdc++6 "$folder/build-base.tar" &
debian libc6,libstdc++6,ca-certificates "$folder/base.tar"
wait $!

build=$(images from scratch)
root=$(images mount "$build")
tar --extract --file "$folder/build-base.tar" --directory "$root"
mkdir -p "$root/usr/local/bin" "$root/usr/local/lib"
cp "$(command -v node)" "$root/usr/local/bin/node"
cp --recursive "$(npm root --global)/npm" "$root/usr/local/lib/npm"
# `npm ci` would install what is installed here, and is mounted below.
cat >"$root/usr/local/bin/npm" <<'NPM'
#!/bin/sh
[ "$1" = ci ] || exec node /usr/local/lib/npm/bin/npm-cli.js "$@"
NPM
chmod +x "$root/usr/local/bin/npm"
images config --env PATH=/usr/local/bin:/usr/bin:/bin "$build"
images commit --quiet --rm "$build" localhost/build-base >/dev/null
base=$(images from scratch)
images add --quiet "$base" "$folder/base.tar" / >/dev/null
images commit --quiet --rm "$base" localhost/base >/dev/null

images bud --quiet --pull-never --layers=false --format docker --file deploy/Dockerfile --tag localhost/gateway \
  --volume "$PWD/node_modules:/opt/glance-graphql/node_modules:ro" \
  --build-arg BUILD_BASE=localhost/build-base --build-arg BASE=localhost/base . >&2
images mount "$(images from localhost/gateway)"
images inspect --type image --format '{{.Config}}' localhost/gateway
