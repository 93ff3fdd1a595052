#!/usr/bin/env bash
# What a real second user can do to kept programs and local sockets: nothing. As root, which can become one.
# The last line is 'N passed, N failed'.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ "$(id -u)" -ne 0 ]; then
    echo "second-user.sh: only root can become another user" >&2
    exit 2
fi
exec ./test.sh --filter 'FullyQualifiedName~SecondUser|FullyQualifiedName~OtherUser|FullyQualifiedName~LocalServerAccess|FullyQualifiedName~PrivateDirectory|FullyQualifiedName~OfAnotherUser'
