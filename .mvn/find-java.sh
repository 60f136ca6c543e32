#!/bin/sh
# Prints the home of a Java that is new enough for Grantkeeper: "find-java.sh javac" of a JDK, to build with,
# "find-java.sh java" of a JDK or a JRE, to run on. Run by mvnw and, from the folder that it is packaged into, by the
# launcher.
#
# The Java that a machine is set to is often older than one installed beside it. So JAVA_HOME and then the PATH are
# taken where they will do, and passed over rather than refused where they will not.

set -u
tool=$1
oldest=21
newest=25 # the build is known to work up to here, so a newer one is taken only when nothing else is installed

case $tool in
javac) wanted="a JDK $oldest or newer" ;;
*) wanted="a Java $oldest or newer" ;;
esac

# Linux distributions, container images, Homebrew, macOS, SDKMAN!, IntelliJ. Tests put a folder of theirs before the
# leading slash.
root=${FIND_JAVA_ROOT-}
user=${HOME-}
places="$root/usr/lib/jvm/*
$root/opt/java/*
$root/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
$root/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
$root/Library/Java/JavaVirtualMachines/*/Contents/Home
$user/Library/Java/JavaVirtualMachines/*/Contents/Home
$user/.sdkman/candidates/java/*
$user/.jdks/*"

# ask JAVA PROPERTY
ask() {
  "$1" -XshowSettings:properties -version 2>&1 | sed -n "s/^ *$2 = //p"
}

# suitable HOME: also sets version and major. The release file spares starting a JVM.
suitable() {
  [ -n "$1" ] && [ -x "$1/bin/$tool" ] || return
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)".*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$(ask "$1/bin/java" java.version)
  major=${version%%[!0-9]*}
  [ "${major:-0}" -ge $oldest ]
}

on_path() {
  java=$(command -v java) || return
  home=$(readlink -f "$java")
  home=${home%/bin/java}
  # A version manager's shim and the stub of macOS lie in no JDK, but start one that knows where it is.
  [ -f "$home/release" ] || home=$(ask "$java" java.home)
  echo "$home"
}

installed() {
  IFS='
'
  for home in $places; do
    # The zeros complete a version like "25", which would else be compared by what follows it.
    suitable "$home" && echo "$((major <= newest)).$version.0.0 $home"
  done | sort -t . -k 1,1n -k 2,2n -k 3,3n -k 4,4n | sed -n '$s/^[^ ]* //p'
}

if suitable "${JAVA_HOME-}"; then
  echo "$JAVA_HOME"
  exit
fi

home=$(on_path)
suitable "$home" || home=$(installed)
if [ -z "$home" ]; then
  cat >&2 <<END
Grantkeeper needs $wanted and found none. It looked at:
  JAVA_HOME: ${JAVA_HOME:-not set}
  java on the PATH: $(command -v java || echo none)
$(echo "$places" | sed 's/^/  /')
Install one, or set JAVA_HOME to the one you have.
END
  exit 1
fi

[ -z "${JAVA_HOME-}" ] || echo "JAVA_HOME ($JAVA_HOME) is not $wanted; using $home" >&2
echo "$home"
